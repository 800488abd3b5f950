"""Distances between two sets of points, with a gradient that is safe where points coincide."""

from __future__ import annotations

import numpy as np

from minidl.ops.registry import Vjps, each, normal, op

Array = np.ndarray


@op(each(normal((3, 4), (5, 4)), normal((3, 2), (2, 2), squared=True)), arrays=2)
def pairwise_distances(a: Array, b: Array, squared: bool = False) -> tuple[Array, Vjps]:
    """D[i, j] = |a_i - b_j|, or its square: (N, d) and (M, d) to (N, M).

    |a - b|^2 = |a|^2 + |b|^2 - 2 a.b is worked out in float64, so that what cancels there does not
    show in float32. Where two points coincide the distance is 0 and passes no gradient.
    Raises ValueError unless both are matrices with rows of one length.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise ValueError(
            f"pairwise_distances: given shapes {a.shape} and {b.shape}, expected (N, d) and (M, d)"
        )
    square = _squares(a, b)
    d = square if squared else np.sqrt(square)
    slope = 2.0 if squared else 1 / np.where(d == 0, np.inf, d)

    def to_a(g: Array) -> Array:
        w = g * slope
        return (w.sum(axis=1, keepdims=True) * a - w @ b.astype(np.float64)).astype(a.dtype)

    def to_b(g: Array) -> Array:
        w = (g * slope).T
        return (w.sum(axis=1, keepdims=True) * b - w @ a.astype(np.float64)).astype(b.dtype)

    return d.astype(a.dtype if a.dtype.kind == "f" else d.dtype), (to_a, to_b)


def _squares(a: Array, b: Array) -> Array:
    a, b = a.astype(np.float64), b.astype(np.float64)
    scale = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)
    square = scale - 2 * (a @ b.T)
    return np.where(square <= 1e-14 * scale, 0.0, square)  # rounding of equal points
