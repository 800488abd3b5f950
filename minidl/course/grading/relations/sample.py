"""A wrong result beside the right one, with what the call was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

EXACTLY = 1e-9  # relative to the largest entry: two ways to compute one thing in float64 agree so
SINGLE = 1e-4  # the same in float32


class Said(NamedTuple):
    """One reading of a relation. key: the same for the same relation with other numbers.

    number: in which it may differ from case to case; needs: how many such numbers it takes to be
    no coincidence, as where one of many quotients of lengths is a factor.
    """

    key: str
    words: str
    number: float = 0.0
    needs: int = 0


@dataclass(frozen=True)
class Sample:
    """One result of one case, as it came out and as it should have.

    given: the arguments of the call it came from, by name; {} where that is not known.
    letters: what the stub calls the lengths of an argument, {"x": ("N", "C")}.
    again: whether it is the case that is explained, with other numbers.
    """

    name: str
    got: np.ndarray
    expected: np.ndarray
    given: Mapping[str, Any] = field(default_factory=dict)
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    again: bool = False

    @property
    def fits(self) -> bool:
        """Whether both are numbers of one shape."""
        kinds = {self.got.dtype.kind, self.expected.dtype.kind}
        return kinds <= set("biuf") and self.got.shape == self.expected.shape

    @property
    def evidence(self) -> frozenset[float]:
        """The different wrong numbers, 0 apart, of which a relation can be evidence."""
        off = ~equal(self.got, self.expected) if self.fits else np.ones(self.got.shape, bool)
        if self.got.dtype.kind not in "biuf":
            return frozenset()
        return frozenset(np.unique(np.abs(self.got[off].astype(float))).tolist()) - {0.0}


def weight(samples: Iterable[Sample]) -> int:
    """How much samples are worth as evidence: their different numbers.

    A real counts twice: that two agree to nine digits by chance is out of the question, while
    small whole numbers often do.
    """
    numbers = frozenset[float]().union(*(sample.evidence for sample in samples))
    return sum(1 if number == round(number, 1) else 2 for number in numbers)


Relation = Callable[[Sample], "list[Said]"]


def equal(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two arrays of one shape agree, up to rounding; nan agrees with nan."""
    a, b = np.asarray(one), np.asarray(other)
    if a.dtype.kind not in "fc" and b.dtype.kind not in "fc":
        return np.asarray(a == b)
    with np.errstate(all="ignore"):
        a, b = a.astype(float), b.astype(float)
        finite = np.abs(b[np.isfinite(b)])
        single = np.float32 in (np.asarray(one).dtype, np.asarray(other).dtype)
        most = (SINGLE if single else EXACTLY) * float(finite.max(initial=0.0))
        same: np.ndarray = (a == b) | (np.abs(a - b) <= most) | (np.isnan(a) & np.isnan(b))
        return same


def agree(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays have one shape and agree everywhere."""
    return np.shape(one) == np.shape(other) and bool(equal(one, other).all())


def plain(words: str) -> list[Said]:
    """The one reading of a relation that says the same with all numbers."""
    return [Said(words, words)]
