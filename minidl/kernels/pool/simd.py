"""The steps of max pooling that Numba does not make fast by itself, on vectors of channels.

Left to Numba, every few channels cost a check that the arrays do not overlap: 1.50 ms where this
takes 0.99 ms (the gradient of 2x2 windows over 64 channels of 256x256, one thread). Arguments that
are not offsets, flags or vectors are addresses.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from minidl.kernels.machine.simd import LANES, ZEROS, load_vector, store_vector, vector

BYTE = ir.IntType(8)
BYTE_VECTOR = ir.VectorType(BYTE, LANES)


@intrinsic
def vwhere_larger(typingctx: Any, new: Any, old: Any, x: Any, y: Any) -> Any:
    """x in the lanes where new > old or new is NaN, y in the others."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        new, old, x, y = args
        wins = b.or_(b.fcmp_ordered(">", new, old), b.fcmp_unordered("uno", new, new))
        return b.select(wins, x, y)

    return vector(vector, vector, vector, vector), emit


@intrinsic
def vstore_bytes(typingctx: Any, address: Any, x: Any) -> Any:
    """Writes whole numbers from 0 to 255, a byte each, to an address."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        address, x = args
        b.store(b.fptoui(x, BYTE_VECTOR), b.inttoptr(address, BYTE_VECTOR.as_pointer()), align=1)
        return ctx.get_dummy_value()

    return types.void(types.intp, vector), emit


@intrinsic
def vmax(typingctx: Any, best: Any, value: Any) -> Any:
    """value in the lanes where it is larger or NaN, else best."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        best, value = args
        larger = b.or_(b.fcmp_ordered(">", value, best), b.fcmp_unordered("uno", value, value))
        return b.select(larger, value, best)

    return vector(vector, vector), emit


@intrinsic
def vroute(typingctx: Any, total: Any, share: Any, offsets: Any, offset: Any) -> Any:
    """total += share in the lanes whose byte in `offsets` is `offset`."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        total, share, offsets, offset = args
        chosen = b.icmp_unsigned("==", _load_bytes(b, offsets), _spread(b, offset))
        routed = b.select(chosen, load_vector(b, share), ZEROS)
        store_vector(b, b.fadd(load_vector(b, total), routed), total)
        return ctx.get_dummy_value()

    return types.void(*[types.intp] * 4), emit


def _load_bytes(b: ir.IRBuilder, address: ir.Value) -> ir.Value:
    return b.load(b.inttoptr(address, BYTE_VECTOR.as_pointer()), align=1)


def _spread(b: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """The lowest byte of an integer in every lane."""
    empty = ir.Constant(BYTE_VECTOR, ir.Undefined)
    zero = ir.Constant(ir.IntType(32), 0)
    first = b.insert_element(empty, b.trunc(number, BYTE), zero)
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [zero] * LANES)
    return b.shuffle_vector(first, empty, lanes)
