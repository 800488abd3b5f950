"""Softmax of lines, compiled: each line is gone through while it is in the nearest cache."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.exponential import vexp, vexp_of_any
from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    BYTES,
    LANES,
    load1,
    next_item,
    store1,
    vfirst,
    vfma,
    vlarger,
    vlargest,
    vload,
    vset,
    vstore,
)
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS
from minidl.kernels.machine.wide import widened, wsum, wzero
from minidl.kernels.sums.kernels import dot_line, sum_line_of


class Lines(NamedTuple):
    """Addresses of a, b and target, each (lines, length)."""

    a: int
    b: int
    target: int
    lines: int
    length: int
    log: int  # 1: of the softmax, the logarithm is wanted


def by_lines(line):
    """What goes through all lines with a function of the addresses of one, its length, and log."""

    @inner
    def go_through(counter, count, job):
        group = max(1, PASS_ITEM_NUMBERS // job.length)
        while True:
            item = next_item(counter)
            if item >= count:
                return
            for i in range(item * group, min(job.lines, (item + 1) * group)):
                at = 4 * i * job.length
                line(job.a + at, job.b + at, job.target + at, job.length, job.log)

    return go_through


@inner
def largest(x, length):
    """The largest number of a line; NaN if one is."""
    end = x + 4 * length
    found = load1(x)
    at = x
    if length >= LANES:
        most = vload(x)
        while at + BYTES <= end:
            most = vlarger(most, vload(at))
            at += BYTES
        found = vlargest(most)
    while at < end:
        one = load1(at)
        if one > found or one != one:
            found = one
        at += 4
    return found


@inner
def exponentials(x, shift, target, length):
    """target = e^(x - shift), and its sum in float64."""
    ahead, whole, end = target - x, x + length // LANES * BYTES, x + 4 * length
    shifts, sums = vset(shift), wzero()
    for at in range(x, whole, BYTES):
        e = vexp(vload(at) - shifts)
        vstore(at + ahead, e)
        sums = sums + widened(e)
    total = wsum(sums)
    for at in range(whole, end, 4):
        one = exp1(load1(at) - shift)
        store1(at + ahead, one)
        total += np.float64(one)
    return total


@inner
def exp1(x):
    """e^x of a number, the same to the last bit as in a vector."""
    return vfirst(vexp_of_any(vset(x)))


@inner
def softmax_line(x, _, y, length, log):
    """y = e^x / sum(e^x), or its logarithm."""
    shift = largest(x, length)
    total = exponentials(x, shift, y, length)
    ahead, whole, end = y - x, x + length // LANES * BYTES, x + 4 * length
    if log:
        rest = np.float32(np.log(total))
        for at in range(x, whole, BYTES):
            vstore(at + ahead, vload(at) - shift - rest)
        for at in range(whole, end, 4):
            store1(at + ahead, load1(at) - shift - rest)
    else:
        factor = np.float32(1 / total)
        for at in range(x + ahead, whole + ahead, BYTES):
            vstore(at, vload(at) * factor)
        for at in range(whole + ahead, end + ahead, 4):
            store1(at, load1(at) * factor)


@inner
def softmax_grad_line(y, g, target, length, _):
    """target = y (g - sum(g y))."""
    along = np.float32(dot_line(g, y - g, length))
    whole = length // LANES * BYTES
    for at in range(0, whole, BYTES):
        vstore(target + at, vload(y + at) * (vload(g + at) - along))
    for at in range(whole, 4 * length, 4):
        store1(target + at, load1(y + at) * (load1(g + at) - along))


@inner
def log_softmax_grad_line(y, g, target, length, _):
    """target = g - e^y sum(g)."""
    total = np.float32(-sum_line_of(g, 0, length))
    whole, totals = length // LANES * BYTES, vset(total)
    for at in range(0, whole, BYTES):
        vstore(target + at, vfma(vexp(vload(y + at)), totals, vload(g + at)))
    for at in range(whole, 4 * length, 4):
        store1(target + at, load1(g + at) + exp1(load1(y + at)) * total)


softmaxes, softmax_grads = by_lines(softmax_line), by_lines(softmax_grad_line)
log_softmax_grads = by_lines(log_softmax_grad_line)


@kernel
def softmax_lines(thread, counter, count, job):
    """target = softmax(a), line by line, or its logarithm."""
    softmaxes(counter, count, job)


@kernel
def softmax_grad_lines(thread, counter, count, job):
    """target = a (b - sum(b a)), line by line."""
    softmax_grads(counter, count, job)


@kernel
def log_softmax_grad_lines(thread, counter, count, job):
    """target = b - e^a sum(b), line by line."""
    log_softmax_grads(counter, count, job)
