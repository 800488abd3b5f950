"""Pooling to a size of the result instead of by a size of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from minidl.arguments import Numbers, checked
from minidl.functional.windows import check_rank, per_axis
from minidl.kernels.geometry import ConvSpec
from minidl.ops.adaptive import window_maxima, window_means
from minidl.ops.pool import avg_pool
from minidl.tensor import Tensor, as_tensor

OutputSize = Annotated[int | Sequence[int | None] | None, "checked by output_sizes"]


@checked
def adaptive_avg_pool1d(input: Numbers, output_size: OutputSize) -> Tensor:
    """`adaptive_avg_pool2d` along one axis: input (N, C, L)."""
    return _pool("adaptive_avg_pool1d", 1, window_means, input, output_size)


@checked
def adaptive_avg_pool2d(input: Numbers, output_size: OutputSize) -> Tensor:
    """The means of input (N, C, H, W) over as many windows per axis as output_size says.

    output_size: an int or one per axis; None keeps the axis. Along an axis of n places, window i of
    m covers floor(i n / m) up to, but not, ceil((i + 1) n / m); neighbours may share a place.
    """
    return _pool("adaptive_avg_pool2d", 2, window_means, input, output_size)


@checked
def adaptive_avg_pool3d(input: Numbers, output_size: OutputSize) -> Tensor:
    """`adaptive_avg_pool2d` along three axes: input (N, C, D, H, W)."""
    return _pool("adaptive_avg_pool3d", 3, window_means, input, output_size)


@checked
def adaptive_max_pool1d(input: Numbers, output_size: OutputSize) -> Tensor:
    """`adaptive_max_pool2d` along one axis: input (N, C, L)."""
    return _pool("adaptive_max_pool1d", 1, window_maxima, input, output_size)


@checked
def adaptive_max_pool2d(input: Numbers, output_size: OutputSize) -> Tensor:
    """The maxima of the windows of `adaptive_avg_pool2d`; the first of equals has the gradient."""
    return _pool("adaptive_max_pool2d", 2, window_maxima, input, output_size)


@checked
def adaptive_max_pool3d(input: Numbers, output_size: OutputSize) -> Tensor:
    """`adaptive_max_pool2d` along three axes: input (N, C, D, H, W)."""
    return _pool("adaptive_max_pool3d", 3, window_maxima, input, output_size)


def _pool(
    name: str, rank: int, along: Callable[..., Tensor], input: Any, output_size: OutputSize
) -> Tensor:
    x = as_tensor(input)
    check_rank(name, rank, x.shape)
    sizes = output_sizes(name, output_size, x.shape[2:])
    if along is window_means and not any(n % m for n, m in zip(x.shape[2:], sizes, strict=True)):
        kernel = tuple(n // m for n, m in zip(x.shape[2:], sizes, strict=True))
        return avg_pool(x, kernel, ConvSpec(kernel, ((0, 0),) * rank, (1,) * rank))
    for axis in reversed(range(rank)):  # the last first, so that the first of equal maxima wins
        x = along(x, axis=axis + 2, count=sizes[axis])
    return x


def output_sizes(name: str, size: OutputSize, spatial: tuple[int, ...]) -> tuple[int, ...]:
    """`size` as one int per axis; None is the input's."""
    given = size if isinstance(size, Sequence) else (size,) * len(spatial)
    full = [n if m is None else m for m, n in zip(given, spatial, strict=False)]
    return per_axis(name, "output_size", len(spatial), [*full, *given[len(full) :]], 1)
