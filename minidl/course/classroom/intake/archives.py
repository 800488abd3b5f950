"""Archives as bytes of their files: nothing is written to the disk, nothing read without a limit.

Names that leave the archive, links, devices, encrypted files and bombs are left out, and said.
"""

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, cast

from minidl.course.classroom.intake import limits
from minidl.course.classroom.intake.choosing import chosen
from minidl.course.classroom.intake.download import Part
from minidl.course.classroom.intake.parcel import Parcel
from minidl.files import shown

BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    ValueError, NotImplementedError, RuntimeError, OverflowError, MemoryError, RecursionError,
)  # fmt: skip
MOST_UNPACKED = 2 << 30  # bytes of a stream that are gone through
MAGIC = {
    b"Rar!": ".rar",
    b"7z\xbc\xaf": ".7z",
    b"\x28\xb5\x2f\xfd": ".zst",
}  # whatever it is called


class Bomb(OSError):
    """More came out of an archive than is gone through."""


def unpacked(parcel: Parcel) -> Parcel:
    """The parcel with its archives replaced by what is in them; archives in these are left out."""
    found = Parcel(notes=list(parcel.notes), newest=parcel.newest)
    for name, data in parcel.files.items():
        if limits.is_archive(name):
            unpack(name, io.BytesIO(data), found)
        else:
            found.add(name, data)
    return found


def unpack(name: str, file: IO[bytes], found: Parcel) -> None:
    """Adds what is wanted of an archive."""
    begin = file.read(4)
    file.seek(0)
    if kind := MAGIC.get(begin):
        found.note(f"{shown(name)} cannot be read: it is a {kind} archive; ask for a .zip")
        return
    try:
        (_zip if begin[:2] == b"PK" else _tar)(name, file, found)
    except Bomb:
        most = MOST_UNPACKED >> 20
        found.note(f"{shown(name)} unpacks to more than {most} MB: the rest was left out")
    except BROKEN as error:
        why = shown(str(error).partition("\n")[0])[:100] or type(error).__name__
        found.note(f"{shown(name)} cannot be unpacked: {why}")


def part(one: Part, found: Parcel) -> None:
    """Adds what one student has in a download of a class; an archive in it stays one."""
    if not one.members:
        found.note(
            f"{shown(one.name)} cannot be read: several students' names are in it, as in a "
            "platform's download; if it is one, call it submissions.zip"
        )
        return
    try:
        with zipfile.ZipFile(one.archive) as opened:
            infos = [(_inside(i, one), i) for i in map(opened.getinfo, one.members)]
            _members(one.name, opened, infos, found)
            for _, info in infos:
                found.newest = max(found.newest, _seconds(info))
    except BROKEN as error:
        found.note(f"{shown(one.name)} cannot be read: {shown(error)[:100]}")


def _inside(info: zipfile.ZipInfo, one: Part) -> str:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    return str(PurePosixPath(*path.parts[one.prefix :]))


def _seconds(info: zipfile.ZipInfo) -> float:
    """When a member was changed, in seconds since 1970; 0 where it does not say."""
    if info.date_time[0] <= 1980:
        return 0.0
    try:
        return datetime.datetime(*info.date_time).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def inside(name: str) -> PurePosixPath | None:
    """The path of a file in an archive; None for one that would leave it."""
    path = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    if path.is_absolute() or drive or ".." in path.parts or "\0" in name or not path.parts:
        return None
    return path


def _wanted(archive: str, names: Iterable[str], found: Parcel) -> dict[str, PurePosixPath]:
    """Of the names in an archive those to be read, the most wanted first, and their paths."""
    paths: dict[PurePosixPath, str] = {}
    for name in names:
        path = inside(name)
        if path is None:
            found.note(f"{shown(archive)}: a name in it leads out of it, and was left out")
        elif limits.closed(path.name):
            found.note(limits.closed_note(shown(path)))
        elif len(paths) < limits.MOST_SEEN:
            paths[path] = name
    wanted, more = chosen(paths)
    if more:
        found.note(f"more than {limits.MOST_FILES} files: the rest was left out")
    if not wanted:
        found.note(f"{shown(archive)} has no .py and no .ipynb in it")
    return {paths[path]: path for path in wanted}


def _take(archive: str, path: PurePosixPath, file: IO[bytes], found: Parcel) -> None:
    """Reads one file, and never more than it may have: a size that is stated is not believed."""
    most = limits.most_of(path.name)
    data = file.read(most + 1)
    if len(data) > most:
        found.note(f"{shown(path)} is larger than {most >> 20} MB, and was left out")
        return
    prefix = PurePosixPath(archive).parent
    name = str(prefix / path)
    if name in found.files and found.files[name] != data:
        found.note(f"{shown(path)} is twice in {shown(archive)}: the last one counts")
    found.add(name, data)


def _is_inner(archive: str, path: PurePosixPath, found: Parcel) -> bool:
    """Whether a file is an archive in an archive, which is not opened."""
    if not limits.is_archive(path.name):
        return False
    found.note(f"{shown(archive)}: {shown(path)} is an archive in an archive, and was left out")
    return True


def _zip(archive: str, file: IO[bytes], found: Parcel) -> None:
    with zipfile.ZipFile(file) as opened:
        infos = [(info.filename, info) for info in opened.infolist()]
        _members(archive, opened, infos, found, _is_inner)


def _members(
    archive: str,
    opened: zipfile.ZipFile,
    infos: Sequence[tuple[str, zipfile.ZipInfo]],
    found: Parcel,
    refused: Callable[[str, PurePosixPath, Parcel], bool] = lambda *_: False,
) -> None:
    """Adds members of a zip, which are called as they are told here."""
    files = [(name, info) for name, info in infos if not info.is_dir()]
    wanted = _wanted(archive, (name for name, _ in files), found)
    order = {name: number for number, name in enumerate(wanted)}
    chosen_ones = [(name, info) for name, info in files if name in wanted]
    for name, info in sorted(chosen_ones, key=lambda pair: order[pair[0]]):
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            found.note(f"{shown(archive)}: {shown(name)} is a link or a device")
            continue
        if refused(archive, wanted[name], found):
            continue
        if info.flag_bits & 1:
            found.note(f"{shown(archive)} cannot be read: it is encrypted; ask for one without")
            return
        with opened.open(info) as file:
            _take(archive, wanted[name], file, found)


def _tar(archive: str, file: IO[bytes], found: Parcel) -> None:
    """Goes through twice: for the names, and for what is wanted of them."""
    sizes = {info.name: info.size for info in _infos(file) if not info.isdir()}
    wanted = _first(_wanted(archive, sizes, found), sizes, found)
    taken = Parcel()
    with _opened(file) as opened:
        for info in _each(opened):
            path = wanted.get(info.name)
            if path is None or info.isdir():
                continue
            if not info.isreg() or info.issparse():
                found.note(f"{shown(archive)}: {shown(info.name)} is a link or a device")
            elif not _is_inner(archive, path, found) and (member := opened.extractfile(info)):
                _take(archive, path, member, taken)
    for note in taken.notes:
        found.note(note)
    for path in wanted.values():
        name = str(PurePosixPath(archive).parent / path)
        if name in taken.files:
            found.add(name, taken.files[name])


def _first(
    wanted: dict[str, PurePosixPath], sizes: dict[str, int], found: Parcel
) -> dict[str, PurePosixPath]:
    """Those that there is room for: they come in any order, and the most wanted are to be kept."""
    left, kept = limits.MOST_TOGETHER - found.size, {}
    for name, path in wanted.items():
        if sizes[name] <= min(left, limits.most_of(path.name)):
            left -= sizes[name]
        elif sizes[name] <= limits.most_of(path.name):
            found.note(f"more than {limits.MOST_TOGETHER >> 20} MB: the rest was left out")
            continue
        kept[name] = path
    return kept


def _infos(file: IO[bytes]) -> Iterator[tarfile.TarInfo]:
    with _opened(file) as opened:
        yield from _each(opened)


def _opened(file: IO[bytes]) -> tarfile.TarFile:
    file.seek(0)
    return tarfile.open(fileobj=cast(Any, Counted(_stream(file))), mode="r|")


def _each(opened: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for info in opened:
        opened.members = []  # type: ignore[attr-defined]  # which would otherwise grow with the archive
        yield info


def _stream(raw: IO[bytes]) -> IO[bytes]:
    """The bytes of a tar, whatever it is compressed with."""
    begin = raw.read(6)
    raw.seek(0)
    if begin[:2] == b"\x1f\x8b":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if begin[:3] == b"BZh":
        return cast(IO[bytes], bz2.BZ2File(raw))
    if begin == b"\xfd7zXZ\x00":
        return cast(IO[bytes], lzma.LZMAFile(raw))
    return raw


class Counted:
    """A stream that raises Bomb when more is read of it than is gone through."""

    def __init__(self, stream: IO[bytes]):
        self.stream, self.left = stream, MOST_UNPACKED

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise Bomb
        return data
