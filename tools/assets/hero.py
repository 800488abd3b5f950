"""Draws docs/hero.png, the strip at the top of the README: content, style, picture, nine patches.

`python tools/assets/hero.py`; seconds. The picture is one that style_pictures.py, beside it, made.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl import data, models, vis

CONTENT, STYLE = "temple", "currents"
LAYER, UNIT = "relu3_3", 39  # a slanted boundary, light above left, dark below right
DOCS = Path(__file__).parents[2] / "docs"
HEIGHT, GAP = 182, 2  # pixels: the strip's height, the space between patches


def main() -> None:
    painted = data.load_image(DOCS / "style" / f"{CONTENT}-{STYLE}.png")
    pictures = [data.sample_image(CONTENT), data.artwork(STYLE), painted]
    parts = [data.resize_image(p, (HEIGHT, _width(p))) for p in pictures]
    data.save_image(_joined([*parts, nine_patches()], gap=4 * GAP, axis=2), DOCS / "hero.png")


def nine_patches() -> np.ndarray:
    """What excites the unit most in the photographs of minidl, at most one patch of each."""
    photographs = (data.sample_image(name) for name in data.SAMPLE_IMAGES)
    top = vis.top_patches(
        models.vgg16(pretrained=True), LAYER, photographs, units=[UNIT], inside=True
    )
    side = (HEIGHT - 2 * GAP) // 3
    patches = [data.resize_image(patch, (side, side)) for patch in top.patches[0]]
    rows = [_joined(patches[start : start + 3], GAP, axis=2) for start in (0, 3, 6)]
    return data.resize_image(_joined(rows, GAP, axis=1), (HEIGHT, HEIGHT))


def _width(picture: np.ndarray) -> int:
    return round(picture.shape[2] * HEIGHT / picture.shape[1])


def _joined(pictures: list[np.ndarray], gap: int, axis: int) -> np.ndarray:
    """Pictures (3, h, w) below (axis 1) or beside (2) one another, white between them."""
    white = list(pictures[0].shape)
    white[axis] = gap
    parts = [part for picture in pictures for part in (np.ones(white, np.float32), picture)]
    return np.concatenate(parts[1:], axis=axis)


if __name__ == "__main__":
    main()
