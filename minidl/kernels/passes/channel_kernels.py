"""Sums and blends channel by channel, compiled: what batch normalisation is made of."""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import kernel
from minidl.kernels.machine.simd import LANES, load1, next_item, store1, vfma, vload, vstore
from minidl.kernels.machine.sizes import PASS_ITEM_ROWS
from minidl.kernels.machine.wide import (
    load_double,
    store_double,
    wload,
    wload_wide,
    wstore,
    wzero,
)


class Summing(NamedTuple):
    """Addresses: u, v (rows, channels); centres of both and sums (items, 2, channels), float64."""

    u: int
    u_centre: int
    v: int
    v_centre: int
    rows: int
    channels: int
    sums: int


@kernel
def sum_products(thread, counter, count, job):
    """Each item's sums of p = u - u_centre, and of p * (v - v_centre), over its rows; float64."""
    row = 4 * job.channels
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first, sums = item * PASS_ITEM_ROWS * row, job.sums + 4 * item * row
        end = first + min(PASS_ITEM_ROWS, job.rows - item * PASS_ITEM_ROWS) * row
        whole = job.channels // LANES * LANES
        for c in range(0, 4 * whole, 4 * LANES):
            u_centre, v_centre = wload_wide(job.u_centre + 2 * c), wload_wide(job.v_centre + 2 * c)
            total, product = wzero(), wzero()
            for at in range(first + c, end, row):
                p = wload(job.u + at) - u_centre
                total = total + p
                product = product + p * (wload(job.v + at) - v_centre)
            wstore(sums + 2 * c, total)
            wstore(sums + 2 * (row + c), product)
        for c in range(4 * whole, row, 4):
            u_one, v_one = load_double(job.u_centre + 2 * c), load_double(job.v_centre + 2 * c)
            one, two = 0.0, 0.0
            for at in range(first + c, end, row):
                q = load1(job.u + at) - u_one
                one += q
                two += q * (load1(job.v + at) - v_one)
            store_double(sums + 2 * c, one)
            store_double(sums + 2 * (row + c), two)


class Blending(NamedTuple):
    """Addresses: u, v, target (rows, channels), factors and shift (channels,)."""

    u: int
    u_factor: int
    v: int
    v_factor: int
    shift: int
    rows: int
    channels: int
    target: int


@kernel
def blend(thread, counter, count, job):
    """target = u_factor u + v_factor v + shift."""
    row = 4 * job.channels
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first = item * PASS_ITEM_ROWS * row
        end = first + min(PASS_ITEM_ROWS, job.rows - item * PASS_ITEM_ROWS) * row
        whole = job.channels // LANES * LANES
        for c in range(0, 4 * whole, 4 * LANES):
            a, b = vload(job.u_factor + c), vload(job.v_factor + c)
            shift = vload(job.shift + c)
            for at in range(first + c, end, row):
                value = vfma(b, vload(job.v + at), vfma(a, vload(job.u + at), shift))
                vstore(job.target + at, value)
        for c in range(4 * whole, row, 4):
            for at in range(first + c, end, row):
                one = load1(job.u_factor + c) * load1(job.u + at) + load1(job.shift + c)
                store1(job.target + at, one + load1(job.v_factor + c) * load1(job.v + at))
