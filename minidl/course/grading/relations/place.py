"""Relations of place: right, but for one part."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minidl.course.grading.relations.sample import Said, Sample, equal

ENOUGH = 4  # numbers that are right, and not all the same, for "right but there" to mean something
MOST_KINDS = 4  # values of an argument that tell rows apart
LARGEST = 0.9  # part of the array that a part may be
HALF, MOST = 0.5, 0.75  # of a part must be wrong: of a small one, and of a large one


def partly(sample: Sample) -> list[Said]:
    """Right everywhere but in the smallest part, of those with a name, that holds all wrong ones.

    At least half of the part must be wrong, so that it is the part that matters; and most of it
    where it is most of the array, as what stands off the diagonal is, or what should be positive.
    """
    if not sample.fits or sample.expected.ndim == 0:
        return []
    off = ~equal(sample.got, sample.expected)
    right = sample.expected[~off]
    if not off.any() or right.size < ENOUGH or len(np.unique(right)) < 2:
        return []
    found = []
    for words, mask in _parts(sample):
        size = int(mask.sum())
        inside = not (off & ~mask).any()
        least = MOST if 2 * size > mask.size else HALF
        if inside and 0 < size <= LARGEST * mask.size and off.sum() >= least * size:
            found.append((size, words))
    found.sort(key=lambda pair: pair[0])
    first = f", with {off.sum():,} wrong entries after it" if off.sum() > 1 else ", not after it"
    there = ": it is 0 there" if not sample.got[off].any() else ""
    return [
        Said(words, f"{words}{first}" if words.startswith("right") else f"right but {words}{there}")
        for _, words in found[:3]
    ]


def _parts(sample: Sample) -> Iterator[tuple[str, np.ndarray]]:
    yield from _edges(sample.expected.shape)
    yield from _triangles(sample.expected.shape)
    yield from _kinds(sample)
    yield from _inputs(sample)


def _edges(shape: tuple[int, ...]) -> Iterator[tuple[str, np.ndarray]]:
    """First, last and border of each axis; and all but the first."""
    axes = len(shape)
    for axis in range(axes):
        index = np.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(axes)])
        names = ("entry", "entries") if axes == 1 else _names(axis, axes)
        ends = ((0, "the first"), (shape[axis] - 1, "the last"))
        for at, which in ends:
            yield f"for {which} {names[0]}", np.broadcast_to(index == at, shape)
        if shape[axis] > 2:
            both = (index == 0) | (index == shape[axis] - 1)
            yield f"for the first and the last {names[0]}", np.broadcast_to(both, shape)
        late = np.broadcast_to(index > 0, shape)
        if axis == 0:
            yield f"right in the first {names[0]}", late
    if axes >= 2:
        border = np.ones(shape, bool)
        border[..., 1:-1, 1:-1] = False
        yield "at the border", border
        for at, which in ((0, "the first"), (-1, "the last")):
            corner = np.zeros(shape, bool)
            corner[..., at, :] = corner[..., at] = True
            yield f"for {which} row and {which} column", corner


def _names(axis: int, axes: int) -> tuple[str, str]:
    """What the slices along an axis are called."""
    if axis == axes - 1:
        return "column", "columns"
    if axis == axes - 2:
        return "row", "rows"
    return (f"item along axis {axis}", f"items along axis {axis}")


def _triangles(shape: tuple[int, ...]) -> Iterator[tuple[str, np.ndarray]]:
    if len(shape) != 2 or shape[0] != shape[1]:
        return
    n = shape[0]
    yield "on the diagonal", np.eye(n, dtype=bool)
    yield "below the diagonal", np.tri(n, k=-1, dtype=bool)
    yield "above the diagonal", ~np.tri(n, dtype=bool)
    yield "off the diagonal", ~np.eye(n, dtype=bool)


def _inputs(sample: Sample) -> Iterator[tuple[str, np.ndarray]]:
    """By sign, of an argument of that shape or of what is expected; and where there are ties."""
    shape = sample.expected.shape
    for name, value in sample.given.items():
        if not isinstance(value, np.ndarray) or value.shape != shape:
            continue
        if value.dtype.kind not in "iuf":
            continue
        yield f"where {name} is negative", value < 0
        yield f"where {name} is 0", value == 0
        yield f"where {name} is positive", value > 0
        yield f"where {name} has equal entries", _tied(value)
    if sample.expected.dtype.kind in "iuf":
        yield "where it should be 0", sample.expected == 0
        yield "where it should be negative", sample.expected < 0
        yield "where it should be positive", sample.expected > 0
    elif sample.expected.dtype.kind == "b":
        yield "where it should be True", sample.expected
        yield "where it should be False", ~sample.expected


def _kinds(sample: Sample) -> Iterator[tuple[str, np.ndarray]]:
    """The rows for which an argument, one value a row, has a certain value."""
    shape = sample.expected.shape
    for name, value in sample.given.items():
        if not isinstance(value, np.ndarray) or value.shape != shape[:1]:
            continue
        values = np.unique(value) if value.dtype.kind in "biu" else ()
        for one in values if len(values) <= MOST_KINDS else ():
            rows = (value == one).reshape(-1, *[1] * (len(shape) - 1))
            yield f"where {name} is {one}", np.broadcast_to(rows, shape)


def _tied(values: np.ndarray) -> np.ndarray:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[place.reshape(values.shape)] > 1)
