"""`case`: the very arguments on which a function failed, to be tried in a notebook."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from minidl.course.checking import check
from minidl.course.grading.recording import recorded
from minidl.course.report import Place
from minidl.course.sandbox.record import written
from minidl.course.sets.folder import Course, find
from minidl.course.sets.manifest import Exercise
from minidl.course.store import Store
from minidl.errors import CourseError


@dataclass(frozen=True)
class Case:
    """One call: `f(*case.args, **case.kwargs)` should give `case.expected`."""

    name: str
    title: str
    seed: int
    args: tuple[Any, ...] = field(repr=False)
    kwargs: dict[str, Any] = field(repr=False)
    expected: Any = field(repr=False)

    def __repr__(self) -> str:
        function = self.name.partition(".")[2]
        given = dict(enumerate(self.args)) | self.kwargs
        lines = [
            f"{self.name}: {self.title}",
            f"  {function}(*case.args, **case.kwargs) should give case.expected",
            *(f"  {_called(key)}: {written(value)}" for key, value in given.items()),
            f"  expected: {written(self.expected)}",
        ]
        return "\n".join(lines)


def case(
    name: str, seed: int | None = None, submission: str | os.PathLike[str] | None = None
) -> Case:
    """The call at which a function ("ex02.output_size") fails first, as the reference meets it.

    The function is checked for it; where it passes, the case is the first of its checks.
    seed, submission: as for `check`. Raises CourseError for a name that is not one function's.
    """
    course = find()
    exercise = course.function(name)
    result = check(exercise.full_name, submission=submission, seed=seed).results[0]
    shown = Store(course).seed if seed is None else seed
    return _recorded(course, exercise, result.case or Place(0, shown, 0))


def _recorded(course: Course, exercise: Exercise, place: Place) -> Case:
    """One of the calls that a probe makes, as the reference meets it."""
    title = exercise.probes[place.probe].title
    calls = recorded(course, exercise, place.probe, place.seed)
    if not calls:
        raise CourseError(f"{exercise.full_name} is not called in the case {title!r}")
    call = calls[min(place.call, len(calls) - 1)]
    return Case(exercise.full_name, title, place.seed, call.args, call.kwargs, call.result)


def _called(key: int | str) -> str:
    return f"args[{key}]" if isinstance(key, int) else f"kwargs[{key!r}]"
