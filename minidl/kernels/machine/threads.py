"""How kernels share the CPU: our own few threads, and NumPy's kept out of the way.

A kernel is a compiled function `kernel(thread, counter, count, *jobs)` that takes item numbers from
a shared counter (`simd.next_item`) until they run out, so a thread that is held up does less
instead of making the others wait. Compiled code lets go of Python's lock, so ordinary Python
threads run it side by side: nothing to configure, and nothing that breaks after a fork. A thread
that waits looks out for a fraction of a millisecond (`signals`), then sleeps.

The threads of NumPy's OpenBLAS spin after a product and starve whoever computes next, so the first
compiled convolution, matrix product or search limits them to one; large float32 products run on
`kernels.matmul` instead. Why, and what was measured: docs/decisions.md.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any

import numpy as np

from minidl.arguments import checked

from . import trace
from .recording import Step, recording
from .sizes import CACHE_LINE_BYTES, MAX_THREADS

LOOKS = 1 << 14  # before a thread lies down: about half a millisecond
NAP = 5e-5  # seconds
_counters = np.zeros((MAX_THREADS, CACHE_LINE_BYTES // 8), np.int64)  # items taken, each in a line
FIRST_COUNTER = int(_counters.ctypes.data)
# Held while fast kernels run: they already use every thread, and share one set of buffers.
exclusive = threading.RLock()


def _default_threads() -> int:
    asked = os.environ.get("MINIDL_NUM_THREADS", "")
    if asked.isdecimal() and 1 <= int(asked) <= MAX_THREADS:
        return int(asked)
    if asked:
        warnings.warn(
            f"MINIDL_NUM_THREADS is {asked}, expected a whole number from 1 to "
            f"{MAX_THREADS}: it is ignored",
            stacklevel=2,
        )
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_threads = _default_threads()


def get_num_threads() -> int:
    """How many threads the kernels use."""
    return _threads


@checked
def set_num_threads(count: int) -> None:
    """Lets the kernels use `count` threads (at first: one for each core this process may use)."""
    global _threads
    if not 1 <= count <= MAX_THREADS:
        raise ValueError(f"set_num_threads: given {count}, expected 1 to {MAX_THREADS}")
    with exclusive:
        _threads = count


class _Helper:
    """A thread that runs its share of a kernel whenever one is ordered."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.slot = np.zeros(2 * CACHE_LINE_BYTES // 8, np.int64)  # see `signals`
        self.address = int(self.slot.ctypes.data)
        self.ordered = 0  # runs
        self.order: tuple | None = None
        self.error: BaseException | None = None
        self.asleep, self.bell = False, SimpleQueue[None]()
        threading.Thread(target=self._work, name=f"minidl-{number}", daemon=True).start()

    def begin(self, *order: Any) -> None:
        """Orders a run: a kernel, and what to call it with after the number of the thread."""
        self.order = order
        self.ordered += 1
        self.slot[0] = self.ordered
        if self.asleep:
            self.bell.put(None)

    def end(self) -> BaseException | None:
        """Waits, even through Ctrl-C, until the run is done; what went wrong in it, or Ctrl-C."""
        from .signals import finished

        pressed, patience = None, LOOKS
        while True:
            try:
                if finished(self.address, self.ordered, patience):
                    break
                if self.asleep:  # Ctrl-C came before the bell was rung
                    self.bell.put(None)
                patience = 1
                time.sleep(NAP)
            except KeyboardInterrupt as interrupt:
                pressed = interrupt
        error, self.error = self.error, None
        return error or pressed

    def _work(self) -> None:
        from .signals import next_run

        run = 0
        while True:
            if not next_run(self.address, FIRST_COUNTER, run, LOOKS):
                self._sleep(run)
            run = self.ordered
            (kernel, *arguments), self.order = self.order or (None,), None
            try:
                kernel(self.number, *arguments)
            except BaseException as error:
                self.error = error
            del kernel, arguments

    def _sleep(self, run: int) -> None:
        """Until another run than this one is ordered."""
        self.asleep = True
        while self.ordered == run:
            self.bell.get()
        self.asleep = False


_helpers: list[_Helper] = []


def run(
    kernel: Any, count: int, *jobs: Any, threads: int | None = None, fixed: bool = False,
    holds: Sequence[np.ndarray] | None = None,
) -> None:  # fmt: skip
    """Runs `kernel` over items 0 .. count-1 on every thread (or at most on `threads` of them).

    fixed: each thread has a run of items of its own, always the same. A kernel whose threads add to
    sums of their own needs it, or the last bits of the total would change from call to call.

    The caller holds `exclusive`, and keeps alive the arrays whose addresses are in `jobs`: this
    returns, or raises, only after every thread is done with them.

    holds: those arrays, all but buffers of `scratch`; named by runs that may be part of a program.
    """
    used = max(1, min(_threads if threads is None else threads, _threads, count))
    noted = recording()
    if noted is not None:
        noted.note(Step(kernel, count, used, jobs), fixed, holds)
    if trace.ON:
        trace.note_team(used)
    if used == 1:
        _counters[0, 0] = 0
        kernel(0, FIRST_COUNTER, count, *jobs)
        return
    (counter, end), *shares = _shares(count, used, fixed)
    while len(_helpers) < used - 1:
        _helpers.append(_Helper(len(_helpers) + 1))
    errors: list[BaseException | None] = []
    try:
        for helper, share in zip(_helpers, shares, strict=False):
            helper.begin(kernel, *share, *jobs)
        kernel(0, counter, end, *jobs)
    finally:
        errors.extend(helper.end() for helper in _helpers[: used - 1])
    for error in errors:
        if error is not None:
            raise error


def _shares(count: int, used: int, fixed: bool) -> list[tuple[int, int]]:
    """For each thread the address of the counter it takes items from, and the item to stop at."""
    if not fixed:
        _counters[0, 0] = 0
        return [(FIRST_COUNTER, count)] * used  # one counter for all
    starts = [count * i // used for i in range(used + 1)]
    _counters[:used, 0] = starts[:-1]
    return [(FIRST_COUNTER + i * _counters.strides[0], starts[i + 1]) for i in range(used)]


_blas_limit: Any = None


def limit_blas() -> None:
    """Limits NumPy's BLAS to one thread; see the top of this file."""
    global _blas_limit
    if _blas_limit is None:
        import threadpoolctl

        _blas_limit = threadpoolctl.threadpool_limits(1, user_api="blas")


def _after_fork() -> None:
    """A forked child has none of its parent's threads, and none of their locks."""
    global exclusive
    _helpers.clear()
    exclusive = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
