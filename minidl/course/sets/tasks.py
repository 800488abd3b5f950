"""The function to write next: where it is, where it is taught, and what it takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from minidl.course.sets.folder import Course
from minidl.course.sets.lessons import Section
from minidl.course.sets.manifest import Exercise
from minidl.errors import CourseError


@dataclass(frozen=True)
class Task:
    """One function to write. where: the learner's file and, where it can be found, the line."""

    exercise: Exercise
    where: str
    section: Section | None

    @property
    def reading(self) -> list[str]:
        """The line that says where it is taught, if that is known."""
        return [f"  read:  {self.section} ({self.section.file})"] if self.section else []


def task(course: Course, exercise: Exercise) -> Task:
    """What there is to know about a function before it is written."""
    path = course.learner_file(exercise.home.key)
    where = course.shown(path)
    try:
        found = re.search(rf"^def {exercise.name}\b", course.read(path), re.MULTILINE)
    except CourseError as error:
        where = str(error)  # which says how to get the file back
    else:
        if found:
            where += f":{found.string.count(chr(10), 0, found.start()) + 1}"
    return Task(exercise, where, exercise.taught)


def every(course: Course) -> list[Exercise]:
    """The functions of all sets, in the order of the lessons."""
    return [f for key in course.stems for f in course.checks(key).functions.values()]


def passed(exercises: Iterable[Exercise], points: Mapping[str, int]) -> set[str]:
    """The names of those that have all their points."""
    return {f.full_name for f in exercises if points.get(f.full_name, 0) >= f.points}


def first_left(exercises: Iterable[Exercise], done: Collection[str]) -> Exercise | None:
    """The first that is not done."""
    return next((f for f in exercises if f.full_name not in done), None)
