"""Relations of lists of indices, of pairs and triplets too: which were found and which not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from minidl.course.grading.relations.sample import Said, Sample


def found(sample: Sample) -> list[Said]:
    """Only some of them, some that are none, some twice: of an array of indices or of rows."""
    rows = [_rows(a) for a in (sample.got, sample.expected)]
    if rows[0] is None or rows[1] is None or sample.got.shape == sample.expected.shape:
        return []
    if sample.got.ndim != sample.expected.ndim or sample.got.shape[1:] != sample.expected.shape[1:]:
        return []
    got, expected = Counter[Any](rows[0]), Counter[Any](rows[1])
    missing, more = expected - got, got - expected
    if not expected or max(expected.values()) > 1:
        return []
    return _told(got, len(rows[1]), missing, more)


def _told(got: Counter[Any], count: int, missing: Counter[Any], more: Counter[Any]) -> list[Said]:
    if missing and not more:
        kept = count - missing.total()
        if not kept:
            return [Said("none", f"empty: none of the {count} was found")]
        return [Said("some", f"not complete: {kept} of {count}, without {_first(missing)}")]
    twice = more.keys() <= {row for row, n in got.items() if n > 1}
    if more and not missing and twice:
        return [Said("twice", f"complete, but {_first(more)} is there more than once")]
    if more and not missing:
        extra = more.total()
        such = "" if extra == 1 else "for instance "
        entry = "entry" if extra == 1 else "entries"
        words = f"complete, but has {extra} {entry} that should not be there: {such}{_first(more)}"
        return [Said("more", words)]
    return []


def _rows(array: np.ndarray) -> list[tuple[int, ...]] | None:
    if array.dtype.kind not in "iu" or array.ndim not in (1, 2):
        return [] if array.size == 0 and array.ndim in (1, 2) else None
    return [tuple(row) if array.ndim == 2 else (row,) for row in array.tolist()]


def _first(rows: Counter[Any]) -> str:
    row = min(rows)
    return str(row[0]) if len(row) == 1 else str(row)
