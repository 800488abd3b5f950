"""Reads what a submission brings, without following links.

It is files and folders, or a part of a download that holds a whole class.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from minidl.course.classroom.intake import archives, limits
from minidl.course.classroom.intake.choosing import chosen
from minidl.course.classroom.intake.download import Part
from minidl.course.classroom.intake.parcel import Parcel
from minidl.files import shown

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY
EXPECTED = "expected a folder, .zip, .tar.gz, .py or .ipynb"


def read(paths: Sequence[Path | Part]) -> Parcel:
    """The parcel of a submission that is these files, folders, and parts of downloads."""
    parcel = Parcel()
    for path in paths:
        if isinstance(path, Part):
            archives.part(path, parcel)
        elif path.is_symlink():
            parcel.note(f"{shown(path.name)} is a link, and was not followed")
        elif path.is_dir():
            _folder(path, parcel)
        else:
            _file(path, parcel)
    return parcel


def _file(path: Path, parcel: Parcel) -> None:
    """A file that is a submission by itself."""
    if limits.closed(path.name):
        parcel.note(limits.closed_note(shown(path.name)))
    elif not limits.most_of(path.name):
        parcel.note(f"{shown(path.name)} cannot be read: {EXPECTED}")
    else:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _add(PurePosixPath(path.name), folder, parcel)
        finally:
            os.close(folder)


def _folder(top: Path, parcel: Parcel) -> None:
    names = list(_names(top, parcel))
    wanted, more = chosen(names)
    folder = os.open(top, FOLDER)
    try:
        for path in wanted:
            _add(path, folder, parcel)
    finally:
        os.close(folder)
    if more:
        parcel.note(f"more than {limits.MOST_FILES} files: the rest was left out")
    if not names:
        parcel.note(f"{shown(top.name)} is an empty folder")
    elif not wanted:
        parcel.note(f"{shown(top.name)} has no .py, no .ipynb and no archive in it")


def _names(top: Path, parcel: Parcel) -> Iterator[PurePosixPath]:
    """All files below a folder, but for those in folders that are never searched."""
    seen = 0
    for here, folders, names, descriptor in os.fwalk(top, follow_symlinks=False):
        parts = Path(here).relative_to(top).parts
        _say_links(parts, folders, descriptor, parcel)
        folders[:] = sorted(n for n in folders if not limits.is_skipped((n, "")))
        for name in sorted(names):
            path = PurePosixPath(*parts, name)
            if limits.closed(name):
                parcel.note(limits.closed_note(shown(path)))
            yield path
        seen += len(names)
        if seen > limits.MOST_SEEN:
            parcel.note(f"more than {limits.MOST_SEEN:,} files: the rest was not looked at")
            return


def _say_links(
    parts: tuple[str, ...], folders: Iterable[str], descriptor: int, parcel: Parcel
) -> None:
    for name in sorted(folders):
        is_link = stat.S_ISLNK(os.lstat(name, dir_fd=descriptor).st_mode)
        if is_link and not limits.is_skipped((name, "")):
            parcel.note(f"{shown('/'.join([*parts, name]))} is a link, and was not followed")


def _add(path: PurePosixPath, top: int, parcel: Parcel) -> None:
    """Adds one regular file. A link, a pipe or a device is never opened for reading."""
    here = os.dup(top)
    try:
        for part in path.parts[:-1]:
            inner = os.open(part, FOLDER, dir_fd=here)
            os.close(here)
            here = inner
        opened = os.open(path.name, READ, dir_fd=here)
    except OSError as error:
        is_link = _is_link(path.name, here)
        why = "is a link, and was not followed" if is_link else f"cannot be read: {error.strerror}"
        parcel.note(f"{shown(path)} {why}")
        return
    finally:
        os.close(here)
    try:
        _take(path, opened, parcel)
    finally:
        os.close(opened)


def _take(path: PurePosixPath, opened: int, parcel: Parcel) -> None:
    found, most = os.fstat(opened), limits.most_of(path.name)
    is_archive = limits.is_archive(path.name)
    if why := _refused(found, limits.LARGEST_ARCHIVE if is_archive else most):
        parcel.note(f"{shown(path)} {why}")
        return
    parcel.newest = max(parcel.newest, found.st_mtime)
    with os.fdopen(os.dup(opened), "rb") as file:
        if found.st_size > most:
            archives.unpack(str(path), file, parcel)
            return
        data = file.read(most + 1)
    if len(data) <= most:
        parcel.add(str(path), data)


def _is_link(name: str, descriptor: int) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(name, dir_fd=descriptor).st_mode)
    except OSError:
        return False


def _refused(found: os.stat_result, most: int) -> str:
    """Why a file is not read; an empty string if it is."""
    if not stat.S_ISREG(found.st_mode):
        return "is no regular file, and was left out"
    if found.st_nlink > 1:
        return "is a hard link, and was left out: hand in the file itself"
    if found.st_size > most:
        return f"is larger than {most >> 20} MB, and was left out"
    return ""
