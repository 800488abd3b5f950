"""The gradients of what a convolution adds at its end: ReLU and bias."""

from __future__ import annotations

import numpy as np

from .conv import plain
from .geometry import channels_first, channels_last
from .reduce import total

LARGE = 1 << 16  # numbers that are worth the fast kernel


def relu_grad(g: np.ndarray, y: np.ndarray) -> np.ndarray:
    """g, but 0 where y <= 0: the gradient through y = relu(...), both (N, K, *out)."""
    if g.dtype != np.float32 or g.size < LARGE or plain():
        return np.where(y <= 0, g.dtype.type(0), g)
    from . import results, threads
    from .relu_kernels import NUMBERS, Masking, keep_positive

    g, y = channels_last(g), channels_last(y)
    target = results.empty(g.shape)
    stream = int(results.streams(target))
    job = Masking(g.ctypes.data, y.ctypes.data, target.ctypes.data, g.size, stream)
    with threads.exclusive:
        threads.run(keep_positive, -(-g.size // NUMBERS), job)
    return channels_first(target)


def bias_grad(g: np.ndarray) -> np.ndarray:
    """The sum of g (N, K, *out) over everything but channels: (K,)."""
    return total(g, (0, *range(2, g.ndim)))
