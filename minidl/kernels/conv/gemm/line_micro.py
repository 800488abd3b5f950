"""Two more micro-kernels, for windows that are read where they lie (see `lines`).

As `micro`, but the numbers of a window need not follow each other: a table says where each one is,
in bytes from the window's own place.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from minidl.kernels.machine.micro import COLUMNS, I64, ROWS, VECTORS, constant, one_step, running
from minidl.kernels.machine.simd import BYTES, F32, LANES, VECTOR, ZEROS, load_vector, store_vector

LOWEST = ir.Constant(VECTOR, [ir.Constant(F32, float("-inf"))] * LANES)


def _make_windows(vectors: int) -> Any:
    @intrinsic
    def product(
        typingctx: Any,
        a: Any,  # address of the first window
        a_stride: Any,  # bytes from one of ROWS windows to the next
        table: Any,  # address of `depth` int64
        b: Any,  # address of B[depth, COLUMNS]
        bias: Any,
        relu: Any,
        c: Any,
        c_stride: Any,  # bytes
        depth: Any,  # at least 1
    ) -> Any:
        """c[ROWS, COLUMNS] = windows @ b + bias, then ReLU if asked."""

        def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
            _emit_windows(b, args, vectors)
            return ctx.get_dummy_value()

        return types.void(*[types.intp] * 9), emit

    return product


def _emit_windows(b: ir.IRBuilder, args: Any, vectors: int) -> None:
    pa, lda, table, pb, bias, relu, pc, ldc, depth = args
    rows = [b.mul(lda, constant(i)) for i in range(ROWS)]
    shift = [load_vector(b, b.add(bias, constant(BYTES * j))) for j in range(vectors)]
    before = b.block
    loop, done = b.append_basic_block("depth"), b.append_basic_block("done")
    b.branch(loop)

    b.position_at_end(loop)
    k, place, b_at = (running(b, start, before) for start in (constant(0), table, pb))
    sums = [running(b, shift[j], before) for _ in range(ROWS) for j in range(vectors)]
    a_at = b.add(pa, b.load(b.inttoptr(place, I64.as_pointer()), align=8))
    new = one_step(b, a_at, rows, b_at, sums)
    for old, value in zip(sums, new, strict=True):
        old.add_incoming(value, loop)
    after = b.add(k, constant(1))
    k.add_incoming(after, loop)
    place.add_incoming(b.add(place, constant(8)), loop)
    b_at.add_incoming(b.add(b_at, constant(4 * COLUMNS)), loop)
    b.cbranch(b.icmp_signed("<", after, depth), loop, done)

    b.position_at_end(done)
    asked = b.icmp_signed("!=", relu, constant(0))
    floor = b.select(asked, ZEROS, LOWEST)  # without a branch for every store
    for i in range(ROWS):
        for j in range(vectors):
            value = new[i * vectors + j]
            value = b.select(b.fcmp_ordered("<", value, floor), floor, value)
            at = b.add(b.add(pc, b.mul(ldc, constant(i))), constant(BYTES * j))
            store_vector(b, value, at)


def _make_gradients(vectors: int) -> Any:
    @intrinsic
    def product(
        typingctx: Any,
        a: Any,  # address of the first window
        table: Any,  # address of ROWS int64: which numbers of a window
        a_stride: Any,  # bytes from one window to the next
        b: Any,
        b_stride: Any,  # bytes
        c: Any,
        c_stride: Any,  # bytes
        count: Any,  # number of windows, at least 1
    ) -> Any:
        """c[ROWS, COLUMNS] += (those numbers of all windows)^T @ b[count, COLUMNS]."""

        def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
            _emit_gradients(b, args, vectors)
            return ctx.get_dummy_value()

        return types.void(*[types.intp] * 8), emit

    return product


def _emit_gradients(b: ir.IRBuilder, args: Any, vectors: int) -> None:
    pa, table, lda, pb, ldb, pc, ldc, count = args
    entries = [b.add(table, constant(8 * i)) for i in range(ROWS)]
    rows = [b.load(b.inttoptr(entry, I64.as_pointer()), align=8) for entry in entries]
    places = [
        b.add(b.add(pc, b.mul(ldc, constant(i))), constant(BYTES * j))
        for i in range(ROWS)
        for j in range(vectors)
    ]
    before = b.block
    loop, done = b.append_basic_block("windows"), b.append_basic_block("done")
    b.branch(loop)

    b.position_at_end(loop)
    k, a_at, b_at = (running(b, start, before) for start in (constant(0), pa, pb))
    sums = [running(b, ZEROS, before) for _ in places]
    new = one_step(b, a_at, rows, b_at, sums)
    for old, value in zip(sums, new, strict=True):
        old.add_incoming(value, loop)
    after = b.add(k, constant(1))
    k.add_incoming(after, loop)
    a_at.add_incoming(b.add(a_at, lda), loop)
    b_at.add_incoming(b.add(b_at, ldb), loop)
    b.cbranch(b.icmp_signed("<", after, count), loop, done)

    b.position_at_end(done)
    for value, place in zip(new, places, strict=True):
        store_vector(b, b.fadd(value, load_vector(b, place)), place)


micro_windows, micro_windows_narrow = _make_windows(VECTORS), _make_windows(1)
micro_gradients, micro_gradients_narrow = _make_gradients(VECTORS), _make_gradients(1)
