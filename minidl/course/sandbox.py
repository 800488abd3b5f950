"""The parent's side of a worker: start it, speak with it, keep the limits, and end all of it.

The parent never imports learner code. It hands a job (text and probe sources) to a child of the
supervisor (worker.py), reads arrays back, and passes calls to needed functions on to a second
child, which runs the reference: neither child ever holds what the other has.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from minidl.course import wire

WORKER = Path(__file__).with_name("worker.py")
GRACE = 1.0  # seconds after its own alarm that a child has to report, before it is killed
SHOWN = 4000  # characters of what the code printed that are kept


@dataclass(frozen=True)
class Limits:
    """What one function may use. Memory is on top of an interpreter with NumPy loaded."""

    seconds: float = 5.0
    memory: int = 2 * 10**9  # bytes
    output: int = 10**6  # bytes printed
    file: int = 16 * 10**6  # bytes of one file written


@dataclass
class Job:
    """What a child is told: see `Child.serve` in worker.py."""

    name: str  # the module's name
    path: str  # shown in messages
    text: str
    names: tuple[str, ...] = ()
    probes: list[dict[str, Any]] = field(default_factory=list)
    siblings: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Run:
    """What came back: lines of the functions, a result for each probe, and how it ended.

    results[i] is ("arrays", {name: array}) or ("error", {type, message, file, line, text}).
    stopped: None (it came to its end), "seconds", "output", "reply", or "ended" (with `status`).
    """

    lines: dict[str, int | None] = field(default_factory=dict)
    not_loaded: dict[str, Any] | None = None
    loaded: bool = False
    results: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    stopped: str | None = None
    why: str = ""
    status: int | None = None
    printed: str = ""


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
        """A child with this job; its limits may differ from the sandbox's."""
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
        process.send(wire.pack("job", {**job.__dict__, "seconds": limits.seconds}))
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
            if not fds:  # nothing of the old one's is left to end
                return {"status": None}
        raise RuntimeError("the process that runs exercises cannot be started")

    def end(self, process: Process, patience: float) -> int | None:
        """Ends a child and everything it started; its exit status if it had ended by itself."""
        status = self.ask({"do": "end", "patience": patience})["status"]
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # where the supervisor was killed first
        process.close()
        return status

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
        conversation = Conversation(process, job, limits, reference, answers)
        try:
            conversation.hold()
        finally:
            conversation.close()
            ended = conversation.run.stopped == "ended"
            conversation.run.status = self.end(process, GRACE if ended else 0.0)
        conversation.run.printed = process.text()
        return conversation.run


def _environment() -> dict[str, str]:
    """What a worker sees of the environment; one thread, so that results do not vary."""
    kept = {k: os.environ[k] for k in ("PATH", "HOME", "LANG", "TMPDIR") if k in os.environ}
    threads = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "NUMBA")
    return kept | {f"{name}_NUM_THREADS": "1" for name in threads}


class Process:
    """The parent's ends of a child: its socket, and the pipe with what it prints."""

    def __init__(self, channel: socket.socket, output: int, pid: int):
        self.channel, self.output, self.pid = channel, output, pid
        self.channel.settimeout(5)  # to send to a child that does not listen
        os.set_blocking(output, False)
        self.received = bytearray()
        self.printed = bytearray()
        self.size = 0  # bytes printed, those thrown away too

    def send(self, frame: bytes) -> None:
        with contextlib.suppress(OSError):  # a child that is gone is noticed on receiving
            self.channel.sendall(frame)

    def receive(self) -> list[tuple[bytes, bytes, bytes]]:
        """The whole frames that have come (header, JSON, arrays); EOFError at the end."""
        try:
            data = self.channel.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            raise EOFError
        self.received += data
        frames = []
        while frame := self._next():
            frames.append(frame)
        return frames

    def _next(self) -> tuple[bytes, bytes, bytes] | None:
        start = wire.HEADER.size
        if len(self.received) < start:
            return None
        header = bytes(self.received[:start])
        text, arrays = wire.sizes(header)
        if len(self.received) < start + text + arrays:
            return None
        frame = bytes(self.received[start : start + text + arrays])
        del self.received[: start + text + arrays]
        return header, frame[:text], frame[text:]

    def listen(self) -> bool:
        """Takes what was printed; False if there is no more now."""
        try:
            data = os.read(self.output, 1 << 16)
        except OSError:
            return False
        self.size += len(data)
        self.printed += data[: max(0, SHOWN - len(self.printed))]
        return bool(data)

    def text(self) -> str:
        return self.printed.decode(errors="replace")

    def close(self) -> None:
        """To be called when the child is dead: takes the last it printed."""
        while self.size < 1 << 24 and self.listen():
            pass
        self.channel.close()
        os.close(self.output)


class Conversation:
    """One run: what the child says is taken down, and its calls are passed on."""

    def __init__(
        self,
        process: Process,
        job: Job,
        limits: Limits,
        reference: Sandbox | None,
        answers: Job | None,
    ):
        self.process, self.job, self.limits = process, job, limits
        self.reference, self.answers = reference, answers
        self.helper: Process | None = None
        self.run = Run()
        self.selector = selectors.DefaultSelector()
        self.selector.register(process.channel, selectors.EVENT_READ, self.hear)
        self.selector.register(process.output, selectors.EVENT_READ, self.printing)
        self.more_time()

    def more_time(self) -> None:
        self.deadline = time.monotonic() + self.limits.seconds + GRACE

    def hold(self) -> None:
        try:
            while not self.over():
                left = self.deadline - time.monotonic()
                if left <= 0:
                    self.run.stopped = "seconds"
                for key, _ in self.selector.select(max(0.0, left)):
                    key.data()
        except EOFError:
            self.run.stopped = "ended"
        except wire.Broken as error:
            self.run.stopped, self.run.why = "reply", str(error)

    def over(self) -> bool:
        run = self.run
        return bool(
            run.stopped
            or run.not_loaded
            or (run.loaded and len(run.results) == len(self.job.probes))
        )

    def printing(self) -> None:
        if not self.process.listen():
            self.selector.unregister(self.process.output)
        elif self.process.size > self.limits.output:
            self.run.stopped = "output"

    def hear(self) -> None:
        for header, text, arrays in self.process.receive():
            kind, name = wire.label(text)
            if kind in ("value", "raise") and self.helper:
                self.helper.send(header + text + arrays)
            elif kind == "call":
                self.pass_on(name, header + text + arrays)
            else:
                self.take(wire.unpack(text, arrays))

    def take(self, message: wire.Message) -> None:
        run = self.run
        if message.kind == "loaded" and not run.loaded:
            run.loaded, run.lines = True, _lines(message.body)
            self.more_time()
        elif message.kind == "not loaded" and not run.loaded:
            run.not_loaded = _error(message.body)
        elif message.kind in ("arrays", "error") and run.loaded:
            self.result(message)
        else:
            raise wire.Broken(f"a reply of kind {str(message.kind)[:40]!r}")

    def result(self, message: wire.Message) -> None:
        if message.name != len(self.run.results) or len(self.run.results) == len(self.job.probes):
            raise wire.Broken("a result that was not asked for")
        number = len(self.run.results)
        if message.kind == "error":
            error = _error(message.body)
            self.run.results[number] = ("error", error)
            if error["type"] == "TimeIsUp":
                self.run.stopped = "seconds"
        else:
            self.run.results[number] = ("arrays", _arrays(message.body))

    def pass_on(self, name: str | int | None, frame: bytes) -> None:
        """Sends a call on to the reference, if the function under test may make it."""
        if not self.reference or not self.answers or name not in self.answers.names:
            raise wire.Broken(f"a call of {str(name)[:40]!r}, which this function does not need")
        if self.helper is None:
            self.helper = self.reference.start(self.answers, self.limits)
            self.selector.register(self.helper.channel, selectors.EVENT_READ, self.hear_helper)
        self.helper.send(frame)

    def hear_helper(self) -> None:
        """Passes answers, and calls of functions that were arguments, back to the child."""
        assert self.helper
        for header, text, arrays in self.helper.receive():
            if wire.label(text)[0] in ("value", "raise", "call"):
                self.process.send(header + text + arrays)

    def close(self) -> None:
        self.selector.close()
        if self.helper and self.reference:
            self.reference.end(self.helper, 0.0)


def _lines(body: Any) -> dict[str, int | None]:
    if not isinstance(body, dict):
        raise wire.Broken("a reply without lines")
    return {str(k): v if isinstance(v, int) else None for k, v in body.items()}


def _error(body: Any) -> dict[str, Any]:
    """The fields of an error, each of the type that is shown."""
    if not isinstance(body, dict):
        raise wire.Broken("an error that is not one")
    told: dict[str, Any] = {k: str(body.get(k, ""))[:1000] for k in ("type", "message")}
    told |= {k: str(body[k])[:1000] for k in ("file", "text", "probe") if k in body}
    return told | {k: int(body[k]) for k in ("line", "column") if isinstance(body.get(k), int)}


def _arrays(body: Any) -> dict[str, Any]:
    import numpy as np

    if not isinstance(body, dict) or not all(isinstance(v, np.ndarray) for v in body.values()):
        raise wire.Broken("results that are not arrays")
    return {str(name): array for name, array in body.items()}


__all__ = ["Job", "Limits", "Run", "Sandbox", "replace"]
