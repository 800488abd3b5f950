"""Pooling of rank 1 to 3."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.functional.windows import Padding, Sizes, pairs, per_axis, pool_spec, window
from minidl.kernels.geometry import ConvSpec
from minidl.ops.pool import avg_pool, max_places, max_pool
from minidl.tensor import Tensor, as_tensor


@checked
def max_pool1d(
    input: Numbers, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    dilation: Sizes = 1, ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """`max_pool2d` along one axis: input (N, C, L)."""
    return _pool_max(
        1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )  # fmt: skip


@checked
def max_pool2d(
    input: Numbers, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    dilation: Sizes = 1, ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """The maximum of every window of input (N, C, H, W); the first of equals takes the gradient.

    stride: the kernel size when None. padding: at most half the window, and never wins.
    ceil_mode: windows may reach beyond the border, if they begin in the input or the padding
    before it. return_indices: gives (maxima, row-major places of them in each channel, int64).
    """
    return _pool_max(
        2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )  # fmt: skip


@checked
def max_pool3d(
    input: Numbers, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    dilation: Sizes = 1, ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """`max_pool2d` along three axes: input (N, C, D, H, W)."""
    return _pool_max(
        3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )  # fmt: skip


def _pool_max(
    rank: int, input: Any, size: Sizes, stride: Sizes | None, padding: Padding, dilation: Sizes,
    ceil_mode: bool, return_indices: bool,
) -> Any:  # fmt: skip
    x = as_tensor(input)
    kernel = window(f"max_pool{rank}d", rank, size)
    spec = pool_spec(f"max_pool{rank}d", x.shape, kernel, stride, padding, dilation, ceil_mode)
    y = max_pool(x, kernel, spec)
    return (y, max_places(x, kernel, spec)) if return_indices else y


@checked
def avg_pool1d(
    input: Numbers, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    ceil_mode: bool = False, count_include_pad: bool = True,
) -> Tensor:  # fmt: skip
    """`avg_pool2d` along one axis: input (N, C, L)."""
    return _pool_avg(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


@checked
def avg_pool2d(
    input: Numbers, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: int | None = None,
) -> Tensor:  # fmt: skip
    """The mean of every window of input (N, C, H, W); padded zeros count, unless told otherwise.

    ceil_mode: as in `max_pool2d`; what lies beyond the padding never counts.
    divisor_override: divides the sum of each window by this instead of by what counts.
    """
    return _pool_avg(
        2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


@checked
def avg_pool3d(
    input: Numbers, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: int | None = None,
) -> Tensor:  # fmt: skip
    """`avg_pool2d` along three axes: input (N, C, D, H, W)."""
    return _pool_avg(
        3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def _pool_avg(
    rank: int, input: Any, size: Sizes, stride: Sizes | None, padding: Padding, ceil_mode: bool,
    count_pad: bool, divisor: int | None,
) -> Tensor:  # fmt: skip
    name = f"avg_pool{rank}d"
    x = as_tensor(input)
    kernel = window(name, rank, size)
    spec = pool_spec(name, x.shape, kernel, stride, padding, 1, ceil_mode)
    if divisor is not None:
        (divisor,) = per_axis(name, "divisor_override", 1, divisor, 1)
        return avg_pool(x, kernel, spec) * (math.prod(kernel) / divisor)
    y = avg_pool(x, kernel, spec, count_pad)
    declared = pairs(name, kernel, spec.stride, spec.dilation, padding)
    if not count_pad or spec.padding == declared:
        return y
    return y * _counted_less(x.shape[2:], y.shape[2:], kernel, spec, declared)


def _counted_less(
    size: tuple[int, ...], out: tuple[int, ...], kernel: tuple[int, ...], spec: ConvSpec,
    declared: tuple[tuple[int, int], ...],
) -> np.ndarray:  # fmt: skip
    """By what a mean over whole windows grows where they reach beyond the declared padding."""
    factors = [
        k / np.minimum(k, n + before + after - np.arange(steps) * s)
        for n, k, s, steps, (before, after) in zip(
            size, kernel, spec.stride, out, declared, strict=True
        )
    ]
    return reduce(np.multiply.outer, factors)
