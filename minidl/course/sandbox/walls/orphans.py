"""Where no wall keeps foreign code from other processes: what the parent does about it itself.

While such code may run, the parent's memory cannot be read by others of the same user, and what
loses its own parent becomes a child of it (Linux), to be ended. Foreign processes are known by the
limit on the size of files, which can be lowered by them, and never raised. A parent's own children
do not have it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from minidl.course.sandbox.walls import privileges

_open: list[bool] = []  # for each sandbox: whether the memory could be read before


def take_in() -> None:
    """To be called before foreign code may run; `give_up` ends it."""
    privileges.prctl(privileges.PR_SET_CHILD_SUBREAPER, 1)
    _open.append(privileges.readable_by_others(False))


def give_up() -> None:
    """Undoes one `take_in`; after the last, this process is as it was before the first."""
    before = _open.pop()
    if not _open:
        privileges.readable_by_others(before)
        privileges.prctl(privileges.PR_SET_CHILD_SUBREAPER, 0)


def end(most: int) -> None:
    """Ends the children that have a limit of at most so many bytes a file, and theirs."""
    while found := [pid for pid in _children() if _limit(pid) <= most]:
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    if sys.platform != "linux":
        return []
    found: list[int] = []
    for path in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def _limit(pid: int) -> float:
    """Bytes that a file of a process may ever have; infinity where there is no such limit."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
        line = next(line for line in lines if line.startswith("Max file size"))
        hard = line.split()[4]
        return float("inf") if hard == "unlimited" else float(hard)
    return float("inf")
