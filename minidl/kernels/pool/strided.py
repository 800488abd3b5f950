"""Pooling as NumPy: one place of the window at a time, for all windows at once.

The second of three rungs. The inputs that sit at one place of their windows are a strided slice of
the padded input; a window of k places takes k such slices. Inside, arrays are channels-last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from minidl.kernels.geometry import ConvSpec
from minidl.kernels.layout import channels_first
from minidl.kernels.machine.trace import traced
from minidl.kernels.pool.geometry import first_inside, offset_dtype, window_counts


@traced("strided")
def max_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of every window of x (N, C, *spatial), and its row-major offset there.

    Both (N, C, *out); the rules for ties and NaN are in `pool`.
    """
    out = spec.output_shape(x.shape[2:], kernel)
    padded = _pad(x, spec, -np.inf)
    y = np.full((x.shape[0], *out, x.shape[1]), -np.inf, x.dtype)
    where = np.empty(y.shape, offset_dtype(kernel))
    where[...] = first_inside(x.shape[2:], out, kernel, spec)[..., None]
    for offset, at in enumerate(_slices(kernel, spec, out)):
        value = padded[at]
        better = (value > y) | (value != value)  # NaN takes over, and nothing exceeds it
        np.copyto(y, value, where=better)
        where[better] = offset
    return channels_first(y), channels_first(where)


@traced("strided")
def max_values(x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec) -> np.ndarray:
    """The largest value (N, C, *out) of every window of x (N, C, *spatial)."""
    return max_pool(x, kernel, spec)[0]


@traced("strided")
def max_pool_grad(
    g: np.ndarray,
    where: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
) -> np.ndarray:
    """Adds g (N, C, *out) to the input (N, C, *spatial) that was the maximum of its window."""
    g, where = np.moveaxis(g, 1, -1), np.moveaxis(where, 1, -1)
    padded = _pad(np.zeros(input_shape, g.dtype), spec, 0)
    for offset, at in enumerate(_slices(kernel, spec, g.shape[1:-1])):
        padded[at] += np.where(where == offset, g, 0)
    return _crop(padded, spec, input_shape)


@traced("strided")
def avg_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> np.ndarray:
    """The mean (N, C, *out) of every window; padding counts as zeros, or not at all."""
    out = spec.output_shape(x.shape[2:], kernel)
    padded = _pad(x, spec, 0)
    y = np.zeros((x.shape[0], *out, x.shape[1]))  # float64: a window may have a million places
    for at in _slices(kernel, spec, out):
        y += padded[at]
    y /= _counts(x.shape[2:], out, kernel, spec, count_include_pad)
    return channels_first(y.astype(x.dtype, copy=False))


@traced("strided")
def avg_pool_grad(
    g: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
    count_include_pad: bool = True,
) -> np.ndarray:
    """Shares g (N, C, *out) out among the inputs (N, C, *spatial) that each window averaged."""
    out = g.shape[2:]
    counts = _counts(input_shape[2:], out, kernel, spec, count_include_pad)
    share = np.moveaxis(g, 1, -1) / counts.astype(g.dtype)
    padded = _pad(np.zeros(input_shape), spec, 0)
    for at in _slices(kernel, spec, out):
        padded[at] += share
    return _crop(padded, spec, input_shape).astype(g.dtype, copy=False)


def _slices(
    kernel: tuple[int, ...], spec: ConvSpec, out: tuple[int, ...]
) -> Iterator[tuple[slice, ...]]:
    """For every place of the window, in row-major order, where it falls in the padded input."""
    for tap in np.ndindex(*kernel):
        starts = [t * d for t, d in zip(tap, spec.dilation, strict=True)]
        yield (
            slice(None),
            *(
                slice(start, start + (n - 1) * stride + 1, stride)
                for start, n, stride in zip(starts, out, spec.stride, strict=True)
            ),
        )


def _pad(x: np.ndarray, spec: ConvSpec, value: float) -> np.ndarray:
    """(N, C, *spatial) to a padded, channels-last (N, *spatial, C)."""
    return np.pad(np.moveaxis(x, 1, -1), ((0, 0), *spec.padding, (0, 0)), constant_values=value)


def _crop(padded: np.ndarray, spec: ConvSpec, shape: tuple[int, ...]) -> np.ndarray:
    """The reverse of `_pad`: the part of (N, *padded, C) that is the input, as `shape`."""
    inner = tuple(
        slice(before, before + n) for (before, _), n in zip(spec.padding, shape[2:], strict=True)
    )
    return channels_first(np.ascontiguousarray(padded[(slice(None), *inner)]))


def _counts(
    spatial: tuple[int, ...],
    out: tuple[int, ...],
    kernel: tuple[int, ...],
    spec: ConvSpec,
    count_include_pad: bool,
) -> np.ndarray:
    """How many places every window averages over, (*out, 1)."""
    factors = window_counts(spatial, out, kernel, spec, count_include_pad)
    return reduce(np.multiply.outer, factors)[..., None]
