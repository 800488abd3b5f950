"""e^x of a vector of float32, within a unit of its last place.

x is n log 2 + r with n a whole number and |r| at most log(2) / 2; e^r is a polynomial, and 2^n is
added to the exponent in its bits. Denormal results, 0, infinity and NaN are what they should be.
Source: Moshier, Cephes (1984-2000), expf.c, for the polynomial and the two parts of log 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .jit import inner
from .simd import I32, LANES, VECTOR, broadcast, vector, vfma, vset

LOG2_E = np.float32(1.44269504088896341)
LOG_2_ABOVE = np.float32(0.693359375)  # 9 bits: n times it is exact
LOG_2_BELOW = np.float32(-2.12194440e-4)
TO_WHOLE = np.float32(1.5 * 2**23)  # added and taken away again, what is behind the point is gone
LOWEST, HIGHEST = np.float32(-105), np.float32(90)  # beyond, all results are 0 or infinite
ORDINARY = np.float32(86)  # up to here, results have an ordinary exponent
HALF, ONE = np.float32(0.5), np.float32(1)
P0, P1 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3)
P2, P3 = np.float32(8.3334519073e-3), np.float32(4.1665795894e-2)
P4, P5 = np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)


@inner
def vexp(x):
    """e^x in every lane; NaN stays NaN."""
    return vexp_of_ordinary(x) if vall_within(x, ORDINARY) else vexp_of_any(x)


@inner
def vexp_of_ordinary(x):
    """e^x where it is neither denormal nor near to overflowing."""
    shifted = vfma(x, vset(LOG2_E), vset(TO_WHOLE))
    return vraise(vexp_of_rest(x, shifted - TO_WHOLE), shifted)


@inner
def vexp_of_any(x):
    """e^x, multiplied by 2^n in two steps, as 2^n alone may not be a float32."""
    near = vclip(x, LOWEST, HIGHEST)
    n = vfma(near, vset(LOG2_E), vset(TO_WHOLE)) - TO_WHOLE
    half = vfma(n, vset(HALF), vset(TO_WHOLE)) - TO_WHOLE
    one = vset(ONE)
    raised = vexp_of_rest(near, n) * vraise(one, half + TO_WHOLE)
    return raised * vraise(one, (n - half) + TO_WHOLE)


@inner
def vexp_of_rest(x, n):
    """e^r of what n log 2 leaves of x."""
    r = vfma(n, vset(-LOG_2_BELOW), vfma(n, vset(-LOG_2_ABOVE), x))
    p = vfma(vfma(vset(P0), r, vset(P1)), r, vset(P2))
    p = vfma(vfma(vfma(p, r, vset(P3)), r, vset(P4)), r, vset(P5))
    return vfma(p, r * r, r) + ONE


@intrinsic
def vclip(typingctx: Any, x: Any, low: Any, high: Any) -> Any:
    """x, at least low and at most high; NaN stays NaN."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        x, low, high = args[0], broadcast(b, args[1]), broadcast(b, args[2])
        raised = b.select(b.fcmp_ordered("<", x, low), low, x)
        return b.select(b.fcmp_ordered(">", raised, high), high, raised)

    return vector(vector, types.float32, types.float32), emit


@intrinsic
def vall_within(typingctx: Any, x: Any, limit: Any) -> Any:
    """Whether all lanes are from -limit to limit; not if one is NaN."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        x, limit = args[0], broadcast(b, args[1])
        above = b.fcmp_ordered("<=", x, limit)
        within = b.and_(above, b.fcmp_ordered(">=", x, b.fneg(limit)))
        bits = ir.IntType(LANES)
        return b.icmp_unsigned("==", b.bitcast(within, bits), ir.Constant(bits, -1))

    return types.boolean(vector, types.float32), emit


@intrinsic
def vraise(typingctx: Any, x: Any, shifted: Any) -> Any:
    """x 2^n in every lane, for n + TO_WHOLE, whose last bits are those of n; ordinary results."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        whole = ir.VectorType(I32, LANES)
        places = ir.Constant(whole, [ir.Constant(I32, 23)] * LANES)
        exponent = b.shl(b.bitcast(args[1], whole), places)
        return b.bitcast(b.add(b.bitcast(args[0], whole), exponent), VECTOR)

    return vector(vector, vector), emit
