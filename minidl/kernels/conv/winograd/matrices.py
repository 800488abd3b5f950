"""Winograd's matrices for F(4, 3), each as the few additions it takes.

Four outputs of a 3-tap filter take 12 multiplications; Toom and Cook need only 6, one for each
value of the product of two polynomials at the points 0, 1, -1, 2, -2 and infinity. With d six
inputs in a row, g the filter and y the four outputs: y = A^T ((G g) * (B^T d)). The functions work
on anything that can be added and multiplied: here, vectors of channels.

A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.machine.jit import inner
from minidl.kernels.machine.simd import ZERO

SIXTH, TWELFTH, TWENTYFOURTH = np.float32(1 / 6), np.float32(1 / 12), np.float32(1 / 24)


@inner
def b_transposed(d0, d1, d2, d3, d4, d5):
    """B^T d of one column."""
    a = d4 - 4.0 * d2
    b = d3 - 4.0 * d1
    c = d4 - d2
    e = 2.0 * (d3 - d1)
    return 4.0 * d0 - 5.0 * d2 + d4, a + b, a - b, c + e, c - e, 4.0 * d1 - 5.0 * d3 + d5


@inner
def a_transposed(m0, m1, m2, m3, m4, m5):
    """A^T m of one column."""
    a = m1 + m2
    b = m1 - m2
    c = m3 + m4
    e = m3 - m4
    return m0 + a + c, b + 2.0 * e, a + 4.0 * c, b + 8.0 * e + m5


@inner
def a_times(y0, y1, y2, y3):
    """A y of one column."""
    a = y0 + y2
    b = y1 + y3
    c = y0 + 4.0 * y2
    e = 2.0 * y1 + 8.0 * y3
    return y0, a + b, a - b, c + e, c - e, y3


@inner
def g_times(g0, g1, g2):
    """G g of one column."""
    a = SIXTH * (g0 + g2)
    b = SIXTH * g1
    c = TWENTYFOURTH * g0 + SIXTH * g2
    e = TWELFTH * g1
    zero = ZERO * g0
    return 0.25 * g0, zero - a - b, b - a, c + e, c - e, g2


@inner
def g_transposed(u0, u1, u2, u3, u4, u5):
    """G^T u of one column."""
    a = u1 + u2
    b = u2 - u1
    c = u3 + u4
    e = u3 - u4
    return 0.25 * u0 - SIXTH * a + TWENTYFOURTH * c, SIXTH * b + TWELFTH * e, SIXTH * (c - a) + u5
