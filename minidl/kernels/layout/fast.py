"""Copies in another order on every thread; see `contiguous`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minidl.kernels.machine import results, threads
from minidl.kernels.machine.addresses import address
from minidl.kernels.machine.simd import LANES
from minidl.kernels.machine.sizes import (
    LONE_TURN_NUMBERS,
    PASS_ITEM_NUMBERS,
    REPEATED_STREAM_BYTES,
    TURN_BLOCK,
    TURN_BLOCK_NUMBERS,
)

from .kernels import Repeats, Turns, repeat_runs, turn_blocks

if TYPE_CHECKING:
    from . import Repeat, Turn


def turned(a: np.ndarray, turn: Turn, target: np.ndarray | None = None) -> np.ndarray:
    """A copy of a in C order (in `target`, if there is one), by squares; `turn` says how."""
    target = results.empty(a.shape) if target is None else target
    sources, targets = _places(turn)
    columns = min(turn.columns, TURN_BLOCK)
    rows = min(turn.rows, TURN_BLOCK_NUMBERS // columns)
    columns = min(turn.columns, TURN_BLOCK_NUMBERS // rows)
    job = Turns(
        address(a), address(target), address(sources), address(targets),
        turn.rows, turn.columns, 4 * turn.step, 4 * turn.row, rows, columns,
    )  # fmt: skip
    items = len(sources) * -(-turn.rows // rows) * -(-turn.columns // columns)
    with threads.exclusive:
        team = threads.get_num_threads() if a.size >= LONE_TURN_NUMBERS else 1
        threads.run(turn_blocks, items, job, threads=team, holds=(a, target, sources, targets))
    return target


def repeated(a: np.ndarray, repeat: Repeat) -> np.ndarray:
    """A copy of a in C order, every number at a place of its own; `repeat` says which there are."""
    target = results.empty(a.shape)
    _, step, times, length = repeat
    large = target.nbytes >= REPEATED_STREAM_BYTES  # nothing is read that would need the caches
    stream = int(large and length % LANES == 0 and results.streams(target))
    job = Repeats(address(a), address(target), 4 * step, times, length, a.size, stream)
    with threads.exclusive:
        threads.run(repeat_runs, -(-a.size // PASS_ITEM_NUMBERS), job)
    return target


def _places(turn: Turn) -> tuple[np.ndarray, np.ndarray]:
    """Where each matrix begins in the source and in the result, in bytes."""
    source, target = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for n, here, there in turn.outer:
        source = np.add.outer(source, 4 * here * np.arange(n)).reshape(-1)
        target = np.add.outer(target, 4 * there * np.arange(n)).reshape(-1)
    return source, target
