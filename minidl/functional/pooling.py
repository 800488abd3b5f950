"""Pooling of rank 1 to 3."""

from __future__ import annotations

from typing import Any

from minidl.functional.windows import Padding, Sizes, pool_spec, window
from minidl.ops.pool import avg_pool, max_pool
from minidl.tensor import Tensor, as_tensor


def max_pool1d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    dilation: Sizes = 1,
) -> Tensor:  # fmt: skip
    """`max_pool2d` along one axis: input (N, C, L)."""
    return _pool_max(1, input, kernel_size, stride, padding, dilation)


def max_pool2d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    dilation: Sizes = 1,
) -> Tensor:  # fmt: skip
    """The maximum of every window of input (N, C, H, W); the first of equals takes the gradient.

    stride: the kernel size when None. padding: at most half the kernel, and never wins.
    """
    return _pool_max(2, input, kernel_size, stride, padding, dilation)


def max_pool3d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    dilation: Sizes = 1,
) -> Tensor:  # fmt: skip
    """`max_pool2d` along three axes: input (N, C, D, H, W)."""
    return _pool_max(3, input, kernel_size, stride, padding, dilation)


def _pool_max(
    rank: int, input: Any, size: Sizes, stride: Sizes | None, padding: Padding, dilation: Sizes
) -> Tensor:
    x = as_tensor(input)
    kernel = window(f"max_pool{rank}d", rank, size)
    spec = pool_spec(f"max_pool{rank}d", x.shape, kernel, stride, padding, dilation)
    return max_pool(x, kernel, spec)


def avg_pool1d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    count_include_pad: bool = True,
) -> Tensor:  # fmt: skip
    """`avg_pool2d` along one axis: input (N, C, L)."""
    return _pool_avg(1, input, kernel_size, stride, padding, count_include_pad)


def avg_pool2d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    count_include_pad: bool = True,
) -> Tensor:  # fmt: skip
    """The mean of every window of input (N, C, H, W); padded zeros count, unless told otherwise."""
    return _pool_avg(2, input, kernel_size, stride, padding, count_include_pad)


def avg_pool3d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
    count_include_pad: bool = True,
) -> Tensor:  # fmt: skip
    """`avg_pool2d` along three axes: input (N, C, D, H, W)."""
    return _pool_avg(3, input, kernel_size, stride, padding, count_include_pad)


def _pool_avg(
    rank: int, input: Any, size: Sizes, stride: Sizes | None, padding: Padding, count_pad: bool
) -> Tensor:
    x = as_tensor(input)
    kernel = window(f"avg_pool{rank}d", rank, size)
    spec = pool_spec(f"avg_pool{rank}d", x.shape, kernel, stride, padding, 1)
    return avg_pool(x, kernel, spec, count_pad)
