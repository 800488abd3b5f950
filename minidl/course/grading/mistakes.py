"""Which named mistake explains a failing case: never one whose sentence would not be true.

A named mistake fits a case where it gives what the learner's function gave, and that is wrong. It
is out of the question where it would have spoiled another case that the learner's function gets
right, unless it is alike in all that fail; or where it gives something else on the same case with
other numbers. Of those that fit, the one that explains most of the other cases is named; where a
second case fails in a way that the first name does not explain and another does, that is named
after it. What explains only a few of the failing cases is a coincidence, and is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from minidl.course.grading.outcome import Bench
from minidl.course.grading.verdict import Verdict
from minidl.course.sandbox.jobs import Run

LEAST = 2  # cases with wrong values that a guarded mistake must explain

Verdicts = list[Verdict | None]
Holds = Callable[[str], bool]  # of a named mistake by what it says


@dataclass(frozen=True)
class Mistaken:
    """What a named mistake gives on one seed, and what is to be said of that."""

    run: Run
    verdicts: Verdicts


@dataclass(frozen=True)
class Suspect:
    """A named mistake that may be the learner's, and on which probes it does the same."""

    says: str
    alike: tuple[bool, ...]

    @property
    def explains(self) -> int:
        """The number of probes on which it does what the learner's function does."""
        return sum(self.alike)


def named(
    verdict: Verdict,
    run: Run,
    verdicts: Verdicts,
    bench: Bench,
    mistakes: Sequence[Mistaken],
    holds: Holds,
) -> Verdict:
    """The verdict, in the words of the named mistake that it is the case of, if there is one.

    holds: whether one does the same on that case with other numbers, too.
    """
    for kind in (_suspects, _guarded):
        suspects = kind(run, verdicts, bench, mistakes)
        fitting = [s for s in suspects if s.alike[verdict.probe] and holds(s.says)]
        found = _best(fitting, verdict.probe)
        if found and not _coincidence([s for s in suspects if s.says in found], _failing(verdicts)):
            break
    else:
        return verdict
    details = (verdict.says, *verdict.details)
    if len(found) > 1:
        says = "\n".join(["one of: " + found[0], *("or: " + other for other in found[1:])])
        return replace(verdict, says=says, details=details, named=True, diagnosis="named")
    alike = [suspect for suspect in suspects if suspect.says == found[0]]
    first = max(alike, key=lambda suspect: suspect.explains)
    second = _second(suspects, first, verdicts)
    says = "\n".join([first.says, *("and: " + other for other in second)])
    verdict = replace(verdict, says=says, details=details, named=True, diagnosis="named")
    return replace(verdict, mistakes=(first.says, *second))


def _failing(verdicts: Verdicts) -> list[int]:
    return [number for number, verdict in enumerate(verdicts) if verdict]


def _coincidence(suspects: list[Suspect], failing: list[int]) -> bool:
    """Whether each of them does what the learner's function does in few of these cases."""
    return all(2 * sum(s.alike[number] for number in failing) < len(failing) for s in suspects)


def partly(
    run: Run, verdicts: Verdicts, bench: Bench, mistakes: Sequence[Mistaken]
) -> frozenset[str]:
    """The named mistakes that explain some failing case by themselves, and spoil no right one."""
    suspects = _suspects(run, verdicts, bench, mistakes)
    failing = _failing(verdicts)
    return frozenset(s.says for s in suspects if any(s.alike[number] for number in failing))


def _suspects(
    run: Run,
    verdicts: Verdicts,
    bench: Bench,
    mistakes: Sequence[Mistaken],
) -> list[Suspect]:
    """The named mistakes that spoil no case which the learner's function gets right."""
    suspects = []
    for wrong, other in zip(bench.exercise.wrongs, mistakes, strict=True):
        pairs = list(zip(verdicts, other.verdicts, strict=True))
        spoilt = [n for n, (mine, yours) in enumerate(pairs) if yours and not mine]
        if not all(bench.rounding(run, other.run, number) for number in spoilt):
            continue
        alike = tuple(bench.alike(run, other.run, mine, yours) for mine, yours in pairs)
        suspects.append(Suspect(wrong.says, alike))
    return suspects


def _guarded(
    run: Run, verdicts: Verdicts, bench: Bench, mistakes: Sequence[Mistaken]
) -> list[Suspect]:
    """The named mistakes that do in every failing case what the learner's function does.

    They spoil a case that the learner's gets right, and it is a special one: an empty input, one
    axis only. There the same mistake is kept from showing (`max(1, n)`, an `if`), and the sentence
    is true all the same: two drawn results that agree in all their digits are no coincidence.
    """
    failing = _failing(verdicts)
    guarded = []
    for wrong, other in zip(bench.exercise.wrongs, mistakes, strict=True):
        pairs = list(zip(verdicts, other.verdicts, strict=True))
        alike = tuple(bench.alike(run, other.run, mine, yours) for mine, yours in pairs)
        values = [n for n in failing if alike[n] and not _of_error(verdicts[n])]
        spoilt = [n for n, (mine, yours) in enumerate(pairs) if yours and not mine]
        spoilt = [number for number in spoilt if not bench.rounding(run, other.run, number)]
        if any(bench.exercise.probes[number].part == "main" for number in spoilt):
            continue
        if len(values) >= LEAST and all(alike[number] for number in failing):
            guarded.append(Suspect(wrong.says, alike))
    return guarded


def _of_error(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.kind != "value"


def _best(suspects: list[Suspect], number: int) -> list[str]:
    """The sentences of those that fit a probe and explain most; several if equally much."""
    fitting = [suspect for suspect in suspects if suspect.alike[number]]
    most = max((suspect.explains for suspect in fitting), default=0)
    return list(dict.fromkeys(s.says for s in fitting if s.explains == most))


def _second(suspects: list[Suspect], first: Suspect, verdicts: Verdicts) -> list[str]:
    """The one mistake that explains the first failing probe which `first` does not."""
    left = [number for number in _failing(verdicts) if not first.alike[number]]
    suspects = [suspect for suspect in suspects if suspect.says != first.says]
    found = _best(suspects, left[0]) if left else []
    known = [suspect for suspect in suspects if suspect.says in found]
    return found if len(found) == 1 and not _coincidence(known, left) else []
