"""Draws docs/hero.jpg, the strip at the top of the README: content, style, picture, nine patches.

`python tools/make_hero.py`; about two minutes on two cores.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl import data, models, style, vis

CONTENT, STYLE = "temple", "currents"
LAYER, UNIT = "relu3_3", 39  # a slanted boundary, light above left, dark below right
OUT = Path(__file__).parent.parent / "docs" / "hero.jpg"
HEIGHT, GAP = 240, 8


def main() -> None:
    painted = style.transfer(CONTENT, STYLE, size=384)
    parts = [painted.content, painted.styles[0], painted.picture, nine_patches()]
    data.save_image(beside(*parts, height=HEIGHT, gap=GAP), OUT)
    print(f"written to {OUT}")


def nine_patches() -> np.ndarray:
    """What excites the unit most in the photographs of minidl, at most one patch of each."""
    photographs = (data.sample_image(name) for name in data.SAMPLE_IMAGES)
    top = vis.top_patches(
        models.vgg16(pretrained=True), LAYER, photographs, units=[UNIT], inside=True
    )
    patches = [data.resize_image(patch, (HEIGHT // 3,) * 2) for patch in top.patches[0]]
    rows = [np.concatenate(patches[start : start + 3], axis=2) for start in (0, 3, 6)]
    return np.concatenate(rows, axis=1)


def beside(*pictures: np.ndarray, height: int, gap: int) -> np.ndarray:
    """Pictures (3, h, w) side by side at one height, white between them."""
    white = np.ones((3, height, gap), np.float32)
    parts = []
    for picture in pictures:
        width = round(picture.shape[2] * height / picture.shape[1])
        parts += [white, data.resize_image(picture, (height, width))]
    return np.concatenate(parts[1:], axis=2)


if __name__ == "__main__":
    main()
