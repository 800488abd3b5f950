"""What is to be said of each probe of a run: None where it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from minidl.course.grading import judge, promises, words
from minidl.course.grading.verdict import Verdict
from minidl.course.report.results import Picture
from minidl.course.sandbox.jobs import Limits, Run
from minidl.course.sets.manifest import Exercise, Tolerance

MOST_DRAWN = 1 << 18  # values of an array that is kept to be shown
ROUNDING = Tolerance(1e-13, "a few roundings of float64, of numbers around 1", absolute=1e-14)


@dataclass(frozen=True)
class Bench:
    """What runs of one function on one seed are measured against."""

    exercise: Exercise
    expected: Run
    limits: Limits
    parameters: Sequence[str]  # names of the reference's arguments
    returns: str = ""  # what it is annotated to return

    def verdicts(self, run: Run, again: Run | None = None) -> list[Verdict | None]:
        """The verdict on each probe of a run; again: the same probes run on strict inputs."""
        return [self.verdict(run, again, number) for number in range(len(self.exercise.probes))]

    def verdict(self, run: Run, again: Run | None, number: int) -> Verdict | None:
        """The value comes first: promises are asked after where it is right."""
        part = self.exercise.probes[number].part
        if found := self.value(run, number):
            return replace(found, probe=number, part=part)
        found = promises.broken(
            self.exercise, number, run, self.expected, self.parameters, self.returns
        )
        if not found and again:
            found = promises.strict(self.exercise, number, again, self.expected)
        return replace(found, probe=number, part="promise") if found else None

    def value(self, run: Run, number: int) -> Verdict | None:
        """What is to be said of what a probe gave; None if that is right."""
        if number not in run.results:
            return words.stopped(run, self.limits)
        kind, got = run.results[number]
        if kind == "error":
            return words.error(self.exercise, got, self.limits)
        expected = self.expected.results[number][1]
        found = judge.fault(self.exercise, self.exercise.probes[number], got, expected)
        return Verdict("wrong", found.says, picture=_picture(found)) if found else None

    def alike(self, one: Run, other: Run, first: Verdict | None, second: Verdict | None) -> bool:
        """Whether two runs with these verdicts on a probe have the same outcome there."""
        if first is None or second is None:
            return first is second
        if first.kind != second.kind:
            return False
        if first.of_a_promise:
            return first.says == second.says
        if first.kind == "stopped":
            return one.stopped == other.stopped
        number = first.probe
        a, b = one.results[number][1], other.results[number][1]
        if first.kind == "error":
            return _raised(a) == _raised(b) or _worded(a, b)
        return judge.same(self.exercise, self.exercise.probes[number], a, b)

    def rounding(self, one: Run, other: Run, number: int) -> bool:
        """Whether two results of a probe differ by rounding alone, as 0 and 1e-16 do."""
        (kind, a), (again, b) = (run.results.get(number, ("none", {})) for run in (one, other))
        exact = not self.exercise.probes[number].tolerance.relative
        if exact or (kind, again) != ("arrays", "arrays") or list(a) != list(b):
            return False
        dtype = self.exercise.dtype
        return not any(judge.difference(n, a[n], b[n], ROUNDING, dtype) for n in a)


def _raised(error: dict[str, Any]) -> tuple[str, str]:
    """What tells exceptions apart; where the stack ran out says nothing of why."""
    kind = error["type"]
    return kind, "" if kind == "RecursionError" else error["message"]


def _worded(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two exceptions are of one type and from a `raise`, which everyone words anew.

    The line of a changed reference is not always known.
    """
    lines = [line for error in (one, other) if (line := error.get("text", "").strip())]
    own = bool(lines) and all(line.startswith("raise ") for line in lines)
    return own and one["type"] == other["type"]


def _picture(found: judge.Fault) -> Picture | None:
    if found.got is None or found.expected is None:
        return None
    drawable = all(
        a.ndim and 1 < a.size <= MOST_DRAWN and a.dtype.kind in "biuf"
        for a in (found.got, found.expected)
    )
    return Picture(found.says.partition(":")[0], found.got, found.expected) if drawable else None
