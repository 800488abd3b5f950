"""Standardisation of lines, compiled."""

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
    vset,
    vstore,
)
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS
from minidl.kernels.machine.wide import wload, wset, wstore_narrow, wsum, wzero
from minidl.kernels.sums.kernels import dot_line, sum_line_of

NOTHING = 1e-12  # of a mean: less than that, what rounding it to float32 left is rounding itself


class Lines(NamedTuple):
    """Addresses of x, y (lines, length) and inverse (lines,)."""

    x: int
    y: int
    inverse: int
    lines: int
    length: int
    eps: float


class LinesGrad(NamedTuple):
    """Addresses of g, y, target (lines, length) and inverse (lines,)."""

    g: int
    y: int
    inverse: int
    target: int
    lines: int
    length: int


@kernel
def standardize_lines(thread, counter, count, job):
    """y = (x - mean) / sqrt(var + eps) of each line."""
    group = max(1, PASS_ITEM_NUMBERS // job.length)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        for line in range(item * group, min(job.lines, (item + 1) * group)):
            start = 4 * line * job.length
            squares = center(job.x + start, job.y + start, job.length)
            inverse = np.float32(1 / np.sqrt(squares / job.length + job.eps))
            store1(job.inverse + 4 * line, inverse)
            scale(job.y + start, job.length, inverse)


@kernel
def standardize_lines_grad(thread, counter, count, job):
    """target = (g - mean(g) - y mean(g y)) inverse of each line."""
    group = max(1, PASS_ITEM_NUMBERS // job.length)
    while True:
        item = next_item(counter)
        if item >= count:
            return
        for line in range(item * group, min(job.lines, (item + 1) * group)):
            start = 4 * line * job.length
            g, y, target = job.g + start, job.y + start, job.target + start
            middle = np.float32(sum_line_of(g, 0, job.length) / job.length)
            along = np.float32(dot_line(g, y - g, job.length) / job.length)
            inverse = load1(job.inverse + 4 * line)
            combine(g, y, target, job.length, -middle, -along, inverse)


@inner
def center(x, y, length):
    """y = x - mean(x), rounded once, and the sum of its squares.

    Taken from the rounded mean first: so equal numbers have exactly 0.
    """
    middle = sum_line_of(x, 0, length) / length
    rounded = np.float64(np.float32(middle))
    left = middle - rounded
    if abs(left) <= NOTHING * abs(middle):
        left = 0.0
    whole, end = x + length // LANES * BYTES, x + 4 * length
    ahead = y - x
    near, rest = wset(rounded), wset(left)
    squares = wzero()
    for at in range(x, whole, BYTES):
        apart = wload(at) - near - rest
        squares = squares + apart * apart
        wstore_narrow(at + ahead, apart)
    total = wsum(squares)
    for at in range(whole, end, 4):
        one = np.float64(load1(at)) - rounded - left
        total += one * one
        store1(at + ahead, np.float32(one))
    return total


@inner
def scale(y, length, factor):
    """y = factor y."""
    whole = y + length // LANES * BYTES
    factors = vset(factor)
    for at in range(y, whole, BYTES):
        vstore(at, vload(at) * factors)
    for at in range(whole, y + 4 * length, 4):
        store1(at, load1(at) * factor)


@inner
def combine(g, y, target, length, shift, slope, factor):
    """target = (g + slope y + shift) factor."""
    whole = length // LANES * BYTES
    shifts, slopes, factors = vset(shift), vset(slope), vset(factor)
    for at in range(0, whole, BYTES):
        vstore(target + at, vfma(slopes, vload(y + at), vload(g + at) + shifts) * factors)
    for at in range(whole, 4 * length, 4):
        store1(target + at, (slope * load1(y + at) + (load1(g + at) + shift)) * factor)
