"""Pooling, compiled: each item of work is one row of the result, channels-last and 3-D.

Arrays are (N, D, H, W, C). After them in a job come, for averages, the factors of the windows'
sizes, one array an axis; then triples: window, stride, dilation and padding before. Vectors are of
channels, which lie together. Forward, a vector of the result stays in registers while the taps of
its window pass; in the gradients the loop over channels is the inner one.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    BYTES,
    LANES,
    ZERO,
    load1,
    load_int,
    next_item,
    store1,
    vload,
    vset,
    vstore,
    vwrite,
)
from minidl.kernels.machine.sizes import POOL_PERIOD_PLACES

from .simd import vroute, vstore_bytes, vwhere_larger


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


@inner
def _list_taps(places, offsets, spans, row, window, dilation, shape):
    """Lists the taps that are inside, with their offsets in the window; returns how many.

    places: for each, how many numbers lie between it and the same channel of the input's place 0 in
    the window's last axis. spans: lo and hi of each axis; row: the first place along two of them.
    """
    d_lo, d_hi, h_lo, h_hi, w_lo, w_hi = spans
    found = 0
    for d in range(d_lo, d_hi):
        for h in range(h_lo, h_hi):
            line = (row[0] + d * dilation[0]) * shape[2] + row[1] + h * dilation[1]
            for w in range(w_lo, w_hi):
                places[found] = (line * shape[3] + w * dilation[2]) * shape[4]
                offsets[found] = (d * window[1] + h) * window[2] + w
                found += 1
    return found


@kernel
def max_pool_rows(thread, counter, count, job):
    """Rows of y and where (N, OD, OH, OW, C), from x (N, D, H, W, C).

    taps (threads, 2, places of the window): room to list those inside, in int64.
    """
    x, y, where, taps, window, stride, dilation, before = job
    _, OD, OH, OW, C = y.shape
    places, offsets = taps[thread, 0], taps[thread, 1]
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
        values, listed, seen = x[n].ctypes.data, 0, (-1, -1)
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, window[2], dilation[2], x.shape[3])
            if (w_lo, w_hi) != seen:  # most windows of a row see the same taps
                seen, spans = (w_lo, w_hi), (d_lo, d_hi, h_lo, h_hi, w_lo, w_hi)
                listed = _list_taps(places, offsets, spans, (d0, h0), window, dilation, x.shape)
            best, chosen = y[n, od, oh, ow], where[n, od, oh, ow]
            if listed == 0:  # a window that lies in the padding altogether
                best[:] = -np.inf
                chosen[:] = 0
                continue
            at = values + 4 * w0 * C
            largest_of(best.ctypes.data, chosen.ctypes.data, at, taps[thread], listed, whole)
            for c in range(whole, C):
                for k in range(listed):
                    value = load1(at + 4 * (places[k] + c))
                    if k == 0 or value > best[c] or value != value:
                        best[c], chosen[c] = value, offsets[k]


@inner
def largest_of(best, chosen, at, taps, listed, channels):
    """The largest of the taps, and its offset in a byte, for the channels that fill vectors."""
    places = taps.ctypes.data
    offsets = places + 8 * taps.shape[1]
    c = 0
    while c + 2 * LANES <= channels:
        start = at + 4 * (load_int(places) + c)
        p, q = vload(start), vload(start + BYTES)
        p_at = vset(np.float32(load_int(offsets)))
        q_at = p_at
        for k in range(8, 8 * listed, 8):
            start, offset = (
                at + 4 * (load_int(places + k) + c),
                vset(np.float32(load_int(offsets + k))),
            )
            u, v = vload(start), vload(start + BYTES)
            p_at, p = vwhere_larger(u, p, offset, p_at), vwhere_larger(u, p, u, p)
            q_at, q = vwhere_larger(v, q, offset, q_at), vwhere_larger(v, q, v, q)
        vstore(best + 4 * c, p)
        vstore(best + 4 * c + BYTES, q)
        vstore_bytes(chosen + c, p_at)
        vstore_bytes(chosen + c + LANES, q_at)
        c += 2 * LANES
    while c < channels:
        p, p_at = vload(at + 4 * (load_int(places) + c)), vset(np.float32(load_int(offsets)))
        for k in range(8, 8 * listed, 8):
            u = vload(at + 4 * (load_int(places + k) + c))
            offset = vset(np.float32(load_int(offsets + k)))
            p_at, p = vwhere_larger(u, p, offset, p_at), vwhere_larger(u, p, u, p)
        vstore(best + 4 * c, p)
        vstore_bytes(chosen + c, p_at)
        c += LANES


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
    """Rows of y (N, OD, OH, OW, C): the sums of the windows, divided by their sizes.

    taps: as for `max_pool_rows`. stream: whether y is written past the caches; maxima, with two
    results to write in turns, took twice as long so.
    """
    x, y, taps, stream, counts, window, stride, dilation, before = job
    _, OD, OH, OW, C = y.shape
    places, offsets = taps[thread, 0], taps[thread, 1]
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, od, oh = row // (OD * OH), row // OH % OD, row % OH
        d0 = od * stride[0] - before[0]
        h0 = oh * stride[1] - before[1]
        d_lo, d_hi = _span(d0, window[0], dilation[0], x.shape[1])
        h_lo, h_hi = _span(h0, window[1], dilation[1], x.shape[2])
        values, listed, seen = x[n].ctypes.data, 0, (-1, -1)
        for ow in range(OW):
            w0 = ow * stride[2] - before[2]
            w_lo, w_hi = _span(w0, window[2], dilation[2], x.shape[3])
            if (w_lo, w_hi) != seen:
                seen, spans = (w_lo, w_hi), (d_lo, d_hi, h_lo, h_hi, w_lo, w_hi)
                listed = _list_taps(places, offsets, spans, (d0, h0), window, dilation, x.shape)
            mean, at = y[n, od, oh, ow], values + 4 * w0 * C
            factor = np.float32(1 / (counts[0][od] * counts[1][oh] * counts[2][ow]))
            mean_of(mean.ctypes.data, at, places, listed, C, factor, stream)


@inner
def mean_of(mean, at, places, listed, channels, factor, stream):
    """mean = factor times the sum of the taps."""
    first, end = places.ctypes.data, places.ctypes.data + 8 * listed
    c = 0
    while c + 2 * LANES <= channels:
        p, q = vset(ZERO), vset(ZERO)
        for k in range(first, end, 8):
            start = at + 4 * (load_int(k) + c)
            p, q = p + vload(start), q + vload(start + BYTES)
        vwrite(mean + 4 * c, p * factor, stream)
        vwrite(mean + 4 * c + BYTES, q * factor, stream)
        c += 2 * LANES
    while c + LANES <= channels:
        p = vset(ZERO)
        for k in range(first, end, 8):
            p = p + vload(at + 4 * (load_int(k) + c))
        vwrite(mean + 4 * c, p * factor, stream)
        c += LANES
    while c < channels:
        total = ZERO
        for k in range(first, end, 8):
            total += load1(at + 4 * (load_int(k) + c))
        store1(mean + 4 * c, total * factor)
        c += 1


@inner
def _add_and_clear(total, part):
    """total (float64) += part, and part = 0."""
    for c in range(total.size):
        total[c] += part[c]
        part[c] = 0


@kernel
def avg_pool_large_rows(thread, counter, count, job):
    """Rows of y (N, OD, OH, OW, C) with large windows: some places in float32, then in float64.

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
