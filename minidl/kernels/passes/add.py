"""The sum of two arrays of one shape: how gradients from two sides of a graph come together.

Large ones are features, tens of megabytes each. NumPy adds them on one thread into memory it has to
ask the system for, page by page; measured, that was a tenth of a style step at 256x256.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS, PASS_MIN_NUMBERS
from minidl.kernels.machine.trace import traced


@traced()
def add(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a + b, a new array; on every thread where both are large and lie in memory alike."""
    if not (a.dtype == b.dtype == np.float32 and a.shape == b.shape and a.size >= PASS_MIN_NUMBERS):
        return a + b
    order = np.argsort([-step for step in a.strides], kind="stable")
    u, v = a.transpose(order), b.transpose(order)
    if not (u.flags.c_contiguous and v.flags.c_contiguous) or not compiled():
        return a + b
    from minidl.kernels.machine import results, threads

    from .kernels import Pair, add_pairs

    target = results.empty(u.shape)
    stream = int(results.streams(target))
    job = Pair(u.ctypes.data, v.ctypes.data, target.ctypes.data, a.size, stream)
    with threads.exclusive:
        threads.run(add_pairs, -(-a.size // PASS_ITEM_NUMBERS), job)
    return target.transpose(np.argsort(order))
