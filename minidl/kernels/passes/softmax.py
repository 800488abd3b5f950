"""Softmax and its logarithm along one axis, and their gradients.

The compiled kernels go through lines, numbers that lie together: an array with the axis elsewhere
is turned first, so that it is the last in memory. Channels-last memory has the channels so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.layout import contiguous, order_of
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.addresses import address, back
from minidl.kernels.machine.sizes import LINE_MIN_NUMBERS, LONE_LINE_NUMBERS, PASS_ITEM_NUMBERS
from minidl.kernels.machine.trace import traced
from minidl.kernels.sums import dot, total


@traced()
def softmax(x: np.ndarray, axis: int) -> np.ndarray:
    """e^x / sum(e^x) along `axis`; the maximum is subtracted first, so nothing overflows."""
    if not _large(x):
        e = np.exp(x - x.max(axis, keepdims=True))
        return e / total(e, axis, True)
    return _by_lines("softmax_lines", axis, x, x)


@traced()
def softmax_grad(g: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
    """y (g - sum(g y)), sums along `axis`: the gradient through y = softmax(x)."""
    if not (_large(g) and _large(y)):
        result: np.ndarray = y * (g - dot(g, y, axis, True).astype(g.dtype))
        return result
    return _by_lines("softmax_grad_lines", axis, y, g)


@traced()
def log_softmax(x: np.ndarray, axis: int) -> np.ndarray:
    """log(softmax(x)) along `axis`, without forming the softmax."""
    if not _large(x):
        shifted = x - x.max(axis, keepdims=True)
        result: np.ndarray = shifted - np.log(total(np.exp(shifted), axis, True))
        return result
    return _by_lines("softmax_lines", axis, x, x, log=1)


@traced()
def log_softmax_grad(g: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
    """g - e^y sum(g), sums along `axis`: the gradient through y = log_softmax(x)."""
    if not (_large(g) and _large(y)):
        result: np.ndarray = g - np.exp(y) * total(g, axis, True)
        return result
    return _by_lines("log_softmax_grad_lines", axis, y, g)


def _large(x: np.ndarray) -> bool:
    return x.dtype == np.float32 and x.size >= LINE_MIN_NUMBERS and compiled()


def _by_lines(kernel: str, axis: int, a: np.ndarray, b: np.ndarray, log: int = 0) -> np.ndarray:
    """What the kernel of that name makes of lines of a and b, of one shape, along `axis`."""
    if axis in (-1, a.ndim - 1) and a.flags.c_contiguous and b.flags.c_contiguous:
        return _lines(kernel, a, b, log)
    axis = np.lib.array_utils.normalize_axis_index(axis, a.ndim)
    order = [i for i in order_of(a) if i != axis] + [axis]
    u = contiguous(a.transpose(order))
    v = u if b is a else contiguous(b.transpose(order))
    return _lines(kernel, u, v, log).transpose(back(order))


def _lines(kernel: str, u: np.ndarray, v: np.ndarray, log: int) -> np.ndarray:
    """The same along the last axis of contiguous arrays."""
    from . import softmax_kernels as kernels

    target, length = results.empty(u.shape), u.shape[-1]
    job = kernels.Lines(address(u), address(v), address(target), u.size // length, length, log)
    items = -(-job.lines // max(1, PASS_ITEM_NUMBERS // length))
    run: Any = getattr(kernels, kernel)
    with threads.exclusive:
        threads.run(run, items, job, threads=1 if u.size < LONE_LINE_NUMBERS else None)
    return target
