"""Where exercise set 04 takes over: distances, errors, thresholds, and who is recognised."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.course.mine.places import Function, forward, function
from minidl.metric.gallery import Gallery, Match
from minidl.metric.verification import RocCurve, _pairs

Array = np.ndarray


@function("minidl.metric.verification.verify", "ex04.verify", place="metric.verify")
def _verify(original: Function, mine: Function) -> Function:
    def verify(a: Any, b: Any, threshold: float) -> Array:
        return np.asarray(mine(np.asarray(a), np.asarray(b), threshold), bool)

    return verify


@forward(
    "pairwise_distances", "ex04.pairwise_distances", place="the values of metric.pairwise_distances"
)
def _pairwise_distances(original: Function, mine: Function) -> Function:
    def pairwise_distances(a: Array, b: Array, squared: bool = False) -> Any:
        _, vjps = original(a, b, squared=squared)  # checks the shapes, too
        return mine(a, b, squared), vjps

    return pairwise_distances


@function("minidl.metric.verification.roc_curve", "ex04.roc_curve", place="metric.roc_curve")
def _roc_curve(original: Function, mine: Function) -> Function:
    def roc_curve(distances: Any, same: Any) -> RocCurve:
        return RocCurve(*mine(*_pairs("roc_curve", distances, same)))

    return roc_curve


@function(
    "minidl.metric.verification.equal_error_rate",
    "ex04.equal_error_rate",
    place="metric.equal_error_rate",
)
def _equal_error_rate(original: Function, mine: Function) -> Function:
    return lambda distances, same: float(mine(*_pairs("equal_error_rate", distances, same)))


@function(
    "minidl.metric.verification.choose_threshold",
    "ex04.choose_threshold",
    place="metric.choose_threshold",
)
def _choose_threshold(original: Function, mine: Function) -> Function:
    def choose_threshold(distances: Any, same: Any, far: float = 1e-2) -> float:
        return float(mine(*_pairs("choose_threshold", distances, same), far))

    return choose_threshold


@function(
    "minidl.metric.verification.false_match_probability",
    "ex04.false_match_probability",
    place="metric.false_match_probability",
)
def _false_match_probability(original: Function, mine: Function) -> Function:
    return lambda far, people: np.asarray(mine(far, np.asarray(people)))


@function(
    "minidl.metric.gallery.Gallery.recognise", "ex04.recognise", place="whom a Gallery recognises"
)
def _recognise(original: Function, mine: Function) -> Function:
    def recognise(self: Gallery, encodings: Any, top: int = 1) -> list[Match]:
        found: list[Match] = original(self, encodings, top)
        if self._index is None or not len(self):
            return found
        queries = self._encodings("recognise", encodings)
        rows = mine(queries, self._index.points, self.threshold)
        names = [None if row < 0 else self._owners[row] for row in np.asarray(rows)]
        return [match._replace(name=name) for match, name in zip(found, names, strict=True)]

    return recognise
