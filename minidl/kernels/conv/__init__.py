"""Convolution: which rung does the work.

float32 goes through the compiled kernels, anything else through im2col (in float64 it is exact:
gradient checks rest on it). The environment variable `MINIDL_KERNELS=plain` sends everything
through im2col, for machines on which Numba's vector code does not work. The compiled kernels are
imported, and compiled or loaded, when the first of them is needed.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.geometry import ConvSpec, Shape

from . import im2col


def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, *out) of x (N, C, *spatial), w (K, C/groups, *kernel), bias (K,) or None.

    activation: None or "relu". The memory of the result is channels-last.
    """
    return _rung(x).conv_forward(x, w, bias, spec, activation)


def residual_forward(
    x: np.ndarray, w: np.ndarray, bias: np.ndarray | None, skip: np.ndarray, spec: ConvSpec
) -> np.ndarray:
    """relu(y + skip), y as of `conv_forward` and skip of its shape: the end of a residual block."""
    return _rung(x).residual_forward(x, w, bias, skip, spec)


def separable_forward(
    x: np.ndarray,
    mix: np.ndarray,
    shift: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, H, W) of x (N, C, H, W): a 1x1 convolution, then every channel filtered by itself.

    mix: (K, C, 1, 1), shift (K,); w: (K, 1, 3, 3), bias (K,); a border of one zero between the two.
    activation: None or "relu". The memory of the result is channels-last.
    """
    return _rung(x).separable_forward(x, mix, shift, w, bias, activation)


def conv_input_grad(g: np.ndarray, w: np.ndarray, spec: ConvSpec, input_shape: Shape) -> np.ndarray:
    """The gradient to x (N, C, *spatial), from g (N, K, *out) and w (K, C/groups, *kernel).

    g: the gradient to y; input_shape: the shape of x. The memory of the result is channels-last.
    Used forward, this is the transposed convolution.
    """
    return _rung(g).conv_input_grad(g, w, spec, input_shape)


def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The gradient to w (K, C/groups, *kernel), from g (N, K, *out) and x (N, C, *spatial).

    g: the gradient to y; kernel_shape: the shape of w.
    """
    return _rung(g).conv_weight_grad(g, x, spec, kernel_shape)


def _rung(a: np.ndarray) -> ModuleType:
    if a.dtype != np.float32 or not compiled():
        return im2col
    from . import fast

    return fast
