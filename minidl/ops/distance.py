"""Distances between two sets of points, with a gradient that is safe where points coincide.

|a - b|^2 = |a|^2 + |b|^2 - 2 a.b is one matrix product for all pairs, but what two points have in
common cancels in it. So all points are moved to where their mean is 0 and scaled to lie within 4,
and pairs that are close for their lengths get a second look: their differences, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from minidl.ops.registry import Vjps, each, normal, op

Array = np.ndarray
CLOSE = 1e-4  # of |a|^2 + |b|^2; above it, float64 leaves 1e-11 of |a - b|^2
SMALL = 1e-280  # lengths below it may have lost digits to underflow
ROOM = 1 << 20  # differences that are held at a time, numbers


@op(each(normal((3, 4), (5, 4)), normal((3, 2), (2, 2), squared=True)), arrays=2)
def pairwise_distances(a: Array, b: Array, squared: bool = False) -> tuple[Array, Vjps]:
    """D[i, j] = |a_i - b_j|, or its square: (N, d) and (M, d) to (N, M).

    Worked out in float64, in two looks, so that nothing cancels, overflows or vanishes: two points
    are 0 apart only where they are equal (or the square is too small for the dtype). Such a pair
    passes no gradient. A point with an infinite entry is infinitely far from all that differ there,
    and NaN from those that do not; NaN anywhere is NaN; so are the gradients of both points.
    Raises ValueError unless both are matrices with rows of one length.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise ValueError(
            f"pairwise_distances: given shapes {a.shape} and {b.shape}, expected (N, d) and (M, d)"
        )
    pairs = _look(a, b)
    with np.errstate(over="ignore", under="ignore"):
        y = pairs.distances**2 if squared else pairs.distances
        y = y.astype(a.dtype if a.dtype.kind == "f" else y.dtype)
    return y, (
        lambda g: _gradient(g, a, b, pairs, squared).astype(a.dtype),
        lambda g: _gradient(g.T, b, a, pairs.turned(), squared).astype(b.dtype),
    )


class _Pairs(NamedTuple):
    """What both looks found, float64."""

    distances: Array  # (N, M)
    close: Array  # (P, 2): the pairs that got a second look, in the order of their rows
    a: Array  # the points moved and scaled, (N, d) and (M, d); 0 where they are not finite
    b: Array
    scaled: Array  # (N, M): the distances of these; infinite where close
    unit: float  # what they were divided by

    def turned(self) -> _Pairs:
        """The same with a and b in each other's place."""
        close = self.close[:, ::-1]
        close = close[np.argsort(close[:, 0], kind="stable")]
        return _Pairs(self.distances.T, close, self.b, self.a, self.scaled.T, self.unit)


def _look(a: Array, b: Array) -> _Pairs:
    near_a, near_b, unit = _centred(a.astype(np.float64), b.astype(np.float64))
    lengths = (near_a * near_a).sum(axis=1)[:, None] + (near_b * near_b).sum(axis=1)
    squares = lengths - 2 * (near_a @ near_b.T)
    close = (squares <= CLOSE * lengths) | (lengths < SMALL)
    close |= ~np.isfinite(a).all(axis=1)[:, None] | ~np.isfinite(b).all(axis=1)
    scaled = np.sqrt(np.where(close, np.inf, squares))
    pairs = np.argwhere(close)
    with np.errstate(over="ignore", under="ignore"):
        distances = scaled * unit
    for some, difference in _differences(a, b, pairs):
        distances[tuple(some.T)] = _lengths(difference)
    return _Pairs(distances, pairs, near_a, near_b, scaled, unit)


def _centred(a: Array, b: Array) -> tuple[Array, Array, float]:
    """Points as (N, d), (M, d) around 0 and within 4, and what they were divided by, a power of 2.

    Subtracting one centre from all changes no difference: what it rounds off is a last bit of what
    is left.
    """
    rows = [np.isfinite(points).all(axis=1) for points in (a, b)]
    a, b = (np.where(ok[:, None], p, 0) for ok, p in zip(rows, (a, b), strict=True))
    largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    exponent = min(int(np.frexp(largest)[1]), 1023)
    unit = float(np.ldexp(1.0, exponent))
    a, b = np.ldexp(a, -exponent), np.ldexp(b, -exponent)
    centre = b[rows[1]].mean(axis=0) if rows[1].any() else 0.0
    a, b = (np.where(ok[:, None], p - centre, 0) for ok, p in zip(rows, (a, b), strict=True))
    return a, b, unit


def _differences(a: Array, b: Array, pairs: Array) -> Iterator[tuple[Array, Array]]:
    """Some pairs at a time, (P, 2), and their differences in float64, (P, d)."""
    step = max(1, ROOM // max(1, a.shape[1]))
    for start in range(0, len(pairs), step):
        some = pairs[start : start + step]
        with np.errstate(over="ignore", invalid="ignore"):
            yield some, a[some[:, 0]].astype(np.float64) - b[some[:, 1]]


def _lengths(difference: Array) -> Array:
    """The length of every row, scaled by its largest entry; infinite with an infinite entry."""
    peak = np.abs(difference).max(axis=1, initial=0)
    scale = np.where((peak > 0) & (peak < np.inf), peak, 1)[:, None]
    scaled = difference / scale
    with np.errstate(over="ignore"):
        lengths: Array = np.sqrt((scaled * scaled).sum(axis=1)) * scale[:, 0]
        return lengths


def _gradient(g: Array, a: Array, b: Array, pairs: _Pairs, squared: bool) -> Array:
    """sum over j of g_ij (a_i - b_j) / d_ij, or twice that without d, (N, d) in float64.

    By a product for most pairs, one by one for those that are close.
    """
    far = np.where(pairs.scaled == np.inf, 0, 2 * pairs.unit * g) if squared else g / pairs.scaled
    total: Array = far.sum(axis=1, keepdims=True) * pairs.a - far @ pairs.b
    for some, difference in _differences(a, b, pairs.close):
        d = pairs.distances[tuple(some.T)][:, None]
        with np.errstate(over="ignore", invalid="ignore"):
            slope = 2 * difference if squared else difference / np.where(d == 0, 1, d)
        rows, first = np.unique(some[:, 0], return_index=True)
        total[rows] += np.add.reduceat(g[tuple(some.T)][:, None] * slope, first, axis=0)
    return total
