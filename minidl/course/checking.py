"""`check`: one call from a name to a report, for notebooks, the command line and pytest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.report import Report
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import find
from minidl.course.sets.manifest import Exercise, ExerciseSet
from minidl.course.store import Store


def check(
    *names: str,
    submission: str | os.PathLike[str] | None = None,
    seed: int | None = None,
    limits: Limits | None = None,
    on_start: Callable[[str], object] | None = None,
) -> Report:
    """Checks sets ("ex01") or functions ("ex01.unbroadcast"); without a name, every set.

    submission: the folder with the learner's files (default: the course's exercises/).
    on_start: called with the name of each function before it runs.
    seed: of the numbers the functions are tried on (default: the learner's own, always the same).
    A pass must hold on another seed, too: a fresh one, or with `seed` one that follows from it.
    Raises CourseError, in one line, for an unknown name or outside the course folder.
    """
    course = find(submission=Path(submission).resolve() if submission else None)
    asked = _by_set(course.resolve(name) for name in names or course.stems)
    store = Store(course)
    shown = store.seed if seed is None else seed
    fresh = seed is None
    with Sandbox(limits) as sandbox, Reference(course, shown, limits, fresh) as reference:
        grader = Grader(reference, sandbox, on_start=on_start)
        report = Report([grader.grade_set(key, *functions) for key, functions in asked.items()])
    if submission is None:
        store.remember(report)
    return report


def _by_set(asked: Iterable[tuple[ExerciseSet, Exercise | None]]) -> dict[str, list[str]]:
    """The functions asked for of each set, each once; all of them where the whole set is."""
    chosen: dict[str, dict[str, None]] = {}
    for checks, exercise in asked:
        functions = [exercise.name] if exercise else list(checks.functions)
        chosen.setdefault(checks.key, {}).update(dict.fromkeys(functions))
    return {key: list(functions) for key, functions in chosen.items()}
