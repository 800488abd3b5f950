"""Pooling along one axis by windows that cut it into a given number of parts."""

from __future__ import annotations

import numpy as np

from minidl.kernels.sums import mean
from minidl.ops.registry import Vjps, each, normal, op

Array = np.ndarray

_samples = each(normal((2, 5), axis=1, count=3), normal((2, 3, 4), axis=1, count=5))


def windows(size: int, count: int) -> list[tuple[int, int]]:
    """Where each of `count` windows begins and ends: floor(i size / count), ceil of the next."""
    return [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]


@op(_samples)
def window_means(x: Array, axis: int, count: int) -> tuple[Array, Vjps]:
    """The means of `count` windows along `axis`."""
    edges = windows(x.shape[axis], count)

    def vjp(g: Array) -> Array:
        dx = np.zeros(x.shape, g.dtype)
        for i, (start, end) in enumerate(edges):
            dx[_at(axis, slice(start, end))] += g[_at(axis, slice(i, i + 1))] / (end - start)
        return dx

    return np.stack([mean(x[_at(axis, slice(*edge))], axis) for edge in edges], axis), (vjp,)


@op(_samples)
def window_maxima(x: Array, axis: int, count: int) -> tuple[Array, Vjps]:
    """The maxima of `count` windows along `axis`; the first of equals has the gradient."""
    edges = windows(x.shape[axis], count)
    where = np.stack(
        [start + x[_at(axis, slice(start, end))].argmax(axis) for start, end in edges], axis
    )

    def vjp(g: Array) -> Array:
        dx = np.zeros(x.shape, g.dtype)
        places = np.arange(x.shape[axis]).reshape(-1, *[1] * (x.ndim - axis - 1))
        for i in range(count):
            one = _at(axis, slice(i, i + 1))
            dx += np.where(places == where[one], g[one], 0)
        return dx

    return np.take_along_axis(x, where, axis), (vjp,)


def _at(axis: int, places: slice) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, places)
