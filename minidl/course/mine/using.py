"""`use_mine`: check, load what passes, put it in place, and say what was left out."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minidl.course.checking import check
from minidl.course.mine import table
from minidl.course.mine.learner import LearnerModules
from minidl.course.mine.places import PLACES, Function, Place, Undo
from minidl.course.report import Report
from minidl.course.sets.folder import Course, find

DECLARED_IN = (
    "autograd", "convolution", "training", "recognition", "siamese", "triplet", "patches", "style",
    "dimensions", "photographs",
)  # fmt: skip
_in_place: Mine | None = None


@dataclass(eq=False)
class Mine:
    """What `use_mine` did; it shows itself as a table.

    `undo()` puts the library's functions back, and so does the end of a `with mine:`, which puts
    the learner's in once more, as they were when `use_mine` checked them.
    used: the places that were taken over, each with its exercises.
    left_out: for each exercise that did not, the reason.
    borrowed: functions of the reference that exercises in use call where the learner's fail.
    """

    used: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    borrowed: list[str] = field(default_factory=list)
    _parts: list[tuple[Place, list[Function]]] = field(default_factory=list, repr=False)
    _undo: list[Undo] = field(default_factory=list, repr=False)

    def put_in(self) -> None:
        """Puts the learner's functions in place, and whatever else is in place out."""
        global _in_place
        if _in_place is self:
            return
        if _in_place:
            _in_place.undo()
        _in_place = self
        for place, functions in self._parts:
            self._undo.append(place.install(functions))

    def undo(self) -> None:
        """Puts the library's own functions back."""
        global _in_place
        while self._undo:
            self._undo.pop()()
        if _in_place is self:
            _in_place = None

    def __enter__(self) -> Mine:
        self.put_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.undo()

    def __repr__(self) -> str:
        return table.as_text(self.used, self.left_out, self.borrowed)

    def _repr_html_(self) -> str:
        return table.as_html(self.used, self.left_out, self.borrowed)


def use_mine(
    *names: str,
    submission: str | os.PathLike[str] | None = None,
    on_start: Callable[[str], object] | None = None,
) -> Mine:
    """Puts every exercise that passes its checks in the place of the library's own function.

    From then on `minidl` computes with the learner's code: `mine = use_mine()` until `mine.undo()`,
    `with use_mine():` for a while; `with mine:` puts them in once more, without a new check. An
    exercise that does not pass is left out, and a line says so. Called again, it begins anew, with
    the files as they are now.

    names: sets ("ex02") or functions ("ex02.conv2d_im2col") to use (default: all there are).
    submission: the folder with the learner's files (default: the course's exercises/).
    on_start: called with the name of each function before it is checked.
    A function that was imported by its own name before (`from minidl.style import gram_matrix` in a
    notebook) stays the library's there; `style.gram_matrix` follows.
    Raises CourseError, in one line, for an unknown name or outside the course folder.
    """
    if _in_place:
        _in_place.undo()
    course = find(submission=Path(submission).resolve() if submission else None)
    places = _chosen(course, names)
    names_to_check = _with_needs(course, [name for place in places for name in place.exercises])
    report = _checked(names_to_check, submission, on_start)
    modules = LearnerModules(course, {r.name for r in report.results if r.passed})
    mine = Mine(borrowed=modules.borrowed)
    for place in places:
        if missing := [name for name in place.exercises if not report[name].passed]:
            mine.left_out |= {name: _reason(report, name, missing) for name in place.exercises}
        else:
            mine.used[place.words] = place.exercises
            mine._parts.append((place, [modules.function(name) for name in place.exercises]))
    for name in {name for exercises in mine.used.values() for name in exercises}:
        mine.left_out.pop(name, None)  # it waits in one place and is used in another
    mine.put_in()
    return mine


def all_places() -> list[Place]:
    """Every place in the library that an exercise can take over."""
    for name in DECLARED_IN:
        importlib.import_module(f"minidl.course.mine.{name}")
    return PLACES


def _chosen(course: Course, names: tuple[str, ...]) -> list[Place]:
    """The places whose exercises are all asked for, or all places."""
    asked: set[str] = set()
    for name in names:
        checks, exercise = course.resolve(name)
        wanted = [exercise] if exercise else checks.functions.values()
        asked |= {one.full_name for one in wanted}
    return [place for place in all_places() if not names or asked.issuperset(place.exercises)]


def _with_needs(course: Course, names: list[str]) -> list[str]:
    """These exercises and all that they build on, each once."""
    found: dict[str, None] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = None
            exercise = course.exercise(name)
            todo += [exercise.full_name_of(need) for need in exercise.needs]
    return list(found)


def _checked(names: list[str], submission: Any, on_start: Function | None) -> Report:
    if not names:
        return Report()
    return check(*names, submission=submission, on_start=on_start)


def _reason(report: Report, name: str, missing: list[str]) -> str:
    """Why an exercise is not used, in a few words."""
    result = report[name]
    if not result.passed:
        return "not started" if result.status == "not started" else "does not pass its checks"
    return f"waits for {', '.join(missing)}"
