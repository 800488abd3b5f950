"""Runs of the reference beside those of the learner: both are needed, and most machines have cores.

They go on in a thread and a process of their own, which are there once something is begun. While
they do, threads are asked to hand over the interpreter more often than Python's 5 ms: who waits for
a process does little between two messages, and should not wait for the other thread as well.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from minidl.course.sandbox.jobs import Run
from minidl.course.sandbox.sandbox import Sandbox

HANDED_OVER = 2e-4  # seconds
Runs = tuple[Run, Run]  # on each seed


class Running(Protocol):
    """What is run beside, in the sandbox that is given to it."""

    def __call__(self, *, sandbox: Sandbox) -> Runs: ...


class Ahead:
    """What was begun, one after the other, by what it is of; to be closed.

    beside: the sandbox that runs our own code meanwhile.
    """

    def __init__(self, beside: Sandbox):
        self.beside = beside
        self.coming: dict[Hashable, Future[Runs]] = {}
        self.thread: ThreadPoolExecutor | None = None
        self.sandbox: Sandbox | None = None

    def begin(self, key: Hashable, run: Running) -> None:
        if self.thread is None:
            self.thread = ThreadPoolExecutor(1, "reference")
            self.before = sys.getswitchinterval()
            sys.setswitchinterval(min(self.before, HANDED_OVER))
        self.coming[key] = self.thread.submit(self._run, run)

    def _run(self, run: Running) -> Runs:
        if self.sandbox is None:
            self.sandbox = Sandbox(self.beside.limits, ours=True, twin_of=self.beside)
        return run(sandbox=self.sandbox)

    def close(self) -> None:
        """Forgets what is not begun, and waits for what is."""
        self.coming.clear()
        if self.thread:
            self.thread.shutdown(cancel_futures=True)
            sys.setswitchinterval(self.before)
        if self.sandbox:
            self.sandbox.close()
