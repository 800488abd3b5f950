"""The course that an installed minidl brings with it, and the files that a learner gets of it."""

from __future__ import annotations

from pathlib import Path

import minidl
from minidl.course.classroom.release.contents import Chosen, texts
from minidl.course.layout.readme import readme
from minidl.course.sets import sealed
from minidl.course.sets.folder import Course, at, is_course
from minidl.course.sets.stubs import stub_of
from minidl.errors import CourseError

LESSONS = ("lessons/[0-9]*.ipynb", "lessons/figures/*.py", "lessons/*.mplstyle")
GLOSSARY = "docs/glossary.md"


def origin() -> Course:
    """The course of this minidl: inside of the package (a wheel has it), or the clone around it.

    CourseError, in one line, where it was installed without one.
    """
    package = Path(minidl.__file__).resolve().parent
    for root in (package / "_course", package.parent):
        if is_course(root) and (root / "lessons").is_dir():
            return at(root)
    raise CourseError(
        f"the minidl in {package} came without the course; install it from its wheel "
        "(pip install minidl), or from a clone of the project"
    )


def contents(course: Course) -> dict[str, bytes]:
    """What a learner gets, by name: lessons and what they import, stubs, sealed checks."""
    files = {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for pattern in LESSONS
        for path in sorted(course.root.glob(pattern))
    }
    for key, stem in course.stems.items():
        files[f"exercises/{stem}.py"] = stub_of(course.solution(key), stem).encode()
    held = course.texts or texts(course, Chosen(list(course.stems)))
    files[sealed.NAME] = sealed.sealed(held).encode()
    files["glossary.md"] = (course.root / GLOSSARY).read_bytes()
    files["README.md"] = readme(course).encode()
    return files
