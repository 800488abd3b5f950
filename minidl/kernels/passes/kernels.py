"""What needs one pass over a gradient, compiled: that of ReLU, and sums of two."""

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
    vstore,
    vstream,
)
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS


class Masking(NamedTuple):
    """Addresses of `size` numbers each."""

    g: int
    y: int
    target: int
    size: int
    stream: int  # 1: the target is written past the caches


@kernel
def keep_positive(thread, counter, count, job):
    """target = g, but 0 where y <= 0; not where y is NaN."""
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first, end = item * PASS_ITEM_NUMBERS, min(job.size, (item + 1) * PASS_ITEM_NUMBERS)
        whole = first + (end - first) // LANES * LANES
        for i in range(4 * first, 4 * whole, 4 * LANES):
            write(job, i, vkeep(vload(job.g + i), vload(job.y + i)))
        for i in range(4 * whole, 4 * end, 4):
            store1(job.target + i, ZERO if load1(job.y + i) <= ZERO else load1(job.g + i))


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
