"""The process that runs a learner's code, one job long. Standard library and NumPy only.

Expected values, checks and solutions never come here: a job is the text of a file, the source of
its probes, and a seed. Like wire.py, this file is loaded by its path.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import socket
import sys
import time
import types
from collections.abc import Callable
from typing import Any

COMPUTES = 8  # what computes for less than one part in so many of its time waits for something


class TimeIsUp(BaseException):
    """Raised in the learner's code when its time is used up, so that its line is known.

    Its message is which time: "seconds" (of the processor) or "wall" (on the clock).
    """


class Child:
    """One job: load a file, then run its probes or answer calls to its functions."""

    def __init__(self, channel: socket.socket, wire: Any, record: Any, traces: Any, helpers: Any):
        self.wire, self.record, self.traces, self.helpers = wire, record, traces, helpers
        self.channel = channel.makefile("rwb")
        self.functions: list[Callable[..., Any]] = []  # what we sent and may be called back
        self.sources: dict[str, str] = {}  # of the files and probes a line may be in
        self.sending = False
        self.printing = os.dup(1)  # where what the code prints goes, when it is kept
        self.told: set[int] = set()  # probes whose calls were sent
        self.strict: set[int] = set()  # probes that came to a result, with arrays as arguments
        self.paths: dict[str, str] = {}  # by which the sources of probes go in a traceback
        self.codes: dict[tuple[str, str], types.CodeType] = {}
        self.late: dict[int, BaseException] = {}  # variants whose time was up

    def serve(self) -> None:
        job = self.receive().body
        signal.signal(signal.SIGPROF, self.time_is_up)
        signal.signal(signal.SIGALRM, self.time_is_up)
        self.busy: float = job["busy"]
        self.time, self.graded = job["probing"], (*job["names"], "")[0]
        self.allow(*job["loading"])
        try:
            module = self.load(job)
            found = {name: _found(module, name) for name in job["names"]}
        except BaseException as error:
            self.allow(0, 0)
            return self.send("not loaded", self.traces.described(error, self.sources))
        self.allow(*(self.time if job["probes"] else (0, 0)))  # of calls the parent keeps the time
        self.send("loaded", {name: _line_of(function) for name, function in found.items()})
        if job["variants"]:
            return self.compare(module, job)
        for number, probe in enumerate(job["probes"]):
            if not self.probe(module, number, probe):
                return None
        while not job["probes"]:
            self.answer(self.receive(), found)
        return None

    def allow(self, seconds: float, wall: float) -> None:
        """From now on the learner's code has so long; again every quarter, should it catch that.

        Should it turn the alarm off, the system ends it a second or two later.
        """
        self.since, self.wall = _now(), wall
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.25 if seconds else 0)
        signal.setitimer(signal.ITIMER_REAL, wall, 0.25 if wall else 0)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        until = math.ceil(time.process_time() + seconds) + 1 if seconds else hard
        if 0 <= until <= hard:
            resource.setrlimit(resource.RLIMIT_CPU, (until, hard))

    def time_is_up(self, number: int, *_: Any) -> None:
        slow = number == signal.SIGALRM and self.computes
        if not slow and not self.sending:  # half a frame would be worse than a late one
            raise TimeIsUp("seconds" if number == signal.SIGPROF else "wall")

    @property
    def computes(self) -> bool:
        """Whether it has had the processor, only slowly, and may go on: the machine is busy."""
        processor, clock = (t - s for t, s in zip(_now(), self.since, strict=True))
        return clock < self.busy * self.wall and COMPUTES * processor > clock

    def load(self, job: dict[str, Any]) -> types.ModuleType:
        """Executes the file, with the functions it needs as calls to the parent where asked."""
        sys.meta_path.append(self.helpers.Helpers(job["helpers"], self.sources))
        for name, sibling in job["siblings"].items():
            self.module(name, **sibling)
        for home, function in job["calls"]:
            if home:
                there = sys.modules.setdefault(home, types.ModuleType(home))
                setattr(there, function, self.caller(f"{home}.{function}"))
        module = self.module(job["name"], job["path"], job["text"])
        for home, function in job["calls"]:
            if not home:
                setattr(module, function, self.caller(function))
        return module

    def module(self, name: str, path: str, text: str) -> types.ModuleType:
        self.sources[path] = text
        module = types.ModuleType(name)
        module.__file__ = path
        sys.modules[name] = module
        exec(compile(text, path, "exec"), module.__dict__)
        return module

    def compare(self, module: types.ModuleType, job: dict[str, Any]) -> None:
        """Runs probes on variants of the graded function, each in its place while it runs.

        Every probe has the time of its own; a variant that needed more is not tried again.
        """
        self.allow(0, 0)
        until = time.process_time() + (job["budget"] or float("inf"))
        function = getattr(module, self.graded)
        for number, probe in enumerate(job["probes"]):
            variant = probe["variant"]
            enough = 0 < job["hanging"] <= len(self.late) and variant not in self.late
            if enough or time.process_time() > until:
                return
            if variant in self.late:
                self.failed(self.late[variant], [], number)
                continue
            try:
                exec(self.compiled(job["variants"][variant], "<variant>"), module.__dict__)
                self.probe(module, number, probe)
            except Exception as error:  # no function, or one that cannot be defined
                self.failed(error, [], number)
            self.allow(0, 0)
            setattr(module, self.graded, function)

    def compiled(self, source: str, path: str) -> types.CodeType:
        """The code of a source; of one that was compiled before, the same again."""
        if (source, path) not in self.codes:
            self.codes[source, path] = compile(source, path, "exec")
        return self.codes[source, path]

    def caller(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self.call(name, args, kwargs)

    def probe(self, module: types.ModuleType, number: int, probe: dict[str, Any]) -> bool:
        """Runs one probe and sends calls and arrays, or what went wrong; False if time is up.

        One that is to be run again on stricter inputs (`again`: its number) is passed over where
        the first run came to nothing or had no arrays to be strict with.
        """
        self.begin(probe)
        if probe.get("again") is not None and probe["again"] not in self.strict:
            self.send("arrays", {}, number)
            return True
        notes: list[dict[str, Any]] = []
        try:
            results = self.results(module, number, probe, notes)
            self.tell(notes, number)
            self.send("arrays", results, number)
            if any(note["arrays"] for note in notes):
                self.strict.add(number)
        except TimeIsUp as error:
            self.allow(0, 0)
            self.late[probe.get("variant", 0)] = error
            self.failed(error, notes, number)
            return False
        except BaseException as error:
            self.failed(error, notes, number)
        return True

    def begin(self, probe: dict[str, Any]) -> None:
        """With the first probe of a group the time begins anew; printing is kept or not."""
        if probe.get("begins"):
            self.allow(*self.time)
            sys.stdout.flush()
            target = os.open(os.devnull, os.O_WRONLY) if probe["quiet"] else os.dup(self.printing)
            os.dup2(target, 1)
            os.dup2(target, 2)
            os.close(target)

    def tell(self, notes: list[dict[str, Any]], number: int) -> None:
        """Sends what was noted of a probe's calls, once."""
        if number not in self.told:
            self.told.add(number)
            self.send("calls", notes, number)

    def failed(self, error: BaseException, notes: list[dict[str, Any]], number: int) -> None:
        self.tell(notes, number)
        self.send("error", self.traces.described(error, self.sources), number)

    def results(
        self,
        module: types.ModuleType,
        number: int,
        probe: dict[str, Any],
        notes: list[dict[str, Any]],
    ) -> dict[str, Any]:
        import numpy as np

        graded = probe.get("graded", self.graded)
        if probe.get("again") is None:
            seen = self.record.watched(module, graded, notes)
        else:
            seen = self.record.strict(module, graded)
        space: dict[str, Any] = {"np": np}
        for source in (probe.get("helpers", ""), probe["source"]):
            path = self.paths.setdefault(source, f"<probe {len(self.paths)}>")
            self.sources[path] = source
            exec(self.compiled(source, path), space)
        results = space[probe["function"]](seen, np.random.default_rng(probe["seed"]))
        return {str(name): self.wire.as_array(name, value) for name, value in results.items()}

    def call(self, name: str | int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls a function of the other side, and meanwhile answers the calls it makes to ours."""
        self.send("call", {"args": list(args), "kwargs": kwargs}, name)
        while True:
            message = self.receive()
            if message.kind == "value":
                return message.body
            if message.kind == "raise":
                raise _raised(*message.body)
            self.answer(message, {})

    def answer(self, message: Any, named: dict[str, Callable[..., Any]]) -> None:
        name = message.name
        try:
            function = self.functions[name] if isinstance(name, int) else named[name]
            self.send("value", function(*message.body["args"], **message.body["kwargs"]))
        except Exception as error:
            self.send("raise", [type(error).__name__, self.traces.text_of(error)])

    def keep(self, function: Callable[..., Any]) -> int:
        self.functions.append(function)
        return len(self.functions) - 1

    def send(self, kind: str, body: Any, name: str | int | None = None) -> None:
        frame = self.wire.pack(kind, body, name, self.keep)
        sys.stdout.flush()
        self.sending = True
        self.channel.write(frame)
        self.channel.flush()
        self.sending = False

    def receive(self) -> Any:
        header = self.channel.read(self.wire.HEADER.size)
        if not header:
            os._exit(0)  # the parent has heard enough
        text, arrays = self.wire.sizes(header)
        return self.wire.unpack(self.channel.read(text), self.channel.read(arrays), self.call)


def _now() -> tuple[float, float]:
    """Seconds of the processor and on the clock."""
    return time.process_time(), time.monotonic()


def _found(module: types.ModuleType, name: str) -> Any:
    """The function of that name, of the module or ("ex01_autograd.unbroadcast") of another."""
    home, _, function = name.rpartition(".")
    return getattr(sys.modules[home] if home else module, function, None)


def _line_of(function: Any) -> int | None:
    """The line of a function's `def`; None if there is no such function."""
    code = getattr(function, "__code__", None)
    return getattr(code, "co_firstlineno", 0) if callable(function) else None


PASSED_ON = (
    AttributeError, IndexError, KeyError, MemoryError, NotImplementedError, OverflowError,
    RecursionError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip


def _raised(kind: str, text: str) -> Exception:
    """What the other side raised, of the same type, so that it reads as if it had been here."""
    same = [error for error in PASSED_ON if error.__name__ == kind]
    return same[0](text) if same else RuntimeError(f"{kind}: {text}")
