"""The most float32 additions and multiplications a second that this machine was seen to do."""

from __future__ import annotations

import time

import numpy as np
from numba import njit

from minidl.kernels.machine import threads
from minidl.kernels.machine.jit import OPTIONS
from minidl.kernels.machine.simd import LANES, next_item, vfma, vset, vstore

CHAINS = 10  # independent sums: enough to hide the latency of a multiply-add
STEPS = 20_000
ITEMS = 50  # a millisecond or two: short enough to fall between what others are doing


@njit(**OPTIONS)
def _multiply_add(thread: int, counter: int, count: int, job: tuple) -> None:
    """Ten sums in ten registers, nothing from memory; the total is kept so that none is skipped."""
    half, address = job
    m, s0, s1, s2 = vset(half), vset(half * 1), vset(half * 2), vset(half * 3)
    s3, s4, s5, s6 = vset(half * 4), vset(half * 5), vset(half * 6), vset(half * 7)
    s7, s8, s9 = vset(half * 8), vset(half * 9), vset(half * 10)
    while next_item(counter) < count:
        for _ in range(STEPS):
            s0, s1, s2 = vfma(s0, m, m), vfma(s1, m, m), vfma(s2, m, m)
            s3, s4, s5 = vfma(s3, m, m), vfma(s4, m, m), vfma(s5, m, m)
            s6, s7, s8 = vfma(s6, m, m), vfma(s7, m, m), vfma(s8, m, m)
            s9 = vfma(s9, m, m)
    vstore(address + 64 * thread, s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9)


def peak_flops(repeats: int = 300) -> float:
    """Floating-point operations a second on the threads in use: the best of `repeats` runs."""
    sums = np.zeros((threads.get_num_threads(), 16), np.float32)
    job = (np.float32(0.5), sums.ctypes.data)
    with threads.exclusive:
        threads.run(_multiply_add, ITEMS, job)  # compiles
        seconds = min(_seconds(job) for _ in range(repeats))
    return 2.0 * LANES * CHAINS * STEPS * ITEMS / seconds


def _seconds(job: tuple) -> float:
    start = time.perf_counter()
    threads.run(_multiply_add, ITEMS, job)
    return time.perf_counter() - start
