"""Programs: the kernels that a computation runs, recorded once and from then on run together.

A network of many small layers spends more time in Python between its kernels than in them: of one
face through FaceResNet, half. A program is the list of its runs of kernels, with all sizes and
addresses filled in, in memory of its own. One compiled call goes through it (`program_kernels`).

What can be recorded is a function from one float32 array to others that does all of its work in
kernels which say what is behind their addresses. Whether it does is tried: a program is made only
if it says of another array, to the last bit, what the function says. Weights are part of it: who
keeps one sees to it that they are still the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from minidl.kernels.layout import channels_first, fill

from . import results, threads
from .addresses import address
from .program_kernels import COUNTERS, ENTRY, FUNCTION, ITEMS, NUMBERS, THREADS, Steps, run_steps
from .recording import Recording, Step, recorded, unrecorded
from .sizes import PROGRAM_NUMBERS

Function = Callable[[np.ndarray], Sequence[np.ndarray]]


class Program:
    """program(x) is what function(x) was, for any x (N, C, ...) of the shape it was recorded with.

    Of as many threads as there were then. Raises ValueError where the function cannot be recorded.
    """

    def __init__(self, function: Function, x: np.ndarray) -> None:
        with threads.exclusive, recorded() as recording:
            n, c, *spatial = x.shape
            self._given = channels_first(results.empty((n, *spatial, c)))
            with unrecorded():
                fill(self._given, x)
            self._found = [np.asarray(y) for y in function(self._given)]
        self._recording = recording  # keeps the memory
        self._table = _table(recording)
        self._counters = np.zeros((len(self._table), COUNTERS // 8), np.int64)
        self._team = max((step.threads for step in recording.steps), default=1)
        self._job = Steps(address(self._table), address(self._counters), len(self._table))
        self._try(function)

    def __call__(self, x: np.ndarray) -> list[np.ndarray]:
        """The results, new arrays."""
        with threads.exclusive:
            fill(self._given, x)
            self._counters.fill(0)
            threads.run(run_steps, self._team, self._job, threads=self._team)
            return [y.copy(order="K") for y in self._found]

    def _try(self, function: Function) -> None:
        other = np.random.default_rng(0).standard_normal(self._given.shape, np.float32)
        for ours, theirs in zip(self(other), function(other), strict=True):
            if not np.array_equal(ours, theirs, equal_nan=True):
                raise ValueError("a part of the function is not done by kernels")


def _table(recording: Recording) -> np.ndarray:
    """The steps as `run_steps` reads them."""
    if recording.refused:
        raise ValueError(f"{recording.refused} cannot be recorded")
    table = np.zeros((len(recording.steps), ENTRY // 8), np.int64)
    for entry, step in zip(table, recording.steps, strict=True):
        numbers = list(_numbers(step.jobs))
        if len(numbers) > PROGRAM_NUMBERS:
            raise ValueError(f"{step.kernel.__name__} takes {len(numbers)} numbers")
        entry[FUNCTION // 8] = _function(step)
        entry[ITEMS // 8], entry[THREADS // 8] = step.items, step.threads
        entry[NUMBERS // 8 : NUMBERS // 8 + len(numbers)] = numbers
    return table


def _numbers(jobs: Any) -> Iterator[int]:
    """All that is in jobs, in order."""
    for part in jobs:
        if isinstance(part, tuple):
            yield from _numbers(part)
        elif isinstance(part, (int, np.integer)):
            yield int(part)
        else:
            raise ValueError(f"given a job with a {type(part).__name__}, expected whole numbers")


def _function(step: Step) -> int:
    """The address of a kernel's compiled code; it has run, so there is some."""
    (compiled,) = step.kernel.overloads.values()  # whole numbers are all of one type
    at: int = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    return at
