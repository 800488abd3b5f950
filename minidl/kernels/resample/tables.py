"""Who reads what, as the kernels want it: for each place of a result, the places it adds up.

Forward, a place adds up what it reads; in the gradient, a place of the input adds up what its
readers have. Both are the same work with another table. A network resizes to the same sizes again
and again: the last tables are kept.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from . import Reads

KEPT_TABLES = 64


class Table(NamedTuple):
    """One axis: place i adds up entries starts[i] to starts[i + 1] of places and weights."""

    size: int  # of the axis that is read
    starts: np.ndarray  # int64 (length of the result + 1,)
    places: np.ndarray  # int64
    weights: np.ndarray  # float32


def forward(reads: Reads, size: int) -> Table:
    """What each new place reads of an axis of this size."""
    return _forward(*_bytes(reads), size)


def backward(reads: Reads, size: int) -> Table:
    """What each place of an axis of this size gets back, and from which readers."""
    return _backward(*_bytes(reads), size)


def _bytes(reads: Reads) -> tuple[int, bytes, bytes | None]:
    """How many terms there are for each place; places and weights, one reader after another."""
    places = reads.places.T.astype(np.int64, "C").tobytes()
    weights = None if reads.weights is None else reads.weights.T.astype(np.float32, "C").tobytes()
    return len(reads.places), places, weights


@functools.lru_cache(maxsize=KEPT_TABLES)
def _forward(terms: int, read: bytes, weights: bytes | None, size: int) -> Table:
    places = np.frombuffer(read, np.int64)
    return Table(size, np.arange(0, places.size + 1, terms), places, _weights(weights, places))


@functools.lru_cache(maxsize=KEPT_TABLES)
def _backward(terms: int, places: bytes, weights: bytes | None, size: int) -> Table:
    read = np.frombuffer(places, np.int64)
    order = np.argsort(read, kind="stable")
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(read, minlength=size), out=starts[1:])
    return Table(read.size // terms, starts, order // terms, _weights(weights, read)[order])


def _weights(weights: bytes | None, places: np.ndarray) -> np.ndarray:
    if weights is None:
        return np.ones(places.size, np.float32)
    return np.frombuffer(weights, np.float32)
