"""Convolution, rung 3: the compiled kernels, float32. Which family of them, is decided here.

- every channel on its own (depthwise): sums over the taps;
- 3x3 at stride 1, no dilation, one group, enough input channels: Winograd, a quarter of the
  multiplications;
- anything else: windows gathered into the cache and multiplied (implicit GEMM).
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape
from minidl.kernels.machine import threads
from minidl.kernels.machine.simd import LANES
from minidl.kernels.machine.sizes import WINOGRAD_MIN_CHANNELS
from minidl.kernels.passes.elementwise import add, relu

from . import depthwise
from .gemm import convolve as gemm
from .gemm import weight as gemm_weight
from .separable import separable_forward
from .winograd import convolve as winograd
from .winograd import weight as winograd_weight

__all__ = [
    "conv_forward",
    "conv_input_grad",
    "conv_weight_grad",
    "residual_forward",
    "separable_forward",
]

threads.limit_blas()


def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, *out) of x (N, C, *spatial), w (K, C/groups, *kernel), bias (K,); ReLU if asked."""
    return _forward_family(x, w, spec).conv_forward(x, w, bias, spec, activation)


def residual_forward(
    x: np.ndarray, w: np.ndarray, bias: np.ndarray | None, skip: np.ndarray, spec: ConvSpec
) -> np.ndarray:
    """relu(y + skip), y (N, K, *out) as of `conv_forward` and skip of its shape; in one pass where
    the results of a position fill vectors.
    """
    family = _forward_family(x, w, spec)
    if w.shape[0] % LANES or family is depthwise or spec.groups > 1:
        return relu(add(family.conv_forward(x, w, bias, spec), skip))
    return family.conv_forward(x, w, bias, spec, "relu", skip)


def _forward_family(x: np.ndarray, w: np.ndarray, spec: ConvSpec) -> ModuleType:
    family = _family(w.shape, spec)
    wasted = family is winograd and x.size > 0 and winograd.wastes(x.shape, spec)
    return gemm if wasted else family


def conv_input_grad(g: np.ndarray, w: np.ndarray, spec: ConvSpec, input_shape: Shape) -> np.ndarray:
    """The gradient to x (N, C, *spatial), from g (N, K, *out) and w (K, C/groups, *kernel)."""
    return _family(w.shape, spec).conv_input_grad(g, w, spec, input_shape)


def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The gradient to w (K, C/groups, *kernel), from g (N, K, *out) and x (N, C, *spatial)."""
    family = _family(kernel_shape, spec)
    if family is winograd:
        return winograd_weight.conv_weight_grad(g, x, spec, kernel_shape)
    if family is gemm:
        return gemm_weight.conv_weight_grad(g, x, spec, kernel_shape)
    return depthwise.conv_weight_grad(g, x, spec, kernel_shape)


def _family(kernel_shape: Shape, spec: ConvSpec) -> ModuleType:
    if depthwise.suits(kernel_shape, spec):
        return depthwise
    if winograd.suits(kernel_shape[2:], spec) and kernel_shape[1] >= WINOGRAD_MIN_CHANNELS:
        return winograd
    return gemm
