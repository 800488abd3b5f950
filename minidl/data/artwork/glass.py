"""A rose window: panes of stained glass in lead, their places set as the seeds of a sunflower.

Vogel, "A better way to construct the sunflower head", 1979: the k-th seed lies at the angle k times
the golden angle and at a distance that grows with sqrt(k). A pane is all that is nearest to one.
"""

from __future__ import annotations

import numpy as np

from minidl.data.artwork.fields import Array, clouds, grid, light, mix, noise, ramp, rgb, rise

_PANES = 420
_GOLDEN = np.pi * (3 - np.sqrt(5))
_JEWELS = [
    "f9e08a", "f2b233", "d8441f", "a8132f", "5c1450", "2a1f7d", "1d4fb0", "2f9bc4", "12705f",
    "e0a32e",
]  # fmt: skip
_LEAD, _EDGE = "14121a", 0.0042  # half the width of a lead line


def glass(n: int) -> Array:
    """The picture, (3, n, n)."""
    rng = np.random.default_rng(1163)
    seeds, colours = _panes(rng)
    pane, gap, depth = _nearest(seeds, n)
    picture = colours[:, pane] * _pour(rng, n, pane)
    picture = _glow(picture, depth)
    return _leaded(rng, picture, gap)


def _panes(rng: np.random.Generator) -> tuple[Array, Array]:
    """Where the panes are, (K, 2), and their colours, (3, K): petals in rings of jewels."""
    k = np.arange(_PANES) + 0.5
    radius, angle = 0.76 * (k / _PANES) ** 0.62, k * _GOLDEN
    seeds = 0.5 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    seeds += 0.003 * rng.standard_normal(seeds.shape)
    petals = 0.13 * np.cos(8 * angle) * rise(radius, 0.06, 0.2)
    tone = 0.04 + 1.75 * radius + petals + 0.05 * rng.standard_normal(_PANES)
    tone = np.where(rng.random(_PANES) < 0.10, rng.random(_PANES), tone)
    brightness = 0.82 + 0.34 * rng.random(_PANES)
    return seeds, (ramp(np.abs((tone + 1) % 2 - 1), _JEWELS) * brightness).astype(np.float32)


def _nearest(seeds: Array, n: int) -> tuple[Array, Array, Array]:
    """For every pixel its pane, the distance to the pane's border, and to the pane's seed."""
    from scipy.spatial import cKDTree

    points = np.stack([a.ravel() for a in grid(n)], 1)
    distances, panes = cKDTree(seeds).query(points, k=2)
    first, second = seeds[panes[:, 0]], seeds[panes[:, 1]]
    apart = np.linalg.norm(first - second, axis=1)
    gap = (distances[:, 1] ** 2 - distances[:, 0] ** 2) / (2 * apart)
    fields = (panes[:, 0], gap.astype(np.float32), (distances[:, 0] / apart).astype(np.float32))
    return tuple(f.reshape(n, n) for f in fields)


def _pour(rng: np.random.Generator, n: int, pane: Array) -> Array:
    """Streaks as the glass was poured, in each pane another way, and a few bubbles."""
    across, along = noise(rng, n, 14, 110), noise(rng, n, 110, 14)
    slant = clouds(rng, n, 34, 3)
    kind = rng.integers(0, 3, _PANES)[pane]
    streaks = np.choose(kind, [across, along, slant])
    bubbles = rise(noise(rng, n, 150), 2.2, 2.9)
    brightness: Array = 1 + 0.15 * streaks + 0.10 * clouds(rng, n, 5, 3) + 0.35 * bubbles
    return brightness


def _glow(picture: Array, depth: Array) -> Array:
    """Light from behind: a pane is brightest in the middle, and shines beyond its lead."""
    from scipy.ndimage import gaussian_filter

    n = picture.shape[-1]
    lit = picture * (1.22 - 0.75 * np.clip(depth, 0, 1) ** 1.5)
    halo = gaussian_filter(lit.clip(0, 1) ** 2, (0, n / 40, n / 40))
    leaded: Array = lit * 0.92 + 0.34 * halo
    return leaded


def _leaded(rng: np.random.Generator, picture: Array, gap: Array) -> Array:
    """Lead lines of uneven width, round as a bar and shining on one side."""
    n = picture.shape[-1]
    width = _EDGE * (1 + 0.16 * noise(rng, n, 30))
    soft = max(0.0016, 0.8 / n)
    lead = rise(gap, width + soft, width - soft)
    bar = np.sqrt(np.clip(1 - (gap / (width + soft)) ** 2, 0, 1)) * width
    metal = rgb(_LEAD) * (0.6 + 1.5 * np.clip(light(bar, 0.55) - 0.6, 0, 1.4))
    shade = 1 - 0.45 * rise(gap, width * 3.2, width)
    return mix(picture * shade, metal, lead)
