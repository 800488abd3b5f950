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
_NONE = ir.Constant(ir.IntType(64), 0)


@intrinsic
def vlarger(typingctx: Any, best: Any, offsets: Any, value: Any, offset: Any, first: Any) -> Any:
    """best, offsets = value, offset in the lanes where value > best or is NaN; all if `first`."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        best, offsets, value, offset, first = args
        new, old, places = load_vector(b, value), load_vector(b, best), _load_bytes(b, offsets)
        larger = b.or_(b.fcmp_ordered(">", new, old), b.fcmp_unordered("uno", new, new))
        better = b.or_(larger, b.icmp_unsigned("!=", _spread(b, first), _spread(b, _NONE)))
        store_vector(b, b.select(better, new, old), best)
        chosen = b.select(better, _spread(b, offset), places)
        b.store(chosen, b.inttoptr(offsets, BYTE_VECTOR.as_pointer()), align=1)
        return ctx.get_dummy_value()

    return types.void(*[types.intp] * 5), emit


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
