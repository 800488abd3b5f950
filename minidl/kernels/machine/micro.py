"""The micro-kernel: the small matrix product in which Winograd, GEMM and `matmul` spend their time.

    C[ROWS, COLUMNS] (+)= A[ROWS, depth] @ B[depth, COLUMNS]

All of C stays in vector registers while `depth` runs. Each step loads one row of B (2 vectors), and
multiplies it by ROWS numbers of A, each spread over a vector: with 16 lanes, 8 x 2 = 16 multiply-
adds of vectors for 10 loads, which is what keeps the multipliers busy. The idea is Goto's (K. Goto
and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .features import X86
from .simd import BYTES, F32, LANES, ZEROS, broadcast, load_vector, multiply_add, store_vector
from .sizes import MICRO_ROWS_IN_16_REGISTERS, MICRO_ROWS_IN_32_REGISTERS, MICRO_VECTORS

VECTORS = MICRO_VECTORS  # in a row of C; there is a narrow version with one
COLUMNS = VECTORS * LANES
# C and a row of B must fit into the registers.
ROWS = MICRO_ROWS_IN_16_REGISTERS if X86 and LANES < 16 else MICRO_ROWS_IN_32_REGISTERS
I64 = ir.IntType(64)


def constant(value: int) -> ir.Constant:
    """An int64 for LLVM."""
    return ir.Constant(I64, value)


def _make(vectors: int, transposed: bool, rows: int = ROWS) -> Any:
    """The intrinsic, `vectors` wide; `transposed`: A is stored as A[depth, rows]."""

    @intrinsic
    def product(
        typingctx: Any,
        a: Any,  # address of A
        a_stride: Any,  # numbers from one row of A (as it is stored) to the next
        b: Any,
        b_stride: Any,
        c: Any,
        c_stride: Any,
        depth: Any,  # at least 1
        add: Any,  # 1: add to what is in C; 0: overwrite it
    ) -> Any:
        def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
            _emit(b, args, vectors, transposed, rows)
            return ctx.get_dummy_value()

        return types.void(*[types.intp] * 8), emit

    return product


def _emit(b: ir.IRBuilder, args: Any, vectors: int, transposed: bool, height: int) -> None:
    pa, lda, pb, ldb, pc, ldc, depth, add = args
    lda, ldb, ldc = (b.mul(stride, constant(4)) for stride in (lda, ldb, ldc))
    rows = [constant(4 * i) if transposed else b.mul(lda, constant(i)) for i in range(height)]
    step = lda if transposed else constant(4)
    before = b.block
    loop, done = b.append_basic_block("depth"), b.append_basic_block("done")
    b.branch(loop)

    b.position_at_end(loop)
    k, a_at, b_at = (running(b, start, before) for start in (constant(0), pa, pb))
    sums = [running(b, ZEROS, before) for _ in range(height * vectors)]
    new = one_step(b, a_at, rows, b_at, sums)
    for old, value in zip(sums, new, strict=True):
        old.add_incoming(value, loop)
    after = b.add(k, constant(1))
    k.add_incoming(after, loop)
    a_at.add_incoming(b.add(a_at, step), loop)
    b_at.add_incoming(b.add(b_at, ldb), loop)
    b.cbranch(b.icmp_signed("<", after, depth), loop, done)

    b.position_at_end(done)
    places = [
        b.add(b.add(pc, b.mul(ldc, constant(i))), constant(BYTES * j))
        for i in range(height)
        for j in range(vectors)
    ]
    with b.if_else(b.icmp_signed("!=", add, constant(0))) as (adding, writing):
        with adding:
            for value, place in zip(new, places, strict=True):
                store_vector(b, b.fadd(value, load_vector(b, place)), place)
        with writing:
            for value, place in zip(new, places, strict=True):
                store_vector(b, value, place)


def running(b: ir.IRBuilder, start: ir.Value, before: ir.Block) -> ir.PhiInstr:
    """A value that is carried round the loop."""
    phi = b.phi(start.type)
    phi.add_incoming(start, before)
    return phi


def one_step(
    b: ir.IRBuilder, a_at: ir.Value, rows: list, b_at: ir.Value, sums: list
) -> list[ir.Value]:
    """The sums after one step of depth: every row of A times the vectors of B."""
    count = len(sums) // len(rows)
    vectors = [load_vector(b, b.add(b_at, constant(BYTES * j))) for j in range(count)]
    new = []
    for i, row in enumerate(rows):
        number = b.load(b.inttoptr(b.add(a_at, row), F32.as_pointer()), align=4)
        spread = broadcast(b, number)
        for j, vector in enumerate(vectors):
            new.append(multiply_add(b, spread, vector, sums[i * count + j]))
    return new


micro = _make(VECTORS, transposed=False)
micro_transposed = _make(VECTORS, transposed=True)
micro_narrow = _make(1, transposed=False)
micro_single = _make(VECTORS, transposed=False, rows=1)
micro_narrow_transposed = _make(1, transposed=True)
