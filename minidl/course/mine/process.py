"""A learner's functions in a process of their own, called from here one call at a time.

As for a check, the process has limits and holds nothing of ours. Functions that do not run there
(they are not written, say) are answered here, and so are functions given as arguments.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minidl.course.sandbox import wire
from minidl.course.sandbox.foreign import shown
from minidl.course.sandbox.jobs import Job, Limits
from minidl.course.sandbox.process import Process
from minidl.course.sandbox.sandbox import Sandbox

Function = Callable[..., Any]
LIMITS = Limits(seconds=60.0)  # of processor time, for all the calls of a cell or two
CALL_SECONDS = 15.0  # on the clock, for one call


class CallFailed(Exception):
    """A call that came to nothing; the message says what the function did instead."""


class LearnerProcess:
    """One exercise file in a child of a sandbox; `call` runs a function of it.

    job: the file, without probes; its `calls` are answered by `answered` ("pad2d" or, of another
    set, "ex01_autograd.unbroadcast").
    """

    def __init__(self, job: Job, answered: Mapping[str, Function]):
        self.job, self.answered = job, dict(answered)
        self.given: list[Function] = []  # functions among the arguments of the present call
        self.sandbox: Sandbox | None = None
        self.process: Process | None = None

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The function's result. CallFailed, in words, where there is none."""
        until = time.monotonic() + CALL_SECONDS
        try:
            process = self._started(until)
            self.given = []
            process.send(wire.pack("call", _body(args, kwargs), name, self._keep))
            return self._answer(process, until)
        except wire.Broken as error:
            self.close()
            raise CallFailed(f"sent {shown(error)}") from None
        except EOFError:
            self.close()
            raise CallFailed("ended the process it ran in") from None
        except TimeoutError:
            self.close()
            raise CallFailed(f"needed more than {CALL_SECONDS:.0f} seconds for one call") from None

    def close(self) -> None:
        """Ends the process; a later call starts another."""
        if self.sandbox:
            if self.process:
                self.sandbox.end(self.process, 0.0)
            self.sandbox.close()
        self.sandbox = self.process = None

    def _started(self, until: float) -> Process:
        if self.process is None:
            self.sandbox = Sandbox(LIMITS)
            self.process = self.sandbox.start(self.job, LIMITS)
            message = self._next(self.process, until)
            if message.kind != "loaded":
                raise wire.Broken(f"a file that does not load: {_line(message.body)}")
        return self.process

    def _answer(self, process: Process, until: float) -> Any:
        """Waits for the result, and meanwhile answers what the function calls here."""
        while True:
            message = self._next(process, until)
            if message.kind == "value":
                return message.body
            if message.kind == "raise":
                kind, text = message.body
                raise CallFailed(f"raised {shown(kind, 60)}: {shown(text)}")
            if message.kind != "call":
                raise wire.Broken(f"a reply of kind {shown(message.kind, 40)!r}")
            process.send(self._answered(message))

    def _answered(self, message: wire.Message) -> bytes:
        """The answer to a call of the learner's function to one that is here."""
        try:
            name = message.name
            function = self.given[name] if isinstance(name, int) else self.answered[str(name)]
            value = function(*message.body["args"], **message.body["kwargs"])
            return wire.pack("value", value)
        except Exception as error:  # whatever it is, it is the caller's to hear of
            return wire.pack("raise", [type(error).__name__, str(error)])

    def _keep(self, function: Function) -> int:
        self.given.append(function)
        return len(self.given) - 1

    def _next(self, process: Process, until: float) -> wire.Message:
        """The next message of the child; TimeoutError when there is none until then."""
        with selectors.DefaultSelector() as selector:
            selector.register(process.channel, selectors.EVENT_READ)
            selector.register(process.output, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if key.fileobj is process.output:
                        if not process.listen():  # closed by the child
                            selector.unregister(process.output)
                        continue
                    for _, text, arrays in process.receive():
                        return wire.unpack(text, arrays)
        raise TimeoutError


def _body(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"args": list(args), "kwargs": dict(kwargs)}


def _line(error: Any) -> str:
    """An error of loading in a few words."""
    told = error if isinstance(error, dict) else {}
    return shown(f"{told.get('type', 'an error')}: {told.get('message', '')}")
