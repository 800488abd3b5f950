"""Where each student stands: which attempt counts, what it earned, whether it was late."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from minidl.course.classroom import times
from minidl.course.classroom.roster import Roster, Student
from minidl.course.classroom.session import Graded
from minidl.course.sets.manifest import ExerciseSet


@dataclass(frozen=True)
class Standing:
    """One student: the attempt that counts (None: nothing was handed in), and how many there were.

    sets: of the whole class, in their order. late: minutes.
    """

    student: Student
    sets: Sequence[ExerciseSet]
    counts: Graded | None = None
    attempts: int = 0
    known: bool = True
    late: int = 0
    said_late: bool = False

    @property
    def status(self) -> str:
        return self.counts.result["status"] if self.counts else "not handed in"

    @property
    def submitted(self) -> datetime.datetime | None:
        return _when(self.counts) if self.counts else None

    @property
    def notes(self) -> list[str]:
        return self.counts.result["notes"] if self.counts else []

    @property
    def marks(self) -> dict[str, str]:
        return self.counts.result["marks"] if self.counts else {}

    @cached_property
    def functions(self) -> list[dict[str, Any]]:
        """What is known of each function of the class; one that was not graded earns nothing."""
        known = self.counts.result["sets"] if self.counts else {}
        found = {f["name"]: f for one in known.values() for f in one["functions"]}
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
    def lateness(self) -> str:
        return times.spoken(self.late) or ("late" if self.said_late else "")

    def of_set(self, key: str) -> list[dict[str, Any]]:
        return [f for f in self.functions if f["name"].startswith(f"{key}.")]


def standings(
    graded: Iterable[Graded],
    roster: Roster,
    sets: Sequence[ExerciseSet],
    due: datetime.datetime | None,
    best: bool = False,
) -> list[Standing]:
    """Every student of the roster and everybody else who handed something in, by id.

    best: whether the best attempt counts, in place of the last one.
    """
    by_student: dict[str, list[Graded]] = {student.id: [] for student in roster.students}
    people = {student.id: student for student in roster.students}
    for attempt in graded:
        people.setdefault(attempt.entry.student.id, attempt.entry.student)
        by_student.setdefault(attempt.entry.student.id, []).append(attempt)
    known = {student.id for student in roster.students}
    return [
        _standing(people[i], attempts, sets, due, best, i in known or not known)
        for i, attempts in sorted(by_student.items())
    ]


def _standing(
    student: Student,
    attempts: list[Graded],
    sets: Sequence[ExerciseSet],
    due: datetime.datetime | None,
    best: bool,
    known: bool,
) -> Standing:
    if not attempts:
        return Standing(student, sets, known=known)
    order = sorted(attempts, key=_order)
    chosen = max(order, key=_earned) if best else order[-1]
    own = student.more.get("due")
    until = times.moment(own) if own else due
    late = times.late_by(_when(chosen), until)
    return Standing(student, sets, chosen, len(order), known, late, chosen.entry.late and not own)


def _when(attempt: Graded) -> datetime.datetime | None:
    """When an attempt came in; None where nothing tells."""
    if attempt.entry.when or not attempt.newest:
        return attempt.entry.when
    return times.of_seconds(attempt.newest)


def _order(attempt: Graded) -> tuple[float, str]:
    when = _when(attempt)
    return (when.timestamp() if when else 0.0, attempt.entry.name)


def _earned(attempt: Graded) -> int:
    return sum(one["points"] for one in attempt.result["sets"].values())


def _missing(name: str, points: int) -> dict[str, Any]:
    return {
        "name": name, "status": "not handed in", "points": 0, "out_of": points, "says": "",
        "details": [], "credit": "", "note": "", "where": "", "diagnosis": "", "mistakes": [],
    }  # fmt: skip
