"""A mosaic of fans: courses of small stones laid in arcs, with gold among them.

The fans are circles in staggered rows, each covering the lower part of those behind it; a stone is
a piece of a ring of one of them.
"""

from __future__ import annotations

import numpy as np

from minidl.data.artwork.fields import Array, clouds, grid, light, mix, noise, ramp, rgb, rise

_RADIUS, _RINGS = 0.168, 8  # a fan's radius, and its courses of stones
_FANS = [
    ["0c3b4e", "12708a", "2fb0b0", "a9dccb"], ["7a1f2b", "c1452f", "e98a4b", "f6d39a"],
    ["1a2a5e", "33559f", "6f93cf", "d5dcec"], ["3d1d4f", "7b3f86", "b97fb4", "eed3df"],
    ["1f4a2c", "4c8a45", "98b85a", "e6e4a6"],
]  # fmt: skip
_GROUT = "38322d"


def mosaic(n: int) -> Array:
    """The picture, (3, n, n)."""
    rng = np.random.default_rng(532)
    fan, radius, angle = _fans(n)
    ring, stone, inside = _stones(rng, n, fan, radius, angle)
    colours = _colours(fan, ring, stone)
    face = colours * (1 + 0.09 * clouds(rng, n, 60, 3))
    joint = 0.0021
    depth = np.minimum(inside, 0.0046)  # a bevel, then flat
    faces = face * light(depth, 0.30)
    grout = rgb(_GROUT) * (1 + 0.22 * noise(rng, n, 200))
    return mix(grout, faces, rise(inside, joint - 0.0009, joint + 0.0009))


def _fans(n: int) -> tuple[Array, Array, Array]:
    """For every pixel the number of its fan, and where in it: radius and angle from its middle."""
    x, y = grid(n)
    fan = np.full((n, n), -1)
    radius, angle = np.ones((n, n), np.float32), np.zeros((n, n), np.float32)
    across, down = 2 * _RADIUS, _RADIUS / 2
    for row in range(-2, round(1 / down) + 3):
        cy = row * down + 0.03
        cx = (
            (np.round((x - 0.5 - (row % 2) * _RADIUS) / across)) * across
            + 0.5
            + (row % 2) * _RADIUS
        )
        distance = np.hypot(x - cx, y - cy)
        here = distance < _RADIUS
        number = row * 64 + np.round((cx - 0.5) / _RADIUS).astype(int) + 32
        fan = np.where(here, number, fan)
        radius = np.where(here, distance, radius)
        angle = np.where(here, np.arctan2(y - cy, x - cx), angle)
    return fan, radius, angle


def _stones(
    rng: np.random.Generator, n: int, fan: Array, radius: Array, angle: Array
) -> tuple[Array, Array, Array]:
    """Course and stone of every pixel, and how far it lies inside its stone."""
    course = _RADIUS / _RINGS
    wobble = radius + 0.0009 * noise(rng, n, 40)
    ring = np.clip((wobble / course).astype(int), 0, _RINGS - 1)
    count = np.maximum(6 * ring + 3, 1)
    turn = _hashed(fan, ring, 7) + 0.003 * noise(rng, n, 40)
    at = (angle / (2 * np.pi) + turn) % 1 * count
    stone = at.astype(int)
    along = np.minimum(at % 1, 1 - at % 1) / count * 2 * np.pi * np.maximum(radius, course / 3)
    across = np.minimum(wobble % course, course - wobble % course)
    return ring, stone, np.minimum(along, across).astype(np.float32)


def _colours(fan: Array, ring: Array, stone: Array) -> Array:
    """A palette a fan, paler towards its rim, no two stones quite alike; here and there gold."""
    row, column = fan // 64, fan % 64
    kind = (2 * row + (column + row) // 2 + (_hashed(fan, 0, 3) < 0.18)) % len(_FANS)
    chance = _hashed(fan * 97 + ring, stone, 11)
    tone = (ring + 0.5) / _RINGS + 0.42 * (chance - 0.5)
    tone = np.where(ring % 4 == 3, 1.0 - 0.25 * chance, tone)
    colours = np.choose(kind, [ramp(tone, palette) for palette in _FANS])
    shade = 0.86 + 0.28 * _hashed(fan * 97 + ring, stone, 23)
    gold = (_hashed(fan * 97 + ring, stone, 31) < 0.05) | (ring == 0)
    return np.where(gold, rgb("e6b53a"), colours) * shade.astype(np.float32)


def _hashed(i: Array, j: Array | int, seed: int) -> Array:
    """A number from 0 to 1 that depends on three whole numbers and on nothing else."""
    h = (
        np.asarray(i, np.int64) * 374761393 + np.asarray(j, np.int64) * 668265263 + seed * 974634777
    ) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 1274126177) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFF) / 65536
