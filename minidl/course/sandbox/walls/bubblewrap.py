"""bubblewrap: a supervisor and its children get a view of the system with next to nothing in it.

No network, no other process, no shared memory, no file but the named ones and a folder in memory.
The supervisor is the first process of its own: what is inside cannot end or stop it, and nothing
outlives it. See bwrap(1).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from minidl.course.sandbox.walls.surface import Binding, Link, views

ROOM = 100_000_000  # bytes of all files together that foreign code may keep
APART = ["--unshare-all", "--as-pid-1", "--cap-drop", "ALL", "--hostname", "minidl"]
SYSTEM = ["--proc", "/proc", "--dev", "/dev", "--size", "1000000", "--tmpfs", "/dev/shm"]


def command(
    path: str, readable: Iterable[str], hidden: Iterable[str], worker: str, home: str
) -> list[str]:
    """What to put before a command: it then sees these files and folders, and an empty home.

    path: of bubblewrap. hidden: folders inside the readable ones that it sees empty, but for the
    folder `worker`, should that be in them. home: becomes a folder of ROOM bytes.
    """
    arguments = [path, *APART]
    for view in views(readable):
        if isinstance(view, Link):
            arguments += ["--symlink", view.target, view.path]
        elif isinstance(view, Binding):
            arguments += ["--ro-bind-try", view.path, view.path]
    for folder in map(os.path.realpath, hidden):
        arguments += ["--tmpfs", folder]
        if Path(worker).is_relative_to(folder):
            arguments += ["--ro-bind", worker, worker]
        arguments += ["--remount-ro", folder]
    arguments += [*SYSTEM, "--size", str(ROOM), "--tmpfs", home, "--chdir", home]
    return [*arguments, "--remount-ro", "/dev", "--remount-ro", "/", "--"]


def found() -> str:
    """The path of bubblewrap where it is there and works as it is used here, else ""."""
    path = shutil.which("bwrap") if sys.platform == "linux" else None
    if not path or not _runs([*command(path, ["/"], [], "/", "/tmp"), "/bin/true"]):
        return ""
    return path


def _runs(trial: Sequence[str]) -> bool:
    try:
        done = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
