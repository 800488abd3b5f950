"""Sums and blends of images (N, C, *spatial) channel by channel: of biases, in normalisation.

What belongs to a channel is an array (C,), of all examples; or, with `each`, (N, C), of each
example by itself. Statistics are float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.addresses import address
from minidl.kernels.machine.sizes import PASS_ITEM_ROWS, PASS_MIN_NUMBERS
from minidl.kernels.machine.trace import traced
from minidl.kernels.sums import total


@traced()
def bias_grad(g: np.ndarray) -> np.ndarray:
    """The sum of g (N, K, *out) over everything but channels: (K,)."""
    return total(g, (0, *range(2, g.ndim)))


@traced()
def moments(x: np.ndarray, each: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance (divided by the count) of x (N, C, *spatial) by channel."""
    if not is_fast(x):
        over = _over(x, each)
        return x.mean(over, dtype=np.float64), x.var(over, dtype=np.float64)
    # Taken from a value of the channel's own, sums of squares lose nothing to a large mean; where
    # that value was far out, taken once more from the mean.
    values = x[(slice(None), slice(None)) + (0,) * (x.ndim - 2)]
    centre = (values if each else values[0]).astype(np.float64)
    count = x.size // centre.size
    first, second = _deviations(x, centre) / count
    if (first * first > (1 - 1e-6) * second).any():
        centre = centre + first
        first, second = _deviations(x, centre) / count
    return centre + first, np.maximum(second - first * first, 0)


def _deviations(x: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """The sums of p = x - centre and of p^2, together (2, ...) in the shape of the centre."""
    return _summed("sum_squares", x, x, centre)


@traced()
def sums(g: np.ndarray, x: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """The sums of g and of g (x - centre) by channel, (2, C) or (2, N, C) as the centre is."""
    if not is_fast(g):
        over = _over(x, centre.ndim == 2)
        products = g * (x - _spread(centre, x))
        return np.stack([g.sum(over, dtype=np.float64), products.sum(over, dtype=np.float64)])
    return _summed("sum_products", x, g, centre)


def _summed(name: str, x: np.ndarray, g: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """The two sums of a kernel of that name, (2, C) or (2, N, C)."""
    from . import channel_kernels as kernels

    x, g = channels_last(x), channels_last(g)
    examples, rows, channels = _as_rows(x, centre)
    items = -(-rows // PASS_ITEM_ROWS)
    found = np.empty((examples, items, 2, channels))
    near = np.ascontiguousarray(centre, np.float64)
    at = address(x), address(g), address(near)
    job = kernels.Summing(*at, rows, channels, address(found))
    run: Any = getattr(kernels, name)
    with threads.exclusive:
        threads.run(run, examples * items, job)
    totals = found.sum(axis=1)
    return totals.transpose(1, 0, 2) if centre.ndim == 2 else totals[0]


@traced()
def scale(
    x: np.ndarray, centre: np.ndarray, factor: np.ndarray, shift: np.ndarray | None = None
) -> np.ndarray:
    """(x - centre) factor + shift; x equal to the centre gives exactly the shift.

    The centre is float64: what rounding it leaves is made up for by the shift.
    """
    near = centre.astype(x.dtype)
    rest = (near - centre) * factor
    moved = rest if shift is None else shift + rest
    if not is_fast(x):
        whole = (x - _spread(near, x)) * _spread(factor, x) + _spread(moved, x)
        return whole.astype(x.dtype, copy=False)
    return _blended("scale", x, near, x, factor, moved)


@traced()
def blend(
    u: np.ndarray, u_factor: np.ndarray, v: np.ndarray, v_factor: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    """u_factor u + v_factor v + shift: factors and shift by channel."""
    if not is_fast(u):
        whole = _spread(u_factor, u) * u + _spread(v_factor, v) * v + _spread(shift, u)
        return whole.astype(u.dtype, copy=False)
    return _blended("blend", u, u_factor, v, v_factor, shift)


def _blended(
    name: str, u: np.ndarray, one: np.ndarray, v: np.ndarray, two: np.ndarray, three: np.ndarray
) -> np.ndarray:
    """What the kernel of that name makes of u, v and three numbers of each channel."""
    from . import channel_kernels as kernels

    u, v = channels_last(u), channels_last(v)
    target = results.empty(u.shape)
    examples, rows, channels = _as_rows(u, three)
    a, b, c = (np.ascontiguousarray(values, np.float32) for values in (one, two, three))
    job = kernels.Blending(
        address(u), address(a), address(v), address(b), address(c), rows, channels,
        address(target), int(results.streams(target)),
    )  # fmt: skip
    run: Any = getattr(kernels, name)
    with threads.exclusive:
        threads.run(run, examples * -(-rows // PASS_ITEM_ROWS), job)
    return channels_first(target)


def is_fast(x: np.ndarray) -> bool:
    """Whether x goes to the compiled kernels."""
    return x.dtype == np.float32 and x.size >= PASS_MIN_NUMBERS and compiled()


def _as_rows(x: np.ndarray, per_channel: np.ndarray) -> tuple[int, int, int]:
    """Examples, rows and channels of x (N, *spatial, C); numbers of all: one example."""
    channels = x.shape[-1]
    examples = x.shape[0] if per_channel.ndim == 2 else 1
    return examples, x.size // (examples * channels), channels


def _over(x: np.ndarray, each: bool) -> tuple[int, ...]:
    return (*range(2, x.ndim),) if each else (0, *range(2, x.ndim))


def _spread(per_channel: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(C,) or (N, C) as an array that broadcasts against x (N, C, *spatial)."""
    return per_channel.reshape(-1, x.shape[1], *[1] * (x.ndim - 2))
