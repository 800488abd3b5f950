"""Timing contestants side by side, fairly, on a machine that is never quite idle.

They take turns (A B C, then B C A, ...), so that a slow minute hits all of them. Every turn begins
with calls that are not timed: they bring the caches to where they would be if this contestant ran
alone, and outlast the threads of the turn before, which go on spinning for some milliseconds and
take a core from whoever comes next.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

TURN = 20e-3  # seconds: short calls are repeated within a turn until it takes this long
SETTLE = 30e-3  # seconds of calls that are not timed, at the beginning of a turn
LONG = 0.1  # seconds: longer calls settle by themselves


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
    if estimate < LONG:
        _seconds(call, max(1, round(SETTLE / max(estimate, 1e-6))))
    return _seconds(call, max(1, round(TURN / max(estimate, 1e-6))))


def _seconds(call: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times
