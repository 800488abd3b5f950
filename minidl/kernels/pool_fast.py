"""Pooling compiled by Numba: rows side by side, the inner loop over channels in vector registers.

The third of three rungs. Every rank is treated as 3-D, channels-last: (N, D, H, W, C), with axes of
one place where there are fewer. Gradients are gathered, each input row from the windows that look
at it, so no two threads write to one place and the result does not depend on their number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minidl.kernels import threads
from minidl.kernels.geometry import ConvSpec, channels_first, three_axes
from minidl.kernels.jit import inner
from minidl.kernels.jit import kernel as entry
from minidl.kernels.pool_geometry import offset_dtype, window_counts
from minidl.kernels.simd import next_item

Triple = tuple[int, int, int]
SMALL = 1 << 14  # numbers: below this a second thread costs more than it saves


def max_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of every window, and its row-major offset in the window (see `pool`)."""
    out = spec.output_shape(x.shape[2:], kernel)
    y = np.empty((x.shape[0], *out, x.shape[1]), x.dtype)
    where = np.empty(y.shape, offset_dtype(kernel))
    _run(_max_pool, y, (_volumes(x), _as_3d(y), _as_3d(where), *_window(kernel, spec)))
    return channels_first(y), channels_first(where)


def max_pool_grad(
    g: np.ndarray,
    where: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
) -> np.ndarray:
    """Adds the gradient of every window to the one input that was its maximum."""
    dx = np.empty((input_shape[0], *input_shape[2:], input_shape[1]), g.dtype)
    _run(_max_pool_grad, dx, (_volumes(g), _volumes(where), _as_3d(dx), *_window(kernel, spec)))
    return channels_first(dx)


def avg_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> np.ndarray:
    """The mean of every window; padding counts as zeros, or not at all."""
    out = spec.output_shape(x.shape[2:], kernel)
    y = np.empty((x.shape[0], *out, x.shape[1]), x.dtype)
    counts = _counts(x.shape, out, kernel, spec, count_include_pad)
    _run(_avg_pool, y, (_volumes(x), _as_3d(y), counts, *_window(kernel, spec)))
    return channels_first(y)


def avg_pool_grad(
    g: np.ndarray,
    kernel: tuple[int, ...],
    spec: ConvSpec,
    input_shape: tuple[int, ...],
    count_include_pad: bool = True,
) -> np.ndarray:
    """Shares the gradient of every window out among the inputs it averaged."""
    dx = np.empty((input_shape[0], *input_shape[2:], input_shape[1]), g.dtype)
    counts = _counts(input_shape, g.shape[2:], kernel, spec, count_include_pad)
    _run(_avg_pool_grad, dx, (_volumes(g), _as_3d(dx), counts, *_window(kernel, spec)))
    return channels_first(dx)


def _run(function: Any, result: np.ndarray, job: tuple) -> None:
    """Fills `result` (N, *spatial, C), its rows of places shared out among the threads."""
    rows = math.prod(result.shape[:-2])
    with threads.exclusive:
        threads.run(function, rows, job, threads=1 if result.size < SMALL else None)


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
    return _as_3d(np.require(np.moveaxis(x, 1, -1), requirements=["C", "ALIGNED"]))


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


@inner
def _span(start: int, kernel: int, dilation: int, size: int) -> tuple[int, int]:
    """The places lo <= t < hi of a window along one axis for which start + t dilation is inside."""
    lo = 0 if start >= 0 else (-start + dilation - 1) // dilation
    hi = min(kernel, (size - start + dilation - 1) // dilation)
    return lo, hi


@inner
def _source(
    place: int, tap: int, axis: int, out: int, stride: Triple, dilation: Triple, before: Triple
) -> int:
    """The window whose place number `tap` is the input `place` along one axis; -1 if none."""
    start = place + before[axis] - tap * dilation[axis]
    window = start // stride[axis]
    return window if start == window * stride[axis] and window < out else -1


@entry
def _max_pool(thread: int, counter: int, count: int, job: tuple) -> None:
    """Rows of y and where (N, OD, OH, OW, C), from x (N, D, H, W, C)."""
    x, y, where, kernel, stride, dilation, before = job
    _, OD, OH, OW, _ = y.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, kernel[0], dilation[0], x.shape[1])
        h_lo, h_hi = _span(h0, kernel[1], dilation[1], x.shape[2])
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, kernel[2], dilation[2], x.shape[3])
            best, offsets = y[n, od, oh, ow], where[n, od, oh, ow]
            first = True
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    values = x[n, d0 + d * dilation[0], h0 + h * dilation[1]]
                    for w in range(w_lo, w_hi):
                        offset = where.dtype.type((d * kernel[1] + h) * kernel[2] + w)
                        _keep_larger(values[w0 + w * dilation[2]], offset, best, offsets, first)
                        first = False
            if first:  # a window that lies in the padding altogether
                best[:] = -np.inf
                offsets[:] = 0


@inner
def _keep_larger(
    values: np.ndarray, offset: int, best: np.ndarray, offsets: np.ndarray, first: bool
) -> None:
    """The larger of two rows (C,), a NaN counting as largest, and where it comes from."""
    if first:
        for c in range(best.size):
            best[c], offsets[c] = values[c], offset
    else:
        for c in range(best.size):
            better = (values[c] > best[c]) | (values[c] != values[c])
            best[c] = values[c] if better else best[c]
            offsets[c] = offset if better else offsets[c]


@entry
def _max_pool_grad(thread: int, counter: int, count: int, job: tuple) -> None:
    """Rows of dx (N, D, H, W, C), from g and where (N, OD, OH, OW, C)."""
    g, where, dx, kernel, stride, dilation, before = job
    _, OD, OH, OW, C = g.shape
    _, D, H, W, _ = dx.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (D * H), row // H % D, row % H
        totals = dx[n, d, h]
        totals[:] = 0
        for td in range(kernel[0]):
            od = _source(d, td, 0, OD, stride, dilation, before)
            for th in range(kernel[1]):
                oh = _source(h, th, 1, OH, stride, dilation, before)
                if od < 0 or oh < 0:
                    continue
                shares, offsets = g[n, od, oh], where[n, od, oh]
                for tw in range(kernel[2]):
                    offset = where.dtype.type((td * kernel[1] + th) * kernel[2] + tw)
                    start = tw * dilation[2] - before[2]
                    lo, hi = _span(start, OW, stride[2], W)
                    for ow in range(lo, hi):
                        w = start + ow * stride[2]
                        for c in range(C):
                            totals[w, c] += shares[ow, c] if offsets[ow, c] == offset else 0


@entry
def _avg_pool(thread: int, counter: int, count: int, job: tuple) -> None:
    """Rows of y (N, OD, OH, OW, C), from x (N, D, H, W, C)."""
    x, y, counts, kernel, stride, dilation, before = job
    _, OD, OH, OW, C = y.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, kernel[0], dilation[0], x.shape[1])
        h_lo, h_hi = _span(h0, kernel[1], dilation[1], x.shape[2])
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, kernel[2], dilation[2], x.shape[3])
            mean = y[n, od, oh, ow]
            mean[:] = 0
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    values = x[n, d0 + d * dilation[0], h0 + h * dilation[1]]
                    for w in range(w_lo, w_hi):
                        for c in range(C):
                            mean[c] += values[w0 + w * dilation[2], c]
            scale = y.dtype.type(1 / (counts[0][od] * counts[1][oh] * counts[2][ow]))
            for c in range(C):
                mean[c] *= scale


@entry
def _avg_pool_grad(thread: int, counter: int, count: int, job: tuple) -> None:
    """Rows of dx (N, D, H, W, C), from g (N, OD, OH, OW, C)."""
    g, dx, counts, kernel, stride, dilation, before = job
    _, OD, OH, OW, C = g.shape
    _, D, H, W, _ = dx.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (D * H), row // H % D, row % H
        totals = dx[n, d, h]
        totals[:] = 0
        for td in range(kernel[0]):
            od = _source(d, td, 0, OD, stride, dilation, before)
            for th in range(kernel[1]):
                oh = _source(h, th, 1, OH, stride, dilation, before)
                if od < 0 or oh < 0:
                    continue
                shares = g[n, od, oh]
                for tw in range(kernel[2]):
                    start = tw * dilation[2] - before[2]
                    lo, hi = _span(start, OW, stride[2], W)
                    for ow in range(lo, hi):
                        w = start + ow * stride[2]
                        scale = dx.dtype.type(1 / (counts[0][od] * counts[1][oh] * counts[2][ow]))
                        for c in range(C):
                            totals[w, c] += shares[ow, c] * scale
