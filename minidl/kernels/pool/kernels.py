"""Pooling, compiled: each item of work is one row of the result, channels-last and 3-D.

Arrays are (N, D, H, W, C). After them in a job come, for averages, the factors of the windows'
sizes, one array an axis; then triples: window, stride, dilation and padding before. The loop
over channels is the inner one: they are contiguous, so it runs on vectors.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import LANES, next_item
from minidl.kernels.machine.sizes import POOL_PERIOD_PLACES

from .simd import vlarger, vroute


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
    _, OD, OH, OW, C = y.shape
    whole = C // LANES * LANES if where.itemsize == 1 else 0
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
            best_at, offset_at = best.ctypes.data, offsets.ctypes.data
            first = True
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    values = x[n, d0 + d * dilation[0], h0 + h * dilation[1]]
                    for w in range(w_lo, w_hi):
                        offset = where.dtype.type((d * window[1] + h) * window[2] + w)
                        place = w0 + w * dilation[2]
                        value_at = values.ctypes.data + 4 * place * C
                        for c in range(0, whole, LANES):
                            vlarger(best_at + 4 * c, offset_at + c, value_at + 4 * c, offset, first)
                        for c in range(whole, C):
                            value = values[place, c]
                            if first or value > best[c] or value != value:
                                best[c], offsets[c] = value, offset
                        first = False
            if first:  # a window that lies in the padding altogether
                best[:] = -np.inf
                offsets[:] = 0


@kernel
def max_pool_grad_rows(thread, counter, count, job):
    """Rows of dx (N, D, H, W, C), from g and where (N, OD, OH, OW, C)."""
    g, where, dx, window, stride, dilation, before = job
    _, OD, OH, OW, C = g.shape
    _, D, H, W, _ = dx.shape
    whole = C // LANES * LANES if where.itemsize == 1 else 0
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (D * H), row // H % D, row % H
        totals = dx[n, d, h]
        totals[:] = 0
        total_at = totals.ctypes.data
        for td in range(window[0]):
            od = _source(d, td, 0, OD, stride, dilation, before)
            for th in range(window[1]):
                oh = _source(h, th, 1, OH, stride, dilation, before)
                if od < 0 or oh < 0:
                    continue
                shares, offsets = g[n, od, oh], where[n, od, oh]
                share_at, offset_at = shares.ctypes.data, offsets.ctypes.data
                for tw in range(window[2]):
                    offset = where.dtype.type((td * window[1] + th) * window[2] + tw)
                    start = tw * dilation[2] - before[2]
                    lo, hi = _span(start, OW, stride[2], W)
                    for ow in range(lo, hi):
                        w = start + ow * stride[2]
                        to, start_at = total_at + 4 * w * C, ow * C
                        for c in range(0, whole, LANES):
                            i = start_at + c
                            vroute(to + 4 * c, share_at + 4 * i, offset_at + i, offset)
                        for c in range(whole, C):
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


@inner
def _add_and_clear(total, part):
    """total (float64) += part, and part = 0."""
    for c in range(total.size):
        total[c] += part[c]
        part[c] = 0


@kernel
def avg_pool_large_rows(thread, counter, count, job):
    """As `avg_pool_rows`, of large windows: POOL_PERIOD_PLACES places at a time, then in float64.

    Thread t has room for that in totals[t].
    """
    x, y, totals, counts, window, stride, dilation, before = job
    _, OD, OH, OW, C = y.shape
    total = totals[thread]
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
            total[:] = 0
            seen = 0
            for d in range(d_lo, d_hi):
                for h in range(h_lo, h_hi):
                    values = x[n, d0 + d * dilation[0], h0 + h * dilation[1]]
                    for first in range(w_lo, w_hi, POOL_PERIOD_PLACES):
                        end = min(first + POOL_PERIOD_PLACES, w_hi)
                        for w in range(first, end):
                            for c in range(C):
                                mean[c] += values[w0 + w * dilation[2], c]
                        seen += end - first
                        if seen >= POOL_PERIOD_PLACES:
                            _add_and_clear(total, mean)
                            seen = 0
            scale = 1 / (counts[0][od] * counts[1][oh] * counts[2][ow])
            for c in range(C):
                mean[c] = (total[c] + mean[c]) * scale


@kernel
def avg_pool_grad_rows(thread, counter, count, job):
    """Rows of dx (N, D, H, W, C), from g (N, OD, OH, OW, C); thread t has room in totals[t].

    A row is added up in dx itself, and after every POOL_PERIOD_PLACES windows or more in float64.
    """
    g, dx, totals, counts, window, stride, dilation, before = job
    _, OD, OH, OW, C = g.shape
    _, D, H, W, _ = dx.shape
    total, overlaps = totals[thread], 1
    for axis in range(3):
        overlaps *= (window[axis] + stride[axis] - 1) // stride[axis]
    many = overlaps >= POOL_PERIOD_PLACES
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (D * H), row // H % D, row % H
        sums = dx[n, d, h]
        sums[:] = 0
        if many:
            total[:] = 0
        seen = 0
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
                            sums[w, c] += shares[ow, c] * scale
                    seen += 1
                    if many and seen >= POOL_PERIOD_PLACES:
                        for w in range(W):
                            _add_and_clear(total[w], sums[w])
                        seen = 0
        if many:
            for w in range(W):
                for c in range(C):
                    sums[w, c] += total[w, c]
