"""The supervisor of a learner's code: `python -I worker.py FD JSON JSON`, NumPy its only package.

It never runs foreign code itself. For each job the parent hands it a socket and a pipe; it forks a
child (child.py) that has NumPy imported already, and the child speaks with the parent over that
socket alone. When the job is over, the supervisor ends the child and all that came of it.

With -I Python ignores PYTHONPATH and the packages of the user, and NumPy may be just there. The
first JSON says which folders of packages the parent has, and which NumPy: it has to be the same
here. The second says whether foreign code is to be run, which walls there are (walls/), and what a
child may touch inside of them.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LINUX = sys.platform == "linux"


def _beside(name: str) -> Any:
    """A module from beside this file: with -I nothing of ours is on the path, and so it stays."""
    path = Path(__file__).parent / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _use_packages(folders: list[str], numpy_file: str) -> None:
    """Looks for packages where the parent does; SystemExit if that gives another NumPy."""
    known = [i for i, folder in enumerate(sys.path) if folder in folders]
    first = min(known, default=len(sys.path))  # after the standard library
    sys.path[first:] = [*folders, *(p for p in sys.path[first:] if p not in folders)]
    spec = importlib.util.find_spec("numpy")  # does not import it
    found = spec.origin if spec else None
    if found is None or os.path.realpath(found) != os.path.realpath(numpy_file):
        sys.exit(f"it finds {found or 'no NumPy'}, and not the NumPy in use, {numpy_file}")


MOST_OPEN = 256  # files at a time
_use_packages(**json.loads(sys.argv[2]))
walls: dict[str, Any] = json.loads(sys.argv[3])
child, helpers, sums = _beside("child"), _beside("helpers"), _beside("sums")
landlock, privileges = _beside("walls/landlock"), _beside("walls/privileges")
seccomp = _beside("walls/seccomp")
if LINUX:  # elsewhere a fork after NumPy's import is not safe (Accelerate): each child imports it
    import numpy.random  # noqa: F401

    modules = [_beside(name) for name in ("wire", "record", "traces")]
_beside("barred").keep_out()
gc.freeze()  # what is loaded stays: no child has to look through it, and so copy it, for garbage


def main() -> None:
    """Serves the parent until it goes away: "run" forks a child, "end" clears every process up.

    "twin" forks another supervisor, of our own code only, which serves the parent over the socket
    that comes with it.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    privileges.prctl(privileges.PR_SET_CHILD_SUBREAPER, 1)  # what a child leaves becomes ours
    privileges.readable_by_others(False)
    sums.clear(walls["home"])  # of one that was ended from outside
    limits: dict[str, Any] = {}
    pid, over = 0, ""
    while True:
        if pid and not over and (over := _watch(control, pid, limits)):
            _end(0, 0)
        try:
            text, fds, _, _ = socket.recv_fds(control, 1 << 16, 2)
        except ConnectionResetError:  # it went away with an answer of ours unread
            text = b""
        if not text:
            _end(pid, 0)
            return
        command = json.loads(text)
        if command["do"] == "run":
            limits, over = command | {"until": time.monotonic() + command["wait"]}, ""
            pid = _fork(control, fds, command)
            reply: dict[str, Any] = {"pid": pid}
        elif command["do"] == "twin":
            if not os.fork():
                control.close()
                control, pid, over = socket.socket(fileno=fds[0]), 0, ""
                continue
            os.close(fds[0])
            reply = {}
        else:
            status, seconds = (None, 0.0) if over else _end(pid, command["patience"])
            reply = {"status": status, "seconds": seconds, "over": over}
            pid = 0
            if walls["foreign"]:
                sums.clear(walls["home"])
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it is gone: see above
            control.send(json.dumps(reply).encode())


def _watch(control: socket.socket, pid: int, limits: dict[str, Any]) -> str:
    """Until the parent says something: what the child and all of its own have too much of."""
    while not select.select([control], [], [], sums.PERIOD)[0]:
        if walls["foreign"]:
            over: str = sums.excess(limits["memory"], walls["home"], _is_first())
            if over:
                return over
        late = time.monotonic() > limits["until"]
        if late and sums.processor_time(pid) < limits["wait"] / child.COMPUTES:
            return "waiting"
    return ""


def _is_first() -> bool:
    """Whether this is the first process of a view of its own: bubblewrap is around it."""
    return os.getpid() == 1


def _fork(control: socket.socket, fds: list[int], limits: dict[str, Any]) -> int:
    """The number of a new child, when it has settled: before, it hides as this process does."""
    supervisor = os.getpid()
    settled, settling = os.pipe()
    pid = os.fork()
    if pid:
        os.close(settling)
        os.read(settled, 1)  # nothing is written: it ends when the child has closed its side
        os.close(settled)
        for fd in fds:
            os.close(fd)
        return pid
    try:
        control.close()
        os.setsid()
        privileges.prctl(privileges.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:
            os._exit(0)
        _settle(fds[1], limits)
        os.close(settled)
        os.close(settling)
        beside = modules if LINUX else [_beside(n) for n in ("wire", "record", "traces")]
        child.Child(socket.socket(fileno=fds[0]), *beside, helpers).serve()
    finally:
        os._exit(0)


def _settle(output: int, limits: dict[str, Any]) -> None:
    """Points the standard streams away from everything of ours, and sets the limits."""
    os.chdir(walls["home"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)
    sys.stdin = os.fdopen(0)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    memory = _memory_in_use() + limits["memory"]
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, limits["cpu"])  # for one that turns its own alarm off
    _limit(resource.RLIMIT_FSIZE, limits["file"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, MOST_OPEN)
    privileges.readable_by_others(True)  # it is the supervisor that has something to hide
    if walls["foreign"]:
        privileges.drop()
    for link, target in walls["links"].items():
        with contextlib.suppress(OSError):  # it saves time, and no more
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(target, link)
    if walls["landlock"]:
        landlock.fence(**walls["landlock"])
    if walls["seccomp"]:
        seccomp.refuse()


def _memory_in_use() -> int:
    """Bytes of address space of this process (0 where the system does not say)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _limit(what: int, value: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some
        resource.setrlimit(what, (value, value))


def _end(pid: int, patience: float) -> tuple[int | None, float]:
    """Ends the child and all it started.

    Its exit status and seconds of processor time if it ended by itself, else None and 0.
    """
    status, seconds = _ended_itself(pid, patience) if pid else (None, 0.0)
    if not walls["foreign"]:  # our own code starts no other
        if pid and status is None:
            _kill(os.kill, pid)
            os.waitpid(pid, 0)
        return status, seconds
    if _is_first():
        _kill(os.kill, -1)  # everything else that there is
    elif pid:
        _kill(os.killpg, pid)
    while True:
        if not _is_first():  # else all are ended, and no other can have begun meanwhile
            for other in {*_children(), *([pid] if pid and status is None else [])}:
                _kill(os.kill, other)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return status, seconds


def _kill(how: Callable[[int, int], None], pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        how(pid, signal.SIGKILL)


def _ended_itself(pid: int, patience: float) -> tuple[int | None, float]:
    until = time.monotonic() + patience
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        if time.monotonic() >= until:
            return None, 0.0
        time.sleep(0.002)


def _children() -> Iterator[int]:
    """The processes whose parent is this one, orphans of the learner's included (Linux)."""
    names = os.listdir("/proc") if os.path.isdir("/proc") else []
    for name in filter(str.isdecimal, names):
        with contextlib.suppress(OSError, IndexError):  # it can end while it is looked at
            fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                yield int(name)


if __name__ == "__main__":
    main()
