"""Sums over any number of items of work: in float32 for a while, then added to float64 totals.

A thread that adds up gradients to weights keeps sums in float32, near its multipliers. Over
millions of positions those would drift (depthwise, 1.8e-3 at ten million); every `period` items
they are added to totals in float64 and begin again at 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.jit import inner
from minidl.kernels.machine.simd import LANES, ZERO, load1, store1, vset, vstore
from minidl.kernels.machine.wide import load_double, store_double, wload, wload_wide, wstore


class Totals(NamedTuple):
    """Of one thread: addresses of its float32 sums and float64 totals (0: none), and how many."""

    sums: int
    totals: int
    size: int
    period: int  # items of work, or positions, from one time to the next


class Accumulator:
    """Zeros for every thread to add to: `sums` float32 (team, ...), and their totals where needed.

    items: how many each thread adds up, about.
    """

    def __init__(self, team: int, shape: tuple[int, ...], items: int, period: int) -> None:
        self.sums = np.zeros((team, *shape), np.float32)
        self.totals = np.zeros((team, *shape)) if items > period else None
        self.period = period

    def job(self) -> Totals:
        """What `settle` is called with; the arrays of this object are to be kept meanwhile."""
        totals = 0 if self.totals is None else self.totals.ctypes.data
        return Totals(self.sums.ctypes.data, totals, self.sums[0].size, self.period)

    def result(self) -> np.ndarray:
        """The sum over threads, float32."""
        if self.totals is None:
            return self.sums.sum(axis=0) if len(self.sums) > 1 else self.sums[0]
        return self.totals.sum(axis=0).astype(np.float32)


@inner
def settle(thread, since, last, job):
    """Adds sums to totals where `period` are done since last time, or at last; gives since anew."""
    if not job.totals or not (last or since >= job.period):
        return since
    sums = job.sums + 4 * thread * job.size
    totals = job.totals + 8 * thread * job.size
    whole = job.size // LANES * LANES
    for i in range(0, whole, LANES):
        wstore(totals + 8 * i, wload_wide(totals + 8 * i) + wload(sums + 4 * i))
        vstore(sums + 4 * i, vset(ZERO))
    for i in range(whole, job.size):
        store_double(totals + 8 * i, load_double(totals + 8 * i) + load1(sums + 4 * i))
        store1(sums + 4 * i, ZERO)
    return 0
