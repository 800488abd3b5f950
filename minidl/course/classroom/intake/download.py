"""A platform's download of a whole class: one archive or folder, with students' names inside.

Canvas: "doejane_LATE_123_456_ex01.py". Moodle: "Jane Doe_123_assignsubmission_file_/ex01.py".
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from minidl.course.classroom.intake.limits import SKIPPED

CANVAS = re.compile(r"^(?!ex\d\d)(?P<who>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)$")
MOODLE = re.compile(
    r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)$"
)
NAMES = re.compile(r"^submissions\b|-\d{3,}(?: ?\(\d+\))?(?:\.zip)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """What one student has in such an archive: its members under one name at the top.

    Without members it is all of an archive that may be a download and is not called like one.
    prefix: how many folders these members lie in that are not the student's own.
    """

    archive: Path
    name: str
    members: tuple[str, ...]
    prefix: int
    is_folder: bool


def said(name: str) -> re.Match[str] | None:
    """What the name of a download of Canvas or Moodle says: who, id, file, and of Canvas late."""
    return CANVAS.match(name) or MOODLE.match(name)


def is_called_so(name: str) -> bool:
    """Whether a platform calls its downloads so: "submissions.zip", "CS101-Homework-4711.zip"."""
    return NAMES.search(name) is not None


def parts(path: Path, is_somebody: Callable[[str], bool]) -> list[Path | Part]:
    """The submissions in a download of a class; nothing where this is one submission.

    is_somebody: whether a name is that of somebody in the class.
    """
    if path.is_symlink() or said(path.name):
        return []
    if path.is_dir():
        inside = {p.name: p for p in sorted(path.iterdir()) if not _is_aside(p.name)}
        return list(inside.values()) if _is_class(inside, is_somebody) else []
    try:
        found = _tops(path) if path.suffix.lower() == ".zip" else {}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []
    return list(found.values()) if _is_class(found, is_somebody) else []


def _is_aside(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED


def _is_class(names: Iterable[str], is_somebody: Callable[[str], bool]) -> bool:
    """Whether all names are a platform's, of several students or of one who is known."""
    told = [said(name) for name in names]
    if not told or not all(told):
        return False
    people = {found["id"] for found in told if found}
    return len(people) > 1 or any(is_somebody(found["who"]) for found in told if found)


def _tops(archive: Path) -> dict[str, Part]:
    """The names at the top of a zip, below a folder that everything lies in, and their members."""
    with zipfile.ZipFile(archive) as opened:
        members = [info.filename for info in opened.infolist() if not info.is_dir()]
    ways = [(name, PurePosixPath(name.replace("\\", "/")).parts) for name in members]
    ways = [(name, way) for name, way in ways if way and not any(map(_is_aside, way))]
    first = {way[0] for _, way in ways if len(way) > 1}
    shared = len(first) == 1 and all(len(way) > 1 for _, way in ways)
    skip = int(shared and not said(next(iter(first))))
    grouped: dict[str, list[str]] = {}
    folders = {way[skip] for _, way in ways if len(way) > skip + 1}
    for name, way in ways:
        grouped.setdefault(way[skip], []).append(name)
    return {
        top: Part(archive, top, tuple(names), skip + (top in folders), top in folders)
        for top, names in grouped.items()
    }
