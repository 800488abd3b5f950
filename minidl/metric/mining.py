"""Which triplets (anchor, positive, negative) of a batch to learn from, as arrays of indices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minidl.arguments import Labels, checked


class Triplets(NamedTuple):
    """Three index arrays of one length: anchor and positive are one person, negative another."""

    anchor: np.ndarray
    positive: np.ndarray
    negative: np.ndarray


def identities(name: str, labels: Any) -> np.ndarray:
    """The labels as an array. Raises where no triplet can be made of them, saying why."""
    who = np.asarray(labels)
    if who.dtype.kind not in "iu" or who.ndim != 1:
        raise TypeError(
            f"{name}: given labels of dtype {who.dtype} and shape {who.shape}, expected N integers"
        )
    people, pictures = np.unique(who, return_counts=True)
    if len(people) < 2:
        raise ValueError(
            f"{name}: given {len(people)} identity in {len(who)} pictures; a negative needs at "
            "least two"
        )
    if pictures.max() < 2:
        raise ValueError(
            f"{name}: given one picture of each of {len(people)} identities; a positive needs two "
            "of one (see PKSampler)"
        )
    return who


@checked
def all_triplets(who: Labels) -> Triplets:
    """Every valid triplet of a batch of people (N,), ordered by anchor, positive, negative."""
    people = np.asarray(who)
    if people.ndim != 1:
        raise ValueError(f"all_triplets: given labels of shape {people.shape}, expected (N,)")
    same, other = _relations(people)
    return Triplets(*np.nonzero(same[:, :, None] & other[:, None, :]))


def random_triplets(who: np.ndarray, rng: np.random.Generator) -> Triplets:
    """For each anchor that has a positive: one positive and one negative of its, at random."""
    same, other = _relations(who)
    draws = rng.random(same.shape)
    anchors = np.nonzero(same.any(axis=1))[0]
    positive = np.where(same, draws, -1).argmax(axis=1)
    negative = np.where(other, draws, -1).argmax(axis=1)
    return Triplets(anchors, positive[anchors], negative[anchors])


def hardest(distances: np.ndarray, who: np.ndarray) -> Triplets:
    """For each anchor that has a positive: its farthest positive and its nearest negative.

    distances: (N, N) between all pictures of the batch. Of equals the first is taken.
    """
    same, other = _relations(who)
    anchors = np.nonzero(same.any(axis=1))[0]
    positive = np.where(same, distances, -np.inf).argmax(axis=1)
    negative = np.where(other, distances, np.inf).argmin(axis=1)
    return Triplets(anchors, positive[anchors], negative[anchors])


def semi_hard(distances: np.ndarray, who: np.ndarray, margin: float) -> Triplets:
    """For each pair of one person: the nearest negative beyond the positive, within the margin.

    d(A, P) < d(A, N) < d(A, P) + margin; pairs without such a negative are left out.
    """
    same, other = _relations(who)
    anchors, positives = np.nonzero(same)
    to_positive = distances[anchors, positives][:, None]
    to_all = distances[anchors]
    # written so that NaN fits, and is seen in the loss
    fits = other[anchors] & ~(to_all <= to_positive) & ~(to_all >= to_positive + margin)
    negatives = np.where(fits, to_all, np.inf).argmin(axis=1)
    found = fits.any(axis=1)
    return Triplets(anchors[found], positives[found], negatives[found])


def _relations(who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two (N, N) masks: another picture of the same person; a picture of another person."""
    equal = who[:, None] == who
    return equal & ~np.eye(len(who), dtype=bool), ~equal
