"""Where each student stands: which attempts count, what they earned, whether they were late."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from minidl.course.classroom import times
from minidl.course.classroom.roster import Roster, Student
from minidl.course.classroom.session import Graded
from minidl.course.sets.manifest import ExerciseSet

Due = Mapping[str, datetime.datetime]  # by set


@dataclass(frozen=True)
class Standing:
    """One student: the attempt that each set is taken from, and how many there were.

    sets: of the whole class, in their order. taken: by set, only of those that were handed in.
    counts: the newest attempt that something is taken from, or that could not be graded; None where
    nothing was handed in. roster: whether there is one. lates: minutes, by set. others: notes on
    attempts that do not count. better: sets in which an earlier attempt earned more.
    """

    student: Student
    sets: Sequence[ExerciseSet]
    counts: Graded | None = None
    taken: Mapping[str, Graded] = field(default_factory=dict)
    attempts: int = 0
    known: bool = True
    roster: bool = False
    lates: Mapping[str, int] = field(default_factory=dict)
    said_late: bool = False
    others: Sequence[str] = ()
    better: str = ""

    @property
    def status(self) -> str:
        return self.counts.result["status"] if self.counts else "not handed in"

    @property
    def is_graded(self) -> bool:
        """Whether there are points: what could not be graded has none, and not 0."""
        return self.status == "graded"

    @property
    def why(self) -> str:
        """Why there are no points, in one line."""
        note = self.notes[0].partition("\n")[0] if self.notes else ""
        return (
            note if note and self.status in note else ": ".join(filter(None, (self.status, note)))
        )

    @property
    def submitted(self) -> datetime.datetime | None:
        return came_in(self.counts) if self.counts else None

    @cached_property
    def notes(self) -> list[str]:
        """Of every attempt that something is taken from, and how they were joined."""
        used = {one.entry.name: one for one in self.taken.values()}
        if self.counts:
            used[self.counts.entry.name] = self.counts
        told = [note for one in used.values() for note in one.result["notes"]]
        joined = [self._joined] if len({one.entry.name for one in self.taken.values()}) > 1 else []
        return list(dict.fromkeys([*joined, *told, *self.others]))

    @property
    def _joined(self) -> str:
        told = [f"{key} of {one.entry.name}" for key, one in self.taken.items()]
        return f"several uploads count together: {', '.join(told)}"

    @property
    def source(self) -> str:
        """The names of the attempts that count."""
        names = dict.fromkeys(one.entry.name for one in self.taken.values())
        return "; ".join(names) or (self.counts.entry.name if self.counts else "")

    @property
    def marks(self) -> dict[str, str]:
        found = {key: one.result["marks"].get(key) for key, one in self.taken.items()}
        return {key: mark for key, mark in found.items() if mark}

    def told(self, key: str) -> dict[str, Any]:
        """What is known of a set; nothing where it was not handed in."""
        found: dict[str, Any] = self.taken[key].result["sets"][key] if key in self.taken else {}
        return found

    @cached_property
    def functions(self) -> list[dict[str, Any]]:
        """What is known of each function of the class; one that was not graded earns nothing."""
        known = [self.told(key) for key in self.taken]
        found = {f["name"]: f for one in known for f in one["functions"]}
        names = [f for checks in self.sets for f in checks.functions.values()]
        return [found.get(f.full_name, _missing(f.full_name, f.points)) for f in names]

    @property
    def points(self) -> int:
        return sum(function["points"] for function in self.functions)

    @property
    def out_of(self) -> int:
        return sum(checks.points for checks in self.sets)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.points / max(1, self.out_of)

    @property
    def shown(self) -> str:
        """The student's name, or what else is known."""
        return self.student.name or self.student.id

    @property
    def late(self) -> int:
        """Minutes, of the set that is latest."""
        return max(self.lates.values(), default=0)

    @property
    def lateness(self) -> str:
        """How late something came in, in words; "late" where only a platform says so."""
        return times.spoken(self.late) or ("late" if self.said_late else "")

    def of_set(self, key: str) -> list[dict[str, Any]]:
        return [f for f in self.functions if f["name"].startswith(f"{key}.")]


def standings(
    graded: Iterable[Graded],
    roster: Roster,
    sets: Sequence[ExerciseSet],
    due: Due | datetime.datetime | None = None,
    best: bool = False,
) -> list[Standing]:
    """Every student of the roster and everybody else who handed something in, by id.

    due: one date, or one for each set. best: whether of several attempts the best counts, set by
    set, in place of the last one.
    """
    by_student: dict[str, list[Graded]] = {student.id: [] for student in roster.students}
    people = {student.id: student for student in roster.students}
    for attempt in graded:
        people.setdefault(attempt.entry.student.id, attempt.entry.student)
        by_student.setdefault(attempt.entry.student.id, []).append(attempt)
    known = {student.id for student in roster.students}
    until = due if isinstance(due, Mapping) else {s.key: due for s in sets if due}
    return [
        replace(
            _standing(people[i], sorted(attempts, key=_order), sets, until, best),
            known=i in known or not known,
            roster=bool(known),
        )
        for i, attempts in sorted(by_student.items())
    ]


def _standing(
    student: Student,
    order: list[Graded],
    sets: Sequence[ExerciseSet],
    due: Due,
    best: bool,
) -> Standing:
    if not order:
        return Standing(student, sets)
    found = {checks.key: _chosen(checks.key, order, best) for checks in sets}
    taken = {key: one for key, one in found.items() if one}
    counts = max(taken.values(), key=_order) if taken else order[-1]
    others = [one for one in order if one is not counts and one.result["status"] != "graded"]
    done = sum(one.result["status"] == "graded" for one in order)
    said = any(one.entry.late for one in (*taken.values(), counts))
    return Standing(
        student,
        sets,
        counts,
        taken,
        attempts=done or len(order),
        lates=lates(student, {key: came_in(one) for key, one in taken.items()}, due),
        said_late=said and not student.more.get("due"),
        others=[note for one in others for note in _unread(one)],
        better=_better(order, taken),
    )


def _unread(attempt: Graded) -> list[str]:
    """Notes on an attempt that could not be graded, but for one that merely has no exercise."""
    return attempt.result["notes"] if attempt.result["status"] != "nothing found" else []


def _better(order: list[Graded], taken: Mapping[str, Graded]) -> str:
    """Sets in which an earlier attempt earned more than the one that counts."""
    told = []
    for key, one in taken.items():
        most = max(points(other, key) for other in order)
        if most > points(one, key):
            told.append(f"{key} {most} in place of {points(one, key)}")
    return ", ".join(told)


def lates(
    student: Student, came: Mapping[str, datetime.datetime | None], due: Due
) -> dict[str, int]:
    """Minutes by which sets are late, where they are. A date of the student's own goes first."""
    own = student.more.get("due")
    ends = dict.fromkeys(came, times.moment(own)) if own else due
    minutes = {key: times.late_by(when, ends.get(key)) for key, when in came.items()}
    return {key: late for key, late in minutes.items() if late}


def _chosen(key: str, order: list[Graded], best: bool) -> Graded | None:
    """Of attempts, the oldest first, the one that a set is taken from.

    It is the newest with work in the set; only if there is none, the newest that has its file.
    """
    have = [one for one in order if one.result["sets"].get(key, {}).get("source")]
    begun = [one for one in have if one.result["marks"].get(key)] or have
    if best:
        return max(reversed(begun), key=lambda one: points(one, key), default=None)
    return begun[-1] if begun else None


def points(attempt: Graded, key: str) -> int:
    """What an attempt earned in a set."""
    earned: int = attempt.result["sets"].get(key, {}).get("points", 0)
    return earned


def came_in(attempt: Graded) -> datetime.datetime | None:
    """When an attempt came in; None where nothing tells."""
    if attempt.entry.when or not attempt.newest:
        return attempt.entry.when
    return times.of_seconds(attempt.newest)


def _order(attempt: Graded) -> tuple[float, float, str]:
    """By when it came in; where the roster has one time for all, by their names and files."""
    when, named = came_in(attempt), times.in_name(attempt.entry.name)
    own = named.timestamp() if named else attempt.newest
    return (when.timestamp() if when else 0.0, own, attempt.entry.name)


def _missing(name: str, points: int) -> dict[str, Any]:
    return {
        "name": name, "status": "not handed in", "points": 0, "out_of": points, "says": "",
        "details": [], "credit": "", "note": "", "where": "", "diagnosis": "", "mistakes": [],
    }  # fmt: skip
