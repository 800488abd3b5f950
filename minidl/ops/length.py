"""Euclidean lengths and directions, which no size of numbers overflows or underflows."""

from __future__ import annotations

import numpy as np

from minidl.kernels.sums import Axis, dot
from minidl.ops.registry import Vjps, each, normal, op

Array = np.ndarray
Result = tuple[Array, Vjps]
SAFE = 1e-280  # a sum of squares above it has lost nothing that counts to underflow


@op(
    each(normal((2, 3)), normal((2, 3, 4), axis=1), normal((2, 3, 4), axis=(0, -1), keepdims=True)),
    methods=("norm",),
)
def norm(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The Euclidean length over `axis`; its gradient is x / |x|, and 0 where the length is 0.

    Squares are added up in float64, of float64 scaled where they would overflow or vanish. With an
    infinite entry the length is infinite and the gradient NaN there, 0 elsewhere, as in PyTorch.
    """
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    scale, rest = _length(x, axis)
    kept = (scale * rest).astype(x.dtype)
    y = kept if keepdims else kept.squeeze(axis)
    return y, (lambda g: g.reshape(kept.shape) * _divided(x, scale, np.where(rest == 0, 1, rest)),)


@op(each(normal((2, 3)), normal((2, 3, 4), axis=-1), normal((2, 3), axis=0, eps=5.0)))
def unit(x: Array, axis: int = 1, eps: float = 1e-12) -> Result:
    """x / max(|x|, eps) along `axis`; see `functional.normalize`."""
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    scale, rest = _length(x, axis)
    with np.errstate(over="ignore"):
        length = scale * rest
    short = length <= eps
    scale, rest = np.where(short, 1, scale), np.where(short, eps, rest)
    y = _divided(x, scale, rest)

    def vjp(g: Array) -> Array:
        along = np.where(short, 0, dot(g, y, axis, True)).astype(g.dtype)
        turned = np.where(length == 0, 0, g - y * along).astype(g.dtype)
        return _divided(turned, scale, rest)

    return y, (vjp,)


def _length(x: Array, axis: Axis) -> tuple[Array, Array]:
    """The length over `axis` as a product (scale, rest), both float64 with the axes kept."""
    with np.errstate(over="ignore"):
        squares = dot(x, x, axis, True)
    scale = np.ones_like(squares)
    unsafe = (squares < SAFE) | (squares == np.inf)
    if x.dtype == np.float64 and unsafe.any():
        peak = np.abs(x).max(axis, keepdims=True, initial=0)
        scale = np.where(unsafe & (peak > 0) & (peak < np.inf), peak, 1)
        scaled = x / scale
        squares = np.where(unsafe, dot(scaled, scaled, axis, True), squares)
    return scale, np.sqrt(squares)


def _divided(x: Array, scale: Array, rest: Array) -> Array:
    """x / (scale rest) in x's dtype, where that product may be no number of it."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        whole = (scale * rest).astype(x.dtype)
        normal = (whole >= np.finfo(x.dtype).tiny) & ((whole < np.inf) | (rest == np.inf))
        if (normal | (rest != rest)).all():
            return np.asarray(x / whole)
        return np.asarray((x.astype(np.float64) / scale / rest).astype(x.dtype))
