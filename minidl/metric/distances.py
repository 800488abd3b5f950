"""How far apart encodings are."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.ops.distance import pairwise_distances as _pairwise
from minidl.ops.elementwise import sub
from minidl.tensor import Tensor, as_tensor, no_grad


@checked
def pairwise_distances(a: Numbers, b: Numbers | None = None, squared: bool = False) -> Tensor:
    """D[i, j] = |a_i - b_j| (or its square) of points a (N, d) and b (M, d); b is a when None.

    The gradient is 0, not NaN, where two points coincide.
    """
    return _pairwise(a, a if b is None else b, squared=squared)


@checked
def paired_distances(a: Numbers, b: Numbers, squared: bool = False) -> Tensor:
    """|a_i - b_i| (or its square), row by row: (N, d) and (N, d) to (N,)."""
    check_pairs("paired_distances", a, b)
    difference = sub(a, b)
    return (difference * difference).sum(axis=1) if squared else difference.norm(axis=1)


def measured(a: Any, b: Any) -> np.ndarray:
    """The distances (N,) that decisions are made by: `paired_distances`, rows summed in one order.

    Whoever asks, `verify` or a Gallery, the same two encodings get the same number.
    """
    with no_grad():
        rows = [np.ascontiguousarray(as_tensor(encodings).data) for encodings in (a, b)]
        return paired_distances(rows[0], rows[1]).data


def accepted(distances: Any, threshold: float) -> np.ndarray:
    """Whether each distance is at most the threshold, both taken as they are, in float64.

    NumPy would round the threshold to the dtype of float32 distances.
    """
    return np.asarray(distances, np.float64) <= float(threshold)


def check_threshold(name: str, threshold: Any) -> None:
    """Raises TypeError or ValueError for what is no distance."""
    if not isinstance(threshold, (Real, np.integer, np.floating)):
        raise TypeError(f"{name}: given threshold={threshold!r}, expected a number, a distance")
    if np.isnan(float(threshold)):
        raise ValueError(f"{name}: given threshold={threshold}, expected a distance")


def check_pairs(name: str, a: Any, b: Any) -> None:
    """Raises ValueError unless a and b have a row for each pair: broadcasting would hide a slip."""
    if np.shape(a) != np.shape(b) or np.ndim(a) != 2:
        raise ValueError(
            f"{name}: given shapes {np.shape(a)} and {np.shape(b)}, expected (N, d) and (N, d)"
        )
