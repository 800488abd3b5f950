"""Implicit GEMM: the gradient to the weights of a convolution of any shape.

gw = windows of x, transposed, times g. Every thread gathers blocks of windows and adds its products
to sums of its own; the few sums are added up at the end.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.conv.totals import Accumulator
from minidl.kernels.geometry import ConvSpec, Shape
from minidl.kernels.layout import channels_last
from minidl.kernels.machine import scratch, threads
from minidl.kernels.machine.micro import COLUMNS, ROWS
from minidl.kernels.machine.sizes import GEMM_PERIOD_BLOCKS, LONE_CONV_PRODUCTS
from minidl.kernels.machine.trace import traced

from . import lines
from .convolve import tap_offsets
from .grad_kernels import Sums, accumulate_windows
from .tables import windows


@traced("gemm")
def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The gradient to w (K, C/groups, *kernel), from g (N, K, *out) and x (N, C, *spatial)."""
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

    steps, offsets: as in `tables.windows`. Of a matrix and itself, with both sides in whole panels,
    only one half is computed and the other copied.
    """
    outputs = g.shape[-1] // groups
    panels = -(-outputs // COLUMNS)
    with threads.exclusive:
        small = g.size * len(offsets) * x.shape[-1] // groups < LONE_CONV_PRODUCTS
        team = 1 if small else threads.get_num_threads()
        win, tables = windows(x, g.shape[1:-1], steps, offsets, groups, team)
        rows, width = tables.padded_columns, panels * COLUMNS
        items = -(-win.positions // win.block) * groups
        found = Accumulator(team, (groups, rows, width), items // team, GEMM_PERIOD_BLOCKS * groups)
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
