"""Which files of a submission are read, and which first, whatever lies beside them.

Exercises come first, so that a limit never cuts them off. What a course brings with it (the
library, tools, sources of lessons) is the student's only where it does not lie in a course.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from minidl.course.classroom.intake import limits

EXERCISES, LESSONS = "exercises", "lessons"
SEALED = "course.sealed"
LIBRARY = ("minidl", "__init__.py")
OWN = frozenset({"minidl", "tools", "docs", "benchmarks"})  # folders of a course, not of a student
KEY = re.compile(r"(?:^|[^a-z0-9])ex(\d\d)(?![0-9])", re.IGNORECASE)


def chosen(paths: Iterable[PurePosixPath]) -> tuple[list[PurePosixPath], bool]:
    """The files to read, the most wanted first, and whether there were more than are read."""
    every = list(paths)
    roots = _roots(every)
    wanted = [
        path
        for path in every
        if limits.most_of(path.name) and not limits.is_skipped(path.parts) and not _own(path, roots)
    ]
    wanted.sort(key=_rank)
    return wanted[: limits.MOST_FILES], len(wanted) > limits.MOST_FILES


def _roots(paths: Iterable[PurePosixPath]) -> set[tuple[str, ...]]:
    """The folders that are a course: they hold exercises/, the sealed answers or the library."""
    found = set()
    for path in paths:
        if path.parts[-2:] == LIBRARY:
            found.add(path.parts[:-2])
        if path.name == SEALED:
            found.add(path.parts[:-1])
        if EXERCISES in path.parts[:-1]:
            found.add(path.parts[: path.parts.index(EXERCISES)])
    return found


def _own(path: PurePosixPath, roots: set[tuple[str, ...]]) -> bool:
    """Whether a file came with the course it lies in."""
    folders = path.parts[:-1]
    for number, name in enumerate(folders):
        is_source = name == LESSONS and path.suffix.lower() == ".py"
        if (name in OWN or is_source) and folders[:number] in roots:
            return True
    return False


def _rank(path: PurePosixPath) -> tuple[int, bool, int, str]:
    low = path.name.lower()
    if low.endswith(".py"):
        kind = 0 if KEY.search(low) else 2
    else:
        kind = 1 if limits.is_archive(low) else 4 if LESSONS in path.parts else 3
    return kind, path.parent.name != EXERCISES, len(path.parts), str(path)
