"""Grading a class: what is there, what is graded already, and the rest, one after the other."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from minidl.course.classroom.entries import Entry
from minidl.course.classroom.intake import brought as reading
from minidl.course.classroom.intake.notebooks import Lessons, lessons_in
from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.ledger import Ledger
from minidl.course.classroom.work.task import Task
from minidl.course.sets.folder import Course
from minidl.errors import RequestError

Results = Iterator[tuple[str, str, dict[str, Any]]]
Grading = Callable[[Sequence[str], Callable[[str], Parcel]], Results]


@dataclass(frozen=True)
class Graded:
    """One attempt, when it came in (seconds since 1970), and its result."""

    entry: Entry
    newest: float
    result: dict[str, Any]


def digest(course: Course, lessons: Lessons) -> str:
    """Of all checks, references and lessons: with others, everything is graded again."""
    found = hashlib.sha256(repr(lessons).encode())
    for key, stem in course.stems.items():
        found.update(stem.encode() + course.checks_text(key).encode())
        found.update(course.solution(key).encode())
    return found.hexdigest()


def task_of(
    course: Course,
    ledger: Ledger,
    sets: Sequence[str],
    seed: int | None,
    walls: bool,
    change_sets: bool = False,
) -> Task:
    """The task that a ledger is of. Its seed is drawn once; RequestError for another one.

    change_sets: whether results of other sets may be replaced; RequestError if they would be.
    """
    drawn = secrets.randbits(32) if seed is None else seed
    kept = int(ledger.fact("seed", str(drawn)))
    if seed is not None and kept != seed:
        raise RequestError(
            f"{ledger.path} was graded with --seed {kept}, not {seed}; leave --seed out to go on, "
            "or give another folder with --out"
        )
    before = ledger.fact("sets", " ".join(sets)).split()
    if before != list(sets) and not change_sets:
        raise RequestError(
            f"{ledger.path.parent} has results of --sets {' '.join(before)}, and this would grade "
            f"{' '.join(sets)}; give the same --sets, another --out, or --change-sets"
        )
    ledger.replace_fact("sets", " ".join(sets))
    lessons = lessons_in(course.root / "lessons")
    return Task(kept, tuple(sets), digest(course, lessons), walls, lessons)


def open_jobs(entries: Sequence[Entry], ledger: Ledger, task: Task) -> dict[str, bool]:
    """For each entry, by name, whether it has still to be graded."""
    known = ledger.jobs()
    return {e.name: known.get(e.name) != task.job(brought(e).digest) for e in entries}


def brought(entry: Entry) -> Parcel:
    return reading.read(entry.paths)


def run(
    entries: Sequence[Entry], ledger: Ledger, task: Task, todo: Sequence[str], grading: Grading
) -> Iterator[str]:
    """Grades what is to be done; the name of each entry when its result is on the disk."""
    by_name = {entry.name: entry for entry in entries}
    for name, of_parcel, result in grading(todo, lambda name: brought(by_name[name])):
        ledger.keep(name, task.job(of_parcel), result)
        yield name


def graded(entries: Sequence[Entry], ledger: Ledger) -> list[Graded]:
    """All attempts with their results, in the order of the entries."""
    return [Graded(e, brought(e).newest, ledger.result(e.name)) for e in entries]
