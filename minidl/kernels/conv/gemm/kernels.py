"""Implicit GEMM, compiled: gather a block of windows, multiply it on the micro-kernel, write it."""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import COLUMNS, ROWS, micro, micro_narrow, micro_single
from minidl.kernels.machine.simd import (
    LANES,
    copy_numbers,
    load1,
    load_int,
    next_item,
    store1,
    vload,
    vrelu,
    vstore,
    vstream,
    zero_numbers,
)
from minidl.kernels.machine.sizes import PACK_ROWS

from .windows import CHUNK, following, gather, place


class Product(NamedTuple):
    """The other side of the product: addresses, sizes, and strides in bytes."""

    weights: int  # packed: (groups, panels, columns of the windows, COLUMNS)
    outputs: int  # in one group
    panels: int
    parts: int  # of the panels, each an item of its own where there are few blocks
    y: int  # first position of the result, and from there along each axis
    y_image: int
    y_depth: int
    y_height: int
    y_width: int
    bias: int  # (groups, panels * COLUMNS)
    relu: int
    stream: int  # 1: results are written past the caches
    skip: int  # bytes from a result to what is added to it, 0: nothing
    c: int  # room for products, (block, panels * COLUMNS) for each thread
    c_stride: int


@kernel
def multiply_windows(thread, counter, count, win, job):
    """y = windows of x @ weights, an item being a block of positions, or a part of its panels."""
    a, c = win.a + thread * win.a_stride, job.c + thread * job.c_stride
    while True:
        item = next_item(counter)
        if item >= count:
            return
        rest, part = divmod(item, job.parts)
        b, group = divmod(rest, win.groups)
        panels = part * job.panels // job.parts, (part + 1) * job.panels // job.parts
        first = b * win.block
        rows = min(win.block, win.positions - first)
        for chunk in range(win.chunk_count):
            start = load_int(win.chunks + chunk * CHUNK + 16)
            depth = load_int(win.chunks + chunk * CHUNK + 24)
            weights = job.weights + (group * job.panels * win.columns + start) * COLUMNS * 4
            if win.pixels and rows % ROWS == 0:  # the micro-kernel reads ROWS rows at a time
                pixel = win.x + (first * win.channels + group * win.group_channels + start) * 4
                multiply(win, job, pixel, win.channels, weights, depth, rows, c, chunk, panels)
            else:
                gather(win, first, rows, group, chunk, a)
                multiply(win, job, a, win.a_width, weights, depth, rows, c, chunk, panels)
        write_rows(win, job, first, rows, group, c, panels)


@inner
def multiply(win, job, a, a_width, weights, depth, rows, c, add, panels):
    """c[rows, panels * COLUMNS] (+)= a[rows, depth] @ weights, from one panel up to another."""
    c_width = job.panels * COLUMNS
    for panel in range(panels[0], panels[1]):
        b = weights + panel * win.columns * COLUMNS * 4
        narrow = job.outputs - panel * COLUMNS <= LANES
        for t in range(0, rows, ROWS):
            to = c + (t * c_width + panel * COLUMNS) * 4
            if narrow:
                micro_narrow(a + t * a_width * 4, a_width, b, COLUMNS, to, c_width, depth, add)
            elif rows - t > 2:
                micro(a + t * a_width * 4, a_width, b, COLUMNS, to, c_width, depth, add)
            else:
                for i in range(t, rows):
                    to = c + (i * c_width + panel * COLUMNS) * 4
                    at = a + i * a_width * 4
                    micro_single(at, a_width, b, COLUMNS, to, c_width, depth, add)


@inner
def write_rows(win, job, first, rows, group, c, panels):
    """Adds the bias and what is to be added, applies ReLU if asked, and writes rows to y."""
    n, d, h, w = place(win, first)
    c_width = job.panels * COLUMNS
    bias = job.bias + group * c_width * 4
    for t in range(rows):
        at = c + t * c_width * 4
        y = job.y + n * job.y_image + d * job.y_depth + h * job.y_height + w * job.y_width
        y += group * job.outputs * 4
        for k in range(panels[0] * COLUMNS, min(job.outputs, panels[1] * COLUMNS), LANES):
            value = vload(at + 4 * k) + vload(bias + 4 * k)
            if job.skip:
                value = value + vload(y + 4 * k + job.skip)
            if job.relu:
                value = vrelu(value)
            if job.stream:
                vstream(y + 4 * k, value)
            elif k + LANES <= job.outputs:
                vstore(y + 4 * k, value)
            else:
                vstore(at + 4 * k, value)
                copy_numbers(at + 4 * k, y + 4 * k, job.outputs - k)
        n, d, h, w = following(win, n, d, h, w)


class Packing(NamedTuple):
    """How a matrix of weights lies in memory: addresses, and strides in bytes."""

    source: int
    rows: int  # table of int64: the offset of every row in bytes
    row_count: int
    group: int  # from one group to the next
    lane: int  # from one column to the next
    outputs: int  # columns of one group
    panels: int
    target: int


@kernel
def pack_panels(thread, counter, count, job):
    """Writes weights as (groups, panels, rows, COLUMNS), with zeros past the last column.

    An item is a block of rows of a group; where columns lie together, it reads row after row.
    """
    blocks = -(-job.row_count // PACK_ROWS)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        group, block = divmod(item, blocks)
        rows = block * PACK_ROWS, min(job.row_count, (block + 1) * PACK_ROWS)
        if job.lane == 4:
            for r in range(rows[0], rows[1]):
                for panel in range(job.panels):
                    pack_row(job, group, panel, r)
        else:
            for panel in range(job.panels):
                for r in range(rows[0], rows[1]):
                    pack_row(job, group, panel, r)


@inner
def pack_row(job, group, panel, r):
    """One row of a panel."""
    valid = min(COLUMNS, job.outputs - panel * COLUMNS)
    at = job.source + group * job.group + panel * COLUMNS * job.lane + load_int(job.rows + 8 * r)
    to = job.target + ((group * job.panels + panel) * job.row_count + r) * COLUMNS * 4
    if job.lane == 4:
        copy_numbers(at, to, valid)
    else:
        for lane in range(valid):
            store1(to + 4 * lane, load1(at + lane * job.lane))
    if valid < COLUMNS:  # a call for nothing takes as long as a row
        zero_numbers(to + 4 * valid, COLUMNS - valid)
