"""A desk: a process that has the course ready, and forks one process for each submission.

`python -m minidl.course.classroom.work.desk FD`: a first message says what to grade and how, then
each message is a submission, and each answer its result. A submission that kills the process that
grades it costs its own result, and nobody else's.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.work import privileges, wire
from minidl.course.classroom.work.room import Room
from minidl.course.classroom.work.task import nothing, told_task
from minidl.course.sets.folder import Course
from minidl.errors import RequestError

LONGEST = 1800.0  # seconds on the clock for one submission, whatever it does
MOST_MEMORY = 8 << 30  # bytes of address space of the process that judges it
PR_SET_PDEATHSIG = 1
FOLDER = "minidl-desk-"  # and the number of the desk's process: what a submission may fill


def main() -> None:
    """Serves until nobody is at the other end."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        room = _opened(channel)
        while room:
            told = wire.receive(channel)
            answer = _in_its_own_process(room, wire.unpacked(told), channel)
            wire.send(channel, {"result": answer["result"]})
            room.known.learn(answer["known"])
            room.share(answer["needs"])


def _opened(channel: socket.socket) -> Room | None:
    """The room that the first message asks for; None, after saying why, if there can be none."""
    told = wire.receive(channel)
    _dies_with_parent()
    try:
        privileges.drop(told["user"])
        sweep()
        tempfile.tempdir = tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-")
        room = Room(Course(Path(told["course"]), texts=told["texts"]), told_task(told["task"]))
        room.prepare()
        gc.freeze()  # what is there stays: no process has to look through it for garbage
    except (RequestError, OSError, RuntimeError) as error:
        wire.send(channel, {"fault": str(error).partition("\n")[0]})
        return None
    wire.send(channel, {"ready": True})
    return room


def _in_its_own_process(room: Room, parcel: Parcel, channel: socket.socket) -> dict[str, Any]:
    """The result of a submission, what of the room's it had to compute, and what it adds to it."""
    folder = tempfile.mkdtemp()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _judge(room, parcel, folder, writing, [channel.fileno(), reading])
    os.close(writing)
    data, why = _heard(reading, pid)
    os.close(reading)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError:
        room.renew()
        result = nothing("crashed", why or "the process that graded it ended without a word")
        return {"result": result, "needs": [], "known": {}}
    return answer


def _judge(room: Room, parcel: Parcel, folder: str, writing: int, theirs: list[int]) -> None:
    """What the process of one submission does; it never returns."""
    try:
        os.setsid()
        _dies_with_parent()
        for descriptor in theirs:
            os.close(descriptor)
        tempfile.tempdir = folder
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        answer = {"result": _result(room, parcel), "needs": room.needs, "known": room.known.added}
        with os.fdopen(writing, "w", encoding="utf-8") as file:
            json.dump(answer, file)
    finally:
        os._exit(0)


def _result(room: Room, parcel: Parcel) -> dict[str, Any]:
    try:
        return room.grade(parcel)
    except Exception as error:  # one submission's trouble is one line, whatever it is
        words = str(error).partition("\n")[0][:200]
        return nothing("crashed", f"grading it failed: {type(error).__name__}: {words}")


def _heard(reading: int, pid: int) -> tuple[bytes, str]:
    """All that the process wrote until it ended, or was ended; and why, where there is a why."""
    until, data = time.monotonic() + LONGEST, bytearray()
    why = ""
    while True:
        if not select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
            why = f"it was not graded after {LONGEST / 60:.0f} minutes"
            break
        if not (more := os.read(reading, 1 << 16)):
            break
        data += more
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status < 0 and not why and not data:
        why = f"the process that graded it was ended by {signal.Signals(-status).name}"
    return bytes(data), why


def sweep() -> None:
    """Removes what desks left behind that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        number = folder.name.removeprefix(FOLDER).partition("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _dies_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main()
