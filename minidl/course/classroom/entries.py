"""The folder of submissions: what in it is one attempt of one student.

An entry is a folder, an archive, an exercise file or a notebook. Downloads of Canvas
("doejane_LATE_123_456_ex01.py") and Moodle ("Jane Doe_123_assignsubmission_file") say whose it is
in the name; files of one student that are different sets are one attempt.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from minidl.course.classroom import times
from minidl.course.classroom.intake import limits
from minidl.course.classroom.intake.submission import key_of
from minidl.course.classroom.roster import Roster, Student
from minidl.errors import RequestError
from minidl.files import shown

CANVAS = re.compile(r"^(?P<who>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)$")
MOODLE = re.compile(
    r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)$"
)
ALONE = re.compile(r"[_\- ]*ex\d\d.*$", re.IGNORECASE)  # the set at the end of a file's name


@dataclass(frozen=True)
class Entry:
    """One attempt: what it is called, whose it is, and the files or folders that it is.

    late: whether the platform's name says so. when: the moment that is stated, if one is.
    """

    name: str
    student: Student
    paths: tuple[Path, ...]
    late: bool = False
    when: datetime.datetime | None = None
    known: bool = False  # whether the roster has the student


def entries(folder: Path, roster: Roster, stems: dict[str, str]) -> list[Entry]:
    """The attempts in a folder, by name. RequestError where there is none."""
    if not folder.is_dir():
        kind = "a file" if folder.exists() else "not there"
        raise RequestError(
            f"{shown(folder)} is {kind}; give the folder that holds one folder, archive or file a "
            "student"
        )
    paths = sorted(path for path in folder.iterdir() if _counts(path))
    if not paths:
        raise RequestError(
            f"{shown(folder)} holds no submissions; put one folder, .zip, .tar.gz, exercise file "
            "or notebook a student into it"
        )
    return sorted(_grouped(paths, roster, stems), key=lambda entry: entry.name)


def _counts(path: Path) -> bool:
    if path.name.startswith(".") or path.name in limits.SKIPPED:
        return False
    return path.is_symlink() or path.is_dir() or bool(limits.most_of(path.name))


def _grouped(paths: Iterable[Path], roster: Roster, stems: dict[str, str]) -> Iterable[Entry]:
    """Single files of one student are one attempt as long as they are different sets."""
    open_groups: dict[str, tuple[Entry, set[str]]] = {}
    for path in paths:
        entry = _entry(path, roster)
        is_file = path.suffix.lower() == ".py" and not path.is_dir()
        key = key_of(_file_of(path.name), stems) if is_file else ""
        before = open_groups.get(entry.student.id)
        if key and before and key not in before[1]:
            first, keys = before
            late = first.late or entry.late
            when = max(filter(None, (first.when, entry.when)), default=None)
            joined = Entry(first.name, first.student, (*first.paths, path), late, when, first.known)
            open_groups[entry.student.id] = joined, keys | {key}
        elif key:
            if before:
                yield before[0]
            open_groups[entry.student.id] = entry, {key}
        else:
            yield entry
    for entry, _ in open_groups.values():
        yield entry


def _file_of(name: str) -> str:
    found = CANVAS.match(name) or MOODLE.match(name)
    return found["file"] if found and found["file"] else name


def _entry(path: Path, roster: Roster) -> Entry:
    name = shown(path.name)  # whatever bytes it is, it can be printed and kept
    found = CANVAS.match(name) or MOODLE.match(name)
    stem = name if path.is_dir() else _stem(name)
    when = times.in_name(name)
    bare = times.IN_NAME.sub("", stem).strip("_- ")
    who = found["who"] if found else ALONE.sub("", bare) or bare
    candidates = [name, stem, bare, who, *([found["id"]] if found else [])]
    student = roster.owner(candidates)
    late = bool(found and found.groupdict().get("late"))
    if student:
        stated = student.more.get("submitted_at")
        return Entry(name, student, (path,), late, times.moment(stated) if stated else when, True)
    stranger = Student(found["id"] if found else who, found["who"] if found else "")
    return Entry(name, stranger, (path,), late, when)


def _stem(name: str) -> str:
    """A file's name without what says its kind."""
    low = name.lower()
    ending = next((e for e in (*limits.ARCHIVES, ".py", ".ipynb") if low.endswith(e)), "")
    return name[: len(name) - len(ending)]
