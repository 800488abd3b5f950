"""The gradients of what a convolution adds at its end: ReLU and bias."""

from __future__ import annotations

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.geometry import channels_first, channels_last
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS, PASS_MIN_NUMBERS
from minidl.kernels.machine.trace import traced
from minidl.kernels.sums import total


@traced()
def relu_grad(g: np.ndarray, y: np.ndarray) -> np.ndarray:
    """g, but 0 where y <= 0: the gradient through y = relu(...), both (N, K, *out)."""
    if g.dtype != np.float32 or g.size < PASS_MIN_NUMBERS or not compiled():
        return np.where(y <= 0, g.dtype.type(0), g)
    from minidl.kernels.machine import results, threads

    from .kernels import Masking, keep_positive

    g, y = channels_last(g), channels_last(y)
    target = results.empty(g.shape)
    stream = int(results.streams(target))
    job = Masking(g.ctypes.data, y.ctypes.data, target.ctypes.data, g.size, stream)
    with threads.exclusive:
        threads.run(keep_positive, -(-g.size // PASS_ITEM_NUMBERS), job)
    return channels_first(target)


@traced()
def bias_grad(g: np.ndarray) -> np.ndarray:
    """The sum of g (N, K, *out) over everything but channels: (K,)."""
    return total(g, (0, *range(2, g.ndim)))
