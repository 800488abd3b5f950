"""Reading axes at other places in NumPy: the first of two rungs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minidl.kernels.geometry import Shape
from minidl.kernels.layout import order_of

if TYPE_CHECKING:
    from . import Reads


def resample(x: np.ndarray, reads: tuple[Reads, ...]) -> np.ndarray:
    """y[i] = sum over t of weights[t, i] x[places[t, i]] along each axis in turn."""
    for axis, places, weights in reads:
        w = None if weights is None else weights.astype(x.dtype)
        y = _weighted(_read(x, places[0], axis), w, 0, axis)
        for t in range(1, len(places)):
            y += _weighted(_read(x, places[t], axis), w, t, axis)
        x = y
    return x


def resample_grad(g: np.ndarray, reads: tuple[Reads, ...], shape: Shape) -> np.ndarray:
    """The gradient to the input, of this shape: g goes back to where it was read."""
    for axis, places, weights in reversed(reads):
        w = None if weights is None else weights.astype(g.dtype)
        parts = [_weighted(g, w, t, axis) for t in range(len(places))]
        g = _added_up(np.concatenate(parts, axis), places.reshape(-1), shape[axis], axis)
    return g


def _read(x: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    """x.take(places, axis), in the order of axes that x has in memory: channels stay last there."""
    order = order_of(x)
    read = x.transpose(order).take(places, order.index(axis))
    return read.transpose(np.argsort(order))


def _weighted(x: np.ndarray, weights: np.ndarray | None, t: int, axis: int) -> np.ndarray:
    return x if weights is None else x * weights[t].reshape(-1, *[1] * (x.ndim - axis - 1))


def _added_up(g: np.ndarray, index: np.ndarray, size: int, axis: int) -> np.ndarray:
    """The sums of all entries of g that have one index, `size` of them along `axis`."""
    order = np.argsort(index, kind="stable")
    found, starts = np.unique(index[order], return_index=True)
    out = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
    sums = np.add.reduceat(g.take(order, axis), starts, axis)
    np.moveaxis(out, axis, 0)[found] = np.moveaxis(sums, axis, 0)
    return out
