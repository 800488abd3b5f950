"""One function judged on all its probes, on both seeds: what it earns, and what to say of it."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property

from minidl.course.grading import (
    apart,
    conditions,
    defaults,
    disguises,
    promises,
    relating,
    turns,
    whatif,
)
from minidl.course.grading.disguises import Disguise
from minidl.course.grading.drawing import beside, graph
from minidl.course.grading.mistakes import named as mistakes_of
from minidl.course.grading.mistakes import partly as parts_of
from minidl.course.grading.outcome import Bench
from minidl.course.grading.recording import Recorded, alike, recorded
from minidl.course.grading.turns import FRESH, OWN
from minidl.course.grading.verdict import Verdict
from minidl.course.grading.whatif import Changes
from minidl.course.report.results import Place
from minidl.course.sandbox.calls import Call
from minidl.course.sandbox.jobs import Run
from minidl.course.sets.manifest import Exercise
from minidl.course.sets.parts import Part, earned, told

SCALED = "what it should be"  # in the words of a relation that rests on all the numbers


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

    def explained(self) -> Verdict:
        """The first failure: its case, the call to try, and the named mistake where one fits."""
        seed, verdict = self.failures[0]
        name, title = self.exercise.full_name, self.exercise.probes[verdict.probe].title
        drawn = beside(verdict.picture.got, verdict.picture.expected) if verdict.picture else ()
        details = (*verdict.details, f"case: {title}", *self.to_try(seed, verdict), *drawn)
        number = self.reference.seeds(name)[seed]
        if seed == FRESH:
            again = f'check("{name}", seed={number})'
            details += (f"right on your own numbers, wrong on others: {again} repeats it",)
        kept = "promise" if verdict.of_a_promise else verdict.diagnosis
        verdict = replace(verdict, details=details, diagnosis=kept)
        layers = (
            *(self.named, self.defaulted, self.computed, self.disguised, self.of_one_result),
            *(self.both, self.related_to_named, self.conditional, self.promised),
        )
        return next((told for layer in layers if (told := layer(verdict, seed))), verdict)

    def named(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in the words of a named mistake of the set."""
        strict = verdict.kind == "strict"
        mistakes = self.reference.mistakes(self.exercise.full_name, seed, strict)
        mine, bench = self.verdicts[seed], self.benches[seed]

        def holds(says: str) -> bool:
            return self.holds(says, verdict, 1 - seed)

        said = mistakes_of(verdict, self.runs[seed], mine, bench, mistakes, holds)
        return said if said.named else None

    def holds(self, says: str, verdict: Verdict, seed: int) -> bool:
        """Whether a named mistake does what the learner's function does in a case of a seed.

        It does where that cannot be told: for promises, or where there was no time.
        """
        name = self.exercise.full_name
        runs = self.changes.of_mistakes(name, says, seed)
        return any(self.agrees(theirs, verdict, seed) for theirs in runs)

    def agrees(self, theirs: Run, verdict: Verdict, seed: int) -> bool:
        """Whether a run of a named mistake comes to the same as the learner's in a case."""
        probe, mine = verdict.probe, self.runs[seed]
        there = probe in theirs.results and probe in mine.results
        if verdict.of_a_promise or not there or theirs.results[probe][1].get("type") == "TimeIsUp":
            return True
        bench = self.benches[seed]
        found = [bench.value(run, probe) for run in (mine, theirs)]
        one, other = (replace(v, probe=probe) if v else None for v in found)
        return bench.alike(mine, theirs, one, other)

    def defaulted(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in words of a default that was changed, if all failing cases rest on it."""
        solution = self.reference.solution(self.exercise.home.key)
        found = defaults.changed(self.text, solution, self.exercise.name)
        if not found or verdict.of_a_promise:
            return None
        calls: dict[bool, list[list[Recorded]]] = {True: [], False: []}
        for probe, wrong in enumerate(self.verdicts[seed]):
            calls[wrong is not None].append(self.recorded(probe, seed))
        says = defaults.explained(found, failing=calls[True], right=calls[False])
        details = (verdict.says, *verdict.details)
        told = replace(verdict, says=says, details=details, named=True, diagnosis="named")
        return told if says else None

    def computed(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in the words of a change of the reference, or of a relation, or of both."""
        partly = self.partly(verdict, seed)
        changed = whatif.explained(verdict, seed, self.runs, self.benches, self.changes, partly)
        solution = self.reference.solution(self.exercise.home.key)
        doc = relating.doc_of(solution, self.exercise.name)
        related = relating.explained(verdict, seed, self.runs, self.benches, self.recorded, doc)
        if not changed:
            return related
        told, rank = changed
        if not related:
            return told
        if rank > whatif.VAGUE:
            return related
        if rank > whatif.TELLING:  # the relation says more; both are true
            return replace(told, says=f"{related.says}\n{told.says}")
        return replace(told, details=(related.says, *told.details))

    def disguised(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in the words of two mistakes, of which one changes the form alone."""
        if verdict.kind != "value":
            return None
        for disguise in disguises.ALL:
            beneath, form = self.beneath(disguise)
            left = beneath.verdicts[seed][verdict.probe] if beneath else None
            if not beneath or not left or left.kind != "value":
                continue
            if told := beneath.named(left, seed) or beneath.computed(left, seed):
                details = (verdict.says, *verdict.details)
                return replace(told, says=f"{told.says}\nand: {form}", details=details)
        return None

    def beneath(self, disguise: Disguise) -> tuple[Judged | None, str]:
        """The function with its results put into their right form, and what is wrong with theirs.

        None if they have their right form, or where that would spoil a case which is right.
        """
        beneath, forms = copy.copy(self), list[str]()
        beneath.runs, beneath.verdicts = [], []
        for run, bench, before in zip(self.runs, self.benches, self.verdicts, strict=True):
            formed, says = disguises.undone(disguise, run, bench.expected)
            after = bench.verdicts(formed)
            forms.append(says)
            beneath.runs.append(formed)
            beneath.verdicts.append(after)
            if any(new and not old for old, new in zip(before, after, strict=True)):
                return None, ""
        return (beneath if all(forms) else None), forms[0]

    def both(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in the words of two mistakes at once."""
        partly = self.partly(verdict, seed)
        return whatif.both(verdict, seed, self.runs, self.benches, self.changes, partly)

    def related_to_named(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in the words of a named mistake, and of a relation to what that gives."""
        solution = self.reference.solution(self.exercise.home.key)
        doc = relating.doc_of(solution, self.exercise.name)
        for says in sorted(self.partly(verdict, seed)) if verdict.kind == "value" else ():
            runs = [
                self.changes.of_mistakes(self.exercise.full_name, says, s) for s in (OWN, FRESH)
            ]
            for theirs in zip(*runs, strict=True):
                benches = [
                    replace(bench, expected=run)
                    for bench, run in zip(self.benches, theirs, strict=True)
                ]
                left = self.first_left(benches[seed], seed)
                found = left and relating.explained(
                    left, seed, self.runs, benches, self.recorded, doc
                )
                if found and SCALED in found.says:
                    details = (verdict.says, *verdict.details)
                    told = f"{says}\nand: beside that, {found.says}"
                    return replace(verdict, says=told, details=details, diagnosis="relation")
        return None

    def first_left(self, bench: Bench, seed: int) -> Verdict | None:
        """The first value that is not what a named mistake gives; None where that has no result."""
        run = self.runs[seed]
        numbers = range(len(self.exercise.probes))
        if any(bench.expected.results.get(n, ("none",))[0] != "arrays" for n in numbers):
            return None
        left = (replace(v, probe=n) for n in numbers if (v := bench.value(run, n)))
        return next(left, None)

    def partly(self, verdict: Verdict, seed: int) -> frozenset[str]:
        """The named mistakes that explain some failing case by themselves."""
        strict = verdict.kind == "strict"
        mistakes = self.reference.mistakes(self.exercise.full_name, seed, strict)
        return parts_of(self.runs[seed], self.verdicts[seed], self.benches[seed], mistakes)

    def conditional(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict with the condition under which the function is right, if there is one."""
        solution = self.reference.solution(self.exercise.home.key)
        says = conditions.explained(self.runs, self.benches, self.recorded, solution)
        if not says or verdict.kind not in ("value", "error"):
            return None
        return replace(verdict, says=f"{verdict.says}\n{says}", diagnosis="relation")

    def of_one_result(self, verdict: Verdict, seed: int) -> Verdict | None:
        """The verdict in words about one of several wrong results, where none are about all."""
        kinds = apart.wrong_kinds(self.runs[seed], self.benches[seed].expected, verdict.probe)
        for chosen in kinds if verdict.kind == "value" and len(kinds) > 1 else ():
            part = copy.copy(self)
            part.runs = [
                apart.alone(run, bench.expected, chosen)
                for run, bench in zip(self.runs, self.benches, strict=True)
            ]
            part.verdicts = [
                bench.verdicts(run) for run, bench in zip(part.runs, self.benches, strict=True)
            ]
            left = part.verdicts[seed][verdict.probe]
            if left and left.kind == "value" and (told := part.named(left, seed)):
                says = f"{told.says}\n{apart.others(kinds, chosen)}"
                return replace(told, says=says, details=(verdict.says, *verdict.details))
        return None

    def promised(self, verdict: Verdict, seed: int) -> Verdict | None:
        """Of a wrong value that nothing explains: a type or a changed argument beside it."""
        if verdict.kind != "value":
            return None
        expected, names = self.benches[seed].expected, self.benches[seed].parameters
        probe = verdict.probe
        found = promises.broken(self.exercise, probe, self.runs[seed], expected, names)
        if not found or found.kind not in ("type", "changed"):
            return None
        details = (verdict.says, *verdict.details)
        return replace(verdict, says=found.says, details=details, diagnosis="promise")

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
