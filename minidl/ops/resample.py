"""Reading an axis at other places: padding by what is there, interpolation."""

from __future__ import annotations

import numpy as np

from minidl.ops.registry import Sample, Vjps, op

Array = np.ndarray


def _samples(rng: np.random.Generator) -> list[Sample]:
    reads = {"axis": 1, "index": np.array([[2, 0, 0, 1]])}
    index, weights = rng.integers(0, 4, (2, 5)), rng.standard_normal((2, 5))
    return [
        Sample((rng.standard_normal((2, 3)),), reads),
        Sample((rng.standard_normal((4, 2, 3)),), {"axis": 0, "index": index, "weights": weights}),
    ]


@op(_samples)
def resample(x: Array, axis: int, index: Array, weights: Array | None = None) -> tuple[Array, Vjps]:
    """y[i] = sum over t of weights[t, i] x[index[t, i]] along `axis`: T reads of x for each place.

    index: (T, m) places of x; weights: (T, m), all 1 when None; the axis becomes m long.
    """
    if weights is not None and x.dtype.kind != "f":
        raise TypeError(
            f"interpolation needs float32 or float64, given {x.dtype} of shape {x.shape}: convert "
            "it first, for instance with x.astype(np.float32)"
        )
    w = None if weights is None else weights.astype(x.dtype)
    y = _weighted(_read(x, index[0], axis), w, 0, axis)
    for t in range(1, len(index)):
        y += _weighted(_read(x, index[t], axis), w, t, axis)

    def vjp(g: Array) -> Array:
        parts = [_weighted(g, w, t, axis) for t in range(len(index))]
        return _added_up(np.concatenate(parts, axis), index.reshape(-1), x.shape[axis], axis)

    return y, (vjp,)


def _read(x: Array, places: Array, axis: int) -> Array:
    """x.take(places, axis), in the order of axes that x has in memory: channels stay last there."""
    order = sorted(range(x.ndim), key=lambda i: -abs(x.strides[i]))
    read = x.transpose(order).take(places, order.index(axis))
    return read.transpose(np.argsort(order))


def _weighted(x: Array, weights: Array | None, t: int, axis: int) -> Array:
    return x if weights is None else x * weights[t].reshape(-1, *[1] * (x.ndim - axis - 1))


def _added_up(g: Array, index: Array, size: int, axis: int) -> Array:
    """The sums of all entries of g that have one index, `size` of them along `axis`."""
    order = np.argsort(index, kind="stable")
    found, starts = np.unique(index[order], return_index=True)
    out = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
    sums = np.add.reduceat(g.take(order, axis), starts, axis)
    np.moveaxis(out, axis, 0)[found] = np.moveaxis(sums, axis, 0)
    return out
