"""What if: which small change of the reference gives exactly what the learner's function gave.

Where no named mistake fits, changes of the reference (see grading/mutation) are run on the failing
case. One that gives what the learner's function gave there is run on all cases, on both seeds; it
is out of the question where it spoils a case that the learner's function gets right, or where it
differs on the same case with other numbers. So what is said of it is true, because computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from minidl.course.grading import judge, turns
from minidl.course.grading.mutation import UNSAID, mutants
from minidl.course.grading.outcome import Bench
from minidl.course.grading.reference import KEPT, Reference
from minidl.course.grading.turns import FRESH, OWN, Turn
from minidl.course.grading.verdict import Verdict
from minidl.course.sandbox.jobs import Run
from minidl.course.sets.manifest import BODY, Exercise, Tolerance
from minidl.course.sets.stubs import function_alone, patched, source_of

BUDGET = 0.35  # seconds for all changes on the failing case
MOMENT = 0.05  # seconds for one of them
MOST_SUSPECTS = 12  # changes that are run on all cases
MOST_PAIRS = 400
MOST_MIXED = 3  # named mistakes that are tried together with a change
SINGLE, PAIRS = "single", "pairs"  # kinds of changes; of any other it is a named mistake's sentence
SEVERAL = 4  # changes that fit equally well and say too little, because they are so many
CLOSE = Tolerance(1e-6, "what comes out of a change must be what came out, not only near it")
TELLING, VAGUE = 1, 2  # ranks of a change: whose words say more than a relation, or little
SAY_NOTHING = ("NameError", "UnboundLocalError", "NotImplementedError", "ModuleNotFoundError")
FAR = 1e-3  # of the difference to the right result, that two that are the same may differ by
FEW = 4  # wrong whole numbers that may agree by chance

Result = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Change:
    """A changed reference: its source, what to say of it, and (low: much) how much that says."""

    source: str
    words: tuple[str, ...]
    rank: int


@dataclass(frozen=True)
class Match:
    """A change that gives the same on the failing case; alike, apart: the other failing cases."""

    change: Change
    alike: int
    apart: int

    @property
    def order(self) -> tuple[bool, int, int]:
        return self.apart > 0, self.change.rank, -self.alike


class Changes:
    """The changes of a course's references and what they give; each is computed once.

    budget, moment: seconds for all changes on the failing case (0: no end), and for one of them.
    hanging: how many may use up their moment, after which no other is tried (0: all). Those for
    which there is no time are not said, so for a class, of which the same is to be said twice,
    changes are counted, and a moment is so long that only what hangs uses it up.
    """

    def __init__(
        self,
        reference: Reference,
        budget: float = BUDGET,
        moment: float = MOMENT,
        hanging: int = 0,
    ):
        self.reference, self.budget, self.moment = reference, budget, moment
        self.hanging = hanging
        self.single = cache(self._single)
        self.pairs = cache(self._pairs)
        self.mixed = cache(self._mixed)
        self.tried_on: Callable[..., list[Result]] = lru_cache(KEPT)(self._tried)
        self.runs_on = lru_cache(KEPT)(self._runs)

    def of_kind(self, full_name: str, kind: str) -> list[Change]:
        """One change, two named mistakes at once, or the named one that says so and a change."""
        if kind == SINGLE:
            return self.single(full_name)
        return self.pairs(full_name) if kind == PAIRS else self.mixed(full_name, kind)

    def tried(self, full_name: str, seed: int, probe: int, kind: str) -> list[Result]:
        """What each change gives on one case; those for which there was no time are left out."""
        number = self.reference.seeds(full_name)[seed]
        return self.tried_on(full_name, seed, number, probe, kind)

    def runs(self, full_name: str, sources: tuple[str, ...]) -> list[tuple[Run, Run]]:
        """What changes give on all cases, on each seed."""
        return self.runs_on(full_name, self.reference.seeds(full_name), sources)

    def of_mistakes(self, full_name: str, says: str, seed: int) -> list[Run]:
        """What each named mistake with this sentence gives on all cases of a seed."""
        exercise = self.reference.find(full_name)
        text = self.reference.solution(exercise.home.key)
        sources = tuple(
            source_of(patched(text, exercise.name, wrong), exercise.name)
            for wrong in exercise.wrongs
            if wrong.says == says
        )
        return [both[seed] for both in self.runs(full_name, sources)]

    def _single(self, full_name: str) -> list[Change]:
        exercise = self.reference.find(full_name)
        text = self.reference.solution(exercise.home.key)
        found = [m for m in mutants(text, exercise.name) if m.rank < UNSAID]
        return [Change(m.source, (m.words,), m.rank) for m in found]

    def _pairs(self, full_name: str) -> list[Change]:
        """Two named mistakes at once."""
        exercise = self.reference.find(full_name)
        text = function_alone(self.reference.solution(exercise.home.key), exercise.name)
        wrongs = [wrong for wrong in exercise.wrongs if wrong.old != BODY]
        found: dict[str, Change] = {}
        changed = [patched(text, exercise.name, wrong) for wrong in wrongs]
        for (first, one), (_, other) in combinations(zip(changed, wrongs, strict=True), 2):
            try:
                source = source_of(patched(first, exercise.name, other), exercise.name)
            except (ValueError, SyntaxError):  # the second is not there any more
                continue
            found.setdefault(source, Change(source, (one.says, other.says), 0))
        return list(found.values())[:MOST_PAIRS]

    def _mixed(self, full_name: str, says: str) -> list[Change]:
        """A named mistake, and a change of what it left of the reference."""
        exercise = self.reference.find(full_name)
        text = self.reference.solution(exercise.home.key)
        found: dict[str, Change] = {}
        for wrong in exercise.wrongs:
            if wrong.says == says:
                for m in mutants(patched(text, exercise.name, wrong), exercise.name):
                    words = f"besides, it is exactly what comes out {m.words}."
                    if m.rank <= TELLING:
                        found.setdefault(m.source, Change(m.source, (says, words), m.rank))
        return list(found.values())

    def _tried(self, full_name: str, seed: int, _: int, probe: int, kind: str) -> list[Result]:
        exercise = self.reference.find(full_name)
        sources = [change.source for change in self.of_kind(full_name, kind)]
        planned = [Turn(seed, probe)]
        runs = self._compared(exercise, sources, planned)
        return [run.results[0] for run in runs if run.results]

    def _runs(
        self, full_name: str, _: tuple[int, int], sources: tuple[str, ...]
    ) -> list[tuple[Run, Run]]:
        exercise = self.reference.find(full_name)
        planned = turns.plan(exercise, (OWN, FRESH), strict=False)
        runs = self._compared(exercise, sources, planned)
        return [(turns.part_of(r, planned, OWN), turns.part_of(r, planned, FRESH)) for r in runs]

    def _compared(
        self, exercise: Exercise, sources: Sequence[str], planned: list[Turn]
    ) -> list[Run]:
        limits = replace(self.reference.limits_for(exercise), seconds=self.moment)
        return self.reference.compare(exercise, sources, planned, limits, self.budget, self.hanging)


def explained(
    verdict: Verdict,
    seed: int,
    runs: Sequence[Run],
    benches: Sequence[Bench],
    changes: Changes,
    named: frozenset[str],
) -> tuple[Verdict, int] | None:
    """The verdict in the words of the change that gives the same, and their rank.

    runs, benches: the learner's, and what they are measured against, on each seed.
    named: the named mistakes of which each explains a case; only they can be there together.
    """
    if verdict.of_a_promise or verdict.probe not in runs[seed].results:
        return None
    if _is_empty(runs, benches, verdict.probe):
        return None
    for kind in (SINGLE, PAIRS):
        if kind == PAIRS and (len(named) < 2 or verdict.kind == "error"):
            break
        matches = _matches(verdict, seed, runs, benches, changes, kind)
        if kind == PAIRS:
            matches = [match for match in matches if named.issuperset(match.change.words)]
        if said := _said(matches):
            details = (verdict.says, *verdict.details)
            words = "\n".join(said)
            if verdict.kind == "error":  # what it means comes first: many mistakes end so
                if len(said) > 1 or matches[0].change.rank > 1:
                    return None
                words, details = f"{verdict.says}\n{words}", verdict.details
            told = replace(verdict, says=words, details=details, named=True, diagnosis="what-if")
            return told, min(match.change.rank for match in matches)
    return None


def both(
    verdict: Verdict,
    seed: int,
    runs: Sequence[Run],
    benches: Sequence[Bench],
    changes: Changes,
    named: frozenset[str],
) -> Verdict | None:
    """The verdict in the words of two mistakes at once.

    They are two named ones, of which none need explain a case alone, or a change and a named one
    that explains some (`named`). Together they must give what the learner's function gave in every
    case that fails.
    """
    if verdict.kind != "value" or _is_empty(runs, benches, verdict.probe):
        return None
    for kind in (PAIRS, *sorted(named)[:MOST_MIXED]):
        matches = _matches(verdict, seed, runs, benches, changes, kind)
        matches = sorted((m for m in matches if not m.apart), key=lambda match: match.order)
        if matches:
            first, second = matches[0].change.words
            details = (verdict.says, *verdict.details)
            told = replace(verdict, says=f"{first}\nand: {second}", details=details, named=True)
            mistakes = (first, second) if kind == PAIRS else (first,)
            return replace(told, diagnosis="what-if", mistakes=mistakes)
    return None


def _is_empty(runs: Sequence[Run], benches: Sequence[Bench], probe: int) -> bool:
    """Whether the result is the same whatever the numbers, or an error about None.

    Then most changes that break the function give the same, and none of them says anything.
    """
    one, other = (run.results.get(probe, ("none", {})) for run in runs)
    if one[0] == "error":
        return "NoneType" in one[1]["message"] or one[1]["type"] in SAY_NOTHING
    exercise = benches[OWN].exercise
    right, again = (bench.expected.results[probe] for bench in benches)
    return same(exercise, probe, one, other) and not same(exercise, probe, right, again)


def _matches(
    verdict: Verdict,
    seed: int,
    runs: Sequence[Run],
    benches: Sequence[Bench],
    changes: Changes,
    kind: str,
) -> list[Match]:
    exercise, probe = benches[seed].exercise, verdict.probe
    name, mine = exercise.full_name, runs[seed].results[probe]
    all_changes = changes.of_kind(name, kind)
    tried = changes.tried(name, seed, probe, kind)
    fitting = [
        change
        for change, theirs in zip(all_changes, tried, strict=False)
        if same(exercise, probe, mine, theirs)
    ][:MOST_SUSPECTS]
    if not fitting:
        return []
    found = []
    both = changes.runs(name, tuple(change.source for change in fitting))
    for change, theirs in zip(fitting, both, strict=False):
        match = _confirmed(change, runs, theirs, benches, probe)
        if match:
            found.append(match)
    return found


def _confirmed(
    change: Change, runs: Sequence[Run], theirs: Sequence[Run], benches: Sequence[Bench], probe: int
) -> Match | None:
    """How a change does on all cases.

    None where it is wrong and the learner right, where the two differ on the same case with other
    numbers, where it explains less than half of what fails, where all that agrees is an exception,
    or where it may agree by chance.
    """
    alike = apart = numbers = values = 0
    telling = False
    for mine, other, bench in zip(runs, theirs, benches, strict=True):
        for number in range(len(bench.exercise.probes)):
            wrong, spoilt = bench.value(mine, number), bench.value(other, number)
            if spoilt and not wrong and not bench.rounding(mine, other, number):
                return None
            if not wrong:
                continue
            there = number in mine.results and number in other.results
            right = bench.expected.results[number]
            agree = bool(there and spoilt) and same(
                bench.exercise, number, mine.results[number], other.results[number], right
            )
            if number == probe and not agree:
                return None
            alike, apart = alike + agree, apart + (not agree)
            values += agree and mine.results[number][0] != "error"
            if agree:
                count, real = _weight(mine.results[number], right)
                numbers, telling = numbers + count, telling or real
    if not values:  # to end in the same exception is easy
        return None
    if apart > alike or (not telling and (apart or numbers < FEW or change.rank > VAGUE)):
        return None
    return Match(change, alike, apart)


def same(
    exercise: Exercise, probe: int, one: Result, other: Result, right: Result | None = None
) -> bool:
    """Whether two outcomes of a case are the same, more closely than the check itself asks.

    right: the right one; they must be far nearer to each other than to it.
    """
    if one[0] != other[0] or "TimeIsUp" in (one[1].get("type"), other[1].get("type")):
        return False
    if one[0] == "error":
        return all(one[1][field] == other[1][field] for field in ("type", "message"))
    if list(one[1]) != list(other[1]):
        return False
    return not any(
        judge.difference(name, one[1][name], other[1][name], CLOSE, exercise.dtype)
        or (right and not _nearer(one[1][name], other[1][name], right[1][name]))
        for name in one[1]
    )


def _nearer(one: np.ndarray, other: np.ndarray, right: np.ndarray) -> bool:
    """Whether two arrays of one shape differ far less from each other than from the right one."""
    if one.dtype.kind != "f" or one.shape != right.shape or right.dtype.kind != "f":
        return True
    with np.errstate(all="ignore"):
        apart, off = np.nan_to_num(np.abs(one - other)), np.nan_to_num(np.abs(one - right))
    return float(apart.max(initial=0)) <= FAR * float(off.max(initial=0))


def _weight(mine: Result, expected: Result) -> tuple[int, bool]:
    """How many numbers are wrong, and whether one is so particular that chance is ruled out.

    An exception counts as one number: many mistakes end in the same one.
    """
    if mine[0] == "error":
        return 1, False
    wrong, telling = 0, False
    for name, right in expected[1].items():
        got = np.asarray(mine[1].get(name, ()))
        if got.shape != right.shape or got.dtype.kind not in "biuf":
            off = np.ones(got.shape, bool)
        else:
            off = np.asarray(got != right)
        wrong += int(off.sum())
        if got.dtype.kind == "f":
            values = 8 * got[off]
            telling = telling or bool((np.isfinite(values) & (values != np.round(values))).any())
    return wrong, telling


def _said(matches: Iterable[Match]) -> list[str]:
    """The lines to say: of the best match, or of two that are as good; none where many are."""
    ordered = sorted(matches, key=lambda match: match.order)
    best = [m for m in ordered if m.order[:2] == ordered[0].order[:2]]
    best = [m for m in best if m.alike == max(b.alike for b in best)]
    words = list(dict.fromkeys(m.change.words for m in best))
    if not words or len(words) > SEVERAL:
        return []
    if len(words[0]) > 1:
        first, second = words[0]
        return [first, f"and: {second}"]
    said = [f"This is exactly what comes out {words[0][0]}."]
    return said + [f"or: it is what comes out {other[0]}." for other in words[1:2]]
