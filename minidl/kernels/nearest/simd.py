"""What the search for neighbours asks of vectors: scores from codes, and exact distances.

A panel holds the codes of PANEL points, one byte a number and two numbers of a point beside each
other: codes 2k and 2k + 1 of point j lie at 2 (k * PANEL + j), so a vector runs over points and no
sum has to cross its lanes. After the codes come three rows of PANEL float32: base, scale and error
(see `kernels`). Codes of queries have 16 bits. Products of codes are added up as whole numbers, two
at a time: x86 has an instruction for that. Arguments are addresses and sizes.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from minidl.kernels.machine.features import X86, cpu_features
from minidl.kernels.machine.micro import ROWS
from minidl.kernels.machine.simd import (
    BYTES,
    F32,
    I32,
    LANES,
    VECTOR,
    broadcast,
    load_vector,
    multiply_add,
)
from minidl.kernels.machine.simd import store_vector as store
from minidl.kernels.machine.sizes import NEAREST_PANEL_VECTORS, NEAREST_PANELS

PANEL = NEAREST_PANEL_VECTORS * LANES  # points
I64 = ir.IntType(64)
BYTE = ir.IntType(8)
CODES = ir.VectorType(BYTE, 2 * LANES)
SHORTS = ir.VectorType(ir.IntType(16), 2 * LANES)
INTEGERS = ir.VectorType(I32, LANES)
NONE_YET = ir.Constant(INTEGERS, [ir.Constant(I32, 0)] * LANES)
# The instruction for sums of two products, by the numbers in a vector.
PAIRWISE = {
    16: ("avx512bw", "llvm.x86.avx512.pmaddw.d.512"),
    8: ("avx2", "llvm.x86.avx2.pmadd.wd"),
    4: ("sse2", "llvm.x86.sse2.pmadd.wd"),
}
DOUBLES = ir.VectorType(ir.DoubleType(), LANES)


def _constant(value: int) -> ir.Constant:
    return ir.Constant(I64, value)


def _make(rows: int, panels: int) -> Any:
    """The intrinsic for `rows` queries and `panels` panels at a time."""

    @intrinsic
    def score(
        typingctx: Any,
        queries: Any,  # (rows, depth, 2) int16: codes
        depth: Any,  # pairs of numbers
        panel: Any,
        panel_bytes: Any,  # from one panel to the next
        bars: Any,  # (rows, 3) float32: the bar, the distance it comes from, the query's scale
        scores: Any,  # written: (rows, panels, PANEL) float32
    ) -> Any:
        def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
            sums = _products(b, *args[:4], rows, panels)  # type: ignore[call-arg]
            return _compare(b, sums, *args[1:], rows, panels)  # type: ignore[call-arg]

        return types.int64(*[types.intp] * 6), emit

    return score


def _products(
    b: ir.IRBuilder,
    queries: ir.Value,
    depth: ir.Value,
    panel: ir.Value,
    panel_bytes: ir.Value,
    rows: int,
    panels: int,
) -> list[ir.Value]:
    """Codes times codes: one vector for every row, panel and vector of the panel."""
    row_bytes = b.mul(depth, _constant(4))
    row_at = [b.add(queries, b.mul(row_bytes, _constant(i))) for i in range(rows)]
    panel_at = [b.add(panel, b.mul(panel_bytes, _constant(p))) for p in range(panels)]
    before = b.block
    loop, done = b.append_basic_block("depth"), b.append_basic_block("done")
    b.branch(loop)

    b.position_at_end(loop)
    k = b.phi(I64)
    k.add_incoming(_constant(0), before)
    sums = [b.phi(INTEGERS) for _ in range(rows * panels * NEAREST_PANEL_VECTORS)]
    for running in sums:
        running.add_incoming(NONE_YET, before)
    at = b.mul(k, _constant(2 * PANEL))
    codes = [
        _widened(b, b.add(b.add(start, at), _constant(2 * LANES * v)))
        for start in panel_at
        for v in range(NEAREST_PANEL_VECTORS)
    ]
    new = []
    for i, start in enumerate(row_at):
        pair = broadcast(b, _float_at(b, start, b.mul(k, _constant(4))))
        for v, code in enumerate(codes):
            products = _pairwise(b, b.bitcast(pair, SHORTS), code)
            new.append(b.add(sums[i * len(codes) + v], products))
    for running, value in zip(sums, new, strict=True):
        running.add_incoming(value, loop)
    after = b.add(k, _constant(1))
    k.add_incoming(after, loop)
    b.cbranch(b.icmp_signed("<", after, depth), loop, done)
    b.position_at_end(done)
    return new


def _widened(b: ir.IRBuilder, address: ir.Value) -> ir.Value:
    """Twice LANES bytes with a sign, as a vector of int16."""
    return b.sext(b.load(b.inttoptr(address, CODES.as_pointer()), align=1), SHORTS)


def _pairwise(b: ir.IRBuilder, x: ir.Value, y: ir.Value) -> ir.Value:
    """x[0] y[0] + x[1] y[1], x[2] y[2] + x[3] y[3], ... of vectors of int16, as int32."""
    feature, name = PAIRWISE[LANES]
    if X86 and (feature == "sse2" or feature in cpu_features()):
        kind = ir.FunctionType(INTEGERS, [SHORTS] * 2)
        return b.call(cgutils.get_or_insert_function(b.module, kind, name), [x, y])
    return b.add(*(b.mul(_every_other(b, x, i), _every_other(b, y, i)) for i in (0, 1)))


def _every_other(b: ir.IRBuilder, vector: ir.Value, first: int) -> ir.Value:
    """Every other int16 of a vector, as int32."""
    lanes = [ir.Constant(I32, first + 2 * i) for i in range(LANES)]
    undefined = ir.Constant(SHORTS, ir.Undefined)
    return b.sext(b.shuffle_vector(vector, undefined, ir.Constant(INTEGERS, lanes)), INTEGERS)


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
    """Writes base - scales * sum - distance * error.

    Bit (row * panels + panel) of the result is 1 where one of them may be below its bar.
    A NaN counts as below: whatever happened there, an exact distance settles it.
    """
    found = _constant(0)
    limits = [[_number(b, bars, 4 * (3 * i + part)) for part in range(3)] for i in range(rows)]
    for p in range(panels):
        start = b.add(panel, b.mul(panel_bytes, _constant(p)))
        table = b.add(start, b.mul(depth, _constant(2 * PANEL)))
        for v in range(NEAREST_PANEL_VECTORS):
            base, scale, error = (
                load_vector(b, b.add(table, _constant(4 * PANEL * row + BYTES * v)))
                for row in range(3)
            )
            for i, (bar, distance, unit) in enumerate(limits):
                total = sums[(i * panels + p) * NEAREST_PANEL_VECTORS + v]
                product = b.fmul(unit, b.sitofp(total, VECTOR))
                score = multiply_add(b, b.fneg(scale), product, base)
                lowest = b.fsub(score, b.fmul(distance, error))
                place = 4 * PANEL * (i * panels + p) + BYTES * v
                store(b, lowest, b.add(scores, _constant(place)))
                below = b.fcmp_unordered("<=", lowest, bar)
                bits = b.bitcast(below, ir.IntType(LANES))
                some = b.zext(b.icmp_unsigned("!=", bits, bits.type(0)), I64)
                found = b.or_(found, b.shl(some, _constant(i * panels + p)))
    return found


def _number(b: ir.IRBuilder, address: ir.Value, offset: int) -> ir.Value:
    return broadcast(b, _float_at(b, address, _constant(offset)))


def _float_at(b: ir.IRBuilder, address: ir.Value, offset: ir.Value) -> ir.Value:
    return b.load(b.inttoptr(b.add(address, offset), F32.as_pointer()), align=4)


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


@intrinsic
def store_short(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes the lowest two bytes of an integer."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        short = ir.IntType(16)
        b.store(b.trunc(args[1], short), b.inttoptr(args[0], short.as_pointer()), align=1)
        return ctx.get_dummy_value()

    return types.void(types.intp, types.int64), emit
