"""Relations of length: a result that is too long or too short, and by what."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minidl.course.grading.relations.sample import Said, Sample

MOST_TOLD = 2  # windows by which a result may be too short or too long for that to mean something


def off(sample: Sample) -> list[Said]:
    """Too short or too long by one or two along an axis, or by what an argument says.

    Whatever its numbers are; where it is off along several axes, by the same along each.
    """
    got, expected = sample.got.shape, sample.expected.shape
    if got == expected or len(got) != len(expected) or not min(sample.expected.size, len(got)):
        return []
    axes = [axis for axis in range(len(got)) if got[axis] != expected[axis]]
    apart = {got[axis] - expected[axis] for axis in axes}
    if len(apart) != 1:
        return []
    by = apart.pop()
    word, shapes = "long" if by > 0 else "short", f"shape {got}, expected {expected}"
    along = _along(axes, len(got))
    found = []
    for what, value in _amounts(sample, axes):
        if value == abs(by):
            words = f"too {word}{along} by {what} ({value} here): {shapes}"
            found.append(Said(f"{word} by {what}{along}", words, value, 2))
    if abs(by) <= MOST_TOLD:
        found.append(Said(f"{by}{along}", f"too {word} by {abs(by)}{along}: {shapes}"))
    return found


def _along(axes: list[int], count: int) -> str:
    if count == 1:
        return ""
    if len(axes) == 1:
        return f" along axis {axes[0]}"
    return f" along axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


def _amounts(sample: Sample, axes: list[int]) -> Iterator[tuple[str, int]]:
    """What a length may be off by: a number that was given, twice that, a length less one."""
    for name, value in sample.given.items():
        if type(value) is int and value:
            yield from ((name, abs(value)), (f"2 * {name}", 2 * abs(value)))
        elif isinstance(value, np.ndarray) and value.ndim == 1:
            yield f"len({name}) - 1", len(value) - 1
