"""What the search for neighbours asks of vectors: scores from codes, and exact distances.

A panel holds the codes of PANEL points, one byte a number: code k of point j lies at k * PANEL + j,
so a vector runs over points and no sum has to cross its lanes. After the codes come three rows of
PANEL float32: base, scale and error (see `kernels`). Arguments are addresses and sizes.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from minidl.kernels.machine.micro import ROWS
from minidl.kernels.machine.simd import (
    BYTES,
    F32,
    LANES,
    VECTOR,
    ZEROS,
    broadcast,
    load_vector,
    multiply_add,
)
from minidl.kernels.machine.simd import store_vector as store
from minidl.kernels.machine.sizes import NEAREST_PANEL_VECTORS, NEAREST_PANELS

PANEL = NEAREST_PANEL_VECTORS * LANES  # points
I64 = ir.IntType(64)
BYTE = ir.IntType(8)
CODES = ir.VectorType(BYTE, LANES)
INTEGERS = ir.VectorType(ir.IntType(32), LANES)
DOUBLES = ir.VectorType(ir.DoubleType(), LANES)


def _constant(value: int) -> ir.Constant:
    return ir.Constant(I64, value)


def _make(rows: int, panels: int) -> Any:
    """The intrinsic for `rows` queries and `panels` panels at a time."""

    @intrinsic
    def score(
        typingctx: Any,
        queries: Any,  # (rows, stride) float32, of which depth are read
        stride: Any,
        depth: Any,
        panel: Any,
        panel_bytes: Any,  # from one panel to the next
        bars: Any,  # (rows, 2) float32: the bar, and the distance it comes from
        scores: Any,  # written: (rows, panels, PANEL) float32
    ) -> Any:
        def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
            sums = _products(b, *args[:5], rows, panels)  # type: ignore[call-arg]
            return _compare(b, sums, *args[2:], rows, panels)  # type: ignore[call-arg]

        return types.int64(*[types.intp] * 7), emit

    return score


def _products(
    b: ir.IRBuilder,
    queries: ir.Value,
    stride: ir.Value,
    depth: ir.Value,
    panel: ir.Value,
    panel_bytes: ir.Value,
    rows: int,
    panels: int,
) -> list[ir.Value]:
    """Queries times codes: one vector for every row, panel and vector of the panel."""
    row_bytes = b.mul(stride, _constant(4))
    row_at = [b.add(queries, b.mul(row_bytes, _constant(i))) for i in range(rows)]
    panel_at = [b.add(panel, b.mul(panel_bytes, _constant(p))) for p in range(panels)]
    before = b.block
    loop, done = b.append_basic_block("depth"), b.append_basic_block("done")
    b.branch(loop)

    b.position_at_end(loop)
    k = b.phi(I64)
    k.add_incoming(_constant(0), before)
    sums = [b.phi(VECTOR) for _ in range(rows * panels * NEAREST_PANEL_VECTORS)]
    for running in sums:
        running.add_incoming(ZEROS, before)
    at = b.mul(k, _constant(PANEL))
    codes = [
        _decoded(b, b.add(b.add(start, at), _constant(LANES * v)))
        for start in panel_at
        for v in range(NEAREST_PANEL_VECTORS)
    ]
    new = []
    for i, start in enumerate(row_at):
        place = b.add(start, b.mul(k, _constant(4)))
        number = broadcast(b, b.load(b.inttoptr(place, F32.as_pointer()), align=4))
        for v, code in enumerate(codes):
            new.append(multiply_add(b, number, code, sums[i * len(codes) + v]))
    for running, value in zip(sums, new, strict=True):
        running.add_incoming(value, loop)
    after = b.add(k, _constant(1))
    k.add_incoming(after, loop)
    b.cbranch(b.icmp_signed("<", after, depth), loop, done)
    b.position_at_end(done)
    return new


def _decoded(b: ir.IRBuilder, address: ir.Value) -> ir.Value:
    """LANES bytes with a sign, as a vector of float32."""
    codes = b.load(b.inttoptr(address, CODES.as_pointer()), align=1)
    return b.sitofp(b.sext(codes, INTEGERS), VECTOR)


def _compare(
    b: ir.IRBuilder,
    sums: list[ir.Value],
    depth: ir.Value,
    panel: ir.Value,
    panel_bytes: ir.Value,
    bars: ir.Value,
    scores: ir.Value,
    rows: int,
    panels: int,
) -> ir.Value:
    """Writes base - scale * sum; bit (row * panels + panel) is 1 where one may be below its bar.

    A NaN counts as below: whatever happened there, an exact distance settles it.
    """
    found = _constant(0)
    limits = [[_number(b, bars, 8 * i), _number(b, bars, 8 * i + 4)] for i in range(rows)]
    for p in range(panels):
        start = b.add(panel, b.mul(panel_bytes, _constant(p)))
        table = b.add(start, b.mul(depth, _constant(PANEL)))
        for v in range(NEAREST_PANEL_VECTORS):
            base, scale, error = (
                load_vector(b, b.add(table, _constant(4 * PANEL * row + BYTES * v)))
                for row in range(3)
            )
            for i, (bar, distance) in enumerate(limits):
                total = sums[(i * panels + p) * NEAREST_PANEL_VECTORS + v]
                score = multiply_add(b, b.fneg(scale), total, base)
                place = 4 * PANEL * (i * panels + p) + BYTES * v
                store(b, score, b.add(scores, _constant(place)))
                lowest = b.fsub(score, b.fmul(distance, error))
                below = b.fcmp_unordered("<=", lowest, bar)
                bits = b.bitcast(below, ir.IntType(LANES))
                some = b.zext(b.icmp_unsigned("!=", bits, bits.type(0)), I64)
                found = b.or_(found, b.shl(some, _constant(i * panels + p)))
    return found


def _number(b: ir.IRBuilder, address: ir.Value, offset: int) -> ir.Value:
    place = b.add(address, _constant(offset))
    return broadcast(b, b.load(b.inttoptr(place, F32.as_pointer()), align=4))


score_rows = _make(ROWS, 1)
score_one = _make(1, NEAREST_PANELS)


@intrinsic
def squared_distance(typingctx: Any, x: Any, y: Any, width: Any) -> Any:
    """|x - y|^2 in float64, of float32 vectors of `width` numbers, a multiple of LANES."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        total = cgutils.alloca_once_value(
            b, ir.Constant(DOUBLES, [ir.Constant(ir.DoubleType(), 0.0)] * LANES)
        )
        with cgutils.for_range_slice(
            b, _constant(0), b.mul(args[2], _constant(4)), _constant(BYTES), intp=I64
        ) as (offset, _):
            left, right = (
                b.fpext(load_vector(b, b.add(start, offset)), DOUBLES) for start in args[:2]
            )
            difference = b.fsub(left, right)
            b.store(b.fadd(b.load(total), b.fmul(difference, difference)), total)
        return _sum(b, b.load(total))

    return types.float64(types.intp, types.intp, types.intp), emit


def _sum(b: ir.IRBuilder, vector: ir.Value) -> ir.Value:
    """The sum of the lanes, halves added to halves: always in the same order."""
    size = LANES
    while size > 1:
        size //= 2
        halves = []
        for first in (0, size):
            lanes = [ir.Constant(ir.IntType(32), first + i) for i in range(size)]
            mask = ir.Constant(ir.VectorType(ir.IntType(32), size), lanes)
            halves.append(b.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), mask))
        vector = b.fadd(*halves)
    return b.extract_element(vector, ir.Constant(ir.IntType(32), 0))


@intrinsic
def store_byte(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes the lowest byte of an integer."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.store(b.trunc(args[1], BYTE), b.inttoptr(args[0], BYTE.as_pointer()), align=1)
        return ctx.get_dummy_value()

    return types.void(types.intp, types.int64), emit
