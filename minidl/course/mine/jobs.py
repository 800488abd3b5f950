"""What a process that answers calls to a learner's functions is told: their file and its needs."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import Any

from minidl.course.grading.own_work import borrowed
from minidl.course.grading.reference import foreign_keys
from minidl.course.mine.process import LearnerProcess
from minidl.course.sandbox.jobs import Job
from minidl.course.sets.folder import Course
from minidl.course.sets.helpers import helpers
from minidl.course.sets.manifest import Exercise

Function = Callable[..., Any]


class References:
    """The functions of the reference, each set executed once."""

    def __init__(self, course: Course):
        self.course = course
        self._modules: dict[str, types.ModuleType] = {}

    def function(self, full_name: str) -> Function:
        """The reference of "ex01.backward"."""
        key, _, name = full_name.partition(".")
        if key not in self._modules:
            stem = self.course.stems[key]
            module = types.ModuleType(f"reference_{stem}")
            exec(compile(self.course.solution(key), f"{stem}.py", "exec"), module.__dict__)
            self._modules[key] = module
        function: Function = getattr(self._modules[key], name)
        return function


def process_of(
    references: References, key: str, exercises: list[Exercise], own: set[str]
) -> LearnerProcess:
    """A process for these functions of one set. Of those that they need, `own` run as written."""
    course = references.course
    path = course.learner_file(key)
    text = borrowed(course.read(path)).text
    job = Job(course.stems[key], course.shown(path), text, tuple(e.name for e in exercises))
    job.helpers = helpers(course, text)
    for other in foreign_keys(course.checks(key)):
        where = course.learner_file(other)
        if where.exists():
            source = borrowed(course.read(where)).text
            job.siblings[course.stems[other]] = {"path": course.shown(where), "text": source}
            job.helpers |= helpers(course, source)
    answered: dict[str, Function] = {}
    for name in _callable_from(course, key, exercises):
        if name not in own:
            home, _, function = name.partition(".")
            module = "" if home == key else course.stems[home]
            job.calls.append((module, function))
            answered[f"{module}.{function}".lstrip(".")] = references.function(name)
    return LearnerProcess(job, answered)


def needs(course: Course, exercises: Iterable[Exercise]) -> list[str]:
    """All that these functions call, and what those call, by full names, each once."""
    found: dict[str, None] = {}
    todo = list(exercises)
    while todo:
        one = todo.pop()
        for name in map(one.full_name_of, one.needs):
            if name not in found:
                found[name] = None
                todo.append(course.exercise(name))
    return list(found)


def _callable_from(course: Course, key: str, exercises: list[Exercise]) -> list[str]:
    """What the functions need, and what the head of their file imports from other sets."""
    functions = course.checks(key).functions.values()
    foreign = [need for e in functions for need in e.needs if "." in need]
    return list(dict.fromkeys([*needs(course, exercises), *foreign]))
