"""What there is to see in the results of a class: the spread, what was hard, whom to talk to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from minidl.course.classroom.standing import Standing

BINS = 10
MOST_MISTAKES = 10
MOST_HARD = 12
TAKES = "for the answer: an exercise is your own work"
ODD = (
    "leads out", "link", "device", "unpacks to", "regular", "left out", "cannot be", "differently",
    "count together", "not begun, counts",
)  # fmt: skip  # of notes that are worth a word
STOPS = 1  # functions that ran out of time, or ended their process


@dataclass(frozen=True)
class Function:
    """How a class did with one function: counts of those who handed its set in."""

    name: str
    right: int
    tried: int
    begun: int
    share: float  # of its points, from 0 to 1


@dataclass
class Mistake:
    """A sentence that several were told, and what one of them saw, without a name."""

    name: str
    says: str
    count: int = 0
    example: list[str] = field(default_factory=list)


def spread(standings: Sequence[Standing]) -> list[int]:
    """The number of students in each tenth of the points, of those who were graded."""
    counts = [0] * BINS
    for one in standings:
        if one.is_graded:
            counts[min(BINS - 1, int(one.share * BINS))] += 1
    return counts


def functions(standings: Sequence[Standing]) -> list[Function]:
    """Every function that somebody handed in, the hardest first."""
    given: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in standings:
        for function in one.functions:
            if function["status"] != "not handed in":
                given[function["name"]].append(function)
    found = [_function(name, results) for name, results in given.items()]
    return sorted(found, key=lambda f: (f.share, f.name))


def _function(name: str, results: list[dict[str, Any]]) -> Function:
    right = sum(f["status"] == "passed" for f in results)
    begun = sum(f["status"] != "not started" for f in results)
    out_of = max(1, sum(f["out_of"] for f in results))
    share = sum(f["points"] for f in results) / out_of
    return Function(name, right, len(results), begun, share)


def mistakes(standings: Sequence[Standing]) -> list[Mistake]:
    """The sentences that were said to several students, the most frequent first."""
    found: dict[tuple[str, str], Mistake] = {}
    for one in standings:
        for function in one.functions:
            if function["status"] not in ("wrong", "crashed", "stopped"):
                continue
            for says in dict.fromkeys(function["mistakes"] or [_first(function["says"])]):
                key = function["name"], says
                mistake = found.setdefault(key, Mistake(*key, example=function["details"][:2]))
                mistake.count += 1
    ordered = sorted(found.values(), key=lambda m: (-m.count, m.name, m.says))
    return [m for m in ordered if m.says and m.count > 1][:MOST_MISTAKES]


def _first(text: str) -> str:
    return text.partition("\n")[0]


def twins(standings: Sequence[Standing]) -> list[tuple[str, list[Standing]]]:
    """Sets whose code is the same in submissions of several students."""
    found: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for one in standings:
        for key, mark in one.marks.items():
            found[key, mark].append(one)
    return [(key, people) for (key, _), people in sorted(found.items()) if len(people) > 1]


def conversations(standings: Sequence[Standing]) -> list[tuple[Standing, list[str]]]:
    """Students with whom there is something to talk about, and what."""
    same: dict[str, tuple[list[str], dict[str, None]]] = defaultdict(lambda: ([], {}))
    for key, people in twins(standings):
        for one in people:
            keys, others = same[one.student.id]
            keys.append(key)
            others.update(dict.fromkeys(other.shown for other in people if other is not one))
    found = [(one, [*_reasons(one), *_equal(*same[one.student.id])]) for one in standings]
    return [(one, reasons) for one, reasons in found if reasons]


def _equal(keys: list[str], others: Iterable[str]) -> list[str]:
    """One line about files that others have, too."""
    return [f"{', '.join(keys)}: the same code as {'; '.join(others)}"] if keys else []


def _reasons(one: Standing) -> list[str]:
    if not one.counts:
        return ["nothing was handed in"]
    if one.status != "graded":
        return [one.why]
    reasons = [] if one.points else ["no points"]
    reasons += [f"{one.lateness} late" if one.late else "late"] if one.lateness else []
    reasons += [] if one.known else ["not in the roster"]
    counts = Counter(function["status"] for function in one.functions)
    if counts["stopped"] >= STOPS:
        plural = "s" if counts["stopped"] > 1 else ""
        reasons.append(f"{counts['stopped']} function{plural} ran out of time or ended the process")
    if broken := [s.key for s in one.sets if one.told(s.key).get("trouble")]:
        reasons.append(f"{', '.join(broken)} could not be loaded: {_trouble(one, broken[0])}")
    if one.better:
        reasons.append(f"an earlier upload was better: {one.better}")
    if any(TAKES in function["says"] for function in one.functions):
        reasons.append("lets the library answer")
    return reasons + [note for note in one.notes if _is_odd(note)]


def _trouble(one: Standing, key: str) -> str:
    """The line that names the error; the first one where none does."""
    lines: list[str] = one.told(key)["trouble"]
    return next((line.strip() for line in lines if "Error" in line), lines[0])


def _is_odd(note: str) -> bool:
    """Whether a note is of files that do not come about by themselves."""
    return any(words in note for words in ODD)
