"""Fills in `Windows`: which taps lie next to each other, and how columns are cut into chunks."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from minidl.kernels.geometry import Shape, elements, three_axes
from minidl.kernels.machine import scratch
from minidl.kernels.machine.micro import ROWS
from minidl.kernels.machine.simd import LANES
from minidl.kernels.machine.sizes import (
    CACHE_LINE_FLOATS,
    GEMM_BLOCK_POSITIONS,
    GEMM_CHUNK_COLUMNS,
    ITEMS_PER_THREAD,
)

from .windows import Windows


class Tables(NamedTuple):
    """`Windows` holds addresses of these arrays: keep them while it is used."""

    runs: np.ndarray  # (count, 4)
    chunks: np.ndarray  # (count, 5)

    @property
    def padded_columns(self) -> int:
        """Columns when every chunk is rounded up to whole rows of the micro-kernel."""
        return int(self.chunks[-1, 4]) + scratch.rounded(int(self.chunks[-1, 3]), ROWS)

    def places(self) -> np.ndarray:
        """The place of every column among the padded ones."""
        return np.concatenate([start + np.arange(size) for *_, size, start in self.chunks])


def windows(
    x: np.ndarray, out: Shape, steps: Shape, offsets: np.ndarray, groups: int, team: int,
    items_per_thread: int = ITEMS_PER_THREAD,
) -> tuple[Windows, Tables]:  # fmt: skip
    """The windows of x (N, *spatial, C) at positions `out`, `steps` apart.

    offsets: (taps, rank), where each tap lies from its position. Columns are in the order of taps,
    channels within. Takes the buffer "a" of `scratch` for `team` threads.
    items_per_thread: as many blocks of positions there are at least, if there are the positions.
    """
    plan = x.shape, out, steps, offsets.tobytes(), groups, team, items_per_thread * team
    win, tables = _planned(*plan)
    at = x.ctypes.data
    room = scratch.buffer("a", team * win.a_stride // 4)
    return win._replace(x=at, x_end=at + x.nbytes, a=room), tables


@functools.lru_cache(maxsize=512)
def _planned(
    shape: Shape, out: Shape, steps: Shape, offsets: bytes, groups: int, team: int, items: int
) -> tuple[Windows, Tables]:
    """The windows of an x of this shape, without the addresses of a call."""
    n, *spatial, channels = shape
    size = channels // groups
    taps = np.frombuffer(offsets, np.int64).reshape(-1, len(out))
    where = np.zeros((len(taps), 3), np.int64)
    where[:, 3 - len(out) :] = taps
    pixels = tuple(spatial) == out and len(where) == 1 and not where.any() and set(steps) == {1}
    tables = _pixel_tables(size) if pixels else _run_tables(where, size, groups)
    a_width = scratch.rounded(int(tables.chunks[:, 3].max()), CACHE_LINE_FLOATS) + LANES
    positions = n * elements(out)
    share = scratch.rounded(-(-positions // items), ROWS)
    block = max(ROWS, min(GEMM_BLOCK_POSITIONS, share))
    depth, height, width = three_axes(tuple(spatial), 1)
    out_depth, out_height, out_width = three_axes(out, 1)
    step_depth, step_height, step_width = three_axes(steps, 1)
    return Windows(
        x=0,
        x_end=0,
        depth=depth,
        height=height,
        width=width,
        channels=channels,
        group_channels=size,
        groups=groups,
        out_depth=out_depth,
        out_height=out_height,
        out_width=out_width,
        positions=positions,
        step_depth=step_depth,
        step_height=step_height,
        step_width=step_width,
        runs=tables.runs.ctypes.data,
        chunks=tables.chunks.ctypes.data,
        chunk_count=len(tables.chunks),
        columns=len(where) * size,
        pixels=int(pixels),
        block=block,
        a=0,
        a_width=a_width,
        a_stride=4 * block * a_width,
    ), tables


def _pixel_tables(size: int) -> Tables:
    starts = np.arange(0, size, GEMM_CHUNK_COLUMNS)
    sizes = np.minimum(GEMM_CHUNK_COLUMNS, size - starts)
    zero = np.zeros_like(starts)
    chunks = np.stack([zero, zero + 1, starts, sizes, starts], axis=1).astype(np.int64)
    return Tables(np.array([[0, 0, 0, 1]], np.int64), chunks)


def _run_tables(where: np.ndarray, size: int, groups: int) -> Tables:
    runs: list[list[int]] = []
    for d, h, w in where.tolist():
        last = runs[-1] if runs else [0, 0, 0, 0]
        follows = last[3] > 0 and last[:2] == [d, h] and last[2] + last[3] == w
        if follows and groups == 1 and (last[3] + 1) * size <= GEMM_CHUNK_COLUMNS:
            last[3] += 1
        else:
            runs.append([d, h, w, 1])
    chunks: list[list[int]] = []
    for i, run in enumerate(runs):
        columns = run[3] * size
        if chunks and chunks[-1][3] + columns <= GEMM_CHUNK_COLUMNS:
            chunks[-1][1] = i + 1
            chunks[-1][3] += columns
        else:
            start, padded = _after(chunks[-1]) if chunks else (0, 0)
            chunks.append([i, i + 1, start, columns, padded])
    return Tables(np.array(runs, np.int64), np.array(chunks, np.int64))


def _after(chunk: list[int]) -> tuple[int, int]:
    """Where the next chunk starts, among the columns and among the padded ones."""
    *_, start, columns, padded = chunk
    return start + columns, padded + scratch.rounded(columns, ROWS)
