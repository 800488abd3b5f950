"""What needs one pass over two arrays that lie in memory alike, compiled."""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    BYTES,
    ZERO,
    load1,
    next_item,
    store1,
    vkeep,
    vload,
    vrelu,
    vwrite,
)
from minidl.kernels.machine.sizes import CACHE_LINE_BYTES, CACHE_LINE_FLOATS, PASS_ITEM_NUMBERS


class Pair(NamedTuple):
    """Addresses of `size` numbers each."""

    a: int
    b: int
    target: int
    size: int
    stream: int  # 1: the target is written past the caches


@inner
def plus(a, b):
    """Of vectors, and of numbers."""
    return a + b


@inner
def times(a, b):
    """Of vectors, and of numbers."""
    return a * b


@inner
def positive(a, _):
    """A vector without what is below 0."""
    return vrelu(a)


@inner
def positive1(a, _):
    """A number, or 0 where it is below."""
    return ZERO if a < ZERO else a


@inner
def kept(a, b):
    """A vector b, but 0 where a <= 0; not where a is NaN."""
    return vkeep(b, a)


@inner
def kept1(a, b):
    """A number b, likewise."""
    return ZERO if a <= ZERO else b


def passing(of_vectors, of_numbers):
    """What fills a target with what one function makes of vectors of a and b, and the other of
    single numbers where they do not fill a vector.
    """

    @inner
    def go_through(counter, count, job):
        while True:
            item = next_item(counter)
            if item >= count:
                return
            first, end = item * PASS_ITEM_NUMBERS, min(job.size, (item + 1) * PASS_ITEM_NUMBERS)
            whole = first + (end - first) // CACHE_LINE_FLOATS * CACHE_LINE_FLOATS
            for line in range(4 * first, 4 * whole, CACHE_LINE_BYTES):
                for i in range(line, line + CACHE_LINE_BYTES, BYTES):  # one after the other
                    value = of_vectors(vload(job.a + i), vload(job.b + i))
                    vwrite(job.target + i, value, job.stream)
            for i in range(4 * whole, 4 * end, 4):
                store1(job.target + i, of_numbers(load1(job.a + i), load1(job.b + i)))

    return go_through


sums, products = passing(plus, plus), passing(times, times)
positives, kept_ones = passing(positive, positive1), passing(kept, kept1)


@kernel
def add_pairs(thread, counter, count, job):
    """target = a + b."""
    sums(counter, count, job)


@kernel
def multiply_pairs(thread, counter, count, job):
    """target = a * b."""
    products(counter, count, job)


@kernel
def rectify(thread, counter, count, job):
    """target = max(a, 0); NaN stays NaN."""
    positives(counter, count, job)


@kernel
def keep_positive(thread, counter, count, job):
    """target = b, but 0 where a <= 0; not where a is NaN."""
    kept_ones(counter, count, job)
