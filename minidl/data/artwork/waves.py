"""A woodcut of the sea: rollers behind rollers, cut in lines that follow them, and a red sun.

Three inks on cream paper, each a little uneven. The tone of a wave is made as a woodcutter makes
it: lines at equal distances, which are cut wider where it should be lighter.
"""

from __future__ import annotations

import numpy as np

from minidl.data.artwork.fields import Array, clouds, grid, mix, noise, ramp, rgb, rise

_PAPER, _INK, _SUN = "f0e2c2", "12233f", "c8402c"
_BLUES = ["0e2345", "1b4471", "3a7199", "86aab0"]
# height of the roller's crest, of its waves, their number, and their phase; from the back
_ROLLERS = (
    (0.47, 0.030, 5.0, 0.3), (0.54, 0.050, 3.5, 2.1), (0.63, 0.075, 2.6, 4.4),
    (0.75, 0.085, 2.1, 0.9), (0.90, 0.080, 1.7, 3.0),
)  # fmt: skip


def waves(n: int) -> Array:
    """The picture, (3, n, n)."""
    rng = np.random.default_rng(1831)
    picture = _sky(rng, n)
    for number, roller in enumerate(_ROLLERS):
        picture = _rolled(rng, picture, roller, number / (len(_ROLLERS) - 1))
    return _printed(rng, picture)


def _sky(rng: np.random.Generator, n: int) -> Array:
    """The sun, rays around it, and clouds as bands of level lines."""
    x, y = grid(n)
    dx, dy = x - 0.66, y - 0.27
    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    picture = np.broadcast_to(rgb(_PAPER), (3, n, n))
    wobble = 0.25 * noise(rng, n, 12)
    rays = np.cos(angle * 44 + wobble) - 0.55 + 1.5 * rise(distance, 0.55, 0.16) - 1.0
    picture = mix(
        picture, rgb("e2a45c"), 0.85 * rise(rays, -0.5, -0.2) * rise(distance, 0.155, 0.165)
    )
    picture = mix(picture, rgb(_SUN), rise(distance, 0.136, 0.132))
    bank = 0.45 * clouds(rng, n, 3, 3) + 1.1 * np.abs(y - 0.2) + 1.2 * (x - 0.36) + 0.25
    lines = np.cos(2 * np.pi * (y * 58 + 0.30 * wobble + 0.6 * noise(rng, n, 4)))
    inked = rise(lines - 1.1 * bank - 0.1, 0.0, 0.3) * rise(bank, 0.75, 0.55)
    return mix(picture, rgb("3f6480"), inked * rise(distance, 0.165, 0.172))


def _rolled(
    rng: np.random.Generator, picture: Array, roller: tuple[float, ...], near: float
) -> Array:
    """`picture` with one more roller in front of it."""
    n = picture.shape[-1]
    x, y = grid(n)
    crest, slope = _crest(rng, n, x, roller)
    below = y - crest  # > 0 in the water
    scale = 0.55 + 0.75 * near
    depth = below / np.sqrt(1 + slope**2)
    lines = _cuts(rng, n, x, below, depth, scale)
    water = mix(ramp(0.95 - 0.75 * near - 1.6 * below + 0 * x, _BLUES), rgb(_PAPER), lines)
    water = mix(water, rgb(_INK), rise(np.abs(depth - 0.004), 0.0042, 0.0026))
    covered = mix(picture, water, rise(below, -0.7 / n, 0.7 / n))
    return _foam(rng, covered, x, y, depth, slope, scale)


def _crest(
    rng: np.random.Generator, n: int, x: Array, roller: tuple[float, ...]
) -> tuple[Array, Array]:
    """The height of the roller's edge over x, peaked as waves are (Gerstner), and its slope."""
    level, high, count, phase = roller
    at = 2 * np.pi * count * x + phase + 0.8 * np.sin(2.3 * x * count + phase)
    at = at + 0.85 * np.cos(at)  # waves lean before the wind
    peaked = 1 - 2 * np.abs(np.sin(at / 2)) ** 0.9
    swell = 0.35 * np.sin(at * 0.37 + 1.3 * phase) + 0.10 * noise(rng, n, 24)[0][None]
    crest = level - high * (0.8 * peaked + swell)
    return crest, np.gradient(crest, axis=1) * n


def _cuts(
    rng: np.random.Generator, n: int, x: Array, below: Array, depth: Array, scale: float
) -> Array:
    """Where the wood was cut away: lines along the wave, wide near the crest and swelling."""
    period = 0.0155 * scale
    bend = 0.45 * noise(rng, n, 6) + 0.25 * noise(rng, n, 16)
    curve = (below * (1 + 1.6 * np.exp(-below / 0.08))) / period / 1.6 + bend
    tone = (
        0.78 * np.exp(-np.clip(depth, 0, None) / (0.075 * scale))
        + 0.20
        + 0.20 * clouds(rng, n, 5, 3)
    )
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * curve)
    soft = min(0.30, 1.2 / (n * period))
    return rise(wave - (1 - np.clip(tone, 0.02, 0.85)), -soft, soft)


def _foam(
    rng: np.random.Generator,
    picture: Array,
    x: Array,
    y: Array,
    depth: Array,
    slope: Array,
    scale: float,
) -> Array:
    """Scallops of foam along the crest, outlined in ink, and drops thrown above it."""
    n = picture.shape[-1]
    claws = 0.5 + 0.5 * np.cos(2 * np.pi * x * 30 / scale + 2.2 * noise(rng, n, 10))
    reach = 0.030 * scale * (0.45 + 0.55 * claws) * (0.7 + 0.3 * noise(rng, n, 7))
    inside = rise(depth, -0.009 * scale, -0.006 * scale) * rise(depth - reach, 0.002, -0.001)
    rim = rise(np.abs(depth - reach), 0.0045 * scale, 0.0024 * scale) * rise(depth, -0.01, 0)
    top = rise(np.abs(depth + 0.008 * scale), 0.0042 * scale, 0.002 * scale)
    picture = mix(picture, rgb(_PAPER), inside)
    picture = mix(picture, rgb(_INK), np.maximum(rim, top))
    drops = rise(noise(rng, n, round(60 / scale)) + 14 * (depth + 0.02), 1.9, 2.15)
    return mix(
        picture,
        rgb("fbf3dd"),
        drops * rise(depth, -0.11 * scale, -0.05 * scale) * rise(depth, -0.004, -0.014),
    )


def _printed(rng: np.random.Generator, picture: Array) -> Array:
    """The grain of the block and of the paper, and ink that did not take everywhere."""
    n = picture.shape[-1]
    grain = noise(rng, n, 5, 150) * (0.5 + 0.5 * rise(noise(rng, n, 4), -1, 1))
    worn = rise(clouds(rng, n, 70, 3), 1.7, 2.6)
    picture = mix(picture, rgb(_PAPER), 0.5 * worn)
    return picture * (1 + 0.045 * grain + 0.03 * noise(rng, n, 220))
