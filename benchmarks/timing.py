"""Timing contestants side by side, fairly, on a machine that is never quite idle.

They take turns (A B C, then B C A, ...), so that a slow minute hits all of them. Every turn begins
with a call that is not timed: it brings the caches, and the threads that still spin after the turn
before, to where they would be if this contestant ran alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

TURN = 4e-3  # seconds: short calls are repeated within a turn until it takes this long
SETTLE = 0.1  # seconds: longer calls settle by themselves


def interleaved(contestants: dict[str, Callable[[], object]], rounds: int) -> dict[str, np.ndarray]:
    """Seconds per call of every contestant, one number per round."""
    alone = {name: _seconds(call, 1) for name, call in contestants.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(rounds):
        for name in order:
            seconds[name].append(_turn(contestants[name], alone[name]))
        order = order[1:] + order[:1]
    return {name: np.array(times) for name, times in seconds.items()}


def _turn(call: Callable[[], object], estimate: float) -> float:
    if estimate < SETTLE:
        call()
    return _seconds(call, max(1, round(TURN / max(estimate, 1e-7))))


def _seconds(call: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times
