"""Sums over all processes that came of one child: how many, their memory, what they keep.

The system limits each process by itself (RLIMIT_*), and cgroups need rights that a user seldom has.
Standard library only; like child.py, this file is loaded by its path. Needs /proc: elsewhere
nothing is summed.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

PERIOD = 0.05  # seconds between two looks
MOST_PROCESSES = 32
MOST_FILES = 2000
MOST_BYTES = 100_000_000  # of all files together
BESIDE = 256_000_000  # bytes that small processes may have, beside the memory of one
OWN = ("RssAnon", "RssShmem")  # kinds of memory that no file on disk stands behind
BLOCK = 512  # bytes, the unit of st_blocks


def excess(memory: int, home: str, alone: bool) -> str:
    """What is more than may be ("processes", "memory", "files"), or "".

    memory: bytes that one process may have. home: the folder that they may write to. alone: whether
    this process is the first of a system view of its own (walls/bubblewrap.py).
    """
    if sys.platform != "linux":
        return ""
    pids = list(descendants())
    if len(pids) > MOST_PROCESSES:
        return "processes"
    shared = _segments() if alone else 0
    if shared + sum(map(_memory, pids)) > memory + BESIDE:
        return "memory"
    files, size = _of_file_system(home) if alone else _of_folder(home)
    return "files" if files > MOST_FILES or size > MOST_BYTES else ""


def processor_time(pid: int) -> float:
    """Seconds of the processor that a process has used so far; 0 if it cannot be told."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def descendants() -> Iterator[int]:
    """The processes below this one, orphans that it took in included."""
    todo = [os.getpid()]
    while todo:
        for path in _threads(todo.pop()):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                found = [int(word) for word in (path / "children").read_text().split()]
                yield from found
                todo += found


def _threads(pid: int) -> list[Path]:
    """The folders of a process's threads; none of one that has ended."""
    with contextlib.suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def _memory(pid: int) -> float:
    """Bytes of its own that a process holds, files in memory included.

    Infinity for one that has been fenced in (no_new_privs) and hides what it holds.
    """
    try:
        told = _status(pid)
        held = sum(1024 * int(told[name].split()[0]) for name in OWN if name in told)
        return held + sum(map(_in_memory, Path(f"/proc/{pid}/fd").iterdir()))
    except PermissionError:
        return float("inf") if _hides(pid) else 0
    except (OSError, IndexError, ValueError):
        return 0  # it has ended


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def _hides(pid: int) -> bool:
    """Whether a process that does not let itself be looked at is fenced in, and goes on.

    One that is ending has given back its memory already, and cannot be looked at either.
    """
    try:
        told = _status(pid)
    except (OSError, ValueError):
        return False
    return told.get("NoNewPrivs", "").strip() == "1" and OWN[0] in told


def _in_memory(descriptor: Path) -> int:
    """Bytes of an open file without a place in the file system (memfd_create).

    PermissionError where its process does not let itself be looked at.
    """
    try:
        named = os.readlink(descriptor)
        return BLOCK * os.stat(descriptor).st_blocks if named.startswith("/memfd:") else 0
    except PermissionError:
        raise
    except OSError:  # it was closed meanwhile
        return 0


def _segments() -> int:
    """Bytes of System V shared memory of this view of the system, which is the child's alone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        rows = Path("/proc/sysvipc/shm").read_text().splitlines()
        place = rows[0].split().index("rss")
        return sum(int(row.split()[place]) for row in rows[1:])
    return 0


def _of_file_system(home: str) -> tuple[int, int]:
    try:
        found = os.statvfs(home)
    except OSError:
        return 0, 0
    return found.f_files - found.f_ffree, found.f_frsize * (found.f_blocks - found.f_bfree)


def _of_folder(home: str) -> tuple[int, int]:
    """Files and bytes below a folder; of more than MOST_FILES no further is counted."""
    files = size = 0
    for folder, inner, names in os.walk(home):
        for name in (*inner, *names):
            files += 1
            with contextlib.suppress(OSError):
                size += BLOCK * os.lstat(os.path.join(folder, name)).st_blocks
        if files > MOST_FILES:
            break
    return files, size


def clear(home: str) -> None:
    """Empties a folder, whatever rights what is in it was given and however deep it goes.

    What is in its folders is moved up into it until all is flat: no path gets too long. Links are
    not followed. To be called when nobody is left who could write to it.
    """
    names = itertools.count()
    os.makedirs(home, exist_ok=True)  # even that could be removed, without walls
    _opened(home)
    while found := os.listdir(home):
        for name in found:
            with contextlib.suppress(OSError):
                _cleared(home, os.path.join(home, name), names)
        if set(found) == set(os.listdir(home)):
            return  # what is left cannot be removed by anybody


def _cleared(home: str, path: str, names: Iterator[int]) -> None:
    """Removes a file, or a folder after what is in it was moved into `home`."""
    if not _opened(path):
        os.unlink(path)
        return
    for name in os.listdir(path):
        inner = os.path.join(path, name)
        _opened(inner)  # a folder is moved only if it can be written to
        os.rename(inner, os.path.join(home, f"{next(names)}.{os.getpid()}"))
    os.rmdir(path)


def _opened(path: str) -> bool:
    """Whether it is a folder; one is given the rights to be emptied."""
    is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    if is_folder:
        os.chmod(path, 0o700)
    return is_folder
