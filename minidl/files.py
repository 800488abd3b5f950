"""Writing files so that a failure half-way leaves the old one as it was."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

Name = str | os.PathLike[str]

_ADDRESS = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]+):/{1,2}")  # `Path` makes one slash of two
_SPECIAL = {
    stat.S_ISFIFO: "a named pipe", stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device", stat.S_ISBLK: "a device",
}  # fmt: skip


def shown(text: object) -> str:
    """A name as it is put into a message: what a terminal obeys is written as Python writes it."""
    return "".join(
        ascii(c)[1:-1] if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c
        for c in str(text)
    )


@contextlib.contextmanager
def replacing(path: Name) -> Iterator[Path]:
    """`with replacing(path) as temporary:` write to `temporary`; it becomes `path` at the end.

    The temporary file lies in the same folder and keeps the suffix. When the block raises, it is
    removed and `path` stays as it was. Raises FileNotFoundError where the folder does not exist and
    IsADirectoryError where `path` is a folder.
    """
    _check_name(path)
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {shown(target)}: the folder {shown(target.parent)} does not exist; "
            "create it first"
        )
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {shown(target)}: it is a folder; give a file name")
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:  # a full disk, a folder that cannot be written to
        if error.strerror is None:
            raise
        raise type(error)(f"cannot write {shown(target)}: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):  # a disk that cannot be written to: nothing to remove
            temporary.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Writes a text file whole or not at all: to a temporary name, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)


def existing(path: Name, what: str = "file") -> Path:
    """`path`, if there is a file with contents to read.

    Raises FileNotFoundError where there is none, IsADirectoryError for a folder, and OSError for a
    pipe or a device, which would be waited for without end. what: was looked for, in the words of
    the first error.
    """
    _check_name(path)
    found = Path(path)
    try:
        mode = found.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(
            f"there is no {what} {shown(found)} (looked from the folder {shown(Path.cwd())})"
        ) from error
    except OSError as error:  # a name that is too long, a link to itself
        raise type(error)(f"cannot read {shown(found)}: {error.strerror}") from error
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(f"cannot read {shown(found)}: it is a folder; give a file name")
    special = next((what for test, what in _SPECIAL.items() if test(mode)), None)
    if special:
        raise OSError(f"cannot read {shown(found)}: it is {special}; give a regular file")
    return found


def _check_name(path: Name) -> None:
    """Raises FileNotFoundError for names that no file can have."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"given {type(path).__name__} {path!r}, expected the name of a file")
    name = os.fspath(path)
    if not name.strip():
        raise FileNotFoundError("given an empty name, expected that of a file")
    if "\0" in name:
        raise FileNotFoundError(f"there is no file {shown(name)}: no name holds a zero byte")
    address = _ADDRESS.match(name)
    if address and not os.path.lexists(name):
        full = f"{address[1]}://{name[address.end() :]}"
        raise FileNotFoundError(
            f"{shown(full)} is an address, not a file: download it first, and give the file's name"
        )


@contextlib.contextmanager
def alone_in(folder: Name) -> Iterator[None]:
    """Inside, no other process is in this block for the same folder; they wait for each other.

    Where the system or the disk has no such locks, nobody waits.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # which gives the lock back
