"""Night currents: brush strokes that follow a field of whirls (line integral convolution).

Cabral and Leedom, "Imaging vector fields using line integral convolution", 1993: every pixel is the
mean of a noise picture along the field line through it. Here the noise is paint.
"""

from __future__ import annotations

import numpy as np

from minidl.data.artwork.fields import Array, clouds, grid, light, mix, noise, ramp, rgb, rise

# x, y, radius of the whirl, turning sense and force, radius of the light in it (0: none)
_WHIRLS = (
    (0.36, 0.40, 0.20, 1.0, 0.0), (0.62, 0.50, 0.13, -0.9, 0.0), (0.84, 0.17, 0.12, 1.0, 0.060),
    (0.12, 0.14, 0.09, -1.0, 0.034), (0.55, 0.12, 0.07, 1.0, 0.026),
    (0.20, 0.62, 0.08, -0.9, 0.022), (0.87, 0.58, 0.09, 0.9, 0.028),
    (0.33, 0.10, 0.05, 0.8, 0.017), (0.70, 0.30, 0.06, 0.8, 0.014), (0.06, 0.40, 0.06, 0.8, 0.016),
)  # fmt: skip
_SKY = ["0b1437", "14275f", "1d4a93", "2f6fb3", "6aa3c8", "b9d3cf", "efe6b0"]
_LAND = ["07120f", "12291f", "1f4632", "44683a", "8a8a45", "c9a84e"]
_STROKE = 0.032  # the length of a stroke to either side


def currents(n: int) -> Array:
    """The picture, (3, n, n)."""
    rng = np.random.default_rng(1889)
    x, y = grid(n)
    land = rise(y - _horizon(rng, n, x), -0.004, 0.004)
    right, down = _field(rng, n, x, y, land)
    fine, broad = noise(rng, n, 230), noise(rng, n, 90)
    paint = _paint(rng, n, x, y, land) + (0.055 * broad + 0.045 * fine)
    relief = 0.6 * broad + noise(rng, n, 200)
    *strokes, height = _along(right, down, np.stack([*paint, relief]), round(_STROKE * n))
    lit: Array = np.stack(strokes) * light(height * 0.004, 0.55)
    return lit


def _horizon(rng: np.random.Generator, n: int, x: Array) -> Array:
    hills = 0.80 - 0.07 * np.exp(-(((x - 0.22) / 0.16) ** 2)) - 0.05 * np.sin(5 * x + 0.4)
    return hills + 0.008 * noise(rng, n, 9)


def _field(
    rng: np.random.Generator, n: int, x: Array, y: Array, land: Array
) -> tuple[Array, Array]:
    """The direction of the strokes, of length 1: a breeze, whirls, and slopes on the land."""
    right = 0.35 + 0.10 * noise(rng, n, 3)
    down = 0.16 * np.sin(7 * x + 3 * y) + 0.10 * noise(rng, n, 3)
    for cx, cy, radius, turn, _ in _WHIRLS:
        dx, dy = x - cx, y - cy
        force = 3.2 * turn * np.exp(-(dx**2 + dy**2) / radius**2) / radius
        right, down = right - dy * force, down + dx * force
    down = down * (1 - land) + land * 0.9 * np.cos(9 * x + 2 * noise(rng, n, 5))
    length = np.hypot(right, down) + 1e-6
    return right / length, down / length


def _paint(rng: np.random.Generator, n: int, x: Array, y: Array, land: Array) -> Array:
    """Colours before they are drawn out into strokes."""
    tone = 0.36 + 0.13 * clouds(rng, n, 4, 5) + 0.22 * (y - 0.4)
    glow = np.zeros((n, n), np.float32)
    for cx, cy, radius, _, lamp in _WHIRLS:
        distance = np.hypot(x - cx, y - cy)
        rings = np.cos(distance / radius * 10.5) * np.exp(-((distance / (1.1 * radius)) ** 2))
        tone = tone + 0.20 * rings
        if lamp:
            glow = np.maximum(glow, np.exp(-((distance / (1.9 * lamp)) ** 2)))
            glow = np.maximum(glow, rise(distance, 1.15 * lamp, 0.95 * lamp) * 1.3)
    sky = ramp(tone, _SKY)
    sky = mix(
        sky,
        ramp(glow / 1.3, ["2f6fb3", "d9c766", "f7c52f", "fff0b0", "f4a52c"]),
        rise(glow, 0.12, 0.75),
    )
    ground = ramp(0.32 + 0.2 * clouds(rng, n, 6, 4) + 1.2 * (y - 0.86), _LAND)
    windows = rise(noise(rng, n, 46), 1.9, 2.4) * rise(y, 0.80, 0.86)
    return mix(sky, mix(ground, rgb("f2b13a"), windows), land)


def _along(right: Array, down: Array, paint: Array, steps: int) -> Array:
    """The mean of `paint` (C, n, n) over `steps` pixels along the field, in both directions."""
    n = paint.shape[-1]
    ways, flat = (right.ravel(), down.ravel()), paint.reshape(len(paint), -1)
    total, weights = flat.copy(), np.float32(1)
    for direction in (1, -1):
        down_at, right_at = (a.ravel() for a in np.mgrid[0:n, 0:n].astype(np.float32))
        at = np.arange(n * n)
        for step in range(1, steps + 1):
            right_at += direction * ways[0][at]
            down_at += direction * ways[1][at]
            at = _pixel(down_at, n) * n + _pixel(right_at, n)
            weight = np.float32(0.5 + 0.5 * np.cos(np.pi * step / (steps + 1)))
            total += weight * flat.take(at, axis=1)
            weights += weight
    return (total / weights).reshape(paint.shape)


def _pixel(at: Array, n: int) -> Array:
    return np.clip(at + 0.5, 0, n - 1).astype(np.intp)
