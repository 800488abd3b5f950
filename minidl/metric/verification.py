"""Verification, 1:1: is this the person they claim to be? Errors, thresholds, and how sure we are.

A pair of pictures is accepted as one person when the distance of their encodings is at most the
threshold. Accepting two people is a false accept (its rate: FAR); accepting one person twice is a
true accept (TAR); FRR = 1 - TAR is the rate of wrongly turning someone away.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.metric.distances import accepted, check_threshold, measured


class RocCurve(NamedTuple):
    """FAR and TAR at each threshold, from the strictest (accepts nobody) to the laxest."""

    thresholds: np.ndarray
    far: np.ndarray
    tar: np.ndarray


class Rate(NamedTuple):
    """A measured rate with its 95 % interval, and the threshold it was measured at."""

    value: float
    low: float
    high: float
    threshold: float

    def __str__(self) -> str:
        return f"{self.value:.1%} (95 % interval {self.low:.1%} to {self.high:.1%})"


@checked
def verify(a: Numbers, b: Numbers, threshold: float) -> np.ndarray:
    """For each row of encodings a, b (N, d): is the distance at most the threshold?

    It is the decision that a Gallery makes of the same encodings, and that `roc_curve` and `far_at`
    count. Raises ValueError for other shapes, and where an encoding has NaN in it.
    """
    check_threshold("verify", threshold)
    distances = measured(a, b)
    if np.isnan(distances).any():
        count = int(np.isnan(distances).sum())
        raise ValueError(f"verify: {count} of {len(distances)} distances are NaN")
    return accepted(distances, threshold)


@checked
def roc_curve(distances: Numbers, same: Numbers) -> RocCurve:
    """FAR and TAR of every threshold that makes a difference.

    distances: (N,) between pairs. same: (N,), True where a pair is one person.
    Raises ValueError unless there are pairs of both kinds and no NaN.
    """
    d, one = _pairs("roc_curve", distances, same)
    order = np.argsort(d, kind="stable")
    ends = np.append(np.diff(d[order]) > 0, True)  # the last of equal distances
    counts = np.cumsum(one[order])[ends], np.cumsum(~one[order])[ends]
    tar, far = (np.append(0, count) / count[-1] for count in counts)
    return RocCurve(np.append(-np.inf, d[order][ends]), far, tar)


@checked
def equal_error_rate(distances: Numbers, same: Numbers) -> float:
    """The rate at which false accepts and false rejects are equally frequent (0 to 1).

    Between the two thresholds where FAR - FRR changes sign the curve is taken as straight.
    """
    _, far, tar = roc_curve(distances, same)
    gap = far - (1 - tar)  # rises from -1 to 1
    after = int(np.argmax(gap >= 0))
    share = -gap[after - 1] / (gap[after] - gap[after - 1])
    crossing = far[after - 1] + share * (far[after] - far[after - 1])
    least, most = np.minimum(far, 1 - tar).max(), np.maximum(far, 1 - tar).min()
    return float(np.clip(crossing, least, most))  # rounding could pass them


@checked
def choose_threshold(distances: Numbers, same: Numbers, far: float = 1e-2) -> float:
    """The largest threshold whose FAR on these pairs is at most `far`.

    Choose it on one set of people and report on another: on its own people it flatters.
    Where no distance is strict enough, a threshold below all of them is returned.
    """
    _check_far("choose_threshold", far)
    curve = roc_curve(distances, same)
    last = int(np.nonzero(curve.far <= far)[0][-1])
    if last == 0:
        with np.errstate(over="ignore"):  # the next number below in float32 is below in float64
            return float(np.nextafter(np.float32(curve.thresholds[1]), np.float32(-np.inf)))
    return float(curve.thresholds[last])


@checked
def tar_at_far(
    distances: Numbers, same: Numbers, far: float = 1e-2, threshold: float | None = None
) -> Rate:
    """The share of genuine pairs that is accepted while at most `far` of the others are.

    threshold: one chosen elsewhere; by default it is chosen on these very pairs.
    The interval is Wilson's; it takes the pairs as independent, which pairs that share pictures
    are not quite.
    """
    if threshold is None:
        threshold = choose_threshold(distances, same, far)
    check_threshold("tar_at_far", threshold)
    d, one = _pairs("tar_at_far", distances, same)
    return accept_rate(d[one], threshold)


@checked
def far_at(distances: Numbers, same: Numbers, threshold: float) -> Rate:
    """The share of pairs of two people that a threshold accepts, with its interval."""
    check_threshold("far_at", threshold)
    d, one = _pairs("far_at", distances, same)
    return accept_rate(d[~one], threshold)


def accept_rate(distances: np.ndarray, threshold: float) -> Rate:
    """The share of distances at or below the threshold."""
    count = int(accepted(distances, threshold).sum())
    return Rate(count / len(distances), *wilson_interval(count, len(distances)), float(threshold))


@checked
def wilson_interval(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """An interval for a probability of which `successes` of `trials` were seen; z 1.96 is 95 %.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"wilson_interval: given {successes} successes in {trials} trials")
    rate, bend = successes / trials, z * z / trials
    centre = (rate + bend / 2) / (1 + bend)
    half = z * np.sqrt(rate * (1 - rate) / trials + bend / (4 * trials)) / (1 + bend)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


@checked
def false_match_probability(far: float, people: Numbers) -> np.ndarray:
    """1 - (1 - far)^K: that at least one of K independent comparisons goes wrong.

    people: K, a number or an array of them.
    """
    _check_far("false_match_probability", far)
    if not (np.asarray(people) >= 0).all():
        raise ValueError(f"false_match_probability: given people={people}, expected 0 or more")
    chance: np.ndarray = -np.expm1(np.asarray(people) * np.log1p(-far))
    return chance


def _pairs(name: str, distances: Any, same: Any) -> tuple[np.ndarray, np.ndarray]:
    d, one = np.asarray(distances, dtype=np.float64), np.asarray(same, dtype=bool)
    if d.ndim != 1 or d.shape != one.shape:
        raise ValueError(
            f"{name}: given distances {d.shape} and `same` {one.shape}, expected (N,) of each"
        )
    if np.isnan(d).any():
        raise ValueError(f"{name}: {int(np.isnan(d).sum())} of {len(d)} distances are NaN")
    if one.all() or not one.any():
        raise ValueError(
            f"{name}: given {int(one.sum())} pairs of one person and {int((~one).sum())} of two; "
            "both are needed"
        )
    return d, one


def _check_far(name: str, far: float) -> None:
    if not 0 <= far < 1:
        raise ValueError(f"{name}: given far={far}, expected a rate of at least 0 and below 1")
