"""Sums and blends channel by channel, compiled: what batch normalisation is made of.

Arrays are (examples, rows, channels). Numbers that belong to a channel are (examples, channels): of
each example by itself, or of all, which are then one. An item of work is PASS_ITEM_ROWS rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    BYTES,
    LANES,
    load1,
    next_item,
    store1,
    vfma,
    vload,
    vwrite,
)
from minidl.kernels.machine.sizes import PASS_ITEM_ROWS
from minidl.kernels.machine.wide import (
    WIDE_BYTES,
    load_double,
    store_double,
    wload,
    wload_wide,
    wstore,
    wzero,
)


class Summing(NamedTuple):
    """Addresses: x, g (examples, rows, channels), centre and, for each item, two sums: float64."""

    x: int
    g: int
    centre: int
    rows: int
    channels: int
    sums: int  # (items, 2, channels)


class Blending(NamedTuple):
    """Addresses: u, v, target (examples, rows, channels), the others (examples, channels)."""

    u: int
    u_factor: int  # or, for `scale`, a centre
    v: int
    v_factor: int
    shift: int
    rows: int
    channels: int
    target: int
    stream: int  # 1: the target is written past the caches


@inner
def blocks(job):
    """How many items an example has."""
    return (job.rows + PASS_ITEM_ROWS - 1) // PASS_ITEM_ROWS


@inner
def part(item, job):
    """Where the rows of an item begin and end, in bytes, and the example's channels."""
    example, block = item // blocks(job), item % blocks(job)
    row, first = 4 * job.channels, block * PASS_ITEM_ROWS
    start = (example * job.rows + first) * row
    return start, start + min(PASS_ITEM_ROWS, job.rows - first) * row, example * row


@inner
def square(at, ahead, centre):
    """Vectors of p = x - centre, and of p^2."""
    p = wload(at + ahead) - wload_wide(centre)
    return p, p * p


@inner
def square1(at, ahead, centre):
    """The same of one number."""
    p = np.float64(load1(at + ahead)) - load_double(centre)
    return p, p * p


@inner
def product(at, ahead, centre):
    """Vectors of g, and of g (x - centre)."""
    p = wload(at)
    return p, p * (wload(at + ahead) - wload_wide(centre))


@inner
def product1(at, ahead, centre):
    """The same of one number."""
    p = np.float64(load1(at))
    return p, p * (np.float64(load1(at + ahead)) - load_double(centre))


def summing(terms, terms1):
    """What sums two terms over the rows of items; they are made by one function for vectors, and
    by another for single numbers, from where g is, how far ahead x is, and the address of a centre.
    """

    @inner
    def strip(at, end, row, ahead, centre, sums, rest):
        """Four vectors of channels: a row of up to 64 is read as it lies."""
        a, b, c, d = wzero(), wzero(), wzero(), wzero()
        p, q, r, s = wzero(), wzero(), wzero(), wzero()
        for g in range(at, end, row):
            one, two = terms(g, ahead, centre)
            a, p = a + one, p + two
            one, two = terms(g + BYTES, ahead, centre + WIDE_BYTES)
            b, q = b + one, q + two
            one, two = terms(g + 2 * BYTES, ahead, centre + 2 * WIDE_BYTES)
            c, r = c + one, r + two
            one, two = terms(g + 3 * BYTES, ahead, centre + 3 * WIDE_BYTES)
            d, s = d + one, s + two
        wstore(sums, a)
        wstore(sums + WIDE_BYTES, b)
        wstore(sums + 2 * WIDE_BYTES, c)
        wstore(sums + 3 * WIDE_BYTES, d)
        wstore(sums + rest, p)
        wstore(sums + rest + WIDE_BYTES, q)
        wstore(sums + rest + 2 * WIDE_BYTES, r)
        wstore(sums + rest + 3 * WIDE_BYTES, s)

    @inner
    def by_items(counter, count, job):
        row, ahead = 4 * job.channels, job.x - job.g
        while True:
            item = next_item(counter)
            if item >= count:
                return
            start, end, of_example = part(item, job)
            start, end = job.g + start, job.g + end
            centre, sums = job.centre + 2 * of_example, job.sums + 4 * item * row
            c = 0
            while c + 4 * BYTES <= row:
                strip(start + c, end, row, ahead, centre + 2 * c, sums + 2 * c, 2 * row)
                c += 4 * BYTES
            while c + BYTES <= row:
                a, p = wzero(), wzero()
                for at in range(start + c, end, row):
                    one, two = terms(at, ahead, centre + 2 * c)
                    a, p = a + one, p + two
                wstore(sums + 2 * c, a)
                wstore(sums + 2 * (row + c), p)
                c += BYTES
            while c < row:
                total, other = 0.0, 0.0
                for at in range(start + c, end, row):
                    one1, two1 = terms1(at, ahead, centre + 2 * c)
                    total, other = total + one1, other + two1
                store_double(sums + 2 * c, total)
                store_double(sums + 2 * (row + c), other)
                c += 4

    return by_items


squares, products = summing(square, square1), summing(product, product1)


@kernel
def sum_squares(thread, counter, count, job):
    """Each item's sums of p = x - centre, and of p^2, over its rows."""
    squares(counter, count, job)


@kernel
def sum_products(thread, counter, count, job):
    """Each item's sums of g, and of g (x - centre), over its rows."""
    products(counter, count, job)


@kernel
def scale(thread, counter, count, job):
    """target = (u - u_factor) v_factor + shift: a centre, a factor and a shift."""
    row = 4 * job.channels
    whole = 4 * (job.channels // LANES * LANES)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        start, end, of_example = part(item, job)
        centre, factor = job.u_factor + of_example, job.v_factor + of_example
        shift = job.shift + of_example
        for at in range(start, end, row):
            for c in range(0, whole, BYTES):
                apart = vload(job.u + at + c) - vload(centre + c)
                value = vfma(apart, vload(factor + c), vload(shift + c))
                vwrite(job.target + at + c, value, job.stream)
            for c in range(whole, row, 4):
                apart1 = load1(job.u + at + c) - load1(centre + c)
                store1(job.target + at + c, apart1 * load1(factor + c) + load1(shift + c))


@kernel
def blend(thread, counter, count, job):
    """target = u_factor u + v_factor v + shift."""
    row = 4 * job.channels
    whole = 4 * (job.channels // LANES * LANES)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        start, end, of_example = part(item, job)
        a, b, shift = job.u_factor + of_example, job.v_factor + of_example, job.shift + of_example
        for at in range(start, end, row):
            for c in range(0, whole, BYTES):
                one = vfma(vload(a + c), vload(job.u + at + c), vload(shift + c))
                value = vfma(vload(b + c), vload(job.v + at + c), one)
                vwrite(job.target + at + c, value, job.stream)
            for c in range(whole, row, 4):
                one1 = load1(a + c) * load1(job.u + at + c) + load1(shift + c)
                store1(job.target + at + c, one1 + load1(b + c) * load1(job.v + at + c))
