"""The parent's side of a worker: start it, speak with it, keep the limits, and end all of it.

The parent never imports learner code. It hands a job (text and probe sources) to a child of the
supervisor (worker.py), reads arrays back, and passes calls to needed functions on to a second
child, which runs the reference: neither child ever holds what the other has.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from minidl.course.sandbox import wire
from minidl.course.sandbox.conversation import GRACE, Conversation, Process
from minidl.course.sandbox.jobs import Job, Limits, Run
from minidl.errors import CourseError

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 30  # seconds that the supervisor may take to clear up


class Sandbox:
    """A supervisor process and the jobs it runs, one at a time; use it in a `with`.

    Raises RuntimeError on systems that cannot fork (Windows: use WSL).
    """

    def __init__(self, limits: Limits | None = None):
        if not hasattr(os, "fork"):
            raise RuntimeError("checking needs Linux or macOS; on Windows use WSL")
        self.limits = limits or Limits()
        self.process: subprocess.Popen | None = None
        self.home = tempfile.TemporaryDirectory(prefix="minidl-")
        self.begin()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self) -> None:
        """Starts the supervisor and does not wait for it."""
        self.control, theirs = socket.socketpair()
        self.control.settimeout(PATIENCE)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(WORKER), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self.home.name,
                env=_environment(),
                start_new_session=True,
            )

    def close(self) -> None:
        if self.process:
            self.control.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
            self.home.cleanup()

    def start(self, job: Job, limits: Limits) -> Process:
        """A child with this job; its limits may differ from the sandbox's.

        CourseError if the job is more text than a frame may hold.
        """
        try:
            frame = wire.pack("job", {**job.__dict__, "seconds": limits.seconds})
        except wire.Broken:
            raise CourseError(f"{job.path} is too large to be checked") from None
        fds = socket.socketpair(), os.pipe()
        (ours, theirs), (output, printed) = fds
        rlimits = {
            "memory": limits.memory,
            "cpu": int(2 * limits.seconds) + 5,
            "file": limits.file,
        }
        with theirs:
            try:
                reply = self.ask({"do": "run", **rlimits}, [theirs.fileno(), printed])
            finally:
                os.close(printed)
        process = Process(ours, output, reply["pid"])
        process.send(frame)
        return process

    def ask(self, command: dict[str, Any], fds: list[int] | None = None) -> dict[str, Any]:
        """One command to the supervisor; a supervisor that was killed is replaced once."""
        text = json.dumps(command).encode()
        for _ in range(2):
            with contextlib.suppress(OSError):
                socket.send_fds(self.control, [text], fds or [])
                if reply := self.control.recv(1 << 12):
                    return json.loads(reply)
            self.control.close()
            if self.process:
                self.process.kill()
                self.process.wait()
            self.begin()
            if not fds:
                return {"status": None, "lost": True}
        raise RuntimeError("the process that runs exercises cannot be started")

    def end(self, process: Process, patience: float) -> int | None:
        """Ends a child and everything it started; its exit status if it had ended by itself."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)  # should the child have stopped it
        reply = self.ask({"do": "end", "patience": patience})
        if reply.get("lost"):  # the supervisor was killed, and cannot clear up
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.close()
        return reply["status"]

    def run(
        self,
        job: Job,
        reference: Sandbox | None = None,
        answers: Job | None = None,
        limits: Limits | None = None,
    ) -> Run:
        """Runs a job to its end. Calls to needed functions are answered by `answers` elsewhere.

        limits: others than the sandbox's, for this job.
        """
        limits = limits or self.limits
        process = self.start(job, limits)
        conversation = Conversation(process, job, limits)
        if reference and answers:
            conversation.lets_call(answers.names, partial(reference.start, answers, limits))
        try:
            conversation.hold()
        finally:
            if reference and conversation.helper:
                reference.end(conversation.helper, 0.0)
            ended = conversation.run.stopped == "ended"
            conversation.run.status = self.end(process, GRACE if ended else 0.0)
        conversation.run.printed = process.text()
        return conversation.run


def _environment() -> dict[str, str]:
    """What a worker sees of the environment; one thread, so that results do not vary."""
    kept = {k: os.environ[k] for k in ("PATH", "HOME", "LANG", "TMPDIR") if k in os.environ}
    threads = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "NUMBA")
    return kept | {f"{name}_NUM_THREADS": "1" for name in threads}
