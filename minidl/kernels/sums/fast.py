"""Sums of float32 in float64 where compiled code and every thread pay; see `total`."""

from __future__ import annotations

import numpy as np

from minidl.kernels.machine import scratch, threads, trace
from minidl.kernels.machine.addresses import address
from minidl.kernels.machine.sizes import LONE_SUM_NUMBERS, SUM_ITEM_COLUMNS, SUM_ITEM_NUMBERS

from .kernels import STRIP, Runs, dot_alone, dot_runs, sum_alone, sum_line, sum_runs


def whole(x: np.ndarray) -> float:
    """The sum of all numbers of x, which lie together in memory."""
    if x.size >= LONE_SUM_NUMBERS:
        return float(matrices(x, None, x.size, 1)[0, 0])
    _note()
    return float(sum_line(address(x), x.size))


def matrices(u: np.ndarray, v: np.ndarray | None, rows: int, columns: int) -> np.ndarray:
    """The sums over rows of u (or u v), contiguous (outer, rows, columns): (outer, columns)."""
    if u.size >= LONE_SUM_NUMBERS:
        return _shared(u, v, rows, columns)
    _note()
    outer = u.size // (rows * columns)
    sums = np.empty(outer * columns + STRIP)
    at = address(u)
    if v is None:
        sum_alone(at, 0, outer, rows, columns, sums)
    else:
        dot_alone(at, address(v) - at, outer, rows, columns, sums)
    return sums[:-STRIP].reshape(outer, columns)


def _shared(u: np.ndarray, v: np.ndarray | None, rows: int, columns: int) -> np.ndarray:
    """The same, on every thread."""
    outer = u.size // (rows * columns)
    group = max(1, SUM_ITEM_NUMBERS // (rows * columns))
    column_block = columns if group > 1 else min(columns, SUM_ITEM_COLUMNS)
    row_block = rows if group > 1 else min(rows, SUM_ITEM_NUMBERS // column_block)
    down, across = -(-rows // row_block), -(-columns // column_block)
    sums = np.empty((outer, down, columns))
    with threads.exclusive:
        team = threads.get_num_threads()
        at, room = address(u), scratch.buffer("sums", 2 * team * STRIP)
        ahead = 0 if v is None else address(v) - at
        job = Runs(
            at, ahead, outer, rows, columns, group, row_block, column_block, address(sums), room
        )
        items = -(-outer // group) if group > 1 else outer * down * across
        threads.run(sum_runs if v is None else dot_runs, items, job, threads=team)
    return sums.sum(axis=1) if down > 1 else sums[:, 0]


def _note() -> None:
    if trace.ON:
        trace.note_team(1)
