"""Pooling as loops: one window at a time, in the order in which it would be explained.

The first of three rungs; `strided` and `fast` have the same functions and give the same numbers,
means and gradients up to rounding. Arrays are (N, C, *spatial); a window is cut at the border, so
padding is never stored.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minidl.kernels.geometry import ConvSpec
from minidl.kernels.machine.trace import traced
from minidl.kernels.pool.geometry import offset_dtype

Position = tuple[int, ...]


@traced("loops")
def max_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of every window of x (N, C, *spatial), and its row-major offset there.

    Both (N, C, *out); the rules for ties and NaN are in `pool`.
    """
    size = spec.output_shape(x.shape[2:], kernel)
    y = np.full(x.shape[:2] + size, -np.inf, x.dtype)
    where = np.zeros(y.shape, offset_dtype(kernel))
    for n, c, *out in np.ndindex(*y.shape):
        at = (n, c, *out)
        for rank, (offset, place) in enumerate(_window(out, kernel, spec, x.shape[2:])):
            value = x[(n, c, *place)]
            if rank == 0 or value > y[at] or np.isnan(value):
                y[at], where[at] = value, offset
    return y, where


@traced("loops")
def max_pool_grad(
    g: np.ndarray,
    where: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
) -> np.ndarray:
    """Adds g (N, C, *out) to the input (N, C, *spatial) that was the maximum of its window."""
    dx = np.zeros(input_shape, g.dtype)
    for n, c, *out in np.ndindex(*g.shape):
        for offset, place in _window(out, kernel, spec, input_shape[2:]):
            if offset == where[(n, c, *out)]:
                dx[(n, c, *place)] += g[(n, c, *out)]
    return dx


@traced("loops")
def avg_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> np.ndarray:
    """The mean (N, C, *out) of every window; padding counts as zeros, or not at all."""
    y = np.zeros(x.shape[:2] + spec.output_shape(x.shape[2:], kernel), x.dtype)
    for n, c, *out in np.ndindex(*y.shape):
        places = [place for _, place in _window(out, kernel, spec, x.shape[2:])]
        count = int(np.prod(kernel)) if count_include_pad else max(1, len(places))
        for place in places:
            y[(n, c, *out)] += x[(n, c, *place)] / count
    return y


@traced("loops")
def avg_pool_grad(
    g: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
    count_include_pad: bool = True,
) -> np.ndarray:
    """Shares g (N, C, *out) out among the inputs (N, C, *spatial) that each window averaged."""
    dx = np.zeros(input_shape, g.dtype)
    for n, c, *out in np.ndindex(*g.shape):
        places = [place for _, place in _window(out, kernel, spec, input_shape[2:])]
        count = int(np.prod(kernel)) if count_include_pad else max(1, len(places))
        for place in places:
            dx[(n, c, *place)] += g[(n, c, *out)] / count
    return dx


def _window(
    out: list[int], kernel: tuple[int, ...], spec: ConvSpec, spatial: tuple[int, ...]
) -> Iterator[tuple[int, Position]]:
    """The (offset in the window, position in the input) of all that output `out` looks at."""
    for offset, tap in enumerate(np.ndindex(*kernel)):
        place = tuple(
            o * stride - before + t * dilation
            for o, t, stride, (before, _), dilation in zip(
                out, tap, spec.stride, spec.padding, spec.dilation, strict=True
            )
        )
        if all(0 <= p < size for p, size in zip(place, spatial, strict=True)):
            yield offset, place
