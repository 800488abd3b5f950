"""A watercolour of a meadow in flower: thin washes, each darker at its rim, on rough paper.

Pigment takes light away, so washes multiply. As a wash dries, pigment is carried to its rim, and
settles in the hollows of the paper: edge darkening and granulation.
Curtis, Anderson, Seims, Fleischer and Salesin, "Computer-generated watercolor", 1997.
"""

from __future__ import annotations

import numpy as np

from minidl.data.artwork.fields import Array, clouds, grid, ramp, rgb, rise

_FLOWERS = ["d3344f", "e8743b", "f0b429", "a63a8f", "5b4bb0", "e35d86"]
_LEAVES = ["4f8a3c", "2f6b4a", "86a63f", "2b7f7a"]
_SKY = ["f6efe0", "cfe3e8", "9fc6dc", "d8e2c4", "9dbf8a"]


class _Paper:
    """What all washes share: where the pixels are, how water ran, and the roughness."""

    def __init__(self, rng: np.random.Generator, n: int) -> None:
        self.n = n
        x, y = grid(n)
        self.x = x + 0.007 * clouds(rng, n, 9, 4)
        self.y = y + 0.007 * clouds(rng, n, 9, 4)
        self.flow, self.rough = clouds(rng, n, 6, 4), clouds(rng, n, 130, 2)


def petals(n: int) -> Array:
    """The picture, (3, n, n)."""
    rng = np.random.default_rng(1502)
    paper = _Paper(rng, n)
    picture = ramp(0.18 + 0.62 * paper.y + 0.10 * clouds(rng, n, 3, 4), _SKY)
    for blade in sorted(_drawn(rng, 54), key=lambda d: d[1]):
        _leaf(rng, paper, picture, *blade)
    for flower in sorted(_drawn(rng, 46), key=lambda d: d[1]):
        _flower(rng, paper, picture, *flower)
    _spatter(rng, paper, picture)
    return picture * (1 + 0.03 * paper.rough)


def _drawn(rng: np.random.Generator, count: int) -> list[tuple[float, float, float]]:
    """x, y and size of things in a meadow: the nearer the larger; no two in one place."""
    found: list[tuple[float, float, float]] = []
    while len(found) < count:
        x, y = rng.uniform(-0.03, 1.03), 0.16 + 0.88 * rng.random() ** 0.8
        size = (0.035 + 0.075 * y) * rng.uniform(0.75, 1.25)
        if all(np.hypot(x - a, y - b) > 0.52 * (size + c) for a, b, c in found):
            found.append((x, y, size))
    return found


def _leaf(
    rng: np.random.Generator, paper: _Paper, picture: Array, x: float, y: float, size: float
) -> None:
    """A blade of grass, bent, growing upwards from (x, y)."""
    tall, wide = size * rng.uniform(2.0, 3.4), size * rng.uniform(0.10, 0.22)
    lean, bend = rng.normal(0, 0.25), rng.normal(0, 0.5)
    box = _box(paper, x, y - tall / 2, tall * 0.75)
    u = (y - paper.y[box]) / tall  # 0 at the foot, 1 at the tip
    middle = x + tall * (lean * u + bend * u * u)
    inside = wide * np.sin(np.pi * np.clip(u, 0, 0.999)) ** 0.7 - np.abs(paper.x[box] - middle)
    inside = np.where((u > 0) & (u < 1), inside, -1)
    _wash(paper, picture, box, inside, str(rng.choice(_LEAVES)), rng.uniform(0.55, 0.9))


def _flower(
    rng: np.random.Generator, paper: _Paper, picture: Array, x: float, y: float, size: float
) -> None:
    """Petals around an eye, each a wash of its own, over a pale one that ran beyond them."""
    colour, count = str(rng.choice(_FLOWERS)), int(rng.integers(5, 9))
    turn, flat = rng.uniform(0, 2 * np.pi), rng.uniform(0.65, 1.0)
    box = _box(paper, x, y, 1.5 * size)
    dx, dy = paper.x[box] - x, (paper.y[box] - y) / flat
    _wash(
        paper, picture, box, 0.95 * size - np.hypot(dx, dy) + 0.012 * paper.flow[box], colour, 0.30
    )
    for k in range(count):
        angle = turn + 2 * np.pi * (k + rng.normal(0, 0.07)) / count
        along = dx * np.cos(angle) + dy * np.sin(angle)
        across = dy * np.cos(angle) - dx * np.sin(angle)
        long, wide = 0.46 * size * rng.uniform(0.85, 1.15), size * 2.1 / count
        inside = wide * 0.62 * (1 - np.hypot((along - 0.52 * size) / long, across / wide / 0.75))
        _wash(paper, picture, box, inside, colour, rng.uniform(0.45, 0.95))
    eye = 0.17 * size - np.hypot(dx, dy)
    _wash(paper, picture, box, eye, str(rng.choice(["3a2418", "7a5a12", "40203a"])), 0.95)


def _spatter(rng: np.random.Generator, paper: _Paper, picture: Array) -> None:
    """Drops from a full brush."""
    for _ in range(70):
        x, y, size = rng.random(), rng.random(), 0.0022 + 0.006 * rng.random() ** 3
        box = _box(paper, x, y, 4 * size + 0.03)
        inside = size - np.hypot(paper.x[box] - x, paper.y[box] - y)
        _wash(paper, picture, box, inside, str(rng.choice(_FLOWERS + _LEAVES)), 0.6)


def _box(paper: _Paper, x: float, y: float, reach: float) -> tuple[slice, slice]:
    """The part of the picture within `reach` of (x, y): the rest need not be touched."""
    reach += 0.03  # what the paper's waves may move
    low = [int(np.clip((at - reach) * paper.n, 0, paper.n - 1)) for at in (y, x)]
    high = [int(np.clip((at + reach) * paper.n, 1, paper.n)) + 1 for at in (y, x)]
    return slice(low[0], high[0]), slice(low[1], high[1])


def _wash(
    paper: _Paper,
    picture: Array,
    box: tuple[slice, slice],
    inside: Array,
    colour: str,
    strength: float,
) -> None:
    """Lays pigment where `inside`, the distance to the rim, is positive."""
    soft = max(0.0012, 0.8 / paper.n)
    cover = rise(inside, -soft, soft)
    rim = np.exp(-((inside / 0.0035) ** 2))
    pool = 0.62 + 0.20 * paper.flow[box] + 0.55 * rim + 0.13 * paper.rough[box]
    amount = cover * strength * np.clip(pool, 0.12, 1.6)
    picture[(..., *box)] *= np.exp(amount * np.log(np.maximum(rgb(colour), 0.04)))
