"""What is noted while a program is recorded (see `program`): its steps, and the memory for them.

A step holds addresses, and nothing else says for how long there is anything at them. So in a
recording every result and every buffer comes from memory that the program keeps, and whoever runs
a kernel names the arrays behind its addresses; a kernel that is run without that refuses the
recording. A result that is gone gives its place to later ones, as everywhere: steps run in order.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np


class Step(NamedTuple):
    """One run of a kernel over items 0 .. items-1, on at most `threads` threads."""

    kernel: Any
    items: int
    threads: int
    jobs: tuple[Any, ...]


class Recording:
    """Steps in order, and what has to stay where it is while they can be run again."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.refused = ""  # by which kernel
        self.held: list[np.ndarray] = []
        self.blocks: list[np.ndarray] = []  # behind all results, lent or not
        self.free: dict[int, list[np.ndarray]] = {}
        self.lent: set[int] = set()  # as in `results`
        self.buffers: dict[str, tuple[int, np.ndarray]] = {}

    def note(self, step: Step, fixed: bool, holds: Sequence[np.ndarray] | None) -> None:
        """Takes down a run; holds: the arrays at the addresses in its jobs, if it says so."""
        if fixed or holds is None:
            self.refused = self.refused or step.kernel.__name__
            return
        self.steps.append(step)
        self.held.extend(a for a in holds if id(_owner(a)) not in self.lent)

    def block(self, size: int) -> np.ndarray:
        """A block of so many floats that no result is using."""
        waiting = self.free.get(size)
        if waiting:
            return waiting.pop()
        self.blocks.append(np.empty(size, np.float32))
        return self.blocks[-1]

    def give_back(self, block: np.ndarray, loan: int) -> None:
        """Takes a block back when the last array that looked at it is gone."""
        self.lent.discard(loan)
        self.free.setdefault(block.size, []).append(block)


def _owner(a: np.ndarray) -> object:
    """What an array is a view of, in the end."""
    base: object = a
    while isinstance(base, np.ndarray):
        base = base.base
    return base


class _Here(threading.local):
    recording: Recording | None = None


_here = _Here()


def recording() -> Recording | None:
    """The recording that this thread is making, if it is making one."""
    return _here.recording


@contextmanager
def unrecorded() -> Iterator[None]:
    """What this thread runs is no part of its recording: it is done once and for all."""
    before, _here.recording = _here.recording, None
    try:
        yield
    finally:
        _here.recording = before


@contextmanager
def recorded() -> Iterator[Recording]:
    """Runs of kernels in this thread are noted as well as made. The caller holds `exclusive`."""
    before, _here.recording = _here.recording, Recording()
    try:
        yield _here.recording
    finally:
        _here.recording = before
