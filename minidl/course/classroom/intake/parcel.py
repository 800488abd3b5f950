"""What one submission brings, as bytes: read without following links, within limits."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from minidl.course.classroom.intake import limits
from minidl.files import shown


@dataclass
class Parcel:
    """Files of one submission by their path in it ("a/b.py"), and what was left out and why.

    newest: seconds since 1970 at which the newest of them was changed; 0 where there is none.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    newest: float = 0.0

    @property
    def digest(self) -> str:
        """Of names and contents: two parcels that have it in common are the same."""
        digest = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            raw = name.encode("utf-8", "surrogatepass")  # names are bytes, and may be no text
            digest.update(f"{len(raw)} {len(data)} ".encode() + raw + data)
        digest.update("\n".join(self.notes).encode())
        return digest.hexdigest()

    @property
    def size(self) -> int:
        return sum(map(len, self.files.values()))

    def note(self, line: str) -> None:
        """Adds a line, once, and not without end."""
        if line not in self.notes and len(self.notes) < limits.MOST_NOTES:
            self.notes.append(line)

    def add(self, name: str, data: bytes) -> None:
        """Adds a file, if there is room for it."""
        if len(self.files) >= limits.MOST_FILES:
            self.note(f"more than {limits.MOST_FILES} files: the rest was left out")
        elif self.size + len(data) > limits.MOST_TOGETHER:
            self.note(f"more than {limits.MOST_TOGETHER >> 20} MB: the rest was left out")
        else:
            self.files[name] = data


def read(paths: list[Path]) -> Parcel:
    """The parcel of a submission that is these files and folders."""
    parcel = Parcel()
    for path in paths:
        if path.is_symlink():
            parcel.note(f"{shown(path.name)} is a link, and was not followed")
        elif path.is_dir():
            _folder(path, parcel)
        else:
            _file(path.name, path.name, None, parcel, folder=path.parent)
    return parcel


def _folder(top: Path, parcel: Parcel) -> None:
    seen = 0
    for here, folders, names, descriptor in os.fwalk(top, follow_symlinks=False):
        parts = Path(here).relative_to(top).parts
        for name in sorted(folders):
            if stat.S_ISLNK(os.lstat(name, dir_fd=descriptor).st_mode):
                parcel.note(f"{shown('/'.join([*parts, name]))} is a link, and was not followed")
        folders[:] = sorted(n for n in folders if not limits.is_skipped((n, "")))
        for name in sorted(names):
            seen += 1
            if limits.most_of(name) and not limits.is_skipped((*parts, name)):
                _file("/".join([*parts, name]), name, descriptor, parcel)
        if seen > limits.MOST_SEEN:
            parcel.note(f"more than {limits.MOST_SEEN:,} files: the rest was not looked at")
            return


def _file(
    name: str, last: str, descriptor: int | None, parcel: Parcel, folder: Path | None = None
) -> None:
    """Adds one regular file. A link, a pipe or a device is never opened for reading."""
    path = str(folder / last) if folder else last
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        opened = os.open(path, flags, dir_fd=descriptor)
    except OSError as error:
        is_link = _is_link(path, descriptor)
        why = "is a link, and was not followed" if is_link else f"cannot be read: {error.strerror}"
        parcel.note(f"{shown(name)} {why}")
        return
    try:
        found, most = os.fstat(opened), limits.most_of(last)
        if why := _refused(found, most):
            parcel.note(f"{shown(name)} {why}")
            return
        with os.fdopen(os.dup(opened), "rb") as file:
            data = file.read(most + 1)
        if len(data) <= most:
            parcel.add(name, data)
            parcel.newest = max(parcel.newest, found.st_mtime)
    finally:
        os.close(opened)


def _is_link(path: str, descriptor: int | None) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path, dir_fd=descriptor).st_mode)
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
