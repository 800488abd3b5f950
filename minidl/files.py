"""Writing files so that a failure half-way leaves the old one as it was."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

Name = str | os.PathLike[str]


@contextlib.contextmanager
def replacing(path: Name) -> Iterator[Path]:
    """`with replacing(path) as temporary:` write to `temporary`; it becomes `path` at the end.

    The temporary file lies in the same folder and keeps the suffix. When the block raises, it is
    removed and `path` stays as it was. Raises FileNotFoundError where the folder does not exist and
    IsADirectoryError where `path` is a folder.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {target}: the folder {target.parent} does not exist; create it first"
        )
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {target}: it is a folder; give a file name")
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:  # a full disk, a folder that cannot be written to
        if error.strerror is None:
            raise
        raise type(error)(f"cannot write {target}: {error.strerror}") from error
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


def existing(path: Name) -> Path:
    """`path`, if there is a file. Raises FileNotFoundError or IsADirectoryError otherwise."""
    found = Path(path)
    if found.is_dir():
        raise IsADirectoryError(f"cannot read {found}: it is a folder; give a file name")
    if not found.exists():
        raise FileNotFoundError(f"there is no file {found} (looked from the folder {Path.cwd()})")
    return found


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
