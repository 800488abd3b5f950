"""Pooling compiled by Numba: rows in parallel, the inner loop over channels in vector registers.

The third of three rungs. Every rank is treated as 3-D, channels-last: (N, D, H, W, C), with axes of
one place where there are fewer. Gradients are gathered, each input row from the windows that look
at it, so no two threads write to one place and the result does not depend on their number.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from minidl.kernels.geometry import ConvSpec, channels_first, three_axes
from minidl.kernels.pool_geometry import offset_dtype, window_counts

Triple = tuple[int, int, int]


def max_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of every window, and its row-major offset in the window (see `pool`)."""
    out = spec.output_shape(x.shape[2:], kernel)
    y = np.empty((x.shape[0], *out, x.shape[1]), x.dtype)
    where = np.empty(y.shape, offset_dtype(kernel))
    _max_pool(_volumes(x), _as_3d(y), _as_3d(where), *_window(kernel, spec))
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
    _max_pool_grad(_volumes(g), _volumes(where), _as_3d(dx), *_window(kernel, spec))
    return channels_first(dx)


def avg_pool(
    x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> np.ndarray:
    """The mean of every window; padding counts as zeros, or not at all."""
    out = spec.output_shape(x.shape[2:], kernel)
    y = np.empty((x.shape[0], *out, x.shape[1]), x.dtype)
    counts = _counts(x.shape, out, kernel, spec, count_include_pad)
    _avg_pool(_volumes(x), _as_3d(y), counts, *_window(kernel, spec))
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
    _avg_pool_grad(_volumes(g), _as_3d(dx), counts, *_window(kernel, spec))
    return channels_first(dx)


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


@njit(cache=True, inline="always")
def _span(start: int, kernel: int, dilation: int, size: int) -> tuple[int, int]:
    """The places lo <= t < hi of a window along one axis for which start + t dilation is inside."""
    lo = 0 if start >= 0 else (-start + dilation - 1) // dilation
    hi = min(kernel, (size - start + dilation - 1) // dilation)
    return lo, hi


@njit(cache=True, parallel=True)
def _max_pool(
    x: np.ndarray,
    y: np.ndarray,
    where: np.ndarray,
    kernel: Triple,
    stride: Triple,
    dilation: Triple,
    before: Triple,
) -> None:
    """y (N, OD, OH, OW, C) and where, from x (N, D, H, W, C)."""
    _, D, H, W, C = x.shape
    N, OD, OH, OW, _ = y.shape
    for row in prange(N * OD * OH):
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, kernel[0], dilation[0], D)
        h_lo, h_hi = _span(h0, kernel[1], dilation[1], H)
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, kernel[2], dilation[2], W)
            best, offsets = y[n, od, oh, ow], where[n, od, oh, ow]
            first = True
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    for w in range(w_lo, w_hi):
                        values = x[
                            n, d0 + d * dilation[0], h0 + h * dilation[1], w0 + w * dilation[2]
                        ]
                        offset = offsets.dtype.type((d * kernel[1] + h) * kernel[2] + w)
                        if first:
                            for c in range(C):
                                best[c], offsets[c] = values[c], offset
                            first = False
                        else:
                            for c in range(C):
                                better = (values[c] > best[c]) | (values[c] != values[c])
                                best[c] = values[c] if better else best[c]
                                offsets[c] = offset if better else offsets[c]
            if first:  # a window that lies in the padding altogether
                best[:] = -np.inf
                offsets[:] = 0


@njit(cache=True, parallel=True)
def _max_pool_grad(
    g: np.ndarray,
    where: np.ndarray,
    dx: np.ndarray,
    kernel: Triple,
    stride: Triple,
    dilation: Triple,
    before: Triple,
) -> None:
    """dx (N, D, H, W, C) from g and where (N, OD, OH, OW, C)."""
    _, OD, OH, OW, C = g.shape
    N, D, H, W, _ = dx.shape
    for row in prange(N * D * H):
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


@njit(cache=True, inline="always")
def _source(
    place: int, tap: int, axis: int, out: int, stride: Triple, dilation: Triple, before: Triple
) -> int:
    """The window whose place number `tap` is the input `place` along one axis; -1 if none."""
    start = place + before[axis] - tap * dilation[axis]
    window = start // stride[axis]
    return window if start == window * stride[axis] and window < out else -1


@njit(cache=True, parallel=True)
def _avg_pool(
    x: np.ndarray,
    y: np.ndarray,
    counts: tuple[np.ndarray, np.ndarray, np.ndarray],
    kernel: Triple,
    stride: Triple,
    dilation: Triple,
    before: Triple,
) -> None:
    """y (N, OD, OH, OW, C) from x (N, D, H, W, C)."""
    _, D, H, W, C = x.shape
    N, OD, OH, OW, _ = y.shape
    for row in prange(N * OD * OH):
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, kernel[0], dilation[0], D)
        h_lo, h_hi = _span(h0, kernel[1], dilation[1], H)
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, kernel[2], dilation[2], W)
            mean = y[n, od, oh, ow]
            mean[:] = 0
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    for w in range(w_lo, w_hi):
                        values = x[
                            n, d0 + d * dilation[0], h0 + h * dilation[1], w0 + w * dilation[2]
                        ]
                        for c in range(C):
                            mean[c] += values[c]
            scale = y.dtype.type(1 / (counts[0][od] * counts[1][oh] * counts[2][ow]))
            for c in range(C):
                mean[c] *= scale


@njit(cache=True, parallel=True)
def _avg_pool_grad(
    g: np.ndarray,
    dx: np.ndarray,
    counts: tuple[np.ndarray, np.ndarray, np.ndarray],
    kernel: Triple,
    stride: Triple,
    dilation: Triple,
    before: Triple,
) -> None:
    """dx (N, D, H, W, C) from g (N, OD, OH, OW, C)."""
    _, OD, OH, OW, C = g.shape
    N, D, H, W, _ = dx.shape
    for row in prange(N * D * H):
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
