"""Several pictures on one sheet, each with words below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

GAP, WORDS = 8, 20  # pixels: between pictures, and for the line below each


def sheet(pictures: Sequence[tuple[str, np.ndarray]], columns: int) -> Image:
    """Pictures (3, H, W), 0 to 1, in rows of so many, in the middle of cells of one size."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = (max(picture.shape[i] for _, picture in pictures) for i in (1, 2))
    rows = -(-len(pictures) // columns)
    size = columns * (width + GAP) + GAP, rows * (height + WORDS + GAP) + GAP
    page = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for number, (words, picture) in enumerate(pictures):
        row, column = divmod(number, columns)
        left, top = GAP + column * (width + GAP), GAP + row * (height + WORDS + GAP)
        inside = (height - picture.shape[1]) // 2, (width - picture.shape[2]) // 2
        page.paste(Image.fromarray(bytes_of(picture)), (left + inside[1], top + inside[0]))
        draw.text((left, top + height + 2), words, "black", font)
    return page


def bytes_of(picture: np.ndarray) -> np.ndarray:
    """(3, H, W), 0 to 1, as (H, W, 3) bytes, as Pillow takes them."""
    scaled = (picture * 255).round().astype(np.uint8)
    return np.ascontiguousarray(scaled.transpose(1, 2, 0))
