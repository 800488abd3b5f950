"""In a clone of the project: the folder my-course/, in which whoever cloned it learns.

Git does not know it, so that neither lessons that were run nor exercises that were written stand in
the way of `git pull`; what comes by it is carried into the folder as `minidl update` does.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from minidl import __version__
from minidl.course.layout import record
from minidl.course.layout.new import check_free, lay_out
from minidl.course.layout.new import new as new_elsewhere
from minidl.course.layout.update import Update, update
from minidl.course.sets.folder import OWN, Course, at, enclosing, is_course
from minidl.course.sets.stubs import is_untouched


def is_clone(course: Course) -> bool:
    """Whether a course is the project itself: sources of lessons, and answers in the open."""
    return course.texts is None and (course.root / "lessons" / "source").is_dir()


def has_own(course: Course) -> bool:
    """Whether a clone has a learner's folder, and no work in the project's own exercises/."""
    return is_clone(course) and is_course(course.root / OWN) and not worked_on(course)


def worked_on(course: Course) -> list[str]:
    """The stems of exercises that are no stubs as they came."""
    files = [(stem, course.exercises / f"{stem}.py") for stem in course.stems.values()]
    return [s for s, path in files if path.is_file() and not is_untouched(course.read(path))]


def learners(course: Course) -> Course:
    """The folder in a clone in which its owner learns, where there is one; else the course."""
    folder = course.root / OWN
    return at(folder) if is_clone(course) and is_course(folder) else course


def older(course: Course) -> str:
    """The version of a laid-out course that the installed minidl is newer than; else ""."""
    if not (course.state / record.NAME).is_file():
        return ""
    version = record.read(course).version
    return version if record.number(version) < record.number(__version__) else ""


def new(folder: Path) -> Course:
    """As `new` elsewhere; in a clone its owner's folder, and that alone, as `own` lays it out."""
    there = Path(os.path.realpath(folder))
    outer = enclosing(there)
    if outer and there == outer.resolve() / OWN and is_clone(clone := at(outer)):
        check_free(there)
        return own(clone)[0]
    return new_elsewhere(there)


def own(course: Course) -> tuple[Course, Update | None]:
    """The learner's course of a clone, laid out or brought up to date; any other as it is.

    When it is laid out, work that was done in the clone's exercises/ before is copied into it.
    """
    if not is_clone(course):
        return course, None
    folder = course.root / OWN
    if is_course(folder):
        mine = at(folder)
        return mine, update(mine)
    mine = lay_out(folder)
    for stem in worked_on(course):
        shutil.copyfile(course.exercises / f"{stem}.py", mine.exercises / f"{stem}.py")
    if (state := course.state / "state.json").is_file():
        shutil.copyfile(state, mine.state / "state.json")
    return mine, None
