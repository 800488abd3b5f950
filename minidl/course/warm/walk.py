"""The way through the exercises: at which function one is, and what a save asks to check."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from minidl.course.report import Report, SetReport
from minidl.course.sets.folder import Course
from minidl.course.sets.helpers import helpers
from minidl.course.sets.manifest import Exercise
from minidl.course.sets.tasks import every, first_left, passed
from minidl.course.store import Store
from minidl.course.warm.checker import Checker
from minidl.course.warm.edited import edited
from minidl.errors import CourseError


@dataclass(frozen=True)
class Told:
    """Functions of one set that were checked. fault: why they could not be, in one line."""

    report: SetReport
    fault: str = ""

    @property
    def passed(self) -> bool:
        return not self.fault and all(result.passed for result in self.report.results)


class Walk:
    """Goes through functions in their order; a function is done when all its points are earned.

    name: a set, or the function to begin at (of its set, to the end); "" for all sets.
    What is known of the learner from before is believed until its file is saved, or until nothing
    is left to do: then all is looked at.
    """

    def __init__(self, course: Course, store: Store, checker: Checker, name: str = ""):
        self.course, self.store, self.checker = course, store, checker
        self.scope = _scope(course, name)
        self.done = passed(self.scope, store.points)
        self.keys = list(dict.fromkeys(f.home.key for f in self.scope))
        self.texts = {key: self._text(key) for key in self.keys}  # as they last parsed
        self.looked_at: set[str] = set()  # functions that were checked since their file was saved
        self.latest: list[Exercise] = []  # what the latest save asked for

    @property
    def at(self) -> Exercise | None:
        """The function one is at: the first that is not done."""
        return first_left(self.scope, self.done)

    def begin(self, checked: Collection[str] = ()) -> Iterator[Told]:
        """Checks where one is, and goes on over all that passes.

        checked: functions that were told of just now. When nothing is left to do, what passed
        before is looked at once more, and told where it does not.
        """
        while (exercise := self.at) and exercise.full_name not in checked:
            told = self._check(exercise)
            yield told
            if not told.passed:
                return
        while not self.at and (exercise := first_left(self.scope, self.looked_at)):
            told = self._check(exercise)
            if not told.passed:
                yield told

    def saved(self, paths: Iterable[Path]) -> Iterator[Told]:
        """Checks what a save of these files changed; then goes on if the way is free."""
        keys = self._concerned(paths)
        self.checker.forget(keys)
        self.looked_at -= {f.full_name for f in self.scope if f.home.key in keys}
        before = self.at
        self.latest = self._asked(keys)
        for exercise in self.latest:
            yield self._check(exercise)
        if self.latest and self.at is not before:
            yield from self.begin({exercise.full_name for exercise in self.latest})

    def idle(self) -> Iterator[Callable[[], Told | None]]:
        """Steps for the time between saves: the rest of what was saved, and what comes next.

        A step gives what is to be told: a function that passes no longer, or does now.
        """
        left = [f for f in self.latest if f.full_name not in self.done]
        for exercise in [*left[:1], *filter(None, [self.at])]:
            for step in self.checker.preparing(exercise):
                yield partial(self._prepared, step)
        keys = {f.home.key for f in self.latest}
        for exercise in self.scope:
            if exercise.home.key in keys and exercise.full_name not in self.looked_at:
                yield partial(self._again, exercise)

    def _again(self, exercise: Exercise) -> Told | None:
        """Checks a function that was not edited; told only where it passes no longer, or now."""
        if exercise.full_name in self.looked_at:
            return None
        was = exercise.full_name in self.done
        told = self._check(exercise)
        return told if told.passed != was else None

    def _prepared(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception:  # what is wrong is said when the function is checked
            self.checker.restart()

    def _check(self, exercise: Exercise) -> Told:
        """Checks one function and keeps its points."""
        key, name = exercise.home.key, exercise.full_name
        self.looked_at.add(name)
        try:
            report = self.checker.check(key, exercise.name)
        except Exception as error:  # of ours: the learner's work and the watching go on
            self.checker.restart()
            report = SetReport(key, exercise.home.title, "", [])
            said = " ".join(str(error).split()) or type(error).__name__
            return Told(report, f"{name} could not be checked ({said}); nothing is changed")
        self.store.remember(Report([report]))
        told = Told(report)
        (self.done.add if told.passed else self.done.discard)(name)
        return told

    def _asked(self, keys: list[str]) -> list[Exercise]:
        """The functions that were edited; where it is none of them, the one that one is at."""
        changed: list[Exercise] = []
        for key in keys:
            text = self._text(key)
            names = edited(self.texts[key], text) if text.strip() else None
            if names is None:  # the next edit is seen against the last text that could be read
                continue
            self.texts[key] = text
            changed += [f for f in self.scope if f.home.key == key and f.name in names]
        here = [f for f in self.scope if f.home.key in keys]
        now = [f for f in here if f is self.at] or [f for f in here if f in self.latest]
        return changed or (now or here)[:1]

    def _concerned(self, paths: Iterable[Path]) -> list[str]:
        """The sets whose files these are, or whose files import them."""
        stems = {path.stem for path in paths}
        return [
            key
            for key in self.keys
            if self.course.stems[key] in stems or stems & self._helpers(key)
        ]

    def _helpers(self, key: str) -> set[str]:
        try:
            return set(helpers(self.course, self.texts[key]))
        except CourseError:  # one that cannot be read; the check says so
            return set()

    def _text(self, key: str) -> str:
        try:
            return self.course.read(self.course.learner_file(key))
        except CourseError:  # the check says so
            return ""


def _scope(course: Course, name: str) -> list[Exercise]:
    if not name:
        return every(course)
    checks, exercise = course.resolve(name)
    functions = list(checks.functions.values())
    return functions[functions.index(exercise) :] if exercise else functions
