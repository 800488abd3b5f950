"""One function judged on all its probes, on both seeds: what it earns, and what to say of it."""

from __future__ import annotations

import copy
from functools import cached_property

from minidl.course.grading import relating, turns
from minidl.course.grading.drawing import graph
from minidl.course.grading.recording import Recorded, alike, recorded
from minidl.course.grading.turns import FRESH, OWN
from minidl.course.grading.verdict import Verdict
from minidl.course.grading.whatif import Changes
from minidl.course.report.results import Place
from minidl.course.sandbox.calls import Call
from minidl.course.sandbox.jobs import Run
from minidl.course.sets.manifest import Exercise
from minidl.course.sets.parts import Part, earned, told


class Judged:
    """The verdicts on a run of all its turns; those on the learner's own seed come first.

    text: the learner's source of the set.
    """

    def __init__(self, changes: Changes, exercise: Exercise, run: Run, text: str = ""):
        self.changes, self.exercise, self.text = changes, exercise, text
        self.reference = reference = changes.reference
        planned = reference.plan(exercise)
        self.benches = [reference.bench(exercise, seed) for seed in (OWN, FRESH)]
        self.runs = [turns.part_of(run, planned, seed) for seed in (OWN, FRESH)]
        strict = turns.part_of(run, planned, OWN, strict=True)
        self.again = [strict if exercise.strict_inputs else None, None]
        self.verdicts = [
            bench.verdicts(part, again)
            for bench, part, again in zip(self.benches, self.runs, self.again, strict=True)
        ]

    @cached_property
    def failures(self) -> list[tuple[int, Verdict]]:
        """Each verdict with its seed: on the own seed first, and values before promises."""
        found = [(seed, v) for seed in (OWN, FRESH) for v in self.verdicts[seed] if v]
        return sorted(found, key=lambda pair: (pair[0], pair[1].of_a_promise, pair[1].probe))

    @property
    def is_unwritten(self) -> bool:
        """Whether it is still its stub, in every case that was run."""
        return all(verdict.status == "not started" for _, verdict in self.failures) and (
            len(self.failures) == 2 * len(self.exercise.probes)
        )

    @cached_property
    def right(self) -> list[Part]:
        """The parts without a failure, on either seed; of no other without the main cases."""
        wrong = {verdict.part for _, verdict in self.failures}
        right = [part for part in self.exercise.shares if part not in wrong]
        return right if "main" in right else []

    @property
    def points(self) -> int:
        return earned(self.exercise.shares, self.right)

    @property
    def credit(self) -> str:
        """Which parts are right and which are not."""
        return told(self.right, [p for p in self.exercise.shares if p not in self.right])

    @property
    def place(self) -> Place:
        """The call that is at fault in the first failing case."""
        seed, verdict = self.failures[0]
        calls = self.runs[seed].calls.get(verdict.probe, ())
        expected = self.benches[seed].expected.calls[verdict.probe]
        raised = verdict.kind == "error" and bool(calls) and calls[-1].returns is None
        number = len(calls) - 1 if raised else _call_at_fault(calls, expected)
        number = min(number, max(0, len(expected) - 1))
        return Place(verdict.probe, self.reference.seeds(self.exercise.full_name)[seed], number)

    def as_if(self, runs: list[Run]) -> Judged:
        """The same function, had its runs been these."""
        other = copy.copy(self)
        for derived in ("failures", "right"):  # from the runs that were
            other.__dict__.pop(derived, None)
        other.runs = runs
        other.verdicts = [b.verdicts(run) for run, b in zip(runs, self.benches, strict=True)]
        return other

    @property
    def doc(self) -> str:
        """The docstring of the reference."""
        return relating.doc_of(self.solution, self.exercise.name)

    @property
    def solution(self) -> str:
        """The text of the set's references."""
        return self.reference.solution(self.exercise.home.key)

    def recorded(self, probe: int, seed: int) -> list[Recorded]:
        """The calls that a probe makes."""
        number = self.reference.seeds(self.exercise.full_name)[seed]
        return recorded(self.reference.course, self.exercise, probe, number)

    def to_try(self, seed: int, verdict: Verdict) -> tuple[str, ...]:
        """The call as Python, or how to come by its arguments."""
        calls = self.benches[seed].expected.calls[verdict.probe]
        if not calls:
            return ()
        call = calls[self.place.call]
        recorded = self.recorded(verdict.probe, seed)[self.place.call : self.place.call + 1]
        drawn = next((d for c in recorded for a in c.args if (d := graph(a))), ())
        if call.line:
            return (f"try: {call.line}", *drawn)
        own = "" if seed == OWN else f", seed={self.place.seed}"
        name = self.exercise.full_name
        return (f'case("{name}"{own}) gives its very arguments: {call.shapes}', *drawn)


def _call_at_fault(calls: tuple[Call, ...], expected: tuple[Call, ...]) -> int:
    """The first call that gave something else than the reference's, or else the last one made."""
    for number, (call, wanted) in enumerate(zip(calls, expected, strict=False)):
        if not alike(call, wanted):
            return number
    return max(0, min(len(calls), len(expected)) - 1)
