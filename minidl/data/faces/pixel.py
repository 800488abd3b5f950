"""Small compiled functions for one pixel: edges, colours, hashing, fronts of ellipsoids."""

from __future__ import annotations

import math

from minidl.kernels.machine.jit import inner

FAR = -1e9


@inner
def soft(distance, sharp):
    """How much of a pixel lies inside an edge `distance` away (positive inside).

    sharp: pixels per unit of length. A product: divisions took a third of the drawing time.
    """
    return min(max(distance * sharp + 0.5, 0.0), 1.0)


@inner
def rise(x, low, high):
    """0 below low, 1 above high, smooth between (cubic)."""
    t = min(max((x - low) * (1.0 / (high - low)), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@inner
def bump(q):
    """1 at q = 0, falling smoothly to 0 at q = 1 and beyond; q is a squared distance."""
    t = max(1.0 - q, 0.0)
    return t * t


@inner
def rgb(values):
    return values[0], values[1], values[2]


@inner
def mix(below, above, alpha):
    """The colour `above` laid on `below`."""
    rest = 1.0 - alpha
    return (
        below[0] * rest + above[0] * alpha,
        below[1] * rest + above[1] * alpha,
        below[2] * rest + above[2] * alpha,
    )


@inner
def times(colour, factor):
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


@inner
def hashed(i, j, seed):
    """A number from 0 to 1 that depends on three whole numbers and on nothing else."""
    h = (i * 374761393 + j * 668265263 + seed * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1911520717) & 0xFFFFFFFF
    return (h ^ (h >> 16)) / 4294967296.0


@inner
def cell(x):
    return int(math.floor(x))  # noqa: RUF046 - in compiled code math.floor gives a float


@inner
def segment(x, y, cx, cy, dx, dy):
    """The distance of (x, y) from the line between (cx, cy) - (dx, dy) and (cx, cy) + (dx, dy)."""
    x, y = x - cx, y - cy
    t = min(max((x * dx + y * dy) / (dx * dx + dy * dy), -1.0), 1.0)
    return math.sqrt((x - t * dx) ** 2 + (y - t * dy) ** 2)


@inner
def front(solid, x, y):
    """Depth, distance inside the outline (both about) and normal of an ellipsoid, see `scene`.

    Outside of the outline the depth falls away, so that neighbours can still melt into each other.
    """
    u, v = x - solid[0], y - solid[1]
    gx, gy = solid[5] * u + solid[6] * v, solid[6] * u + solid[7] * v
    q = gx * u + gy * v
    if q > 2.0:
        return FAR, -1.0, 0.0, 0.0, 1.0
    inside = 0.5 * (1.0 - q) / math.sqrt(gx * gx + gy * gy + 1e-12) if q > 0.3 else 1.0
    w = math.sqrt(max(1.0 - q, 0.0))
    z = solid[2] - solid[3] * u - solid[4] * v + solid[8] * (w - max(q - 1.0, 0.0))
    nx, ny = solid[3] * w + solid[8] * gx, solid[4] * w + solid[8] * gy
    scale = 1.0 / math.sqrt(nx * nx + ny * ny + w * w + 1e-12)
    return z, inside, nx * scale, ny * scale, w * scale


@inner
def head(solids, count, x, y):
    """The first `count` ellipsoids melted into one: depth, distance inside, normal."""
    z, inside, nx, ny, nz = front(solids[0], x, y)
    for e in range(1, count):
        z2, inside2, mx, my, mz = front(solids[e], x, y)
        if inside2 <= -1.0:
            continue
        inside = max(inside, inside2)
        k = solids[e, 9]
        t = min(max(0.5 + 0.5 * (z2 - z) / k, 0.0), 1.0)
        z = z + (z2 - z) * t + k * t * (1.0 - t)
        nx, ny, nz = nx + (mx - nx) * t, ny + (my - ny) * t, nz + (mz - nz) * t
    scale = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    return z, inside, nx * scale, ny * scale, nz * scale
