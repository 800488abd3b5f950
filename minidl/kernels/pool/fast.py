"""Pooling on the compiled kernels: the third of three rungs.

Every rank is treated as 3-D, channels-last: (N, D, H, W, C), with axes of one place where there are
fewer. Gradients are gathered, each input row from the windows that look at it, so no two threads
write to one place and the result does not depend on their number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minidl.kernels.geometry import ConvSpec, three_axes
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.sizes import LONE_POOL_NUMBERS, POOL_PERIOD_PLACES
from minidl.kernels.machine.trace import traced
from minidl.kernels.pool.geometry import offset_dtype, window_counts
from minidl.kernels.pool.kernels import (
    avg_pool_grad_rows,
    avg_pool_large_rows,
    avg_pool_rows,
    max_pool_grad_rows,
    max_pool_rows,
)
from minidl.kernels.pool.value_kernels import Maxima, max_value_rows

Triple = tuple[int, int, int]


@traced("compiled")
def max_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of every window of x (N, C, *spatial), and its row-major offset there.

    Both (N, C, *out); the rules for ties and NaN are in `pool`.
    """
    out = spec.output_shape(x.shape[2:], kernel)
    y = results.empty((x.shape[0], *out, x.shape[1]))
    where = np.empty(y.shape, offset_dtype(kernel))
    rest = _taps(kernel), *_window(kernel, spec)
    _run(max_pool_rows, y, (_volumes(x), _as_3d(y), _as_3d(where), *rest))
    return channels_first(y), channels_first(where)


@traced("compiled")
def max_values(x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec) -> np.ndarray:
    """The largest value (N, C, *out) of every window of x (N, C, *spatial)."""
    out = spec.output_shape(x.shape[2:], kernel)
    last = channels_last(x)
    y = results.empty((x.shape[0], *out, x.shape[1]))
    sizes = three_axes(x.shape[2:], 1), three_axes(out, 1)
    job = Maxima(last.ctypes.data, y.ctypes.data, x.shape[1], *sizes, *_window(kernel, spec))
    _run(max_value_rows, y, job, holds=(last, y))
    return channels_first(y)


@traced("compiled")
def max_pool_grad(
    g: np.ndarray,
    where: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
) -> np.ndarray:
    """Adds g (N, C, *out) to the input (N, C, *spatial) that was the maximum of its window."""
    dx = results.empty((input_shape[0], *input_shape[2:], input_shape[1]))
    _run(max_pool_grad_rows, dx, (_volumes(g), _volumes(where), _as_3d(dx), *_window(kernel, spec)))
    return channels_first(dx)


@traced("compiled")
def avg_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> np.ndarray:
    """The mean (N, C, *out) of every window; padding counts as zeros, or not at all."""
    out = spec.output_shape(x.shape[2:], kernel)
    y = results.empty((x.shape[0], *out, x.shape[1]))
    counts = _counts(x.shape, out, kernel, spec, count_include_pad)
    rest = counts, *_window(kernel, spec)
    if math.prod(kernel) < POOL_PERIOD_PLACES:
        _run(
            avg_pool_rows,
            y,
            (_volumes(x), _as_3d(y), _taps(kernel), int(results.streams(y)), *rest),
        )
    else:
        _run(avg_pool_large_rows, y, (_volumes(x), _as_3d(y), _room(y.shape[-1:]), *rest))
    return channels_first(y)


@traced("compiled")
def avg_pool_grad(
    g: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
    count_include_pad: bool = True,
) -> np.ndarray:
    """Shares g (N, C, *out) out among the inputs (N, C, *spatial) that each window averaged."""
    dx = results.empty((input_shape[0], *input_shape[2:], input_shape[1]))
    counts = _counts(input_shape, g.shape[2:], kernel, spec, count_include_pad)
    room = _room(dx.shape[-2:])
    _run(avg_pool_grad_rows, dx, (_volumes(g), _as_3d(dx), room, counts, *_window(kernel, spec)))
    return channels_first(dx)


def _room(shape: tuple[int, ...]) -> np.ndarray:
    """Room for every thread to add up in, in float64: a window may have a million places."""
    return np.empty((threads.get_num_threads(), *shape), np.float64)


def _taps(kernel: tuple[int, ...]) -> np.ndarray:
    """Room for every thread to list the taps of a window, and their offsets in it."""
    return np.empty((threads.get_num_threads(), 2, math.prod(kernel)), np.int64)


def _run(
    function: Any, result: np.ndarray, job: tuple, holds: tuple[np.ndarray, ...] | None = None
) -> None:
    """Fills `result` (N, *spatial, C), its rows of places shared out among the threads."""
    rows = math.prod(result.shape[:-2])
    with threads.exclusive:
        team = 1 if result.size < LONE_POOL_NUMBERS else None
        threads.run(function, rows, job, threads=team, holds=holds)


def _window(kernel: tuple[int, ...], spec: ConvSpec) -> tuple[Triple, Triple, Triple, Triple]:
    """Kernel, stride, dilation and padding before, for three axes."""
    before = tuple(b for b, _ in spec.padding)
    return (
        three_axes(kernel, 1),
        three_axes(spec.stride, 1),
        three_axes(spec.dilation, 1),
        three_axes(before, 0),
    )


def _counts(
    shape: tuple[int, ...],
    out: tuple[int, ...],
    kernel: tuple[int, ...],
    spec: ConvSpec,
    count_include_pad: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One factor of the windows' sizes per axis, for three axes."""
    factors = window_counts(shape[2:], out, kernel, spec, count_include_pad)
    d, h, w = (np.ones(1, np.int64),) * (3 - len(out)) + factors
    return d, h, w


def _volumes(x: np.ndarray) -> np.ndarray:
    """(N, C, *spatial) as a contiguous (N, D, H, W, C); a view if x is channels-last already."""
    return _as_3d(np.require(channels_last(x), requirements="A"))


def _as_3d(x: np.ndarray) -> np.ndarray:
    """(N, *spatial, C) as (N, D, H, W, C), looking writable.

    Numba compiles once for read-only and once for writable arrays. Kernels do not write to their
    inputs, so showing them all as writable saves every second compilation.
    """
    missing = (1,) * (5 - x.ndim)
    return np.asarray(_Writable(x.reshape(x.shape[0], *missing, *x.shape[1:])))


class _Writable:
    """The memory of an array under NumPy's array protocol, with the read-only flag left out."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array  # keeps the memory alive
        interface = array.__array_interface__
        self.__array_interface__ = {**interface, "data": (interface["data"][0], False)}
