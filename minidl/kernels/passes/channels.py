"""Sums and blends of images (N, C, *spatial) channel by channel: of biases, in batch norm."""

from __future__ import annotations

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine.sizes import PASS_ITEM_ROWS, PASS_MIN_NUMBERS
from minidl.kernels.machine.trace import traced
from minidl.kernels.sums import total


@traced()
def bias_grad(g: np.ndarray) -> np.ndarray:
    """The sum of g (N, K, *out) over everything but channels: (K,)."""
    return total(g, (0, *range(2, g.ndim)))


@traced()
def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance (divided by the count) of x (N, C, *spatial) by channel: float64 (C,)."""
    if not _fast(x):
        over = (0, *range(2, x.ndim))
        return x.mean(over, dtype=np.float64), x.var(over, dtype=np.float64)
    # Taken from a value of the channel's own, sums of squares lose nothing to a large mean; where
    # that value was far out, taken once more from the mean.
    count = x.size // x.shape[1]
    centre = x[0].reshape(x.shape[1], -1)[:, 0].astype(np.float64)
    first, second = sums(x, centre, x, centre) / count
    if (first * first > (1 - 1e-6) * second).any():
        centre = centre + first
        first, second = sums(x, centre, x, centre) / count
    return centre + first, np.maximum(second - first * first, 0)


@traced()
def sums(u: np.ndarray, u_centre: np.ndarray, v: np.ndarray, v_centre: np.ndarray) -> np.ndarray:
    """(2, C) float64: over all but channels, of p = u - u_centre and of p * (v - v_centre).

    u, v: (N, C, *spatial); u_centre, v_centre: (C,).
    """
    if not _fast(u):
        p, q = u - _spread(u_centre, u), v - _spread(v_centre, v)
        over = (0, *range(2, u.ndim))
        return np.stack([p.sum(over, dtype=np.float64), (p * q).sum(over, dtype=np.float64)])
    from minidl.kernels.machine import threads

    from .channel_kernels import Summing, sum_products

    u, v = channels_last(u), channels_last(v)
    rows, channels = u.size // u.shape[-1], u.shape[-1]
    centres = np.stack([u_centre, v_centre]).astype(np.float64)
    found = np.empty((-(-rows // PASS_ITEM_ROWS), 2, channels))
    job = Summing(
        u.ctypes.data, centres[0].ctypes.data, v.ctypes.data, centres[1].ctypes.data, rows,
        channels, found.ctypes.data,
    )  # fmt: skip
    with threads.exclusive:
        threads.run(sum_products, len(found), job)
    return found.sum(axis=0)


@traced()
def blend(
    u: np.ndarray, u_factor: np.ndarray, v: np.ndarray, v_factor: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    """u_factor u + v_factor v + shift: u, v (N, C, *spatial), factors and shift (C,)."""
    if not _fast(u):
        whole = _spread(u_factor, u) * u + _spread(v_factor, v) * v + _spread(shift, u)
        return whole.astype(u.dtype, copy=False)
    from minidl.kernels.machine import results, threads

    from .channel_kernels import Blending
    from .channel_kernels import blend as kernel

    u, v = channels_last(u), channels_last(v)
    target = results.empty(u.shape)
    rows, channels = u.size // u.shape[-1], u.shape[-1]
    per_channel = np.stack([u_factor, v_factor, shift]).astype(np.float32)
    job = Blending(
        u.ctypes.data, per_channel[0].ctypes.data, v.ctypes.data, per_channel[1].ctypes.data,
        per_channel[2].ctypes.data, rows, channels, target.ctypes.data,
    )  # fmt: skip
    with threads.exclusive:
        threads.run(kernel, -(-rows // PASS_ITEM_ROWS), job)
    return channels_first(target)


def _fast(x: np.ndarray) -> bool:
    return x.dtype == np.float32 and x.size >= PASS_MIN_NUMBERS and compiled()


def _spread(per_channel: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(C,) as an array that broadcasts against x (N, C, *spatial)."""
    return per_channel.reshape(1, -1, *[1] * (x.ndim - 2))
