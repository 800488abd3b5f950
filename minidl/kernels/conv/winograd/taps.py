"""Rows of numbers turned into columns while they are in registers, for Numba.

A filter's taps lie together in memory, and the kernels want the same tap of many filters together.
One by one that is a load and a store for every number; a square of vectors takes LANES loads,
LANES log2(LANES) shuffles of two vectors, and LANES stores.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from minidl.kernels.machine.simd import F32, I32, LANES, VECTOR, load_vector, store_vector

TAPS = 9
TAPS_READ = max(LANES, TAPS)  # how many numbers of a row `nine_taps` reads
I64 = ir.IntType(64)


@intrinsic
def nine_taps(typingctx: Any, source: Any, row: Any, to: Any, step: Any) -> Any:
    """Nine numbers from each of LANES rows, `row` bytes apart, as nine vectors `step` bytes apart.

    Reads TAPS_READ numbers of every row.
    """

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        source, row, to, step = args
        rows = [b.add(source, b.mul(row, ir.Constant(I64, i))) for i in range(LANES)]
        for first in range(0, TAPS, LANES):
            wanted = min(LANES, TAPS - first)
            places = [b.add(at, ir.Constant(I64, 4 * first)) for at in rows]
            columns = [_gathered(b, places)] if wanted == 1 else _transposed(b, places)
            for i, column in enumerate(columns[:wanted]):
                store_vector(b, column, b.add(to, b.mul(step, ir.Constant(I64, first + i))))
        return ctx.get_dummy_value()

    return types.void(*[types.intp] * 4), emit


def _gathered(b: ir.IRBuilder, places: list[ir.Value]) -> ir.Value:
    """The number at each place."""
    vector: ir.Value = ir.Constant(VECTOR, ir.Undefined)
    for lane, place in enumerate(places):
        number = b.load(b.inttoptr(place, F32.as_pointer()), align=4)
        vector = b.insert_element(vector, number, ir.Constant(I32, lane))
    return vector


def _transposed(b: ir.IRBuilder, places: list[ir.Value]) -> list[ir.Value]:
    """The columns of the square of vectors at `places`.

    Halves of blocks change places: blocks of 2x2 numbers, then 2x2 blocks of 2x2 numbers, ...
    """
    rows = [load_vector(b, place) for place in places]
    size = 1
    while size < LANES:
        low = [j if not j & size else LANES + j - size for j in range(LANES)]
        high = [j + size if not j & size else LANES + j for j in range(LANES)]
        for i in (i for i in range(LANES) if not i & size):
            pair = rows[i], rows[i + size]
            rows[i], rows[i + size] = _shuffled(b, *pair, low), _shuffled(b, *pair, high)
        size *= 2
    return rows


def _shuffled(b: ir.IRBuilder, x: ir.Value, y: ir.Value, places: list[int]) -> ir.Value:
    mask = ir.Constant(ir.VectorType(I32, LANES), [ir.Constant(I32, p) for p in places])
    return b.shuffle_vector(x, y, mask)
