"""A photograph with a box and a name for every face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked

COLOUR = (255, 176, 0)  # of the boxes; one that the colour-blind see on skin and sky


@checked
def draw_faces(image: Numbers, boxes: Numbers, names: Sequence[str]) -> np.ndarray:
    """The image (3, H, W), floats 0 to 1, with boxes and names drawn into it, float32.

    boxes: left, top, right, lower edge in pixels, of each. names: as many; "" draws no name.
    Lines and letters grow with the picture. Raises ValueError where the numbers do not fit.
    """
    from PIL import Image, ImageDraw, ImageFont

    pixels, places = np.asarray(image), np.asarray(boxes, np.float64)
    places = places if places.size else np.zeros((0, 4))
    if places.ndim != 2 or places.shape[1] != 4:
        raise ValueError(f"draw_faces: given boxes {places.shape}, expected (N, 4)")
    if pixels.ndim != 3 or len(pixels) != 3 or len(places) != len(names):
        raise ValueError(
            f"draw_faces: given an image {pixels.shape}, {len(places)} boxes and {len(names)} "
            "names, expected (3, H, W) and as many names as boxes"
        )
    if not pixels.size or not np.isfinite(pixels).all():
        raise ValueError(f"draw_faces: given an image {pixels.shape}, expected finite pixels")
    if not (np.isfinite(places).all() and (places[:, 2:] >= places[:, :2]).all()):
        raise ValueError(
            "draw_faces: given boxes that are turned inside out, NaN or infinite, expected left, "
            "top, right, lower edge"
        )
    picture = Image.fromarray((pixels.clip(0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0))
    draw = ImageDraw.Draw(picture)
    side = float(np.sqrt(picture.width * picture.height))
    width = max(1, round(side / 200))
    font = ImageFont.load_default(max(10, side / 30))
    for box, name in zip(places, names, strict=True):
        draw.rectangle([float(edge) for edge in box], outline=COLOUR, width=width)
        if name:
            _label(draw, name, box, font, width)
    return np.ascontiguousarray(np.asarray(picture, np.float32).transpose(2, 0, 1) / 255)


def _label(draw: Any, name: str, box: np.ndarray, font: Any, width: int) -> None:
    """A name on a bar, in the middle under its box, or above it where the picture ends."""
    across, down = draw.im.size
    left, top, right, bottom = draw.textbbox((0, 0), name, font=font)
    wide, high = right - left + 4 * width, bottom - top + 4 * width
    x = float(np.clip((box[0] + box[2] - wide) / 2, 0, max(0, across - wide)))
    y = float(box[3]) if box[3] + high <= down else max(0.0, float(box[1]) - high)
    draw.rectangle([x, y, x + wide, y + high], fill=COLOUR)
    draw.text((x + 2 * width - left, y + 2 * width - top), name, fill=(0, 0, 0), font=font)
