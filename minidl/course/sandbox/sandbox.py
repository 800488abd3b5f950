"""The parent's side of a worker: start it, speak with it, keep the limits, and end all of it.

The parent never imports learner code. It hands a job (text and probe sources) to a child of the
supervisor (worker.py), reads arrays back, and passes calls to needed functions on to a second
child, which runs the reference: neither child ever holds what the other has.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from minidl.course.sandbox import wire
from minidl.course.sandbox.answering import Answering
from minidl.course.sandbox.conversation import GRACE, Conversation
from minidl.course.sandbox.foreign import shown
from minidl.course.sandbox.jobs import Job, Limits, Run, called
from minidl.course.sandbox.process import Process
from minidl.course.sandbox.surroundings import environment, packages
from minidl.course.sandbox.walls import NONE, PROCESSES, available, orphans, require
from minidl.course.sandbox.walls.building import build
from minidl.errors import CourseError, RequestError

WORKER = Path(__file__).with_name("worker.py")
UNTIL_TOLD = 1e9  # seconds that one may wait who answers calls
PATIENCE = 60  # seconds that the supervisor may take to start, or to clear up
BRIEF = 1.0  # seconds of a run after which a process that answered goes on: its time adds up
MOST_SAID = 4000  # bytes of its standard error that are passed on
# What the limit of processor time ends in. Windows, where the rest of the course works, has none.
KILLED = tuple(-getattr(signal, name, 0) for name in ("SIGXCPU", "SIGKILL"))


class Ended(NamedTuple):
    """How a child ended: its exit status and seconds of processor time, None and 0 if it was ended.

    over: what it and its own had too much of ("processes", "memory", "files", "waiting"), or "".
    """

    status: int | None
    seconds: float
    over: str


class Sandbox:
    """A supervisor process and the jobs it runs, one at a time; use it in a `with`.

    walled: whether it gets the walls that this machine has (walls/).
    ours: that it runs our own code only, which needs none. twin_of: another of ours, whose
    supervisor is forked to be this one's: that takes milliseconds.
    require_walls: whether it must have enough of them for other people's code.
    Raises RequestError, in one line, where no such process can be started: on systems that cannot
    fork (Windows: use WSL), without a place for temporary files, without NumPy for it, or without
    the walls that are required.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        walled: bool = True,
        require_walls: bool = False,
        ours: bool = False,
        twin_of: Sandbox | None = None,
    ):
        if not hasattr(os, "fork"):
            raise RequestError("checking needs Linux or macOS; on Windows use WSL")
        self.ours, walled = ours, walled and not ours
        self.walls = require() if require_walls else available() if walled else NONE
        self.limits = limits or Limits()
        self.process: subprocess.Popen[bytes] | None = None
        self.current: Process | None = None  # the child that runs
        self.asking, self.closed = threading.Lock(), False
        try:
            self.home = tempfile.TemporaryDirectory(prefix="minidl-")
            self.errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the sandbox
        except OSError as error:
            raise RequestError(
                f"checking needs a folder for temporary files ({error.strerror}): set TMPDIR to "
                "one with room in it that can be written to"
            ) from None
        if twin_of and ours:
            twin_of.fork(self)
        else:
            self.begin()
        self.exposed = not ours and PROCESSES in self.walls.open
        if self.exposed:
            orphans.take_in()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self) -> None:
        """Starts the supervisor and does not wait for it."""
        theirs = self._connect()
        command = [sys.executable or "python3", "-I", "-B", str(WORKER), str(theirs.fileno())]
        home = os.path.realpath(self.home.name)
        os.makedirs(home, exist_ok=True)  # should a child without walls have removed it
        before, told = build(self.walls, WORKER, home, not self.ours)
        if before and not os.path.exists(command[0]):
            raise _no_start(f"{command[0]}: No such file or directory")
        with theirs:
            try:
                self.process = subprocess.Popen(
                    [*before, *command, packages(), told],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self.errors,
                    cwd=home,
                    env=environment(home),
                    start_new_session=True,
                )
            except OSError as error:
                raise _no_start(f"{command[0]}: {error.strerror}") from None

    def fork(self, twin: Sandbox) -> None:
        """Gives a twin a supervisor, forked from this one's."""
        with twin._connect() as theirs:
            self.ask({"do": "twin"}, [theirs.fileno()])

    def _connect(self) -> socket.socket:
        """The supervisor's end of a new connection."""
        self.control, theirs = socket.socketpair()
        self.control.settimeout(PATIENCE)
        return theirs

    def said(self) -> str:
        """What the supervisor wrote to its standard error since this was last asked."""
        self.errors.seek(0)
        text = self.errors.read(MOST_SAID).decode(errors="replace")
        self.errors.seek(0)
        self.errors.truncate()
        return "\n".join(shown(line) for line in text.strip().split("\n"))

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.control.close()
        if self.current:
            self.current.close()
        if self.process:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self.exposed:
            orphans.end(self.limits.file)
            orphans.give_up()
        self.home.cleanup()
        if said := self.said():
            print(f"minidl: the process that runs exercises said:\n{said}", file=sys.stderr)
        self.errors.close()

    def start(self, job: Job, limits: Limits) -> Process:
        """A child with this job; its limits may differ from the sandbox's. Ends the one before.

        CourseError if the job is more text than a frame may hold.
        """
        try:
            load = limits.while_loading
            times = {"loading": (load.seconds, load.wall), "busy": limits.busy}
            times["probing"] = limits.seconds, limits.wall
            frame = wire.pack("job", {**job.__dict__, **times})
        except wire.Broken:
            raise CourseError(f"{job.path} is too large to be checked") from None
        if self.current:
            self.end(self.current, 0.0)
        fds = socket.socketpair(), os.pipe()
        (ours, theirs), (output, printed) = fds
        rlimits = {
            "memory": limits.memory,
            "cpu": math.ceil(load.seconds + _processor_time(job, limits)) + 1,
            "file": limits.file,
            "wait": load.wall + 3 * GRACE if job.probes else UNTIL_TOLD,
        }
        with theirs:
            try:
                reply = self.ask({"do": "run", **rlimits}, [theirs.fileno(), printed])
            finally:
                os.close(printed)
        self.current = Process(ours, output, reply["pid"])
        self.current.send(frame)
        return self.current

    def ask(self, command: dict[str, Any], fds: list[int] | None = None) -> dict[str, Any]:
        """One command to the supervisor; a supervisor that was killed is replaced once."""
        with self.asking:
            return self._ask(command, fds or [])

    def _ask(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        text = json.dumps(command).encode()
        for _ in range(2):
            with contextlib.suppress(OSError):
                if self.process and not self.walls.bubblewrap:
                    self.process.send_signal(signal.SIGCONT)  # should a child have stopped it
                socket.send_fds(self.control, [text], fds)
                if reply := self.control.recv(1 << 12):
                    answer: dict[str, Any] = json.loads(reply)
                    return answer
            self.control.close()
            if self.process:
                self.process.kill()
                self.process.wait()
            self.begin()
            if not fds:
                return {"status": None, "lost": True}
        raise _no_start(self.said() or "it ended without a word")

    def end(self, process: Process, patience: float) -> Ended:
        """Ends a child and everything it started."""
        self.current = None
        reply = self.ask({"do": "end", "patience": patience})
        if reply.get("lost") and not self.walls.bubblewrap:  # it was killed, and cannot clear up
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            if self.exposed:
                orphans.end(self.limits.file)
        process.close()
        return Ended(reply["status"], reply.get("seconds", 0.0), reply.get("over", ""))

    def run(
        self,
        job: Job,
        answering: Answering | None = None,
        limits: Limits | None = None,
    ) -> Run:
        """Runs a job to its end. Its calls to needed functions are answered elsewhere.

        limits: others than the sandbox's, for this job.
        """
        begun = time.monotonic()
        limits = limits or self.limits
        process = self.start(job, limits)
        conversation = Conversation(process, job, limits)
        conversation.ends_with(self.control)
        if answering:
            conversation.lets_call(called(job.calls), answering.begun)
        try:
            conversation.hold()
        finally:
            run = conversation.run
            if answering and not (conversation.answered and time.monotonic() - begun < BRIEF):
                answering.end()
            ended = self.end(process, GRACE if run.stopped == "ended" else 0.0)
        run.status = ended.status
        if ended.status in KILLED and ended.seconds >= limits.seconds:
            run.stopped = "seconds"
        if ended.over and run.stopped == "ended":
            run.stopped, run.why = "sum", ended.over
        run.printed = process.text()
        return run


def _processor_time(job: Job, limits: Limits) -> float:
    """Seconds of the processor for all that follows loading: each group of probes has its own."""
    if not job.probes:
        return limits.wall
    return limits.seconds * max(1, sum(bool(probe.get("begins")) for probe in job.probes))


def _no_start(why: str) -> RequestError:
    """The last line of what it said; a traceback ends with what went wrong."""
    why = why.splitlines()[-1]
    return RequestError(f"the process that runs exercises cannot be started: {why}")
