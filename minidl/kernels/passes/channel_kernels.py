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
    vstore,
    vstream,
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


@kernel
def sum_squares(thread, counter, count, job):
    """Each item's sums of p = x - centre, and of p^2, over its rows."""
    row = 4 * job.channels
    whole = 4 * (job.channels // LANES * LANES)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        start, end, of_example = part(item, job)
        centre, sums = job.centre + 2 * of_example, job.sums + 4 * item * row
        c = 0
        while c + 2 * BYTES <= whole:
            near, far = wload_wide(centre + 2 * c), wload_wide(centre + 2 * c + WIDE_BYTES)
            p_sum, q_sum, p_squares, q_squares = wzero(), wzero(), wzero(), wzero()
            for at in range(job.x + start + c, job.x + end, row):
                p, q = wload(at) - near, wload(at + BYTES) - far
                p_sum, q_sum = p_sum + p, q_sum + q
                p_squares, q_squares = p_squares + p * p, q_squares + q * q
            wstore(sums + 2 * c, p_sum)
            wstore(sums + 2 * c + WIDE_BYTES, q_sum)
            wstore(sums + 2 * (row + c), p_squares)
            wstore(sums + 2 * (row + c) + WIDE_BYTES, q_squares)
            c += 2 * BYTES
        while c < whole:
            near = wload_wide(centre + 2 * c)
            p_sum, p_squares = wzero(), wzero()
            for at in range(job.x + start + c, job.x + end, row):
                p = wload(at) - near
                p_sum, p_squares = p_sum + p, p_squares + p * p
            wstore(sums + 2 * c, p_sum)
            wstore(sums + 2 * (row + c), p_squares)
            c += BYTES
        while c < row:
            middle, one, two = load_double(centre + 2 * c), 0.0, 0.0
            for at in range(job.x + start + c, job.x + end, row):
                apart = np.float64(load1(at)) - middle
                one += apart
                two += apart * apart
            store_double(sums + 2 * c, one)
            store_double(sums + 2 * (row + c), two)
            c += 4


@kernel
def sum_products(thread, counter, count, job):
    """Each item's sums of g, and of g (x - centre), over its rows."""
    row, ahead = 4 * job.channels, job.x - job.g
    whole = 4 * (job.channels // LANES * LANES)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        start, end, of_example = part(item, job)
        centre, sums = job.centre + 2 * of_example, job.sums + 4 * item * row
        c = 0
        while c + 2 * BYTES <= whole:
            near, far = wload_wide(centre + 2 * c), wload_wide(centre + 2 * c + WIDE_BYTES)
            p_sum, q_sum, p_products, q_products = wzero(), wzero(), wzero(), wzero()
            for at in range(job.g + start + c, job.g + end, row):
                p, q = wload(at), wload(at + BYTES)
                p_sum, q_sum = p_sum + p, q_sum + q
                p_products = p_products + p * (wload(at + ahead) - near)
                q_products = q_products + q * (wload(at + ahead + BYTES) - far)
            wstore(sums + 2 * c, p_sum)
            wstore(sums + 2 * c + WIDE_BYTES, q_sum)
            wstore(sums + 2 * (row + c), p_products)
            wstore(sums + 2 * (row + c) + WIDE_BYTES, q_products)
            c += 2 * BYTES
        while c < whole:
            near = wload_wide(centre + 2 * c)
            p_sum, p_products = wzero(), wzero()
            for at in range(job.g + start + c, job.g + end, row):
                p = wload(at)
                p_sum, p_products = p_sum + p, p_products + p * (wload(at + ahead) - near)
            wstore(sums + 2 * c, p_sum)
            wstore(sums + 2 * (row + c), p_products)
            c += BYTES
        while c < row:
            middle, one, two = load_double(centre + 2 * c), 0.0, 0.0
            for at in range(job.g + start + c, job.g + end, row):
                share = np.float64(load1(at))
                one += share
                two += share * (np.float64(load1(at + ahead)) - middle)
            store_double(sums + 2 * c, one)
            store_double(sums + 2 * (row + c), two)
            c += 4


@inner
def write(job, at, value):
    """Writes a vector of the target."""
    if job.stream:
        vstream(job.target + at, value)
    else:
        vstore(job.target + at, value)


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
        for c in range(0, whole, BYTES):
            centre = vload(job.u_factor + of_example + c)
            factor = vload(job.v_factor + of_example + c)
            shift = vload(job.shift + of_example + c)
            for at in range(start + c, end, row):
                write(job, at, vfma(vload(job.u + at) - centre, factor, shift))
        for c in range(whole, row, 4):
            centre1 = load1(job.u_factor + of_example + c)
            factor1 = load1(job.v_factor + of_example + c)
            shift1 = load1(job.shift + of_example + c)
            for at in range(start + c, end, row):
                store1(job.target + at, (load1(job.u + at) - centre1) * factor1 + shift1)


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
        for c in range(0, whole, BYTES):
            a = vload(job.u_factor + of_example + c)
            b = vload(job.v_factor + of_example + c)
            shift = vload(job.shift + of_example + c)
            for at in range(start + c, end, row):
                write(job, at, vfma(b, vload(job.v + at), vfma(a, vload(job.u + at), shift)))
        for c in range(whole, row, 4):
            a1 = load1(job.u_factor + of_example + c)
            b1 = load1(job.v_factor + of_example + c)
            shift1 = load1(job.shift + of_example + c)
            for at in range(start + c, end, row):
                one = a1 * load1(job.u + at) + shift1
                store1(job.target + at, one + b1 * load1(job.v + at))
