"""Depthwise convolution, compiled: every channel with its own filter, a vector of channels a time.

There is no matrix product here, only sums over the taps; a thread keeps the sums of four positions
in registers and walks the window. The last channels, fewer than a vector, are done one by one.
"""

from __future__ import annotations

from typing import NamedTuple

from .jit import inner, kernel
from .simd import (
    LANES,
    load1,
    load_int,
    next_item,
    store1,
    store_int,
    vfma,
    vload,
    vrelu,
    vstore,
)
from .windows import CHUNK, RUN, ZERO, place


class Filters(NamedTuple):
    """The filters and the result: addresses, and strides in bytes."""

    weights: int  # (taps, channels), written by the gradient: zero at first
    weights_stride: int  # from one thread's gradient to the next one's
    y: int  # first position of the result, and from there along each axis
    y_image: int
    y_depth: int
    y_height: int
    y_width: int
    bias: int  # (channels,)
    relu: int
    low: int  # where in width the taps begin, from the position times its step
    high: int  # and where they end
    table: int  # room for two int64 per tap, for each thread
    table_stride: int


@inner
def list_taps(win, n, d, h, w, weights, table):
    """Lists the taps a position sees: of each, the addresses of its source and its weight."""
    d0, h0, w0 = d * win.step_depth, h * win.step_height, w * win.step_width
    pixel = win.channels * 4
    end = win.runs + RUN * load_int(win.chunks + (win.chunk_count - 1) * CHUNK + 8)
    count = 0
    for run in range(win.runs, end, RUN):
        at_depth, at_height = d0 + load_int(run), h0 + load_int(run + 8)
        at, taps = w0 + load_int(run + 16), load_int(run + 24)
        if 0 <= at_depth < win.depth and 0 <= at_height < win.height:
            line = ((n * win.depth + at_depth) * win.height + at_height) * win.width
            for i in range(max(0, -at), min(taps, win.width - at)):
                store_int(table + 16 * count, win.x + (line + at + i) * pixel)
                store_int(table + 16 * count + 8, weights + i * pixel)
                count += 1
        weights += taps * pixel
    return count


@inner
def together(win, job, w):
    """4 where four positions from w on in this line see no border in width, otherwise 1."""
    first, last = w * win.step_width + job.low, (w + 3) * win.step_width + job.high
    return 4 if w + 4 <= win.out_width and first >= 0 and last <= win.width else 1


@kernel
def filter_windows(thread, counter, count, win, job):
    """y[p, c] = bias[c] + sum over t of x[i(p, t), c] w[t, c]; an item is a line of positions."""
    whole = win.channels // LANES * LANES
    table = job.table + thread * job.table_stride
    while True:
        line = next_item(counter)
        if line >= count:
            return
        n, d, h, _ = place(win, line * win.out_width)
        y = job.y + n * job.y_image + d * job.y_depth + h * job.y_height
        w = 0
        while w < win.out_width:
            some = together(win, job, w)
            taps = list_taps(win, n, d, h, w, job.weights, table)
            for c in range(0, 4 * whole, 4 * LANES):
                if some == 4:
                    _filter_four(win, job, table, taps, c, y + c)
                else:
                    _filter_one(job, table, taps, c, y + c)
            for i in range(some):
                ahead = i * win.step_width * win.channels * 4
                for c in range(4 * whole, 4 * win.channels, 4):
                    _filter_number(job, table, taps, ahead, c, y + i * job.y_width + c)
            w += some
            y += some * job.y_width


@inner
def _filter_four(win, job, table, taps, c, y):
    """A vector of channels at four positions: each weight is loaded once for all."""
    step = win.step_width * win.channels * 4
    t0 = vload(job.bias + c)
    t1, t2, t3 = t0, t0, t0
    for tap in range(table, table + 16 * taps, 16):
        at, weight = load_int(tap) + c, vload(load_int(tap + 8) + c)
        t0 = vfma(vload(at), weight, t0)
        t1 = vfma(vload(at + step), weight, t1)
        t2 = vfma(vload(at + 2 * step), weight, t2)
        t3 = vfma(vload(at + 3 * step), weight, t3)
    if job.relu:
        t0, t1, t2, t3 = vrelu(t0), vrelu(t1), vrelu(t2), vrelu(t3)
    vstore(y, t0)
    vstore(y + job.y_width, t1)
    vstore(y + 2 * job.y_width, t2)
    vstore(y + 3 * job.y_width, t3)


@inner
def _filter_one(job, table, taps, c, y):
    total = vload(job.bias + c)
    for tap in range(table, table + 16 * taps, 16):
        total = vfma(vload(load_int(tap) + c), vload(load_int(tap + 8) + c), total)
    vstore(y, vrelu(total) if job.relu else total)


@inner
def _filter_number(job, table, taps, ahead, c, y):
    total = load1(job.bias + c)
    for tap in range(table, table + 16 * taps, 16):
        total += load1(load_int(tap) + ahead + c) * load1(load_int(tap + 8) + c)
    store1(y, ZERO if job.relu and total < ZERO else total)


@kernel
def filter_gradients(thread, counter, count, win, job):
    """Adds x[i(p, t), c] g[p, c] to the thread's gradient of w[t, c]; here y is g."""
    sums = job.weights + thread * job.weights_stride
    whole = win.channels // LANES * LANES
    table = job.table + thread * job.table_stride
    while True:
        line = next_item(counter)
        if line >= count:
            return
        n, d, h, _ = place(win, line * win.out_width)
        g = job.y + n * job.y_image + d * job.y_depth + h * job.y_height
        w = 0
        while w < win.out_width:
            some = together(win, job, w)
            taps = list_taps(win, n, d, h, w, sums, table)
            for c in range(0, 4 * whole, 4 * LANES):
                if some == 4:
                    _accumulate_four(win, job, table, taps, c, g + c)
                else:
                    _accumulate_one(table, taps, c, g + c)
            for i in range(some):
                ahead = i * win.step_width * win.channels * 4
                for c in range(4 * whole, 4 * win.channels, 4):
                    _accumulate_number(table, taps, ahead, c, load1(g + i * job.y_width + c))
            w += some
            g += some * job.y_width


@inner
def _accumulate_four(win, job, table, taps, c, g):
    """A vector of channels, from four positions that see the same taps."""
    step = win.step_width * win.channels * 4
    g0, g1 = vload(g), vload(g + job.y_width)
    g2, g3 = vload(g + 2 * job.y_width), vload(g + 3 * job.y_width)
    for tap in range(table, table + 16 * taps, 16):
        at, to = load_int(tap) + c, load_int(tap + 8) + c
        low = vfma(vload(at + step), g1, vfma(vload(at), g0, vload(to)))
        high = vfma(vload(at + 3 * step), g3, vload(at + 2 * step) * g2)
        vstore(to, low + high)


@inner
def _accumulate_one(table, taps, c, g):
    for tap in range(table, table + 16 * taps, 16):
        to = load_int(tap + 8) + c
        vstore(to, vfma(vload(load_int(tap) + c), vload(g), vload(to)))


@inner
def _accumulate_number(table, taps, ahead, c, g):
    for tap in range(table, table + 16 * taps, 16):
        to = load_int(tap + 8) + c
        store1(to, load1(to) + load1(load_int(tap) + ahead + c) * g)
