"""What a learner is told of a failing function.

Each layer knows one kind of thing to say, from a mistake that the set names to a promise beside a
wrong value. The first that has something to say is heard; else the numbers speak for themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from minidl.course.grading import (
    apart,
    conditions,
    defaults,
    disguises,
    mistakes,
    promises,
    relating,
    whatif,
)
from minidl.course.grading.disguises import Disguise
from minidl.course.grading.drawing import beside
from minidl.course.grading.judged import Judged
from minidl.course.grading.mistakes import Mistaken
from minidl.course.grading.outcome import Bench
from minidl.course.grading.recording import Recorded
from minidl.course.grading.turns import FRESH, OWN
from minidl.course.grading.verdict import Verdict
from minidl.course.sandbox.jobs import Run

SCALED = "what it should be"  # in the words of a relation that rests on all the numbers
Layer = Callable[[Judged, Verdict, int], Verdict | None]


def explained(judged: Judged) -> Verdict:
    """The first failure: its case, the call to try, and what is to be said of it."""
    seed, verdict = judged.failures[0]
    name, title = judged.exercise.full_name, judged.exercise.probes[verdict.probe].title
    drawn = beside(verdict.picture.got, verdict.picture.expected) if verdict.picture else ()
    details = (*verdict.details, f"case: {title}", *judged.to_try(seed, verdict), *drawn)
    number = judged.reference.seeds(name)[seed]
    if seed == FRESH:
        again = f'check("{name}", seed={number})'
        details += (f"right on your own numbers, wrong on others: {again} repeats it",)
    kept = "promise" if verdict.of_a_promise else verdict.diagnosis
    verdict = replace(verdict, details=details, diagnosis=kept)
    return next((told for layer in LAYERS if (told := layer(judged, verdict, seed))), verdict)


def named(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In the words of a named mistake of the set."""

    def holds(says: str) -> bool:
        return _holds(judged, says, verdict, 1 - seed)

    mine, bench = judged.verdicts[seed], judged.benches[seed]
    of_set = _mistakes(judged, verdict, seed)
    said = mistakes.named(verdict, judged.runs[seed], mine, bench, of_set, holds)
    return said if said.named else None


def defaulted(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In words of a default that was changed, if all failing cases rest on it."""
    found = defaults.changed(judged.text, judged.solution, judged.exercise.name)
    if not found or verdict.of_a_promise:
        return None
    calls: dict[bool, list[list[Recorded]]] = {True: [], False: []}
    for probe, wrong in enumerate(judged.verdicts[seed]):
        calls[wrong is not None].append(judged.recorded(probe, seed))
    says = defaults.explained(found, failing=calls[True], right=calls[False])
    if not says:
        return None
    return replace(_beside(verdict), says=says, named=True, diagnosis="named")


def computed(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In the words of a change of the reference, or of a relation, or of both."""
    runs, benches = judged.runs, judged.benches
    partly = _partly(judged, verdict, seed)
    changed = whatif.explained(verdict, seed, runs, benches, judged.changes, partly)
    related = relating.explained(verdict, seed, runs, benches, judged.recorded, judged.doc)
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


def disguised(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In the words of two mistakes, of which one changes the form alone."""
    if verdict.kind != "value":
        return None
    for disguise in disguises.ALL:
        beneath, form = _beneath(judged, disguise)
        left = beneath.verdicts[seed][verdict.probe] if beneath else None
        if not beneath or not left or left.kind != "value":
            continue
        told = named(beneath, left, seed) or computed(beneath, left, seed)
        if told and told.named:  # a relation beneath may be made by the disguise alone
            details = _beside(verdict).details
            return replace(told, says=f"{told.says}\nand: {form}", details=details)
    return None


def of_one_result(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In words about one of several wrong results, where none are about all."""
    kinds = apart.wrong_kinds(judged.runs[seed], judged.benches[seed].expected, verdict.probe)
    for chosen in kinds if verdict.kind == "value" and len(kinds) > 1 else ():
        part = judged.as_if(
            [
                apart.alone(run, bench.expected, chosen)
                for run, bench in zip(judged.runs, judged.benches, strict=True)
            ]
        )
        left = part.verdicts[seed][verdict.probe]
        if left and left.kind == "value" and (told := named(part, left, seed)):
            says = f"{told.says}\n{apart.others(kinds, chosen)}"
            return replace(told, says=says, details=_beside(verdict).details)
    return None


def both(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In the words of two mistakes at once."""
    partly = _partly(judged, verdict, seed)
    return whatif.both(verdict, seed, judged.runs, judged.benches, judged.changes, partly)


def related_to_named(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """In the words of a named mistake, and of a relation to what that gives."""
    name = judged.exercise.full_name
    for says in sorted(_partly(judged, verdict, seed)) if verdict.kind == "value" else ():
        runs = [judged.changes.of_mistakes(name, says, s) for s in (OWN, FRESH)]
        for theirs in zip(*runs, strict=True):
            found = _related_to(judged, theirs, seed)
            if found and SCALED in found.says:
                told = f"{says}\nand: beside that, {found.says}"
                return replace(_beside(verdict), says=told, diagnosis="relation")
    return None


def conditional(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """With the condition under which the function is right, if there is one."""
    says = conditions.explained(judged.runs, judged.benches, judged.recorded, judged.solution)
    if not says or verdict.kind not in ("value", "error"):
        return None
    return replace(verdict, says=f"{verdict.says}\n{says}", diagnosis="relation")


def promised(judged: Judged, verdict: Verdict, seed: int) -> Verdict | None:
    """Of a wrong value that nothing explains: a type or a changed argument beside it."""
    if verdict.kind != "value":
        return None
    bench, run = judged.benches[seed], judged.runs[seed]
    found = promises.broken(judged.exercise, verdict.probe, run, bench.expected, bench.parameters)
    if not found or found.kind not in ("type", "changed"):
        return None
    return replace(_beside(verdict), says=found.says, diagnosis="promise")


LAYERS: tuple[Layer, ...] = (
    named, defaulted, computed, disguised, of_one_result, both, related_to_named, conditional,
    promised,
)  # fmt: skip


def _beside(verdict: Verdict) -> Verdict:
    """The verdict with its own words among the details, where others come in their place."""
    return replace(verdict, details=(verdict.says, *verdict.details))


def _mistakes(judged: Judged, verdict: Verdict, seed: int) -> list[Mistaken]:
    strict = verdict.kind == "strict"
    return judged.reference.mistakes(judged.exercise.full_name, seed, strict)


def _partly(judged: Judged, verdict: Verdict, seed: int) -> frozenset[str]:
    """The named mistakes that explain some failing case by themselves."""
    run, mine, bench = judged.runs[seed], judged.verdicts[seed], judged.benches[seed]
    return mistakes.partly(run, mine, bench, _mistakes(judged, verdict, seed))


def _holds(judged: Judged, says: str, verdict: Verdict, seed: int) -> bool:
    """Whether a named mistake does what the learner's function does in a case of a seed.

    It does where that cannot be told: for promises, or where there was no time.
    """
    runs = judged.changes.of_mistakes(judged.exercise.full_name, says, seed)
    return any(_agrees(judged, theirs, verdict, seed) for theirs in runs)


def _agrees(judged: Judged, theirs: Run, verdict: Verdict, seed: int) -> bool:
    """Whether a run of a named mistake comes to the same as the learner's in a case."""
    probe, mine = verdict.probe, judged.runs[seed]
    there = probe in theirs.results and probe in mine.results
    if verdict.of_a_promise or not there or theirs.results[probe][1].get("type") == "TimeIsUp":
        return True
    bench = judged.benches[seed]
    found = [bench.value(run, probe) for run in (mine, theirs)]
    one, other = (replace(v, probe=probe) if v else None for v in found)
    return bench.alike(mine, theirs, one, other)


def _beneath(judged: Judged, disguise: Disguise) -> tuple[Judged | None, str]:
    """The function with its results put into their right form, and what is wrong with theirs.

    None if they have their right form, or where that would spoil a case which is right.
    """
    pairs = zip(judged.runs, judged.benches, strict=True)
    undone = [disguises.undone(disguise, run, bench.expected) for run, bench in pairs]
    if not all(says for _, says in undone):
        return None, ""
    beneath = judged.as_if([formed for formed, _ in undone])
    for before, after in zip(judged.verdicts, beneath.verdicts, strict=True):
        if any(new and not old for old, new in zip(before, after, strict=True)):
            return None, ""
    return beneath, undone[0][1]


def _related_to(judged: Judged, theirs: tuple[Run, ...], seed: int) -> Verdict | None:
    """A relation to what a named mistake gives, as if that were right."""
    benches = [
        replace(bench, expected=run) for bench, run in zip(judged.benches, theirs, strict=True)
    ]
    left = _first_left(judged, benches[seed], seed)
    return left and relating.explained(
        left, seed, judged.runs, benches, judged.recorded, judged.doc
    )


def _first_left(judged: Judged, bench: Bench, seed: int) -> Verdict | None:
    """The first value that is not what a named mistake gives; None where that has no result."""
    numbers = range(len(judged.exercise.probes))
    if any(bench.expected.results.get(n, ("none",))[0] != "arrays" for n in numbers):
        return None
    values = ((n, bench.value(judged.runs[seed], n)) for n in numbers)
    return next((replace(value, probe=n) for n, value in values if value), None)
