"""What needs one pass over a gradient, compiled: that of ReLU, that of a bias, and sums of two."""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    LANES,
    ZERO,
    load1,
    next_item,
    store1,
    vkeep,
    vload,
    vset,
    vstore,
    vstream,
)
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS, PASS_ITEM_ROWS


class Masking(NamedTuple):
    """Addresses of `size` numbers each."""

    g: int
    y: int
    target: int
    size: int
    stream: int  # 1: the target is written past the caches


@kernel
def keep_positive(thread, counter, count, job):
    """target = g where y > 0, else 0."""
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first, end = item * PASS_ITEM_NUMBERS, min(job.size, (item + 1) * PASS_ITEM_NUMBERS)
        whole = first + (end - first) // LANES * LANES
        for i in range(4 * first, 4 * whole, 4 * LANES):
            write(job, i, vkeep(vload(job.g + i), vload(job.y + i)))
        for i in range(4 * whole, 4 * end, 4):
            store1(job.target + i, load1(job.g + i) if load1(job.y + i) > ZERO else ZERO)


class Pair(NamedTuple):
    """Addresses of `size` numbers each."""

    a: int
    b: int
    target: int
    size: int
    stream: int  # 1: the target is written past the caches


@kernel
def add_pairs(thread, counter, count, job):
    """target = a + b."""
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first, end = item * PASS_ITEM_NUMBERS, min(job.size, (item + 1) * PASS_ITEM_NUMBERS)
        whole = first + (end - first) // LANES * LANES
        for i in range(4 * first, 4 * whole, 4 * LANES):
            write(job, i, vload(job.a + i) + vload(job.b + i))
        for i in range(4 * whole, 4 * end, 4):
            store1(job.target + i, load1(job.a + i) + load1(job.b + i))


@inner
def write(job, at, value):
    """Writes a vector of the target."""
    if job.stream:
        vstream(job.target + at, value)
    else:
        vstore(job.target + at, value)


class Summing(NamedTuple):
    """Addresses: g (rows, channels), and its sums, (channels,) for each item of work."""

    g: int
    rows: int
    channels: int
    sums: int


@kernel
def sum_rows(thread, counter, count, job):
    """Each item's sums = its rows of g, added up in registers."""
    row = 4 * job.channels
    while True:
        item = next_item(counter)
        if item >= count:
            return
        g, sums = job.g + item * PASS_ITEM_ROWS * row, job.sums + item * row
        end = g + min(PASS_ITEM_ROWS, job.rows - item * PASS_ITEM_ROWS) * row
        whole = job.channels // LANES * LANES
        for c in range(0, 4 * whole, 4 * LANES):
            total = vset(ZERO)
            for at in range(g + c, end, row):
                total = total + vload(at)
            vstore(sums + c, total)
        for c in range(4 * whole, row, 4):
            one = ZERO
            for at in range(g + c, end, row):
                one += load1(at)
            store1(sums + c, one)
