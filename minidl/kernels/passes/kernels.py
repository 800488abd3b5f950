"""What needs one pass over two arrays that lie in memory alike, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    LANES,
    ZERO,
    load1,
    next_item,
    store1,
    vkeep,
    vload,
    vrelu,
    vstore,
    vstream,
)
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS


class Pair(NamedTuple):
    """Addresses of `size` numbers each."""

    a: int
    b: int
    target: int
    size: int
    stream: int  # 1: the target is written past the caches


def passing(name: str, of_vectors: Callable[..., Any], of_numbers: Callable[..., Any]) -> Any:
    """A kernel of that name: target = what one function makes of vectors of a and b, the other of
    single numbers where they do not fill a vector.
    """

    def run(thread, counter, count, job):
        while True:
            item = next_item(counter)
            if item >= count:
                return
            first, end = item * PASS_ITEM_NUMBERS, min(job.size, (item + 1) * PASS_ITEM_NUMBERS)
            whole = first + (end - first) // LANES * LANES
            for i in range(4 * first, 4 * whole, 4 * LANES):
                write(job, i, of_vectors(vload(job.a + i), vload(job.b + i)))
            for i in range(4 * whole, 4 * end, 4):
                store1(job.target + i, of_numbers(load1(job.a + i), load1(job.b + i)))

    run.__name__ = run.__qualname__ = name  # what the compiled code is kept under
    return kernel(run)


@inner
def write(job, at, value):
    """Writes a vector of the target."""
    if job.stream:
        vstream(job.target + at, value)
    else:
        vstore(job.target + at, value)


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


add_pairs = passing("add_pairs", plus, plus)
multiply_pairs = passing("multiply_pairs", times, times)
rectify = passing("rectify", positive, positive1)
keep_positive = passing("keep_positive", kept, kept1)
