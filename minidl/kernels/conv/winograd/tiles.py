"""Winograd's transforms F(4x4, 3x3) of one tile, for a vector of channels at a time.

In two dimensions the 6 multiplications for 12 become 36 for 144: a factor of 4. With d a 6x6 patch
of the input, g the 3x3 filter and y the 4x4 patch of the output (`matrices` has B, G, A):

    V = B^T d B      U = G g G^T      y = A^T (U * V) A

Each step is linear, so the gradients are the transposes of the same steps:

    D = A dy A^T     dU = V * D       dg = G^T dU G

`point` is the distance in bytes between the 36 vectors of a transformed tile, `temporary` a buffer
of 36 vectors.
"""

from __future__ import annotations

from minidl.kernels.machine.jit import inner
from minidl.kernels.machine.simd import BYTES, vload, vrelu, vstore, vstream

from .matrices import a_times, a_transposed, b_transposed, g_times, g_transposed

POINTS = 36
R2, R3, R4, R5 = 2 * BYTES, 3 * BYTES, 4 * BYTES, 5 * BYTES  # steps of vectors in a buffer
ROW = 6 * BYTES  # one row of a 6x6 buffer of vectors


@inner
def input_tile(patch, down, across, temporary, v, point):
    """V = B^T d B of the 6x6 vectors at `patch`; `v` gets 36 vectors, `point` bytes apart."""
    for i in range(6):
        p = patch + i * down
        t = temporary + i * BYTES
        d0, d1, d2 = vload(p), vload(p + across), vload(p + 2 * across)
        d3, d4, d5 = vload(p + 3 * across), vload(p + 4 * across), vload(p + 5 * across)
        v0, v1, v2, v3, v4, v5 = b_transposed(d0, d1, d2, d3, d4, d5)
        vstore(t, v0)
        vstore(t + ROW, v1)
        vstore(t + 2 * ROW, v2)
        vstore(t + 3 * ROW, v3)
        vstore(t + 4 * ROW, v4)
        vstore(t + 5 * ROW, v5)
    for j in range(6):
        t = temporary + j * ROW
        o = v + j * point
        d0, d1, d2 = vload(t), vload(t + BYTES), vload(t + R2)
        d3, d4, d5 = vload(t + R3), vload(t + R4), vload(t + R5)
        v0, v1, v2, v3, v4, v5 = b_transposed(d0, d1, d2, d3, d4, d5)
        vstore(o, v0)
        vstore(o + 6 * point, v1)
        vstore(o + 12 * point, v2)
        vstore(o + 18 * point, v3)
        vstore(o + 24 * point, v4)
        vstore(o + 30 * point, v5)


@inner
def output_tile(m, point, temporary, y, down, across, rows, columns, bias, relu, stream, skip):
    """y = A^T m A + bias, of which `rows` by `columns` of the 4x4 vectors are written.

    skip: bytes from a vector of y to the one that is added to it before the ReLU; 0: none.
    stream: 1 to write a whole tile past the caches; each vector must be aligned to its size.
    """
    for j in range(6):
        p = m + j * point
        t = temporary + j * BYTES
        m0, m1, m2 = vload(p), vload(p + 6 * point), vload(p + 12 * point)
        m3, m4, m5 = vload(p + 18 * point), vload(p + 24 * point), vload(p + 30 * point)
        y0, y1, y2, y3 = a_transposed(m0, m1, m2, m3, m4, m5)
        vstore(t, y0)
        vstore(t + ROW, y1)
        vstore(t + 2 * ROW, y2)
        vstore(t + 3 * ROW, y3)
    shift = vload(bias)
    for i in range(rows):
        t = temporary + i * ROW
        o = y + i * down
        m0, m1, m2 = vload(t), vload(t + BYTES), vload(t + R2)
        m3, m4, m5 = vload(t + R3), vload(t + R4), vload(t + R5)
        y0, y1, y2, y3 = a_transposed(m0, m1, m2, m3, m4, m5)
        y0, y1, y2, y3 = y0 + shift, y1 + shift, y2 + shift, y3 + shift
        if skip:
            s = o + skip
            y0 = y0 + vload(s)
            if columns > 1:
                y1 = y1 + vload(s + across)
            if columns > 2:
                y2 = y2 + vload(s + 2 * across)
            if columns > 3:
                y3 = y3 + vload(s + 3 * across)
        if relu:
            y0, y1, y2, y3 = vrelu(y0), vrelu(y1), vrelu(y2), vrelu(y3)
        if stream and columns == 4:
            vstream(o, y0)
            vstream(o + across, y1)
            vstream(o + 2 * across, y2)
            vstream(o + 3 * across, y3)
            continue
        vstore(o, y0)
        if columns > 1:
            vstore(o + across, y1)
        if columns > 2:
            vstore(o + 2 * across, y2)
        if columns > 3:
            vstore(o + 3 * across, y3)


@inner
def gradient_tile(patch, down, across, temporary, d, point):
    """A dy A^T of the 4x4 vectors at `patch`; `d` gets 36 vectors, `point` bytes apart."""
    for i in range(4):
        p = patch + i * down
        t = temporary + i * BYTES
        y0, y1, y2, y3 = vload(p), vload(p + across), vload(p + 2 * across), vload(p + 3 * across)
        v0, v1, v2, v3, v4, v5 = a_times(y0, y1, y2, y3)
        vstore(t, v0)
        vstore(t + ROW, v1)
        vstore(t + 2 * ROW, v2)
        vstore(t + 3 * ROW, v3)
        vstore(t + 4 * ROW, v4)
        vstore(t + 5 * ROW, v5)
    for j in range(6):
        t = temporary + j * ROW
        o = d + j * point
        v0, v1, v2, v3, v4, v5 = a_times(vload(t), vload(t + BYTES), vload(t + R2), vload(t + R3))
        vstore(o, v0)
        vstore(o + 6 * point, v1)
        vstore(o + 12 * point, v2)
        vstore(o + 18 * point, v3)
        vstore(o + 24 * point, v4)
        vstore(o + 30 * point, v5)


@inner
def filter_tile(taps, step, temporary, u, point):
    """U = G g G^T of 9 vectors `step` bytes apart; `u` gets 36 vectors, `point` bytes apart."""
    for b in range(3):
        t = temporary + b * ROW
        p = taps + b * step
        u0, u1, u2, u3, u4, u5 = g_times(vload(p), vload(p + 3 * step), vload(p + 6 * step))
        vstore(t, u0)
        vstore(t + BYTES, u1)
        vstore(t + R2, u2)
        vstore(t + R3, u3)
        vstore(t + R4, u4)
        vstore(t + R5, u5)
    for i in range(6):
        t = temporary + i * BYTES
        o = u + 6 * i * point
        u0, u1, u2, u3, u4, u5 = g_times(vload(t), vload(t + ROW), vload(t + 2 * ROW))
        vstore(o, u0)
        vstore(o + point, u1)
        vstore(o + 2 * point, u2)
        vstore(o + 3 * point, u3)
        vstore(o + 4 * point, u4)
        vstore(o + 5 * point, u5)


@inner
def filter_gradient_tile(u, point, temporary, taps, step):
    """dg = G^T dU G of 36 vectors `point` bytes apart; `taps` gets 9, `step` bytes apart."""
    for i in range(6):
        p = u + 6 * i * point
        t = temporary + i * BYTES
        u0, u1, u2 = vload(p), vload(p + point), vload(p + 2 * point)
        u3, u4, u5 = vload(p + 3 * point), vload(p + 4 * point), vload(p + 5 * point)
        g0, g1, g2 = g_transposed(u0, u1, u2, u3, u4, u5)
        vstore(t, g0)
        vstore(t + ROW, g1)
        vstore(t + 2 * ROW, g2)
    for b in range(3):
        t = temporary + b * ROW
        u0, u1, u2 = vload(t), vload(t + BYTES), vload(t + R2)
        u3, u4, u5 = vload(t + R3), vload(t + R4), vload(t + R5)
        g0, g1, g2 = g_transposed(u0, u1, u2, u3, u4, u5)
        vstore(taps + b * step, g0)
        vstore(taps + (b + 3) * step, g1)
        vstore(taps + (b + 6) * step, g2)
