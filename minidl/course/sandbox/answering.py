"""A child of our own that answers calls to needed functions, for one run after the other."""

from __future__ import annotations

import selectors
from typing import Protocol

from minidl.course.sandbox.jobs import Job, Limits
from minidl.course.sandbox.process import Process


class Children(Protocol):
    """Of a sandbox: what starts and ends its children. current: the one that runs, if any."""

    current: Process | None

    def start(self, job: Job, limits: Limits) -> Process: ...
    def end(self, process: Process, patience: float) -> object: ...


class Answering:
    """A job without probes in a sandbox of our own, begun by the first call and kept while sound.

    What else is run in that sandbox meanwhile ends it; then the next call begins it again.
    """

    def __init__(self, sandbox: Children, job: Job, limits: Limits):
        self.sandbox, self.job, self.limits = sandbox, job, limits
        self.process: Process | None = None

    def begun(self) -> Process:
        """Its process, which waits for a call and has nothing more to say."""
        if not self.process or self.process is not self.sandbox.current or not _waits(self.process):
            self.process = self.sandbox.start(self.job, self.limits)
        return self.process

    def end(self) -> None:
        """Ends it, if it was begun: it may still be at work for somebody who has gone."""
        if self.process and self.process is self.sandbox.current:
            self.sandbox.end(self.process, 0.0)
        self.process = None


def _waits(process: Process) -> bool:
    """Whether a process is there and has said nothing that was not heard; its end could be, too."""
    if process.received:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(process.channel, selectors.EVENT_READ)
        return not selector.select(0)
