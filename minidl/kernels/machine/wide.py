"""A vector of float64 for Numba, made of one of float32: what long sums are added up in.

Float32 carries 24 bits: a sum of ten million of them, added one after the other, is off in its
third digit. In float64 it is right to the last bit that float32 can show, squares of float32 never
overflow, and memory is what such a sum waits for anyway. See `simd` for the vectors of float32.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

from .simd import I32, LANES, VECTOR, load_vector, store_vector, vector

F64 = ir.DoubleType()
F64_VECTOR = ir.VectorType(F64, LANES)
WIDE_BYTES = 8 * LANES


class _WideType(types.Type):
    def __init__(self) -> None:
        super().__init__(f"f64x{LANES}")


wide = _WideType()


@register_model(_WideType)
class _WideModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Any) -> None:
        super().__init__(manager, fe_type, F64_VECTOR)


@intrinsic
def wload(typingctx: Any, address: Any) -> Any:
    """The vector of float32 at an address, as float64."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.fpext(load_vector(b, args[0]), F64_VECTOR)

    return wide(types.intp), emit


@intrinsic
def widened(typingctx: Any, x: Any) -> Any:
    """A vector of float32 as float64."""
    return wide(vector), lambda ctx, b, sig, args: b.fpext(args[0], F64_VECTOR)


@intrinsic
def wload_wide(typingctx: Any, address: Any) -> Any:
    """The vector of float64 at an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.load(b.inttoptr(args[0], F64_VECTOR.as_pointer()), align=8)

    return wide(types.intp), emit


@intrinsic
def wstore(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes a vector of float64 to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.store(args[1], b.inttoptr(args[0], F64_VECTOR.as_pointer()), align=8)
        return ctx.get_dummy_value()

    return types.void(types.intp, wide), emit


@intrinsic
def wstore_narrow(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes a vector of float64, rounded to float32, to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        store_vector(b, b.fptrunc(args[1], VECTOR), args[0])
        return ctx.get_dummy_value()

    return types.void(types.intp, wide), emit


@intrinsic
def wset(typingctx: Any, scalar: Any) -> Any:
    """A vector with the same float64 in every lane."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        undefined = ir.Constant(F64_VECTOR, ir.Undefined)
        first = b.insert_element(undefined, args[0], ir.Constant(I32, 0))
        lanes = ir.Constant(ir.VectorType(I32, LANES), [ir.Constant(I32, 0)] * LANES)
        return b.shuffle_vector(first, undefined, lanes)

    return wide(types.float64), emit


@intrinsic
def wzero(typingctx: Any) -> Any:
    """A vector of zeros."""
    return wide(), lambda ctx, b, sig, args: ir.Constant(
        F64_VECTOR, [ir.Constant(F64, 0.0)] * LANES
    )


@intrinsic
def wsum(typingctx: Any, x: Any) -> Any:
    """The sum over the lanes."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(F64, [F64, F64_VECTOR])
        name = f"llvm.vector.reduce.fadd.v{LANES}f64"
        reduce = cgutils.get_or_insert_function(b.module, kind, name)
        return b.call(reduce, [ir.Constant(F64, 0.0), args[0]], fastmath=["reassoc"])

    return types.float64(wide), emit


@intrinsic
def load_double(typingctx: Any, address: Any) -> Any:
    """The float64 at an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.load(b.inttoptr(args[0], F64.as_pointer()), align=8)

    return types.float64(types.intp), emit


@intrinsic
def store_double(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes a float64 to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.store(args[1], b.inttoptr(args[0], F64.as_pointer()), align=8)
        return ctx.get_dummy_value()

    return types.void(types.intp, types.float64), emit


def _define(python_operator: Callable, emit: Callable) -> None:
    """Makes an operator work between two such vectors."""

    @intrinsic
    def operation(typingctx: Any, x: Any, y: Any) -> Any:
        return wide(wide, wide), lambda ctx, b, sig, args: emit(b, *args)

    @overload(python_operator)
    def overloaded(x, y):  # Numba wants these names bare, as they are in what is returned
        if isinstance(x, _WideType) and isinstance(y, _WideType):
            return lambda x, y: operation(x, y)
        return None


_define(operator.add, lambda b, x, y: b.fadd(x, y, flags=["contract"]))
_define(operator.sub, lambda b, x, y: b.fsub(x, y, flags=["contract"]))
_define(operator.mul, lambda b, x, y: b.fmul(x, y, flags=["contract"]))
