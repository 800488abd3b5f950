"""What the artworks are painted with: smooth noise, colour ramps, light on a relief.

Lengths are fractions of the picture's side, so a picture is the same at every size. Fields are
float32 (n, n), pictures (3, n, n).
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def grid(n: int) -> tuple[Array, Array]:
    """x and y of the pixels' centres, from 0 to 1, to the right and downwards."""
    at = ((np.arange(n) + 0.5) / n).astype(np.float32)
    return np.broadcast_to(at, (n, n)), np.broadcast_to(at[:, None], (n, n))


def noise(rng: np.random.Generator, n: int, across: int, down: int | None = None) -> Array:
    """Smooth random hills, about `across` of them along a row and `down` along a column.

    Random numbers on a lattice, joined by cubic B-splines; mean about 0, deviation about 1.
    """
    down = across if down is None else down
    heights = rng.standard_normal((down + 3, across + 3)).astype(np.float32)
    return _refined(_refined(2.1 * heights, n).T, n).T


def _refined(heights: Array, n: int) -> Array:
    """The lattice's (cells + 3) rows as n rows between them."""
    at = (np.arange(n) + 0.5) / n * (len(heights) - 3)
    cell = at.astype(int)
    t = (at - cell).astype(np.float32)[:, None]
    weights = ((1 - t) ** 3, 4 + 3 * t**2 * (t - 2), 1 + 3 * t * (1 + t - t**2), t**3)
    result: Array = sum(w / 6 * heights[cell + i] for i, w in enumerate(weights))
    return result


def clouds(rng: np.random.Generator, n: int, cells: int, octaves: int = 4) -> Array:
    """Noise on noise: every octave twice as fine and half as high; deviation about 1."""
    total = sum(noise(rng, n, cells << k) / 2**k for k in range(octaves))
    result: Array = (total / 1.15).astype(np.float32)
    return result


def rise(value: Array, low: Array | float, high: Array | float) -> Array:
    """0 below low, 1 above high, smooth between; high may be below low."""
    t = np.clip((value - low) / (high - low), 0, 1)
    result: Array = t * t * (3 - 2 * t)
    return result


def ramp(value: Array, colours: list[str]) -> Array:
    """The colours ("rrggbb", at equal distances from 0 to 1) interpolated at `value`."""
    stops = np.linspace(0, 1, len(colours))
    channels = np.hstack([rgb(c)[:, 0] for c in colours])  # (3, stops)
    return np.stack([np.interp(value, stops, c) for c in channels]).astype(np.float32)


def rgb(colour: str) -> Array:
    """The colour "rrggbb" as numbers from 0 to 1, (3, 1, 1)."""
    return (
        np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)], np.float32)[:, None, None] / 255
    )


def mix(below: Array, above: Array, amount: Array) -> Array:
    """`above` (a picture or one colour) laid on `below`, covering it by `amount` (n, n)."""
    result: Array = below + (above - below) * amount
    return result


def light(height: Array, strength: float) -> Array:
    """How much brighter or darker than 1 each point of a relief is, lit from the upper left.

    strength: how much a slope of 1 counts; heights are fractions of the picture's side.
    """
    n = len(height)
    down, right = np.gradient(height)
    result: Array = 1 + np.clip((-(down + 0.7 * right)) * (n * strength), -0.6, 0.6)
    return result
