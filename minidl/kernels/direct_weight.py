"""Implicit GEMM: the gradient to the weights of a convolution of any shape.

gw = windows of x, transposed, times g. Every thread gathers blocks of windows and adds its products
to sums of its own; the few sums are added up at the end.
"""

from __future__ import annotations

import numpy as np

from . import lines, scratch, threads
from .direct import SMALL, tap_offsets
from .direct_grad_kernels import Sums, accumulate_windows
from .geometry import ConvSpec, Shape, channels_last
from .micro import COLUMNS, ROWS
from .totals import Accumulator
from .window_tables import windows

PERIOD = 32  # blocks of 64 positions that are added up in float32


def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The same as `loops.conv_weight_grad`."""
    outputs, size = kernel_shape[:2]
    offsets = tap_offsets(np.empty(kernel_shape, np.int8), spec)
    x, g = channels_last(x), channels_last(g)
    if lines.suits(size, spec.groups, g.shape[1:-1], spec.stride, offsets):
        total = lines.window_products(x, g, spec.stride, offsets)
    else:
        total = window_products(x, g, spec.stride, offsets, spec.groups)  # (G, taps * C/G, K/G)
    total = total.reshape(spec.groups, len(offsets), size, outputs // spec.groups)
    return np.ascontiguousarray(total.transpose(0, 3, 2, 1)).reshape(kernel_shape)


def window_products(
    x: np.ndarray, g: np.ndarray, steps: Shape, offsets: np.ndarray, groups: int
) -> np.ndarray:
    """Windows of x (N, *spatial, C), transposed, times g (N, *out, K): (G, taps * C/G, K/G).

    Of a matrix and itself, only one half is computed.
    """
    outputs = g.shape[-1] // groups
    panels = -(-outputs // COLUMNS)
    with threads.exclusive:
        small = g.size * len(offsets) * x.shape[-1] // groups < SMALL
        team = 1 if small else threads.get_num_threads()
        win, tables = windows(x, g.shape[1:-1], steps, offsets, groups, team)
        rows, width = tables.padded_columns, panels * COLUMNS
        items = -(-win.positions // win.block) * groups
        found = Accumulator(team, (groups, rows, width), items // team, PERIOD * groups)
        whole = win.channels % ROWS == 0 and outputs % COLUMNS == 0
        in_place = win.pixels and groups == 1 and whole
        symmetric = in_place and x is g
        job = Sums(
            g=g.ctypes.data,
            outputs=outputs,
            panels=panels,
            rows=rows,
            sums=found.sums.ctypes.data,
            sums_stride=found.sums.strides[0],
            c=scratch.buffer("m", team * win.block * width),
            c_stride=4 * win.block * width,
            in_place=int(in_place),
            symmetric=int(symmetric),
        )
        if items:
            order = win, job, found.job()
            threads.run(accumulate_windows, items, *order, threads=team, fixed=True)
    total = found.result()
    if symmetric:
        _mirror(total[0])
        return total
    return total[:, tables.places(), :outputs]


def _mirror(square: np.ndarray) -> None:
    """Fills in what lies below the panels of the diagonal from what lies above."""
    for end in range(COLUMNS, len(square), COLUMNS):
        square[end:, end - COLUMNS : end] = square[end - COLUMNS : end, end:].T
