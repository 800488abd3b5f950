"""`case`: the very arguments on which a function failed, to be tried in a notebook."""

from __future__ import annotations

import copy
import os
import sys
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minidl.course.checking import check
from minidl.course.grading import turns
from minidl.course.grading.reference import foreign_keys
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
    exercise = course.resolve(name)[1]
    if exercise is None:
        names = [f.full_name for f in course.resolve(name)[0].functions.values()]
        raise CourseError(f"{name} is a whole set; ask for one of {', '.join(names)}")
    result = check(exercise.full_name, submission=submission, seed=seed).results[0]
    shown = Store(course).seed if seed is None else seed
    return _recorded(course, exercise, result.case or Place(0, shown, 0))


def _recorded(course: Course, exercise: Exercise, place: Place) -> Case:
    """Runs a probe on the reference, here, and keeps one of the calls it makes."""
    module = _solution(course, exercise)
    function = getattr(module, exercise.name)
    calls: list[tuple[Any, Any]] = []
    results: list[Any] = []

    def kept(*args: Any, **kwargs: Any) -> Any:
        calls.append(copy.deepcopy((args, kwargs)))
        results.append(function(*args, **kwargs))
        return results[-1]

    seen = types.ModuleType(module.__name__)
    seen.__dict__.update(vars(module))
    setattr(seen, exercise.name, kept)
    probe = exercise.probes[place.probe]
    space: dict[str, Any] = {"np": np}
    exec(compile(probe.source, "<probe>", "exec"), space)
    seeds = [place.seed, turns.crc(exercise, place.probe)]
    space[probe.function](seen, np.random.default_rng(seeds))
    if not calls:
        raise CourseError(f"{exercise.full_name} is not called in the case {probe.title!r}")
    args, kwargs = calls[place.call]
    expected = results[place.call]
    return Case(exercise.full_name, probe.title, place.seed, args, kwargs, expected)


def _solution(course: Course, exercise: Exercise) -> types.ModuleType:
    """The reference as a module; what it imports of other sets is theirs, and leaves no trace."""
    stems = [course.stems[key] for key in foreign_keys(exercise.home)]
    before = {stem: sys.modules.get(stem) for stem in stems}
    try:
        for key, stem in zip(foreign_keys(exercise.home), stems, strict=True):
            sys.modules[stem] = _module(course, key)
        return _module(course, exercise.home.key)
    finally:
        for stem, module in before.items():
            sys.modules.pop(stem, None)
            if module:
                sys.modules[stem] = module


def _module(course: Course, key: str) -> types.ModuleType:
    module = types.ModuleType(course.stems[key])
    path = f"solutions/{course.stems[key]}.py"
    exec(compile(course.solution(key), path, "exec"), module.__dict__)
    return module


def _called(key: int | str) -> str:
    return f"args[{key}]" if isinstance(key, int) else f"kwargs[{key!r}]"
