"""Relations of shape: right numbers in a wrong form, a sum that is missing or too much."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from minidl.course.grading.relations.order import MOST_AXES, moved
from minidl.course.grading.relations.sample import Said, Sample, agree, plain

REDUCTIONS = (("sum", np.sum), ("mean", np.mean), ("largest", np.max), ("product", np.prod))


def _differ(sample: Sample) -> bool:
    kinds = {sample.got.dtype.kind, sample.expected.dtype.kind}
    return kinds <= set("biuf") and sample.got.shape != sample.expected.shape


def formed(sample: Sample) -> list[Said]:
    """The right numbers in another shape: flat, with an axis too many, axes exchanged."""
    got, expected = sample.got, sample.expected
    if not _differ(sample) or got.size != expected.size or not got.size:
        return []
    shapes = f"shape {got.shape}, expected {expected.shape}"
    same = agree(got.ravel(), expected.ravel())
    if same and [n for n in got.shape if n != 1] == [n for n in expected.shape if n != 1]:
        more = abs(got.ndim - expected.ndim)
        axes = "one axis" if more == 1 else f"{more} axes"
        many = f"{axes} of length 1 too {'many' if got.ndim > expected.ndim else 'few'}"
        if got.ndim == expected.ndim:
            return [Said("ones", f"right but for the place of its axis of length 1: {shapes}")]
        return [Said(f"ones {many}", f"the right numbers with {many}: {shapes}")]
    if same:
        flat = " (it is flat)" if got.ndim == 1 else ""
        return [Said("shape", f"the right numbers in the wrong shape{flat}: {shapes}")]
    if got.ndim == expected.ndim <= MOST_AXES:
        for order in permutations(range(got.ndim)):
            if agree(got, expected.transpose(order)):
                return [Said(moved(order), f"{moved(order)}: {shapes}")]
    if agree(np.sort(got.ravel()), np.sort(expected.ravel())) and len(np.unique(got)) > 3:
        return [Said("places", f"the right numbers in another order and shape: {shapes}")]
    return []


def unsummed(sample: Sample) -> list[Said]:
    """An axis too many, over which the sum, the mean or the largest gives the right result."""
    got, expected = sample.got, sample.expected
    if not _differ(sample) or got.ndim <= expected.ndim or not got.size:
        return []
    for axes in combinations(range(got.ndim), got.ndim - expected.ndim):
        if all(got.shape[axis] == 1 for axis in axes):
            continue
        for word, reduce in REDUCTIONS:
            if agree(np.asarray(reduce(got, axis=axes)), expected):
                over = _axes(axes) if expected.ndim else "all of it"
                words = f"one step short: its {word} over {over} is what is expected"
                return [
                    Said(f"{word} {axes}", f"{words} (shape {got.shape}, not {expected.shape})")
                ]
    return []


def summed(sample: Sample) -> list[Said]:
    """Added up, or averaged, along an axis that should have stayed."""
    got, expected = sample.got, sample.expected
    if not _differ(sample) or got.ndim >= expected.ndim or not expected.size:
        return []
    for axes in combinations(range(expected.ndim), expected.ndim - got.ndim):
        for word, reduce in REDUCTIONS:
            if agree(got, np.asarray(reduce(expected, axis=axes))):
                words = f"the {word} over {_axes(axes)} of what it should be"
                return [Said(f"{word} {axes}", f"{words}: expected an entry for each there")]
    return []


def repeated(sample: Sample) -> list[Said]:
    """The right result spread over more rows or columns than it should have."""
    got, expected = sample.got, sample.expected
    if not _differ(sample) or got.size <= expected.size or not expected.size:
        return []
    try:
        spread = np.broadcast_to(expected, got.shape)
    except ValueError:
        return []
    if agree(got, spread):
        shapes = f"shape {got.shape}, expected {expected.shape}"
        return [Said("spread", f"the right result, repeated: {shapes}")]
    return []


def cut(sample: Sample) -> list[Said]:
    """The right result with something missing, or something more, at its end or beginning."""
    got, expected = sample.got, sample.expected
    if not _differ(sample) or got.ndim != expected.ndim or not min(got.size, expected.size):
        return []
    axes = [i for i in range(got.ndim) if got.shape[i] != expected.shape[i]]
    if len(axes) != 1 or len(np.unique(expected)) < 2:
        return []
    axis = axes[0]
    short, long = sorted((got.shape[axis], expected.shape[axis]))
    smaller, larger = (got, expected) if got.shape[axis] == short else (expected, got)
    count = long - short
    what = f"the {{}} {'entry' if count == 1 else f'{count} entries'}"
    along = f" along axis {axis}" if got.ndim > 1 else ""
    for place, start in (("last", 0), ("first", count)):
        part = np.take(larger, range(start, start + short), axis=axis)
        if agree(smaller, part) and smaller.size >= 2:
            which = what.format(place)
            are = "is" if count == 1 else "are"
            if smaller is got:
                return [Said(f"without {place}", f"right, but {which}{along} {are} missing")]
            return [Said(f"with {place}", f"right, but {which}{along} should not be there")]
    return []


def _axes(axes: tuple[int, ...]) -> str:
    if len(axes) == 1:
        return f"axis {axes[0]}"
    return f"axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


def typed(sample: Sample) -> list[Said]:
    """The right values in a dtype of another kind."""
    got, expected = sample.got, sample.expected
    kinds = {"b": "booleans", "i": "whole numbers", "u": "whole numbers", "f": "floats"}
    if got.dtype.kind not in kinds or expected.dtype.kind not in kinds:
        return []
    one, other = kinds[got.dtype.kind], kinds[expected.dtype.kind]
    mask = got.dtype.kind == "b" and got.ndim == 1 and expected.dtype.kind in "iu"
    if mask and agree(np.flatnonzero(got), expected):
        return plain("yes or no for each place (a mask): expected the places of its True entries")
    if one == other or got.shape != expected.shape or not got.size:
        return []
    if agree(got.astype(float), expected.astype(float)):
        return plain(f"right in value, but given as {one} ({got.dtype}): expected {other}")
    if got.dtype.kind in "iu" and agree(got.astype(float), np.trunc(expected.astype(float))):
        return plain(
            f"cut to whole numbers, as an array of dtype {got.dtype} does: expected {other}"
        )
    if got.dtype.kind == "f" and expected.dtype.kind == "b":
        return plain("floats where booleans (yes or no) are expected: a comparison is missing")
    return []
