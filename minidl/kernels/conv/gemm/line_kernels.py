"""Convolution of few channels, compiled: windows are read where they lie in a copied line.

A position's window is a few runs of numbers that lie together in the source, and the next
position's window is the same, a few numbers further on. So a thread copies the lines that a stretch
of positions sees, with their padding, into its cache; no window is ever written out.
"""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.conv.totals import settle
from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import COLUMNS, ROWS
from minidl.kernels.machine.simd import LANES, copy_numbers, load_int, next_item, zero_numbers

from .line_micro import micro_gradients, micro_gradients_narrow, micro_windows, micro_windows_narrow
from .windows import RUN, place


class Lines(NamedTuple):
    """The other operands: addresses, sizes, and strides in bytes."""

    runs: int  # how many runs of taps a window has
    stretch: int  # positions worked on at a time
    stretches: int  # in a line of positions
    copies: int  # room for copied lines, one for each run, for each thread
    copy: int  # from one run's copy to the next
    copies_stride: int
    table: int  # int64: where each number of a window lies among the copies
    weights: int  # packed: (panels, window columns, COLUMNS); or each thread's sums, (rows, width)
    weights_stride: int  # from one thread's sums to the next
    rows: int  # in the sums: columns of the windows, rounded up to ROWS
    outputs: int
    panels: int
    y: int  # (positions, outputs): the result, or the gradient to it
    bias: int
    relu: int
    c: int  # room for rows of y, (stretch, panels * COLUMNS) for each thread
    c_stride: int


@inner
def copy_lines(win, job, n, d, h, first, count, copies):
    """Copies what `count` positions from (n, d, h, first) on see, zeros outside of the source."""
    pixel = win.channels * 4
    for r in range(job.runs):
        run, to = win.runs + RUN * r, copies + r * job.copy
        at_depth = d * win.step_depth + load_int(run)
        at_height = h * win.step_height + load_int(run + 8)
        at = first * win.step_width + load_int(run + 16)
        length = (count - 1) * win.step_width + load_int(run + 24)
        if not (0 <= at_depth < win.depth and 0 <= at_height < win.height):
            zero_numbers(to, length * win.channels)
            continue
        low = min(length, max(0, -at))
        high = max(low, min(length, win.width - at))
        line = ((n * win.depth + at_depth) * win.height + at_height) * win.width
        zero_numbers(to, low * win.channels)
        source = win.x + (line + at + low) * pixel
        copy_numbers(source, to + low * pixel, (high - low) * win.channels)
        zero_numbers(to + high * pixel, (length - high) * win.channels)


@inner
def stretch_of(win, job, item):
    """The item's first position, as a number and as (n, d, h, w), and how many positions it has."""
    line, part = divmod(item, job.stretches)
    n, d, h, _ = place(win, line * win.out_width)
    w = part * job.stretch
    return line * win.out_width + w, n, d, h, w, min(job.stretch, win.out_width - w)


@kernel
def multiply_lines(thread, counter, count, win, job):
    """y = windows @ weights + bias, an item being one stretch of positions."""
    copies, c = job.copies + thread * job.copies_stride, job.c + thread * job.c_stride
    step = win.step_width * win.channels * 4
    while True:
        item = next_item(counter)
        if item >= count:
            return
        position, n, d, h, w, size = stretch_of(win, job, item)
        copy_lines(win, job, n, d, h, w, size, copies)
        y = job.y + position * job.outputs * 4
        multiply_stretch(win, job, copies, step, size, y, c)


@inner
def multiply_stretch(win, job, copies, step, size, y, c):
    """y of `size` positions, in the order of memory; what would not fit goes through c."""
    row = job.outputs * 4
    for t in range(0, size, ROWS):
        a = copies + t * step
        for panel in range(job.panels):
            b = job.weights + panel * win.columns * COLUMNS * 4
            bias = job.bias + panel * COLUMNS * 4
            at = y + t * row + panel * COLUMNS * 4
            valid = min(COLUMNS, job.outputs - panel * COLUMNS)
            narrow = valid <= LANES
            whole = t + ROWS <= size and valid == (LANES if narrow else COLUMNS)
            to, stride = (at, row) if whole else (c, COLUMNS * 4)
            if narrow:
                micro_windows_narrow(a, step, job.table, b, bias, job.relu, to, stride, win.columns)
            else:
                micro_windows(a, step, job.table, b, bias, job.relu, to, stride, win.columns)
            if not whole:
                for i in range(min(ROWS, size - t)):
                    copy_numbers(c + i * COLUMNS * 4, at + i * row, valid)


@kernel
def accumulate_lines(thread, counter, count, win, job, totals):
    """sums += windows^T @ g (here y), an item being one stretch of positions."""
    copies, c = job.copies + thread * job.copies_stride, job.c + thread * job.c_stride
    sums = job.weights + thread * job.weights_stride
    step, width = win.step_width * win.channels * 4, job.panels * COLUMNS * 4
    since = 0
    while True:
        item = next_item(counter)
        since = settle(thread, since, item >= count, totals) + 1
        if item >= count:
            return
        position, n, d, h, w, size = stretch_of(win, job, item)
        copy_lines(win, job, n, d, h, w, size, copies)
        g, row = job.y + position * job.outputs * 4, job.outputs * 4
        if row != width:
            for t in range(size):
                copy_numbers(g + t * row, c + t * width, job.outputs)
            g, row = c, width
        for panel in range(job.panels):
            narrow = job.outputs - panel * COLUMNS <= LANES
            b, to = g + panel * COLUMNS * 4, sums + panel * COLUMNS * 4
            for i in range(0, job.rows, ROWS):
                table, target = job.table + 8 * i, to + i * width
                if narrow:
                    micro_gradients_narrow(copies, table, step, b, row, target, width, size)
                else:
                    micro_gradients(copies, table, step, b, row, target, width, size)
