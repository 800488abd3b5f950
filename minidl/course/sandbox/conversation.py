"""The parent's side of a run: what a child says, what it may call, and the clock.

Whatever comes from a child may be hostile: it is held to sizes, kinds and order, or it is Broken.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.course.sandbox import wire
from minidl.course.sandbox.calls import calls
from minidl.course.sandbox.foreign import shown
from minidl.course.sandbox.jobs import Job, Limits, Run
from minidl.course.sandbox.process import Process

GRACE = 1.0  # seconds after its own alarm that a child has to report, before it is killed
MOST_MESSAGE = 300  # characters of an exception's message, or of a line of code
MOST_LINES = 10**7  # of a file
MOST_NAMES = 16  # in the line of an error
MOST_WORD = 4000  # bytes of one text in an array


class Conversation:
    """One run: what the child says is taken down in `run`, and its calls are passed on."""

    def __init__(self, process: Process, job: Job, limits: Limits):
        self.process, self.job, self.limits = process, job, limits
        self.names: tuple[str, ...] = ()
        self.start_helper: Callable[[], Process] | None = None
        self.helper: Process | None = None
        self.asked = self.asked_back = 0  # calls either way that wait for an answer
        self.run = Run()
        self.selector = selectors.DefaultSelector()
        self.selector.register(process.channel, selectors.EVENT_READ, self.hear)
        self.selector.register(process.output, selectors.EVENT_READ, self.printing)
        self.more_time(limits.while_loading)

    def lets_call(self, names: tuple[str, ...], start_helper: Callable[[], Process]) -> None:
        """Allows calls of these functions; `start_helper` starts the process that answers them."""
        self.names, self.start_helper = names, start_helper

    def ends_with(self, control: socket.socket) -> None:
        """Ends when the supervisor does: it says nothing unasked, and nobody else keeps order."""
        self.selector.register(control, selectors.EVENT_READ, self.lost)

    def lost(self) -> None:
        """Notes that the supervisor is gone."""
        self.run.stopped = "ended"

    def more_time(self, limits: Limits) -> None:
        """Starts the clock again: loading the file and running its probes have a limit each.

        Processor time is kept by the child's own alarm, and by a limit of the system's for one that
        turns its alarm off; waiting by its alarm, too, and by the supervisor. This is for a child
        whose supervisor does not see how much it computes.
        """
        self.deadline = time.monotonic() + limits.busy * limits.wall + GRACE

    def hold(self) -> None:
        """Listens until all results are there, or something ends it; see `run`."""
        try:
            while not self.over():
                left = self.deadline - time.monotonic()
                if left <= 0:
                    self.run.stopped = "wall"
                for key, _ in self.selector.select(max(0.0, left)):
                    key.data()
        except EOFError:
            self.run.stopped = "ended"
        except wire.Broken as error:
            self.run.stopped, self.run.why = "reply", shown(error)
        finally:
            self.selector.close()

    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        run = self.run
        return bool(
            run.stopped
            or run.not_loaded
            or (run.loaded and len(run.results) == len(self.job.probes))
        )

    @property
    def answered(self) -> bool:
        """Whether it came to its end, and no call of either side waits for an answer."""
        return not (self.run.stopped or self.asked or self.asked_back)

    def printing(self) -> None:
        """Takes what the child printed, and stops one that prints without end."""
        if not self.process.listen():
            self.selector.unregister(self.process.output)
        elif self.process.size > self.limits.output:
            self.run.stopped = "output"

    def hear(self) -> None:
        """Takes what the child sent: results are kept, calls and answers to calls passed on."""
        for header, text, arrays in self.process.receive():
            if not self.start_helper:  # there is nobody to pass anything on to
                self.take(wire.unpack(text, arrays))
                continue
            kind, name = wire.label(text)
            if kind in ("value", "raise") and self.helper and self.asked_back:
                self.asked_back -= 1
                self.helper.send(header + text + arrays)
            elif kind == "call":
                self.pass_on(name, header + text + arrays)
            else:
                self.take(wire.unpack(text, arrays))

    def take(self, message: wire.Message) -> None:
        """Keeps what a message says; Broken where it does not belong or has another form."""
        try:
            self.keep(message)
        except wire.Broken:
            raise
        except Exception as error:  # hostile input: every failure means the same
            what = f"a reply that cannot be read ({type(error).__name__})"
            raise wire.Broken(what) from None

    def keep(self, message: wire.Message) -> None:
        run = self.run
        if message.kind == "loaded" and not run.loaded:
            run.loaded, run.lines = True, _lines(message.body)
            self.more_time(self.limits)
        elif message.kind == "not loaded" and not run.loaded:
            run.not_loaded = _error(message.body)
        elif message.kind == "calls" and run.loaded and message.name == len(run.results):
            run.calls[len(run.results)] = calls(message.body)
        elif message.kind in ("arrays", "error") and run.loaded:
            self.result(message)
        elif message.kind == "call":
            raise _uninvited(message.name)
        else:
            raise wire.Broken(f"a reply of kind {str(message.kind)[:40]!r}")

    def result(self, message: wire.Message) -> None:
        """Keeps the outcome of the next probe; Broken if there is no next."""
        if message.name != len(self.run.results) or len(self.run.results) == len(self.job.probes):
            raise wire.Broken("a result that was not asked for")
        number = len(self.run.results)
        if message.kind == "error":
            error = _error(message.body)
            self.run.results[number] = ("error", error)
            if error["type"] == "TimeIsUp" and not self.job.variants:
                self.run.stopped = "wall" if error["message"] == "wall" else "seconds"
        else:
            self.run.results[number] = ("arrays", _arrays(message.body))
        if self.begins(number + 1):
            self.more_time(self.limits)

    def begins(self, number: int) -> bool:
        """Whether the probe of that number begins a group, which has the time of its own."""
        probes = self.job.probes
        return number < len(probes) and bool(probes[number].get("begins"))

    def pass_on(self, name: str | int | None, frame: bytes) -> None:
        """Sends a call on to the reference, if the function under test may make it."""
        if not self.start_helper or name not in self.names:
            raise _uninvited(name)
        if self.helper is None:
            self.helper = self.start_helper()
            self.selector.register(self.helper.channel, selectors.EVENT_READ, self.hear_helper)
        self.asked += 1
        self.helper.send(frame)

    def hear_helper(self) -> None:
        """Passes answers, and calls of functions that were arguments, back to the child."""
        assert self.helper
        try:
            for header, text, arrays in self.helper.receive():
                kind, _ = wire.label(text)
                self.asked -= kind in ("value", "raise")
                self.asked_back += kind == "call"
                if kind in ("value", "raise", "call"):
                    self.process.send(header + text + arrays)
        except EOFError:
            raise wire.Broken("a call that the reference did not survive") from None


def _lines(body: Any) -> dict[str, int | None]:
    if not isinstance(body, dict):
        raise wire.Broken("a reply without lines")
    return {str(k): v if _is_line(v) else None for k, v in body.items()}


def _is_line(value: Any) -> bool:
    return type(value) is int and 0 <= value < MOST_LINES


def _error(body: Any) -> dict[str, Any]:
    """The fields of an error, each of the type that is shown; its place is there whole or not."""
    if not isinstance(body, dict):
        raise wire.Broken("an error that is not one")

    def text(field: str, most: int = MOST_MESSAGE) -> str:
        given = body.get(field, "")
        return shown(given.replace("\t", " "), most) if isinstance(given, str) else ""

    told: dict[str, Any] = {"type": text("type", 80), "message": text("message")}
    told |= {"near": text("near", 80), "names": _names(body.get("names"))}
    if "probe" in body:
        told["probe"] = text("probe")
    if _is_line(body.get("line")):
        told |= {"file": text("file"), "line": body["line"], "text": text("text")}
        if _is_line(body.get("column")):
            told["column"] = body["column"]
    return told


def _names(body: Any) -> dict[str, str]:
    """What the names in the line of an error stood for."""
    if not isinstance(body, dict) or len(body) > MOST_NAMES:
        return {}
    return {shown(name, 40): shown(words, 100) for name, words in body.items()}


def _arrays(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or not all(isinstance(v, np.ndarray) for v in body.values()):
        raise wire.Broken("results that are not arrays")
    for array in body.values():
        if array.dtype.kind in "SU" and array.dtype.itemsize > MOST_WORD:
            raise wire.Broken(f"a text of {array.dtype.itemsize:,} bytes as a result")
    return {shown(name, 100): array for name, array in body.items()}


def _uninvited(name: Any) -> wire.Broken:
    return wire.Broken(f"a call of {str(name)[:40]!r}, which this function does not need")
