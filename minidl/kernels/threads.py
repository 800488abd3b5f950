"""How kernels share the CPU: our own few threads, and NumPy's kept out of the way.

A kernel is a compiled function `kernel(thread, counter, count, *jobs)` that takes item numbers from
a shared counter (`simd.next_item`) until they run out, so a thread that is held up does less
instead of making the others wait. Compiled code lets go of Python's lock, so ordinary Python
threads run it side by side: nothing to configure, nothing that spins while it waits, and nothing
that breaks after a fork.

NumPy's OpenBLAS has threads of its own, and they do spin: after a matrix product they burn a core
for a while and starve whoever computes next. Measured on two cores (AMD EPYC, AVX-512), in a
process that imported NumPy first and multiplied matrices between calls: a 64->64 convolution of
256x256 took 17.6 ms, and 9.5 ms after OpenBLAS was limited to one thread at run time. That costs
NumPy's own large product its second thread (39 -> 63 ms at 1500x1500), so large float32 products
inside the library run on `kernels.matmul` instead. The limit is set when the first fast kernel
runs, whoever imported NumPy first.
"""

from __future__ import annotations

import os
import threading
import warnings
from queue import SimpleQueue
from typing import Any

import numpy as np

MOST = max(256, os.cpu_count() or 1)  # threads: each has buffers of its own, more is a slip
# Held while fast kernels run: they already use every thread, and share one set of buffers.
exclusive = threading.RLock()


def _default_threads() -> int:
    asked = os.environ.get("MINIDL_NUM_THREADS", "")
    if asked.isdecimal() and 1 <= int(asked) <= MOST:
        return int(asked)
    if asked:
        warnings.warn(
            f"MINIDL_NUM_THREADS is {asked}, expected a whole number from 1 to {MOST}: it is "
            "passed over",
            stacklevel=2,
        )
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_threads = _default_threads()


def get_num_threads() -> int:
    """How many threads the kernels use."""
    return _threads


def set_num_threads(count: int) -> None:
    """Lets the kernels use `count` threads (at first: one for each core this process may use)."""
    global _threads
    if not isinstance(count, (int, np.integer)) or isinstance(count, bool):
        raise TypeError(f"set_num_threads takes a whole number, given {count!r}")
    if not 1 <= count <= MOST:
        raise ValueError(f"set_num_threads: given {count}, expected 1 to {MOST}")
    with exclusive:
        _threads = int(count)


class _Worker:
    """A thread that waits for a kernel, runs its share, and reports back."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.orders: SimpleQueue = SimpleQueue()
        self.reports: SimpleQueue = SimpleQueue()
        threading.Thread(target=self._work, name=f"minidl-{number}", daemon=True).start()

    def _work(self) -> None:
        while True:
            kernel, counter, end, jobs = self.orders.get()
            try:
                kernel(self.number, counter.ctypes.data, end, *jobs)
                self.reports.put(None)
            except BaseException as error:
                self.reports.put(error)
            del kernel, counter, end, jobs


_workers: list[_Worker] = []


def run(
    kernel: Any, count: int, *jobs: Any, threads: int | None = None, fixed: bool = False
) -> None:
    """Runs `kernel` over items 0 .. count-1 on every thread (or at most on `threads` of them).

    fixed: each thread has a run of items of its own, always the same. A kernel whose threads add to
    sums of their own needs it, or the last bits of the total would change from call to call.

    The caller holds `exclusive`, and keeps alive the arrays whose addresses are in `jobs`: this
    returns, or raises, only after every thread is done with them.
    """
    used = max(1, min(_threads if threads is None else threads, _threads, count))
    (counter, end), *shares = _shares(count, used, fixed)
    while len(_workers) < used - 1:
        _workers.append(_Worker(len(_workers) + 1))
    helpers = _workers[: used - 1]
    for worker, share in zip(helpers, shares, strict=True):
        worker.orders.put((kernel, *share, jobs))
    errors: list[BaseException | None] = []
    try:
        kernel(0, counter.ctypes.data, end, *jobs)
    finally:
        errors.extend(_report(worker) for worker in helpers)
    for error in errors:
        if error is not None:
            raise error


def _shares(count: int, used: int, fixed: bool) -> list[tuple[np.ndarray, int]]:
    """For each thread the counter that it takes items from, and the item to stop at."""
    if not fixed:
        return [(np.zeros(1, np.int64), count)] * used  # one counter for all
    return [(np.array([count * i // used], np.int64), count * (i + 1) // used) for i in range(used)]


def _report(worker: _Worker) -> BaseException | None:
    """Waits for a worker even through Ctrl-C, which is handed on afterwards."""
    try:
        return worker.reports.get()
    except KeyboardInterrupt as pressed:
        return _report(worker) or pressed


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
    _workers.clear()
    exclusive = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
