"""A vector of float32 for Numba, as wide as the CPU's registers, and what to do with it.

Numba cannot say "these sixteen numbers stay in one register"; LLVM can. Most functions here emit
the one or two LLVM instructions they are named after; names with a v are about vectors, names with
a 1 about single numbers. Addresses are integers, in bytes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

from .jit import WIDTH, inner

LANES = WIDTH
BYTES = 4 * LANES  # a vector's size
ZERO = np.float32(0)
F32 = ir.FloatType()
I32 = ir.IntType(32)
VECTOR = ir.VectorType(F32, LANES)
ZEROS = ir.Constant(VECTOR, [ir.Constant(F32, 0.0)] * LANES)


class _VectorType(types.Type):
    def __init__(self) -> None:
        super().__init__(f"f32x{LANES}")


vector = _VectorType()


@register_model(_VectorType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Any) -> None:
        super().__init__(manager, fe_type, VECTOR)


def load_vector(b: ir.IRBuilder, address: ir.Value) -> ir.Value:
    """The vector of LANES float32 at an address."""
    return b.load(b.inttoptr(address, VECTOR.as_pointer()), align=4)


def store_vector(b: ir.IRBuilder, value: ir.Value, address: ir.Value) -> None:
    """Writes a vector of LANES float32 to an address."""
    b.store(value, b.inttoptr(address, VECTOR.as_pointer()), align=4)


def broadcast(b: ir.IRBuilder, scalar: ir.Value) -> ir.Value:
    """A vector with one float32 in every lane."""
    undefined = ir.Constant(VECTOR, ir.Undefined)
    first = b.insert_element(undefined, scalar, ir.Constant(I32, 0))
    lanes = ir.Constant(ir.VectorType(I32, LANES), [ir.Constant(I32, 0)] * LANES)
    return b.shuffle_vector(first, undefined, lanes)


def multiply_add(b: ir.IRBuilder, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
    """x * y + z, fused where the CPU can (`llvm.fma` would call a slow function where not)."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    fused = cgutils.get_or_insert_function(b.module, kind, f"llvm.fmuladd.v{LANES}f32")
    return b.call(fused, [x, y, z])


@intrinsic
def vload(typingctx: Any, address: Any) -> Any:
    """The vector at an address."""
    return vector(types.intp), lambda ctx, b, sig, args: load_vector(b, args[0])


@intrinsic
def vstore(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes a vector to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        store_vector(b, args[1], args[0])
        return ctx.get_dummy_value()

    return types.void(types.intp, vector), emit


@intrinsic
def vstream(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes a vector past the caches to an address that is a multiple of BYTES.

    An ordinary write first reads the rest of the cache line, which here is overwritten anyway.
    """

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        store = b.store(args[1], b.inttoptr(args[0], VECTOR.as_pointer()), align=BYTES)
        store.set_metadata("nontemporal", b.module.add_metadata([ir.Constant(I32, 1)]))
        return ctx.get_dummy_value()

    return types.void(types.intp, vector), emit


@inner
def vwrite(address, value, stream):
    """Writes a vector, past the caches where `stream` is 1."""
    if stream:
        vstream(address, value)
    else:
        vstore(address, value)


@intrinsic
def vset(typingctx: Any, scalar: Any) -> Any:
    """A vector with the same number in every lane."""
    return vector(types.float32), lambda ctx, b, sig, args: broadcast(b, args[0])


@intrinsic
def load1(typingctx: Any, address: Any) -> Any:
    """The float32 at an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.load(b.inttoptr(args[0], F32.as_pointer()), align=4)

    return types.float32(types.intp), emit


@intrinsic
def store1(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes a float32 to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.store(args[1], b.inttoptr(args[0], F32.as_pointer()), align=4)
        return ctx.get_dummy_value()

    return types.void(types.intp, types.float32), emit


@intrinsic
def load_int(typingctx: Any, address: Any) -> Any:
    """The int64 at an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.load(b.inttoptr(args[0], ir.IntType(64).as_pointer()), align=8)

    return types.int64(types.intp), emit


@intrinsic
def store_int(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes an int64 to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.store(args[1], b.inttoptr(args[0], ir.IntType(64).as_pointer()), align=8)
        return ctx.get_dummy_value()

    return types.void(types.intp, types.int64), emit


@intrinsic
def next_item(typingctx: Any, counter: Any) -> Any:
    """Takes the next number from the counter at an address: threads share out work with it."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        i64 = ir.IntType(64)
        pointer = b.inttoptr(args[0], i64.as_pointer())
        return b.atomic_rmw("add", pointer, ir.Constant(i64, 1), "monotonic")

    return types.int64(types.intp), emit


@intrinsic
def vrelu(typingctx: Any, x: Any) -> Any:
    """max(x, 0) in every lane; a NaN stays a NaN."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.select(b.fcmp_ordered("<", args[0], ZEROS), ZEROS, args[0])

    return vector(vector), emit


@intrinsic
def vkeep(typingctx: Any, x: Any, y: Any) -> Any:
    """x, but 0 where y <= 0: the gradient of ReLU, from its result y."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.select(b.fcmp_ordered("<=", args[1], ZEROS), ZEROS, args[0])

    return vector(vector, vector), emit


def larger(b: ir.IRBuilder, x: ir.Value, y: ir.Value) -> ir.Value:
    """The larger of two vectors in every lane; NaN where one is."""
    wins = b.or_(b.fcmp_ordered(">", y, x), b.fcmp_unordered("uno", y, y))
    return b.select(wins, y, x)


@intrinsic
def vlarger(typingctx: Any, x: Any, y: Any) -> Any:
    """The larger in every lane; NaN where one is."""
    return vector(vector, vector), lambda ctx, b, sig, args: larger(b, *args)


@intrinsic
def vlargest(typingctx: Any, x: Any) -> Any:
    """The largest of all lanes; NaN where one is."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        (x,) = args
        for apart in (LANES >> step for step in range(1, LANES.bit_length())):
            others = [ir.Constant(I32, lane ^ apart) for lane in range(LANES)]
            lanes = ir.Constant(ir.VectorType(I32, LANES), others)
            x = larger(b, x, b.shuffle_vector(x, x, lanes))
        return b.extract_element(x, ir.Constant(I32, 0))

    return types.float32(vector), emit


@intrinsic
def vfirst(typingctx: Any, x: Any) -> Any:
    """The number in the first lane."""
    return types.float32(vector), lambda ctx, b, sig, args: b.extract_element(
        args[0], ir.Constant(I32, 0)
    )


@intrinsic
def vfma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
    """x * y + z in every lane."""
    return vector(vector, vector, vector), lambda ctx, b, sig, args: multiply_add(b, *args)


def _elementwise(emit: Callable) -> Any:
    @intrinsic
    def operation(typingctx: Any, x: Any, y: Any) -> Any:
        return vector(vector, vector), lambda ctx, b, sig, args: emit(b, *args)

    return operation


def _define(python_operator: Callable, operation: Any) -> None:
    """Makes `+`, `-` or `*` work between vectors, and between a vector and a number."""

    @overload(python_operator)
    def overloaded(x, y):  # Numba wants these names bare, as they are in what is returned
        left, right = isinstance(x, _VectorType), isinstance(y, _VectorType)
        if left and right:
            return lambda x, y: operation(x, y)
        if left and isinstance(y, types.Number):
            return lambda x, y: operation(x, vset(y))
        if right and isinstance(x, types.Number):
            return lambda x, y: operation(vset(x), y)
        return None


_define(operator.add, _elementwise(lambda b, x, y: b.fadd(x, y, flags=["contract"])))
_define(operator.sub, _elementwise(lambda b, x, y: b.fsub(x, y, flags=["contract"])))
_define(operator.mul, _elementwise(lambda b, x, y: b.fmul(x, y, flags=["contract"])))


@inner
def copy_numbers(source, to, count):
    """Copies `count` float32."""
    whole = count // LANES * LANES
    for i in range(0, whole, LANES):
        vstore(to + 4 * i, vload(source + 4 * i))
    for i in range(whole, count):
        store1(to + 4 * i, load1(source + 4 * i))


@inner
def fill_numbers(to, count, value):
    """Writes a number `count` times."""
    whole = count // LANES * LANES
    for i in range(0, whole, LANES):
        vstore(to + 4 * i, vset(value))
    for i in range(whole, count):
        store1(to + 4 * i, value)


@inner
def zero_numbers(to, count):
    """Writes `count` zeros."""
    fill_numbers(to, count, ZERO)
