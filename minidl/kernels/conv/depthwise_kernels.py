"""Depthwise convolution, compiled: every channel with its own filter, a vector of channels a time.

There is no matrix product here, only sums over the taps; a thread keeps the sums of four positions
in registers and walks the window. The last channels, fewer than a vector, are done one by one.
Loops over channels are inside of functions that take a few numbers: handing all of `win` and `job`
on at every turn took longer than the sums.
"""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    LANES,
    ZERO,
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

from .gemm.windows import CHUNK, RUN, place
from .totals import settle


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
def inside(win, job):
    """The positions of a line that see no border in width: from the first one to an end."""
    first = max(0, (win.step_width - 1 - job.low) // win.step_width)
    end = (win.width - job.high) // win.step_width + 1
    return first, min(end, win.out_width)


@kernel
def filter_windows(thread, counter, count, win, job):
    """y[p, c] = bias[c] + sum over t of x[i(p, t), c] w[t, c]; an item is a line of positions."""
    table = job.table + thread * job.table_stride
    step = win.step_width * win.channels * 4
    first, end = inside(win, job)
    while True:
        line = next_item(counter)
        if line >= count:
            return
        n, d, h, _ = place(win, line * win.out_width)
        y = job.y + n * job.y_image + d * job.y_depth + h * job.y_height
        w = taps = 0
        while w < win.out_width:
            if w <= first or w >= end:  # between them the taps stay the same, and move on
                taps = list_taps(win, n, d, h, w, job.weights, table)
                moved = 0
            some = 4 if first <= w and w + 4 <= end else 1
            filter_channels(
                table, taps, moved, step, some, win.channels, job.bias, job.relu, y, job.y_width
            )
            w += some
            y += some * job.y_width
            moved += some * step


@inner
def filter_channels(table, taps, moved, step, some, channels, bias, relu, y, y_width):
    """All channels of one position, or of four: each weight is loaded once for all."""
    end, whole = table + 16 * taps, channels // LANES * LANES
    for c in range(0, 4 * whole, 4 * LANES):
        t0 = vload(bias + c)
        if some == 4:
            t1, t2, t3 = t0, t0, t0
            for tap in range(table, end, 16):
                at, weight = load_int(tap) + moved + c, vload(load_int(tap + 8) + c)
                t0 = vfma(vload(at), weight, t0)
                t1 = vfma(vload(at + step), weight, t1)
                t2 = vfma(vload(at + 2 * step), weight, t2)
                t3 = vfma(vload(at + 3 * step), weight, t3)
            if relu:
                t0, t1, t2, t3 = vrelu(t0), vrelu(t1), vrelu(t2), vrelu(t3)
            vstore(y + c, t0)
            vstore(y + y_width + c, t1)
            vstore(y + 2 * y_width + c, t2)
            vstore(y + 3 * y_width + c, t3)
        else:
            for tap in range(table, end, 16):
                t0 = vfma(vload(load_int(tap) + moved + c), vload(load_int(tap + 8) + c), t0)
            vstore(y + c, vrelu(t0) if relu else t0)
    for i in range(some):
        ahead = moved + i * step
        for c in range(4 * whole, 4 * channels, 4):
            total = load1(bias + c)
            for tap in range(table, end, 16):
                total += load1(load_int(tap) + ahead + c) * load1(load_int(tap + 8) + c)
            store1(y + i * y_width + c, ZERO if relu and total < ZERO else total)


@kernel
def filter_gradients(thread, counter, count, win, job, totals):
    """Adds x[i(p, t), c] g[p, c] to the thread's gradient of w[t, c]; here y is g."""
    sums = job.weights + thread * job.weights_stride
    table = job.table + thread * job.table_stride
    step = win.step_width * win.channels * 4
    first, end = inside(win, job)
    since = 0
    while True:
        line = next_item(counter)
        if line >= count:
            settle(thread, since, True, totals)
            return
        n, d, h, _ = place(win, line * win.out_width)
        g = job.y + n * job.y_image + d * job.y_depth + h * job.y_height
        w = taps = 0
        while w < win.out_width:
            if w <= first or w >= end:
                taps = list_taps(win, n, d, h, w, sums, table)
                moved = 0
            some = 4 if first <= w and w + 4 <= end else 1
            accumulate_channels(table, taps, moved, step, some, win.channels, g, job.y_width)
            since = settle(thread, since + some, False, totals)
            w += some
            g += some * job.y_width
            moved += some * step


@inner
def accumulate_channels(table, taps, moved, step, some, channels, g, g_width):
    """All channels of one position, or of four that see the same taps."""
    end, whole = table + 16 * taps, channels // LANES * LANES
    for c in range(0, 4 * whole, 4 * LANES):
        g0 = vload(g + c)
        if some == 4:
            g1, g2, g3 = (
                vload(g + g_width + c),
                vload(g + 2 * g_width + c),
                vload(g + 3 * g_width + c),
            )
            for tap in range(table, end, 16):
                at, to = load_int(tap) + moved + c, load_int(tap + 8) + c
                low = vfma(vload(at + step), g1, vfma(vload(at), g0, vload(to)))
                high = vfma(vload(at + 3 * step), g3, vload(at + 2 * step) * g2)
                vstore(to, low + high)
        else:
            for tap in range(table, end, 16):
                to = load_int(tap + 8) + c
                vstore(to, vfma(vload(load_int(tap) + moved + c), g0, vload(to)))
    for i in range(some):
        ahead = moved + i * step
        for c in range(4 * whole, 4 * channels, 4):
            value = load1(g + i * g_width + c)
            for tap in range(table, end, 16):
                to = load_int(tap + 8) + c
                store1(to, load1(to) + load1(load_int(tap) + ahead + c) * value)
