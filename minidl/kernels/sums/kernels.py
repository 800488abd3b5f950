"""Sums, and sums of products, of float32 in float64, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import LANES, load1, next_item
from minidl.kernels.machine.wide import (
    WIDE_BYTES,
    load_double,
    store_double,
    wload,
    wstore,
    wsum,
    wzero,
)

STRIP = 4 * LANES  # numbers that are summed in registers at a time
BYTES = 4 * LANES


class Runs(NamedTuple):
    """`outer` matrices (rows, columns), one after another, and the sums over their rows.

    An item is `group` whole matrices, or, with group 1, a block of rows by a block of columns.
    """

    u: int  # address
    ahead: int  # from u to v, in bytes
    outer: int
    rows: int
    columns: int
    group: int
    row_block: int
    column_block: int
    sums: int  # float64 (outer, row blocks, columns)
    room: int  # STRIP float64 for each thread


@kernel
def sum_line(u, count):
    """The sum of numbers that lie together."""
    return sum_line_of(u, 0, count)


@kernel
def sum_alone(u, ahead, outer, rows, columns, sums):
    """sums = the sums of u over rows, on the thread that calls it; behind them, room for STRIP."""
    room = sums.ctypes.data + 8 * outer * columns
    for o in range(outer):
        at, to = u + 4 * o * rows * columns, sums.ctypes.data + 8 * o * columns
        sum_matrix(at, 0, rows, columns, 4 * columns, to, room)


@kernel
def dot_alone(u, ahead, outer, rows, columns, sums):
    """sums = the sums of u v over rows, likewise."""
    room = sums.ctypes.data + 8 * outer * columns
    for o in range(outer):
        at, to = u + 4 * o * rows * columns, sums.ctypes.data + 8 * o * columns
        dot_matrix(at, ahead, rows, columns, 4 * columns, to, room)


@kernel
def sum_runs(thread, counter, count, job):
    """sums = the sums of u over rows."""
    room = job.room + thread * 8 * STRIP
    while True:
        item = next_item(counter)
        if item >= count:
            return
        for o in range(first_matrix(item, job), end_matrix(item, job)):
            start, rows, columns, to = place(item, o, job)
            sum_matrix(job.u + start, 0, rows, columns, 4 * job.columns, to, room)


@kernel
def dot_runs(thread, counter, count, job):
    """sums = the sums of u v over rows, every product exact in float64."""
    room = job.room + thread * 8 * STRIP
    while True:
        item = next_item(counter)
        if item >= count:
            return
        for o in range(first_matrix(item, job), end_matrix(item, job)):
            start, rows, columns, to = place(item, o, job)
            dot_matrix(job.u + start, job.ahead, rows, columns, 4 * job.columns, to, room)


@inner
def blocks(size, block):
    """How many blocks hold `size` things."""
    return (size + block - 1) // block


@inner
def first_matrix(item, job):
    """The first matrix of an item."""
    if job.group > 1:
        return item * job.group
    return item // (blocks(job.rows, job.row_block) * blocks(job.columns, job.column_block))


@inner
def end_matrix(item, job):
    """The matrix after the last of an item."""
    return min(job.outer, first_matrix(item, job) + job.group)


@inner
def place(item, o, job):
    """Of an item's part of matrix o: where it begins, its rows and columns, and its sums."""
    if job.group > 1:
        return 4 * o * job.rows * job.columns, job.rows, job.columns, job.sums + 8 * o * job.columns
    down, across = blocks(job.rows, job.row_block), blocks(job.columns, job.column_block)
    block = item % (down * across)
    row, column = block // across * job.row_block, block % across * job.column_block
    start = (o * job.rows + row) * job.columns + column
    to = job.sums + 8 * ((o * down + block // across) * job.columns + column)
    rows, columns = min(job.row_block, job.rows - row), min(job.column_block, job.columns - column)
    return 4 * start, rows, columns, to


@inner
def one(at, ahead):
    """A vector of u, in float64."""
    return wload(at)


@inner
def one1(at, ahead):
    """One number of u, in float64."""
    return np.float64(load1(at))


@inner
def product(at, ahead):
    """A vector of u times v, in float64."""
    return wload(at) * wload(at + ahead)


@inner
def product1(at, ahead):
    """One number of u times v, in float64."""
    return np.float64(load1(at)) * np.float64(load1(at + ahead))


def summing_lines(term, term1):
    """What gives the sum of numbers that lie together.

    term, term1: a vector, or one, of what is summed, from where it is.
    """

    @inner
    def line(u, ahead, count):
        a, b, c, d = wzero(), wzero(), wzero(), wzero()
        at, end = u, u + 4 * count
        while at + 4 * BYTES <= end:
            a = a + term(at, ahead)
            b = b + term(at + BYTES, ahead)
            c = c + term(at + 2 * BYTES, ahead)
            d = d + term(at + 3 * BYTES, ahead)
            at += 4 * BYTES
        while at + BYTES <= end:
            a = a + term(at, ahead)
            at += BYTES
        total = wsum((a + b) + (c + d)) if count >= LANES else 0.0
        while at < end:
            total += term1(at, ahead)
            at += 4
        return total

    return line


def summing_columns(term, term1):
    """What sums few columns, and what sums at least LANES, of rows `row` bytes apart, to `to`."""

    @inner
    def few(u, ahead, rows, columns, row, to):
        for i in range(columns):
            total = 0.0
            for at in range(u + 4 * i, u + 4 * i + rows * row, row):
                total += term1(at, ahead)
            store_double(to + 8 * i, total)

    @inner
    def many(u, ahead, rows, columns, row, to):
        c = 0
        while c + STRIP <= columns:
            a, b, d, e = wzero(), wzero(), wzero(), wzero()
            for at in range(u + 4 * c, u + 4 * c + rows * row, row):
                a = a + term(at, ahead)
                b = b + term(at + BYTES, ahead)
                d = d + term(at + 2 * BYTES, ahead)
                e = e + term(at + 3 * BYTES, ahead)
            wstore(to + 8 * c, a)
            wstore(to + 8 * c + WIDE_BYTES, b)
            wstore(to + 8 * c + 2 * WIDE_BYTES, d)
            wstore(to + 8 * c + 3 * WIDE_BYTES, e)
            c += STRIP
        while c < columns:
            c = min(c, columns - LANES)  # the last vector may hold sums that are there already
            a = wzero()
            for at in range(u + 4 * c, u + 4 * c + rows * row, row):
                a = a + term(at, ahead)
            wstore(to + 8 * c, a)
            c += LANES

    return few, many


def summing_matrices(line, few, many):
    """What sums a matrix (rows, columns), rows `row` bytes apart, to float64 (columns,) at `to`."""

    @inner
    def folded(u, ahead, rows, columns, to, room):
        """Few columns whose rows lie together: several rows, as long as a strip, are one."""
        fold = STRIP // columns
        lines = rows // fold
        many(u, ahead, lines, fold * columns, 4 * fold * columns, room)
        few(u + 4 * lines * fold * columns, ahead, rows % fold, columns, 4 * columns, to)
        for i in range(columns):
            total = load_double(to + 8 * i)
            for at in range(room + 8 * i, room + 8 * fold * columns, 8 * columns):
                total += load_double(at)
            store_double(to + 8 * i, total)

    @inner
    def matrix(u, ahead, rows, columns, row, to, room):
        if columns == 1 and row == 4:
            store_double(to, line(u, ahead, rows))
        elif columns >= LANES:
            many(u, ahead, rows, columns, row, to)
        elif row == 4 * columns and rows * columns >= 2 * STRIP:
            folded(u, ahead, rows, columns, to, room)
        else:
            few(u, ahead, rows, columns, row, to)

    return matrix


sum_line_of, dot_line = summing_lines(one, one1), summing_lines(product, product1)
sum_matrix = summing_matrices(sum_line_of, *summing_columns(one, one1))
dot_matrix = summing_matrices(dot_line, *summing_columns(product, product1))
