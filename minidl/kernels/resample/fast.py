"""Reading axes at other places on the compiled kernel: the second of two rungs.

Two axes that are neighbours in memory, as the rows and columns of pictures, are read in one pass:
rows are added up into a line that stays in the nearest cache, and the line is read along.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from minidl.kernels.geometry import Shape
from minidl.kernels.layout import contiguous, order_of
from minidl.kernels.machine import results, scratch, threads
from minidl.kernels.machine.addresses import address, back
from minidl.kernels.machine.simd import LANES
from minidl.kernels.machine.sizes import LONE_PASS_NUMBERS, PASS_ITEM_NUMBERS

from .kernels import Lines, add_up_lines
from .tables import Table, backward, forward

if TYPE_CHECKING:
    from . import Reads


def resample(x: np.ndarray, reads: tuple[Reads, ...]) -> np.ndarray:
    """y[i] = sum over t of weights[t, i] x[places[t, i]] along each axis in turn."""
    return _read(x, {r.axis: forward(r, x.shape[r.axis]) for r in reads})


def resample_grad(g: np.ndarray, reads: tuple[Reads, ...], shape: Shape) -> np.ndarray:
    """The gradient to the input, of this shape: g goes back to where it was read."""
    return _read(g, {r.axis: backward(r, shape[r.axis]) for r in reads})


def _read(x: np.ndarray, tables: dict[int, Table]) -> np.ndarray:
    order = _order(x)
    u = contiguous(x.transpose(order))
    for step in _steps([order.index(axis) for axis in tables], u.shape):
        u = _along(u, step[0], [tables[order[at]] for at in step])
    return u.transpose(back(order))


def _order(x: np.ndarray) -> list[int]:
    """The axes from the slowest to the fastest: as they lie, but channels last if they are many."""
    order = order_of(x)
    if x.ndim > 2 and x.shape[1] >= LANES:
        order = [axis for axis in order if axis != 1] + [1]
    return order


def _steps(axes: list[int], shape: Shape) -> list[list[int]]:
    """The axes in groups of one or two neighbours that are read in one pass.

    Of what is left to a group of one, the first: while there is least to read, in forward passes.
    """
    steps: list[list[int]] = []
    for axis in sorted(axes, reverse=True):
        if steps and len(steps[-1]) == 1 and steps[-1][0] == axis + 1:
            steps[-1].insert(0, axis)
        else:
            steps.append([axis])
    return steps[::-1]


def _along(u: np.ndarray, axis: int, tables: list[Table]) -> np.ndarray:
    """The contiguous u with one or two axes, from `axis` on, read at other places."""
    outer, rest = math.prod(u.shape[:axis]), math.prod(u.shape[axis + len(tables) :])
    lengths = [len(table.starts) - 1 for table in tables]
    target = results.empty((*u.shape[:axis], *lengths, *u.shape[axis + len(tables) :]))
    if not target.size:
        return target
    # One axis is taken as rows of what follows it, or, if that is short, as the columns of a row.
    rows = tables[0] if len(tables) == 2 or rest >= LANES else None
    columns = tables[-1] if len(tables) == 2 or rows is None else None
    out_rows, out_columns = (1 if t is None else len(t.starts) - 1 for t in (rows, columns))
    line = (1 if columns is None else columns.size) * rest
    made = out_columns * rest
    group = max(1, PASS_ITEM_NUMBERS // max(line, made))
    with threads.exclusive:
        team = 1 if max(u.size, target.size) < LONE_PASS_NUMBERS else threads.get_num_threads()
        room = scratch.rounded(line, LANES)
        job = Lines(
            address(u), address(target), outer * out_rows, group, line, made, rest,
            1 if rows is None else rows.size, out_rows, out_columns, *_addresses(rows),
            *_addresses(columns), scratch.buffer("resample", team * room), 4 * room,
            int(results.streams(target)),
        )  # fmt: skip
        threads.run(add_up_lines, -(-outer * out_rows // group), job, threads=team)
    return target


def _addresses(table: Table | None) -> tuple[int, int, int]:
    if table is None:
        return 0, 0, 0
    return address(table.starts), address(table.places), address(table.weights)
