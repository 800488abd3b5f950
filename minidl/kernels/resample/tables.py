"""Who reads what, as the kernels want it: for each place of a result, the places it adds up.

Forward, a place adds up what it reads; in the gradient, a place of the input adds up what its
readers have. Both are the same work with another table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from . import Reads


class Table(NamedTuple):
    """One axis: place i adds up entries starts[i] to starts[i + 1] of places and weights."""

    size: int  # of the axis that is read
    starts: np.ndarray  # int64 (length of the result + 1,)
    places: np.ndarray  # int64
    weights: np.ndarray  # float32


def forward(reads: Reads, size: int) -> Table:
    """What each new place reads of an axis of this size."""
    terms, length = reads.index.shape
    return Table(
        size, np.arange(0, terms * length + 1, terms), _by_reader(reads.index, np.int64),
        _weights(reads),
    )  # fmt: skip


def backward(reads: Reads, size: int) -> Table:
    """What each place of an axis of this size gets back, and from which readers."""
    terms, length = reads.index.shape
    read = _by_reader(reads.index, np.int64)
    order = np.argsort(read, kind="stable")
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(read, minlength=size), out=starts[1:])
    return Table(length, starts, order // terms, _weights(reads)[order])


def _weights(reads: Reads) -> np.ndarray:
    if reads.weights is None:
        return np.ones(reads.index.size, np.float32)
    return _by_reader(reads.weights, np.float32)


def _by_reader(values: np.ndarray, dtype: type) -> np.ndarray:
    """(T, m), one reader after another: (m T,)."""
    return np.ascontiguousarray(values.T, dtype).reshape(-1)
