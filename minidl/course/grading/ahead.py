"""Runs of the reference beside those of the learner: both are needed, and most machines have cores.

They go on in a thread and a process of their own, which are there once something is begun.
"""

from __future__ import annotations

from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from minidl.course.sandbox.jobs import Limits, Run
from minidl.course.sandbox.sandbox import Sandbox

Runs = tuple[Run, Run]  # on each seed


class Running(Protocol):
    """What is run beside, in the sandbox that is given to it."""

    def __call__(self, *, sandbox: Sandbox) -> Runs: ...


class Ahead:
    """What was begun, one after the other, by what it is of; to be closed."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.coming: dict[Hashable, Future[Runs]] = {}
        self.thread: ThreadPoolExecutor | None = None
        self.sandbox: Sandbox | None = None

    def begin(self, key: Hashable, run: Running) -> None:
        if self.thread is None or self.sandbox is None:
            self.thread = ThreadPoolExecutor(1, "reference")
            self.sandbox = Sandbox(self.limits, ours=True)
        self.coming[key] = self.thread.submit(run, sandbox=self.sandbox)

    def close(self) -> None:
        """Forgets what is not begun, and waits for what is."""
        self.coming.clear()
        if self.thread:
            self.thread.shutdown(cancel_futures=True)
        if self.sandbox:
            self.sandbox.close()
