"""Pooling, compiled: each item of work is one row of the result, channels-last and 3-D.

Arrays are (N, D, H, W, C); what comes after them in a job are triples: window, stride, dilation and
padding before. The loop over channels is the inner one: they are contiguous, so it runs on vectors.
"""

from __future__ import annotations

import numpy as np

from .jit import inner, kernel
from .simd import next_item


@inner
def _span(start, taps, dilation, size):
    """The places lo <= t < hi of a window along one axis for which start + t dilation is inside."""
    lo = 0 if start >= 0 else (-start + dilation - 1) // dilation
    hi = min(taps, (size - start + dilation - 1) // dilation)
    return lo, hi


@inner
def _source(place, tap, axis, out, stride, dilation, before):
    """The window whose place number `tap` is the input `place` along one axis; -1 if none."""
    start = place + before[axis] - tap * dilation[axis]
    position = start // stride[axis]
    return position if start == position * stride[axis] and position < out else -1


@kernel
def max_pool_rows(thread, counter, count, job):
    """Rows of y and where (N, OD, OH, OW, C), from x (N, D, H, W, C)."""
    x, y, where, window, stride, dilation, before = job
    _, OD, OH, OW, _ = y.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, window[0], dilation[0], x.shape[1])
        h_lo, h_hi = _span(h0, window[1], dilation[1], x.shape[2])
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, window[2], dilation[2], x.shape[3])
            best, offsets = y[n, od, oh, ow], where[n, od, oh, ow]
            first = True
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    values = x[n, d0 + d * dilation[0], h0 + h * dilation[1]]
                    offset = (d * window[1] + h) * window[2]
                    for w in range(w_lo, w_hi - 1, 2):
                        a = values[w0 + w * dilation[2]]
                        b = values[w0 + (w + 1) * dilation[2]]
                        _keep_largest(a, b, offset + w, best, offsets, first)
                        first = False
                    if w_hi > w_lo and (w_hi - w_lo) % 2:
                        a = values[w0 + (w_hi - 1) * dilation[2]]
                        _keep_larger(a, offset + w_hi - 1, best, offsets, first)
                        first = False
            if first:  # a window that lies in the padding altogether
                best[:] = -np.inf
                offsets[:] = 0


@inner
def _keep_larger(a, offset, best, offsets, first):
    """The larger of a (C,) and `best`, a NaN counting as largest, and where it comes from."""
    offset = offsets.dtype.type(offset)
    for c in range(best.size):
        better = first | (a[c] > best[c]) | (a[c] != a[c])
        best[c] = a[c] if better else best[c]
        offsets[c] = offset if better else offsets[c]


@inner
def _keep_largest(a, b, offset, best, offsets, first):
    """`_keep_larger` of two neighbours in one pass, which takes half the time of two."""
    at_a, at_b = offsets.dtype.type(offset), offsets.dtype.type(offset + 1)
    for c in range(best.size):
        second = (b[c] > a[c]) | (b[c] != b[c])
        value = b[c] if second else a[c]
        better = first | (value > best[c]) | (value != value)
        best[c] = value if better else best[c]
        offsets[c] = (at_b if second else at_a) if better else offsets[c]


@kernel
def max_pool_grad_rows(thread, counter, count, job):
    """Rows of dx (N, D, H, W, C), from g and where (N, OD, OH, OW, C)."""
    g, where, dx, window, stride, dilation, before = job
    _, OD, OH, OW, C = g.shape
    _, D, H, W, _ = dx.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (D * H), row // H % D, row % H
        totals = dx[n, d, h]
        totals[:] = 0
        for td in range(window[0]):
            od = _source(d, td, 0, OD, stride, dilation, before)
            for th in range(window[1]):
                oh = _source(h, th, 1, OH, stride, dilation, before)
                if od < 0 or oh < 0:
                    continue
                shares, offsets = g[n, od, oh], where[n, od, oh]
                for tw in range(window[2]):
                    offset = where.dtype.type((td * window[1] + th) * window[2] + tw)
                    start = tw * dilation[2] - before[2]
                    lo, hi = _span(start, OW, stride[2], W)
                    for ow in range(lo, hi):
                        w = start + ow * stride[2]
                        for c in range(C):
                            totals[w, c] += shares[ow, c] if offsets[ow, c] == offset else 0


@kernel
def avg_pool_rows(thread, counter, count, job):
    """Rows of y (N, OD, OH, OW, C), from x (N, D, H, W, C)."""
    x, y, counts, window, stride, dilation, before = job
    _, OD, OH, OW, C = y.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, window[0], dilation[0], x.shape[1])
        h_lo, h_hi = _span(h0, window[1], dilation[1], x.shape[2])
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, window[2], dilation[2], x.shape[3])
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


@kernel
def avg_pool_grad_rows(thread, counter, count, job):
    """Rows of dx (N, D, H, W, C), from g (N, OD, OH, OW, C)."""
    g, dx, counts, window, stride, dilation, before = job
    _, OD, OH, OW, C = g.shape
    _, D, H, W, _ = dx.shape
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (D * H), row // H % D, row % H
        totals = dx[n, d, h]
        totals[:] = 0
        for td in range(window[0]):
            od = _source(d, td, 0, OD, stride, dilation, before)
            for th in range(window[1]):
                oh = _source(h, th, 1, OH, stride, dilation, before)
                if od < 0 or oh < 0:
                    continue
                shares = g[n, od, oh]
                for tw in range(window[2]):
                    start = tw * dilation[2] - before[2]
                    lo, hi = _span(start, OW, stride[2], W)
                    for ow in range(lo, hi):
                        w = start + ow * stride[2]
                        scale = dx.dtype.type(1 / (counts[0][od] * counts[1][oh] * counts[2][ow]))
                        for c in range(C):
                            totals[w, c] += shares[ow, c] * scale
