"""What is raced: a job, its contestants, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.timing import interleaved

Call = Callable[[], Any]


@dataclass(frozen=True)
class Contest:
    """The same work done by both sides; each call returns an array to compare.

    theirs: PyTorch, once per memory layout. flops: additions and multiplications of the plain
    algorithm, whatever is really executed; 0 where counting them says nothing.
    tolerance: how far the two results may differ, relative to their length.
    """

    ours: Call
    theirs: dict[str, Call]
    flops: float = 0
    tolerance: float = 1e-3


@dataclass(frozen=True)
class Job:
    """A contest that is made only when its turn comes. target: the ratio it has to reach."""

    group: str
    name: str
    target: float
    make: Callable[[], Contest]


@dataclass(frozen=True)
class Result:
    """Seconds per call are medians; low and high are the quartiles of the ratios of the rounds.

    best: the ratio of the fastest calls, which others on the machine disturb least.
    """

    group: str
    name: str
    target: float
    ours: float
    theirs: float
    layout: str
    low: float
    high: float
    best: float
    flops: float
    difference: float

    @property
    def ratio(self) -> float:
        """Our time over PyTorch's: below 1, minidl is faster."""
        return self.ours / self.theirs


def race(job: Job, rounds: int) -> Result:
    """Checks that both sides agree, times them, and compares us with their faster layout."""
    contest = job.make()
    difference = _difference(contest)
    if not difference <= contest.tolerance:
        raise ArithmeticError(
            f"{job.name}: minidl and PyTorch differ by {difference:.1e} of the result's length, "
            f"more than {contest.tolerance:.0e}: one of them computes something else"
        )
    seconds = interleaved({"ours": contest.ours, **contest.theirs}, rounds)
    ours = seconds.pop("ours")
    layout = min(seconds, key=lambda name: float(np.median(seconds[name])))
    low, high = np.percentile(ours / seconds[layout], [25, 75])
    return Result(
        group=job.group,
        name=job.name,
        target=job.target,
        ours=float(np.median(ours)),
        theirs=float(np.median(seconds[layout])),
        layout=layout,
        low=float(low),
        high=float(high),
        best=float(ours.min() / seconds[layout].min()),
        flops=contest.flops,
        difference=difference,
    )


def _difference(contest: Contest) -> float:
    """The length of (ours - theirs) relative to that of theirs, for the worst of their layouts.

    Lengths and not largest entries: where two values nearly tie in a maximum, rounding may send a
    single gradient elsewhere, and both sides are right.
    """
    ours = np.asarray(contest.ours(), np.float64)
    worst = 0.0
    for call in contest.theirs.values():
        theirs = np.asarray(call(), np.float64)
        if theirs.shape != ours.shape:
            return float("inf")
        worst = max(worst, float(np.linalg.norm(ours - theirs) / (np.linalg.norm(theirs) or 1.0)))
    return worst
