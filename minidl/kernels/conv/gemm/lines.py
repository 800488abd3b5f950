"""Convolution of few input channels, as in a network's first layer: forward and to the weights.

There a window is short (3x3 of 3 channels: 27 numbers), and gathering windows costs as much as
multiplying them. So they are not gathered: see `line_kernels`.
"""

from __future__ import annotations

import functools

import numpy as np

from minidl.kernels.conv.totals import Accumulator
from minidl.kernels.geometry import Shape
from minidl.kernels.machine import results, scratch, threads
from minidl.kernels.machine.micro import COLUMNS, ROWS
from minidl.kernels.machine.simd import LANES
from minidl.kernels.machine.sizes import (
    LINE_CHANNELS,
    LINE_COPY_FLOATS,
    LINE_PERIOD_POSITIONS,
    LINE_STRETCH_POSITIONS,
    LONE_CONV_PRODUCTS,
)

from .line_kernels import Lines, accumulate_lines, multiply_lines
from .tables import windows
from .windows import Windows


def suits(channels: int, groups: int, out: Shape, stride: Shape, offsets: np.ndarray) -> bool:
    """Whether a convolution of `channels` is one of ours: lines long, and copied in little room."""
    if groups != 1 or channels > LINE_CHANNELS or out[-1] < ROWS:
        return False
    return channels * _copied(out[-1], stride[-1], offsets.tobytes(), len(out)) <= LINE_COPY_FLOATS


@functools.lru_cache(maxsize=256)
def _copied(out_width: int, step: int, offsets: bytes, rank: int) -> int:
    """How many pixels are copied for a stretch of positions; about, where taps lie together."""
    taps = np.frombuffer(offsets, np.int64).reshape(-1, rank)
    follows = (np.diff(taps[:, :-1], axis=0) == 0).all(axis=1) & (np.diff(taps[:, -1]) == 1)
    reach = min(LINE_STRETCH_POSITIONS, out_width) * step + int(np.ptp(taps[:, -1])) + 1
    return int(len(taps) - follows.sum()) * reach


def multiply(
    x: np.ndarray,
    out: Shape,
    stride: Shape,
    offsets: np.ndarray,
    packed: int,
    outputs: int,
    bias: np.ndarray | None,
    relu: bool,
) -> np.ndarray:
    """y (N, *out, K) of x (N, *spatial, C), from packed weights. The caller holds `exclusive`."""
    y = results.empty((x.shape[0], *out, outputs))
    win, job, keep = _plan(x, y, stride, offsets)
    shift = np.zeros(job.panels * COLUMNS, np.float32)
    if bias is not None:
        shift[:outputs] = bias
    job = job._replace(weights=packed, bias=shift.ctypes.data, relu=int(relu))
    items = win.positions // win.out_width * job.stretches
    if items:
        team = None if y.size * win.columns > LONE_CONV_PRODUCTS else 1
        threads.run(multiply_lines, items, win, job, threads=team, holds=(x, y, shift, *keep))
    return y


def window_products(x: np.ndarray, g: np.ndarray, stride: Shape, offsets: np.ndarray) -> np.ndarray:
    """Windows of x (N, *spatial, C), transposed, times g (N, *out, K): (taps * C, K)."""
    with threads.exclusive:
        win, job, keep = _plan(x, g, stride, offsets)
        team = threads.get_num_threads() if g.size * win.columns > LONE_CONV_PRODUCTS else 1
        items = win.positions // win.out_width * job.stretches
        shape = job.rows, job.panels * COLUMNS
        period = max(1, LINE_PERIOD_POSITIONS // job.stretch)
        found = Accumulator(team, shape, items // team, period)
        job = job._replace(weights=found.sums.ctypes.data, weights_stride=found.sums.strides[0])
        if items:
            order = win, job, found.job()
            threads.run(accumulate_lines, items, *order, threads=team, fixed=True)
    del keep
    return found.result()[: win.columns, : g.shape[-1]]


def _plan(
    x: np.ndarray, y: np.ndarray, stride: Shape, offsets: np.ndarray
) -> tuple[Windows, Lines, tuple[np.ndarray, ...]]:
    """Sizes and buffers of one call; the arrays are to be kept while they are used."""
    outputs, team, channels = y.shape[-1], threads.get_num_threads(), x.shape[-1]
    win, tables = windows(x, y.shape[1:-1], stride, offsets, 1, team)
    runs = tables.runs
    stretches = -(-win.out_width // LINE_STRETCH_POSITIONS)
    stretch = scratch.rounded(-(-win.out_width // stretches), ROWS)
    reach = (stretch - 1) * win.step_width + int(runs[:, 3].max())
    copy = scratch.rounded(reach * channels, LANES)
    panels = -(-outputs // COLUMNS)
    copies = len(runs) * copy
    starts = [np.arange(taps * channels) + r * copy for r, taps in enumerate(runs[:, 3])]
    table = np.zeros(scratch.rounded(win.columns, ROWS), np.int64)
    table[: win.columns] = 4 * np.concatenate(starts)
    return (
        win,
        Lines(
            runs=len(runs),
            stretch=stretch,
            stretches=-(-win.out_width // stretch),
            copies=scratch.buffer("v", team * copies),
            copy=4 * copy,
            copies_stride=4 * copies,
            table=table.ctypes.data,
            weights=0,
            weights_stride=0,
            rows=len(table),
            outputs=outputs,
            panels=panels,
            y=y.ctypes.data,
            bias=0,
            relu=0,
            c=scratch.buffer("m", team * stretch * panels * COLUMNS),
            c_stride=4 * stretch * panels * COLUMNS,
        ),
        (*tables, table),
    )
