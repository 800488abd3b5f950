"""Relations of order: the right numbers in other places."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from minidl.course.grading.relations.sample import Said, Sample, agree, equal, plain

MOST_AXES = 4
ENOUGH = 4  # numbers that differ, for an order to be an order and not chance


def _movable(sample: Sample) -> bool:
    return sample.fits and len(np.unique(sample.expected)) >= ENOUGH


def transposed(sample: Sample) -> list[Said]:
    """The axes in another order, the shape being the same."""
    axes = sample.expected.ndim
    if not _movable(sample) or not 2 <= axes <= MOST_AXES:
        return []
    for order in permutations(range(axes)):
        if order != tuple(range(axes)) and agree(sample.got, sample.expected.transpose(order)):
            return plain(moved(order))
    return []


def moved(order: tuple[int, ...]) -> str:
    """ "transposed", or which axes are exchanged."""
    if order == (1, 0):
        return "transposed: its rows should be its columns"
    changed = [i for i, axis in enumerate(order) if axis != i]
    if len(changed) == 2:
        return f"right but for its axes {changed[0]} and {changed[1]}, which are exchanged"
    return f"right but for the order of its axes, which is {order}"


def reversed_along(sample: Sample) -> list[Said]:
    """Turned round along one axis, or along all."""
    if not _movable(sample):
        return []
    axes = range(sample.expected.ndim)
    for axis in axes:
        if agree(sample.got, np.flip(sample.expected, axis)):
            along = f" along axis {axis}" if len(axes) > 1 else ""
            return plain(f"the right numbers in the reverse order{along}")
    if len(axes) > 1 and agree(sample.got, np.flip(sample.expected)):
        return plain("turned round along all axes")
    return []


def shifted(sample: Sample) -> list[Said]:
    """Every entry one place further along an axis, or one place back."""
    if not _movable(sample):
        return []
    for axis in range(sample.expected.ndim):
        got, expected = np.moveaxis(sample.got, axis, 0), np.moveaxis(sample.expected, axis, 0)
        if len(got) < 2 or len(np.unique(expected[1:])) < ENOUGH - 1:
            continue
        along = f" along axis {axis}" if sample.expected.ndim > 1 else ""
        if _same_part(got[1:], expected[:-1]):
            return plain(f"shifted by one{along}: every number stands one place too late")
        if _same_part(got[:-1], expected[1:]):
            return plain(f"shifted by one{along}: every number stands one place too early")
    return []


def _same_part(one: np.ndarray, other: np.ndarray) -> bool:
    return len(np.unique(other)) >= ENOUGH - 1 and bool(equal(one, other).all())


def rearranged(sample: Sample) -> list[Said]:
    """The same rows, or the same numbers of a single one, in another order."""
    if not _movable(sample):
        return []
    got, expected = sample.got, sample.expected
    if expected.ndim == 1:
        if not agree(np.sort(got), np.sort(expected)):
            return []
        if agree(got, np.sort(got)):
            return plain("the right numbers, sorted: they should stay in their order")
        return plain("the right numbers in another order")
    rows = [a.reshape(len(a), -1).astype(float) for a in (got, expected)]
    if agree(*(r[np.lexsort(np.round(r, 9).T)] for r in rows)):
        return plain("the right rows (along axis 0) in another order")
    return []


def scattered(sample: Sample) -> list[Said]:
    """The same numbers, in other rows and other columns."""
    if not _movable(sample) or sample.expected.ndim < 2:
        return []
    if agree(np.sort(sample.got.ravel()), np.sort(sample.expected.ravel())):
        return plain("the right numbers in other places")
    return []
