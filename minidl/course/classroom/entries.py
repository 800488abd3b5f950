"""The folder of submissions: what in it is one attempt of one student.

An entry is a folder, an archive, an exercise file or a notebook. Downloads of Canvas
("doejane_LATE_123_456_ex01.py") and Moodle ("Jane Doe_123_assignsubmission_file") say whose it is
in the name, and may lie there as the one archive that they come in; files of one student that are
different sets are one attempt.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from minidl.course.classroom import times
from minidl.course.classroom.intake import download, limits
from minidl.course.classroom.intake.download import Part
from minidl.course.classroom.intake.submission import key_of
from minidl.course.classroom.roster import Roster, Student
from minidl.errors import RequestError
from minidl.files import shown

ALONE = re.compile(r"[_\- ]*ex\d\d.*$", re.IGNORECASE)  # the set at the end of a file's name
ROSTER = "roster.csv"


@dataclass(frozen=True)
class Entry:
    """One attempt: what it is called, whose it is, and the files or folders that it is.

    late: whether the platform's name says so. when: the moment that is stated, if one is.
    """

    name: str
    student: Student
    paths: tuple[Path | Part, ...]
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
    items = [item for item in _items(folder, roster) if _counts(item, roster)]
    if not items:
        raise RequestError(
            f"{shown(folder)} holds no submissions; put one folder, .zip, .tar.gz, exercise file "
            "or notebook a student into it"
        )
    return _distinct(sorted(_grouped(items, roster, stems), key=lambda entry: entry.name))


def left_out(folder: Path, roster: Roster) -> list[str]:
    """Names of what lies there and is nobody's submission."""
    return [shown(item.name) for item in _items(folder, roster) if not _counts(item, roster)]


def _items(folder: Path, roster: Roster) -> Iterator[Path | Part]:
    """What lies there, and what is in the downloads that lie there, by name."""
    aside = (*limits.SKIPPED, ROSTER)
    paths = [p for p in sorted(folder.iterdir()) if p.name[0] != "." and p.name not in aside]
    for path in paths:
        known = roster.owner([_stem(path.name)]) is not None
        parts = [] if known else download.parts(path, lambda who: roster.owner([who]) is not None)
        if parts and len(paths) > 1 and not download.is_called_so(path.name):
            parts = [Part(path, path.name, (), 0, path.is_dir())]  # a student could have made it
        yield from parts or [path]


def _counts(item: Path | Part, roster: Roster) -> bool:
    """Whether it is a submission: of a kind that is read, an archive, or somebody's by its name."""
    if isinstance(item, Part) or item.is_symlink() or item.is_dir():
        return True
    is_work = limits.most_of(item.name) or limits.closed(item.name)
    return bool(is_work) or _entry(item, roster).known


def _distinct(found: list[Entry]) -> list[Entry]:
    """RequestError where two are called the same, as when a download lies there twice."""
    names = [entry.name for entry in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise RequestError(
            f"{shown(twice)} is there twice, beside a download and in it, or in two: keep one"
        )
    return found


def _is_folder(item: Path | Part) -> bool:
    return item.is_folder if isinstance(item, Part) else item.is_dir()


def _grouped(
    items: Iterable[Path | Part], roster: Roster, stems: dict[str, str]
) -> Iterable[Entry]:
    """Single files of one student are one attempt as long as they are different sets."""
    open_groups: dict[str, tuple[Entry, set[str]]] = {}
    for item in items:
        entry = _entry(item, roster)
        is_file = item.name.lower().endswith(".py") and not _is_folder(item)
        key = key_of(_file_of(item.name), stems) if is_file else ""
        before = open_groups.get(entry.student.id)
        if key and before and key not in before[1]:
            first, keys = before
            late = first.late or entry.late
            when = max(filter(None, (first.when, entry.when)), default=None)
            joined = Entry(first.name, first.student, (*first.paths, item), late, when, first.known)
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
    found = download.said(name)
    return found["file"] if found and found["file"] else name


def _entry(item: Path | Part, roster: Roster) -> Entry:
    name = shown(item.name)  # whatever bytes it is, it can be printed and kept
    found = download.said(name)
    stem = name if _is_folder(item) else _stem(name)
    when = times.in_name(name)
    bare = times.IN_NAME.sub("", stem).strip("_- ")
    who = found["who"] if found else ALONE.sub("", bare) or bare
    candidates = [name, stem, bare, who, *([found["id"]] if found else [])]
    student = roster.owner(candidates)
    late = bool(found and found.groupdict().get("late"))
    if student:
        stated = student.more.get("submitted_at")
        return Entry(name, student, (item,), late, times.moment(stated) if stated else when, True)
    return Entry(name, _stranger(who, found), (item,), late, when)


def _stranger(who: str, found: re.Match[str] | None) -> Student:
    """Somebody who is in no roster. Canvas puts the number into names that its gradebook has."""
    if not found:
        return Student(who)
    is_canvas = "late" in found.groupdict()
    return Student(found["id"], found["who"], more={"canvas_id": found["id"]} if is_canvas else {})


def _stem(name: str) -> str:
    """A file's name without what says its kind."""
    low = name.lower()
    endings = (*limits.ARCHIVES, *limits.CLOSED, ".py", ".ipynb", ".txt", ".pdf")
    ending = next((e for e in endings if low.endswith(e)), "")
    return name[: len(name) - len(ending)]
