"""Gradients over gathered windows, compiled: sums for the weights, scattering for few channels."""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.conv.totals import settle
from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import (
    COLUMNS,
    ROWS,
    micro,
    micro_narrow_transposed,
    micro_transposed,
)
from minidl.kernels.machine.simd import LANES, copy_numbers, load1, load_int, next_item, store1

from .windows import CHUNK, RUN, following, gather, place


class Sums(NamedTuple):
    """The gradient to the weights: addresses, sizes, and strides in bytes."""

    g: int  # (positions, groups * outputs)
    outputs: int  # in one group
    panels: int
    rows: int  # in one group's sums: columns of the windows, each chunk padded
    sums: int  # (groups, rows, panels * COLUMNS) for each thread, zero at first
    sums_stride: int
    c: int  # room for rows of g, (block, panels * COLUMNS) for each thread
    c_stride: int
    in_place: int  # 1: windows are pixels, and both sides fill the micro-kernel as they stand
    symmetric: int  # 1: of a square result, what lies more than a panel below the diagonal is left


@kernel
def accumulate_windows(thread, counter, count, win, job, totals):
    """sums += windows^T @ g, an item being one block of positions of one group."""
    room, g_room = win.a + thread * win.a_stride, job.c + thread * job.c_stride
    since = 0
    while True:
        item = next_item(counter)
        since = settle(thread, since, item >= count, totals) + 1
        if item >= count:
            return
        b, group = divmod(item, win.groups)
        first = b * win.block
        rows = min(win.block, win.positions - first)
        width = job.panels * COLUMNS
        g = job.g + (first * win.groups + group) * job.outputs * 4
        if not job.in_place:
            copy_rows(g, win.groups * job.outputs, rows, job.outputs, g_room, width)
            g = g_room
        sums = job.sums + thread * job.sums_stride + group * job.rows * width * 4
        for chunk in range(win.chunk_count):
            depth = load_int(win.chunks + chunk * CHUNK + 24)
            start = load_int(win.chunks + chunk * CHUNK + 32)
            a, a_width = win.x + (first * win.channels + start) * 4, win.channels
            if not job.in_place:
                gather(win, first, rows, group, chunk, room)
                a, a_width = room, win.a_width
            target = sums + start * width * 4
            for panel in range(0, width, COLUMNS):
                wanted = min(depth, panel + COLUMNS - start) if job.symmetric else depth
                narrow = job.outputs - panel <= LANES
                at, to = g + 4 * panel, target + 4 * panel
                multiply_panel(a, a_width, at, to, width, wanted, rows, narrow)


@inner
def copy_rows(source, source_width, rows, count, to, to_width):
    """Copies the first `count` numbers of each row."""
    for t in range(rows):
        copy_numbers(source + t * source_width * 4, to + t * to_width * 4, count)


@inner
def multiply_panel(a, a_width, g, sums, width, depth, rows, narrow):
    """sums[depth, COLUMNS] += a[rows, depth]^T @ g[rows, COLUMNS], of one panel of outputs."""
    for i in range(0, depth, ROWS):
        to = sums + i * width * 4
        if narrow:
            micro_narrow_transposed(a + 4 * i, a_width, g, width, to, width, rows, 1)
        else:
            micro_transposed(a + 4 * i, a_width, g, width, to, width, rows, 1)


class Scatter(NamedTuple):
    """The gradient to an input of few channels: addresses and strides in bytes."""

    weights: int  # packed: (panels, outputs, COLUMNS), a column for every tap and channel
    panels: int
    outputs: int
    g: int  # (positions, outputs)
    gx: int  # shaped as the source, one for each thread, zero at first
    gx_stride: int
    a: int  # room for rows of g, (block, outputs) for each thread
    a_stride: int
    c: int  # room for products, (block, panels * COLUMNS) for each thread
    c_stride: int


@kernel
def multiply_and_scatter(thread, counter, count, win, job):
    """gx += (g @ weights) added back to the windows it came from, a block of positions an item."""
    a, c = job.a + thread * job.a_stride, job.c + thread * job.c_stride
    c_width = job.panels * COLUMNS
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first = item * win.block
        rows = min(win.block, win.positions - first)
        g = job.g + first * job.outputs * 4
        if rows % ROWS:
            copy_numbers(g, a, rows * job.outputs)
            g = a
        for panel in range(job.panels):
            b = job.weights + panel * job.outputs * COLUMNS * 4
            for t in range(0, rows, ROWS):
                to = c + (t * c_width + panel * COLUMNS) * 4
                at = g + t * job.outputs * 4
                micro(at, job.outputs, b, COLUMNS, to, c_width, job.outputs, 0)
        scatter_rows(win, first, rows, c, c_width, job.gx + thread * job.gx_stride)


@inner
def scatter_rows(win, first, rows, c, c_width, gx):
    """Adds every row of c to the window it shows, except what lies outside of the source."""
    n, pd, ph, pw = place(win, first)
    size = win.channels
    end_run = load_int(win.chunks + (win.chunk_count - 1) * CHUNK + 8)
    for t in range(rows):
        at = c + t * c_width * 4
        d0, h0, w0 = pd * win.step_depth, ph * win.step_height, pw * win.step_width
        for run in range(win.runs, win.runs + RUN * end_run, RUN):
            d, h = d0 + load_int(run), h0 + load_int(run + 8)
            w, taps = w0 + load_int(run + 16), load_int(run + 24)
            if 0 <= d < win.depth and 0 <= h < win.height:
                low, high = max(0, -w), min(taps, win.width - w)
                line = ((n * win.depth + d) * win.height + h) * win.width + w
                for i in range(low * size, high * size):
                    to = gx + (line * size + i) * 4
                    store1(to, load1(to) + load1(at + 4 * i))
            at += taps * size * 4
        n, pd, ph, pw = following(win, n, pd, ph, pw)
