"""Archives as bytes of their files: nothing is written to the disk, nothing read without a limit.

Names that leave the archive, links, devices, encrypted files and bombs are left out, and said.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, Any, cast

from minidl.course.classroom.intake import limits
from minidl.course.classroom.intake.parcel import Parcel
from minidl.files import shown

BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    ValueError, NotImplementedError, RuntimeError, OverflowError, MemoryError, RecursionError,
)  # fmt: skip
MOST_UNPACKED = 4 * limits.MOST_TOGETHER  # bytes of a stream that are gone through


class Bomb(OSError):
    """More came out of an archive than is gone through."""


def unpacked(parcel: Parcel) -> Parcel:
    """The parcel with its archives replaced by what is in them; archives in these are left out."""
    found = Parcel(notes=list(parcel.notes), newest=parcel.newest)
    for name, data in parcel.files.items():
        if not limits.is_archive(name):
            found.add(name, data)
            continue
        try:
            (_zip if data[:2] == b"PK" else _tar)(name, data, found)
        except Bomb:
            most = MOST_UNPACKED >> 20
            found.note(f"{shown(name)} unpacks to more than {most} MB: the rest was left out")
        except BROKEN as error:
            why = shown(str(error).partition("\n")[0])[:100] or type(error).__name__
            found.note(f"{shown(name)} cannot be unpacked: {why}")
    return found


def inside(name: str) -> PurePosixPath | None:
    """The path of a file in an archive; None for one that would leave it."""
    path = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    if path.is_absolute() or drive or ".." in path.parts or "\0" in name or not path.parts:
        return None
    return path


def _wanted(archive: str, name: str, found: Parcel) -> PurePosixPath | None:
    """The path of a file that is to be read, or None."""
    path = inside(name)
    if path is None:
        found.note(f"{shown(archive)}: a name in it leads out of it, and was left out")
        return None
    most = limits.most_of(path.name)
    return path if most and not limits.is_skipped(path.parts) else None


def _take(archive: str, path: PurePosixPath, file: IO[bytes], found: Parcel) -> None:
    """Reads one file, and never more than it may have: a size that is stated is not believed."""
    if limits.is_archive(path.name):
        found.note(f"{shown(archive)}: {shown(path)} is an archive in an archive, and was left out")
        return
    most = limits.most_of(path.name)
    data = file.read(most + 1)
    if len(data) > most:
        found.note(f"{shown(path)} is larger than {most >> 20} MB, and was left out")
        return
    prefix = PurePosixPath(archive).parent
    name = str(prefix / path)
    if name in found.files:
        found.note(f"{shown(path)} is twice in {shown(archive)}: the last one counts")
    found.add(name, data)


def _zip(archive: str, data: bytes, found: Parcel) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        for number, info in enumerate(opened.infolist()):
            if number >= limits.MOST_SEEN:
                found.note(f"{shown(archive)}: more than {limits.MOST_SEEN:,} files in it")
                return
            mode = info.external_attr >> 16
            if info.is_dir():
                continue
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                found.note(f"{shown(archive)}: {shown(info.filename)} is a link or a device")
                continue
            path = _wanted(archive, info.filename, found)
            if path is None:
                continue
            if info.flag_bits & 1:
                found.note(f"{shown(archive)} is encrypted; hand it in without a password")
                return
            with opened.open(info) as file:
                _take(archive, path, file, found)


def _tar(archive: str, data: bytes, found: Parcel) -> None:
    with tarfile.open(fileobj=cast(Any, Counted(_stream(data))), mode="r|") as opened:
        for number, info in enumerate(opened):
            if number >= limits.MOST_SEEN:
                found.note(f"{shown(archive)}: more than {limits.MOST_SEEN:,} files in it")
                return
            opened.members = []  # type: ignore[attr-defined]  # which would otherwise grow with the archive
            if info.isdir():
                continue
            if not info.isreg() or info.issparse():
                found.note(f"{shown(archive)}: {shown(info.name)} is a link or a device")
                continue
            path = _wanted(archive, info.name, found)
            file = opened.extractfile(info) if path else None
            if path and file:
                _take(archive, path, file, found)


def _stream(data: bytes) -> IO[bytes]:
    """The bytes of a tar, whatever it is compressed with."""
    raw = io.BytesIO(data)
    if data[:2] == b"\x1f\x8b":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if data[:3] == b"BZh":
        return cast(IO[bytes], bz2.BZ2File(raw))
    if data[:6] == b"\xfd7zXZ\x00":
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
