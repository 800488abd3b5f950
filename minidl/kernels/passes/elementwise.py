"""Sums, products and ReLU of large arrays, number by number: one pass, on every thread.

NumPy works on one thread, into memory it has to ask the system for page by page, and where two
arrays do not lie in memory alike it hops through one of them. Here the second is laid out as the
first (`layout.like`), and the result lies as both do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.layout import like, order_of
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.addresses import address, back
from minidl.kernels.machine.ownership import is_lone
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS, PASS_MIN_NUMBERS
from minidl.kernels.machine.trace import traced


@traced()
def add(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a + b, a new array; of one shape, or as NumPy broadcasts them."""
    found = _pass("add_pairs", a, b)
    return a + b if found is None else found


@traced()
def add_up(held: list[np.ndarray], b: np.ndarray) -> np.ndarray:
    """held[0] + b; in the memory of held[0] where nothing but this list leads to it."""
    own = is_lone(held)
    found = _pass("add_pairs", held[0], b, in_place=own)
    return held[0] + b if found is None else found


@traced()
def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a * b, a new array; of one shape, or as NumPy broadcasts them."""
    found = _pass("multiply_pairs", a, b)
    return a * b if found is None else found


@traced()
def relu(x: np.ndarray) -> np.ndarray:
    """max(x, 0); NaN stays NaN."""
    found = _pass("rectify", x, x)
    return np.maximum(x, 0) if found is None else found


@traced()
def relu_grad(g: np.ndarray, y: np.ndarray) -> np.ndarray:
    """g, but 0 where y <= 0: the gradient through y = relu(...), both of one shape."""
    found = _pass("keep_positive", y, g)
    return np.where(y <= 0, g.dtype.type(0), g) if found is None else found


def _pass(kernel: str, a: np.ndarray, b: np.ndarray, in_place: bool = False) -> np.ndarray | None:
    """The result of a kernel of that name; None where NumPy is as good or is needed.

    in_place: it may be written over a.
    """
    if not (a.dtype == b.dtype == np.float32 and a.shape == b.shape and a.size >= PASS_MIN_NUMBERS):
        return None
    order = order_of(a)
    u = a.transpose(order)
    if not u.flags.c_contiguous or not compiled():
        return None
    v = like(b, a).transpose(order)
    if not v.flags.c_contiguous:
        return None
    from . import kernels

    target = u if in_place else results.empty(u.shape)
    stream = int(not in_place and results.streams(target))
    job = kernels.Pair(address(u), address(v), address(target), a.size, stream)
    run: Any = getattr(kernels, kernel)
    with threads.exclusive:
        threads.run(run, -(-a.size // PASS_ITEM_NUMBERS), job, holds=(u, v, target))
    return target.transpose(back(order))
