"""Max and average pooling of rank 1 to 3, forward and gradient, on NumPy arrays.

x: (N, C, *spatial), float32 or float64, any strides; channels-last memory is read without a copy.
kernel: window sizes; spec: stride, padding and dilation, one per spatial axis.
`where`: the row-major offset of each window's maximum in that window, one byte for windows of up to
256 places. Of equal values the first wins; NaN beats every number and the last NaN wins, as in
PyTorch. A window that sees nothing but padding gives -inf (max) or 0 (average) and no gradient.

float32 runs on compiled kernels (`fast`), float64 on NumPy (`strided`), as does float32 where the
environment variable `MINIDL_KERNELS=plain` asks for it; results are channels-last in memory.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.geometry import ConvSpec

from . import strided


def max_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray]:
    """The maximum of every window of x (N, C, *spatial), and `where` it was: both (N, C, *out)."""
    return _rung(x).max_pool(x, kernel, spec)


def max_values(x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec) -> np.ndarray:
    """The maximum (N, C, *out) of every window of x (N, C, *spatial), and not where it was."""
    return _rung(x).max_values(x, kernel, spec)


def max_pool_grad(
    g: np.ndarray,
    where: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
) -> np.ndarray:
    """The gradient to the input (N, C, *spatial) of `max_pool`, from g (N, C, *out) and `where`."""
    return _rung(g).max_pool_grad(g, where, kernel, spec, input_shape)


def avg_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> np.ndarray:
    """The mean (N, C, *out) of every window of x (N, C, *spatial).

    Padding counts as zeros, or not at all.
    """
    return _rung(x).avg_pool(x, kernel, spec, count_include_pad)


def avg_pool_grad(
    g: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
    count_include_pad: bool = True,
) -> np.ndarray:
    """The gradient to the input (N, C, *spatial) of `avg_pool`, from g (N, C, *out)."""
    return _rung(g).avg_pool_grad(g, kernel, spec, input_shape, count_include_pad)


def _rung(a: np.ndarray) -> ModuleType:
    if a.dtype != np.float32 or not compiled():
        return strided
    from . import fast

    return fast
