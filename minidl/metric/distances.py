"""How far apart encodings are."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.ops.distance import pairwise_distances as _pairwise
from minidl.ops.elementwise import sub
from minidl.tensor import Tensor


def pairwise_distances(a: Any, b: Any = None, squared: bool = False) -> Tensor:
    """D[i, j] = |a_i - b_j| (or its square) of points a (N, d) and b (M, d); b is a when None.

    The gradient is 0, not NaN, where two points coincide.
    """
    return _pairwise(a, a if b is None else b, squared=squared)


def paired_distances(a: Any, b: Any, squared: bool = False) -> Tensor:
    """|a_i - b_i| (or its square), row by row: (N, d) and (N, d) to (N,)."""
    check_pairs("paired_distances", a, b)
    difference = sub(a, b)
    return (difference * difference).sum(axis=1) if squared else difference.norm(axis=1)


def check_pairs(name: str, a: Any, b: Any) -> None:
    """Raises ValueError unless a and b have a row for each pair: broadcasting would hide a slip."""
    if np.shape(a) != np.shape(b) or np.ndim(a) != 2:
        raise ValueError(
            f"{name}: given shapes {np.shape(a)} and {np.shape(b)}, expected (N, d) and (N, d)"
        )
