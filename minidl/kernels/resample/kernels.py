"""Sums of rows, and of places along a row, by a table; compiled. See `tables`."""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    BYTES,
    LANES,
    ZERO,
    load1,
    load_int,
    next_item,
    store1,
    vfma,
    vload,
    vset,
    vwrite,
)


class Lines(NamedTuple):
    """Arrays (outer, rows, columns, rest) and (outer, out_rows, out_columns, rest), and two tables.

    starts, places and weights of a table are addresses, 0 where its axis is left as it is.
    """

    source: int  # addresses
    target: int
    lines: int  # outer * out_rows
    group: int  # of them, in an item of work
    line: int  # columns * rest
    made: int  # out_columns * rest
    rest: int
    rows: int
    out_rows: int
    out_columns: int
    row_starts: int
    row_places: int
    row_weights: int
    column_starts: int
    column_places: int
    column_weights: int
    room: int  # a line of each thread
    room_bytes: int
    stream: int  # 1: the target is written past the caches


@kernel
def add_up_lines(thread, counter, count, job):
    """Each line of the target: rows of the source added up by one table, then read by the other."""
    room = job.room + thread * job.room_bytes
    while True:
        item = next_item(counter)
        if item >= count:
            return
        for line in range(item * job.group, min(job.lines, (item + 1) * job.group)):
            source = job.source + 4 * (line // job.out_rows * job.rows) * job.line
            target, row = job.target + 4 * line * job.made, line % job.out_rows
            if job.row_starts:
                last = job.column_starts == 0
                to, stream = (target, job.stream) if last else (room, 0)
                add_up_row(source, to, row, stream, job)
                source = to
            if job.column_starts:
                read_along(source, target, job)


@inner
def add_up_row(source, target, row, stream, job):
    """target (line,) = the rows of the source that this row reads."""
    first = load_int(job.row_starts + 8 * row)
    end = load_int(job.row_starts + 8 * (row + 1))
    add_up(source, target, job.line, first, end, job.row_places, job.row_weights, stream)


@inner
def read_along(source, target, job):
    """target (out_columns, rest) = the columns of the source (columns, rest) that each reads."""
    first = load_int(job.column_starts)
    for column in range(job.out_columns):
        end = load_int(job.column_starts + 8 * (column + 1))
        at = target + 4 * column * job.rest
        add_up(source, at, job.rest, first, end, job.column_places, job.column_weights, job.stream)
        first = end


@inner
def add_up(source, target, length, first, end, places, weights, stream):
    """target = the sum of entries first to end: a weight times `length` numbers at a place."""
    c, row = 0, 4 * length
    while c + 4 * LANES <= length:
        p, q, r, s = vset(ZERO), vset(ZERO), vset(ZERO), vset(ZERO)
        for k in range(first, end):
            at = source + load_int(places + 8 * k) * row + 4 * c
            weight = vset(load1(weights + 4 * k))
            p = vfma(weight, vload(at), p)
            q = vfma(weight, vload(at + BYTES), q)
            r = vfma(weight, vload(at + 2 * BYTES), r)
            s = vfma(weight, vload(at + 3 * BYTES), s)
        at = target + 4 * c
        vwrite(at, p, stream)
        vwrite(at + BYTES, q, stream)
        vwrite(at + 2 * BYTES, r, stream)
        vwrite(at + 3 * BYTES, s, stream)
        c += 4 * LANES
    while c + 2 * LANES <= length:
        p, q = vset(ZERO), vset(ZERO)
        for k in range(first, end):
            at = source + load_int(places + 8 * k) * row + 4 * c
            weight = vset(load1(weights + 4 * k))
            p, q = vfma(weight, vload(at), p), vfma(weight, vload(at + BYTES), q)
        vwrite(target + 4 * c, p, stream)
        vwrite(target + 4 * c + BYTES, q, stream)
        c += 2 * LANES
    while c + LANES <= length:
        p = vset(ZERO)
        for k in range(first, end):
            at = source + load_int(places + 8 * k) * row + 4 * c
            p = vfma(vset(load1(weights + 4 * k)), vload(at), p)
        vwrite(target + 4 * c, p, stream)
        c += LANES
    while c < length:
        total = ZERO
        for k in range(first, end):
            at = source + load_int(places + 8 * k) * row + 4 * c
            total += load1(weights + 4 * k) * load1(at)
        store1(target + 4 * c, total)
        c += 1
