"""Copies in another order, compiled: matrices are turned in registers, LANES by LANES numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import (
    BYTES,
    I32,
    LANES,
    copy_numbers,
    fill_numbers,
    load1,
    load_int,
    load_vector,
    next_item,
    store1,
    store_vector,
    vload,
    vstream,
)
from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS


class Turns(NamedTuple):
    """Matrices whose columns are turned into rows; see `layout.Turn`. Steps and places in bytes.

    An item is a block of `row_block` by `column_block` of one matrix.
    """

    source: int  # address
    target: int
    sources: int  # address of where each matrix begins, int64
    targets: int
    rows: int  # numbers that lie together in the source
    columns: int  # numbers that lie together in the target
    step: int  # from column to column in the source
    row: int  # from row to row in the target
    row_block: int
    column_block: int


class Repeats(NamedTuple):
    """Runs of `length` numbers, `step` bytes apart, each `times` times; `size` numbers in all."""

    source: int  # address
    target: int
    step: int
    times: int
    length: int
    size: int
    stream: int  # 1: the target is written past the caches


@kernel
def repeat_runs(thread, counter, count, job):
    """target = each run of the source, so many times."""
    around = job.times * job.length
    while True:
        item = next_item(counter)
        if item >= count:
            return
        at, end = item * PASS_ITEM_NUMBERS, min(job.size, (item + 1) * PASS_ITEM_NUMBERS)
        source, inside = job.source + at // around * job.step, at % around
        first = inside % job.length
        while at < end:
            if job.length == 1:
                some = min(around - inside, end - at)
                fill_numbers(job.target + 4 * at, some, load1(source))
            else:
                some = min(job.length - first, end - at)
                if job.stream:
                    stream_numbers(source + 4 * first, job.target + 4 * at, some)
                else:
                    copy_numbers(source + 4 * first, job.target + 4 * at, some)
            at, inside, first = at + some, inside + some, 0
            if inside == around:
                inside, source = 0, source + job.step


@inner
def stream_numbers(source, to, count):
    """Copies whole vectors, past the caches."""
    for i in range(0, 4 * count, BYTES):
        vstream(to + i, vload(source + i))


@kernel
def turn_blocks(thread, counter, count, job):
    """target = source, in another order."""
    down = (job.rows + job.row_block - 1) // job.row_block
    across = (job.columns + job.column_block - 1) // job.column_block
    while True:
        item = next_item(counter)
        if item >= count:
            return
        matrix, block = item // (down * across), item % (down * across)
        r, c = block // across * job.row_block, block % across * job.column_block
        source = job.source + load_int(job.sources + 8 * matrix) + 4 * r + c * job.step
        target = job.target + load_int(job.targets + 8 * matrix) + r * job.row + 4 * c
        rows, columns = min(job.row_block, job.rows - r), min(job.column_block, job.columns - c)
        turn_block(source, target, rows, columns, job.step, job.row)


@inner
def turn_block(source, target, rows, columns, step, row):
    """By squares, the last of which may turn again what is turned; narrow ones one by one.

    From square to square it goes the way that leads less far in memory, on both sides.
    """
    if rows < LANES or columns < LANES:
        turn_narrow(source, target, rows, columns, step, row)
    elif step > row:
        for c in starts(columns):
            for r in starts(rows):
                turn_square(source + 4 * r + c * step, step, target + r * row + 4 * c, row)
    else:
        for r in starts(rows):
            for c in starts(columns):
                turn_square(source + 4 * r + c * step, step, target + r * row + 4 * c, row)


@inner
def starts(size):
    """Where squares begin along a side: the last ends where the side does."""
    first = 0
    while first < size:
        first = min(first, size - LANES)
        yield first
        first += LANES


@inner
def turn_narrow(source, target, rows, columns, step, row):
    """Number by number; but three columns (colours) that become pixels a vector at a time."""
    done = 0
    if columns == 3 and row == 12:
        done = rows // LANES * LANES
        for r in range(0, done, LANES):
            turn_three(source + 4 * r, step, target + 12 * r)
    for r in range(done, rows):
        for c in range(columns):
            store1(target + r * row + 4 * c, load1(source + 4 * r + c * step))


@intrinsic
def turn_square(typingctx: Any, source: Any, step: Any, target: Any, row: Any) -> Any:
    """Reads LANES vectors `step` bytes apart, and writes their columns `row` bytes apart.

    In log2(LANES) rounds pairs of vectors exchange halves, quarters, and so on (Eklundh, "A fast
    computer method for matrix transposing", 1972).
    """

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        at, step, to, row = args
        vectors = [load_vector(b, b.add(at, b.mul(step, _int(i)))) for i in range(LANES)]
        apart = 1
        while apart < LANES:
            for i in (i for i in range(LANES) if not i & apart):
                x, y = vectors[i], vectors[i + apart]
                first = [LANES + p - apart if p & apart else p for p in range(LANES)]
                second = [LANES + p if p & apart else p + apart for p in range(LANES)]
                vectors[i], vectors[i + apart] = (_mixed(b, x, y, w) for w in (first, second))
            apart *= 2
        for i, value in enumerate(vectors):
            store_vector(b, value, b.add(to, b.mul(row, _int(i))))
        return ctx.get_dummy_value()

    return types.void(*[types.intp] * 4), emit


@intrinsic
def turn_three(typingctx: Any, source: Any, step: Any, target: Any) -> Any:
    """Reads three vectors `step` bytes apart, and writes their first numbers, their second, ..."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        at, step, to = args
        x, y, z = (load_vector(b, b.add(at, b.mul(step, _int(i)))) for i in range(3))
        for part in range(3):
            places = range(part * LANES, (part + 1) * LANES)
            two = [p // 3 + LANES * (p % 3 == 1) for p in places]
            three = [LANES + p // 3 if p % 3 == 2 else lane for lane, p in enumerate(places)]
            mixed = _mixed(b, _mixed(b, x, y, two), z, three)
            store_vector(b, mixed, b.add(to, _int(4 * LANES * part)))
        return ctx.get_dummy_value()

    return types.void(*[types.intp] * 3), emit


def _int(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(64), value)


def _mixed(b: ir.IRBuilder, x: ir.Value, y: ir.Value, which: list[int]) -> ir.Value:
    """Lanes of two vectors: numbers from LANES on are those of the second."""
    mask = ir.Constant(ir.VectorType(I32, LANES), [ir.Constant(I32, p) for p in which])
    return b.shuffle_vector(x, y, mask)
