"""The learner's files as modules of this very process: for their own use, never for grading."""

from __future__ import annotations

import sys
import types
from pathlib import Path

from minidl.course.mine.places import Function
from minidl.course.sets.folder import Course


class LearnerModules:
    """The learner's exercise files, each executed once, with what they need from one another.

    passed: full names ("ex02.im2col") of the functions that pass their checks. Where a function of
    the learner's calls one that does not, it gets the reference's, so that one open exercise does
    not hold back those built on it.
    """

    def __init__(self, course: Course, passed: set[str]):
        self.course, self.passed = course, passed
        self._modules: dict[str, types.ModuleType] = {}
        self._references: dict[str, types.ModuleType] = {}
        self.borrowed: list[str] = []  # functions of the reference that stand in

    def function(self, full_name: str) -> Function:
        """The learner's function, able to run: all that it builds on passes, or is borrowed."""
        exercise = self.course.exercise(full_name)
        module = self._module(exercise.home.key)
        for need in exercise.needs:
            needed = exercise.full_name_of(need)
            own = needed in self.passed
            found = self.function(needed) if own else self._lent(needed)
            setattr(module, needed.partition(".")[2], found)
        function: Function = getattr(module, exercise.name)
        return function

    def _lent(self, full_name: str) -> Function:
        """The reference's function, over the reference's others."""
        if full_name not in self.borrowed:
            self.borrowed.append(full_name)
        key, _, name = full_name.partition(".")
        if key not in self._references:
            stem = self.course.stems[key]
            path = self.course.root / "solutions" / f"{stem}.py"
            self._references[key] = _loaded(path, self.course.solution(key))
        reference: Function = getattr(self._references[key], name)
        return reference

    def _module(self, key: str) -> types.ModuleType:
        if key not in self._modules:
            path = self.course.learner_file(key)
            self._modules[key] = _loaded(path, self.course.read(path))
        return self._modules[key]


def _loaded(path: Path, text: str) -> types.ModuleType:
    """A file as a module of its own; files of its folder can be imported by it."""
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.path.insert(0, str(path.parent))
    try:
        exec(compile(text, path, "exec"), module.__dict__)
    finally:
        sys.path.remove(str(path.parent))
    return module
