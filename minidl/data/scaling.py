"""What the numbers in an image file mean: from whatever kind they are to RGB from 0 to 1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

_ROUNDING = 1e-3  # how far a float picture may overshoot, as resampled ones do
_FEW_BITS = {"L;2": 85, "L;4": 17}  # what brings 2 and 4 bits to 8
_SIXTEEN = ("PNG", "PPM")  # formats of which Pillow gives 16 bits as 32


class Scale:
    """How an opened image file is brought to 0 to 1; `rgb` does it, for the whole or parts of it.

    Raises ValueError where the numbers do not say what is white: 32-bit integers, and floats beyond
    0 and 1.
    """

    def __init__(self, image: Image) -> None:
        self._white = _white(image)
        tiles = getattr(image, "tile", None)
        self._raw = tiles[0][3] if tiles else None  # how the numbers lie in the file
        if self._raw in _FEW_BITS and isinstance(image.info.get("transparency"), int):
            image.info["transparency"] *= _FEW_BITS[self._raw]  # as Pillow scales the pixels

    def exact(self, image: Image, file: Path) -> Image:
        """The loaded image; where a colour of 16 bits is transparent, with that as its alpha.

        Pillow keeps the upper 8 bits of each channel, in which many colours are alike; the lower 8
        are read by taking the file's order of bytes for the other.
        """
        from PIL import Image as images

        key = image.info.get("transparency")
        if self._raw != "RGB;16B" or not isinstance(key, tuple):
            return image
        upper, lower = (np.asarray(part, np.uint16) for part in (image, _other_bytes(file)))
        opaque = (upper * 256 + lower != np.array(key)).any(axis=2)
        del image.info["transparency"]
        image.putalpha(images.fromarray(opaque.astype(np.uint8) * 255))
        return image

    def rgb(self, image: Image, by: int = 1) -> np.ndarray:
        """float32 (h, w, 3), from 0 to 1, the means of by x by pixels; transparent is white."""
        from PIL import Image as images

        if self._white is not None:
            return self._grey(image, self._white, by)
        if image.has_transparency_data:
            above = image.convert("RGBA")
            image = images.alpha_composite(images.new("RGBA", above.size, "white"), above)
        image = image.convert("RGB")
        return np.asarray(image.reduce(by) if by > 1 else image, np.float32) / 255

    def _grey(self, image: Image, white: float, by: int) -> np.ndarray:
        """Of one number a pixel, which Pillow's own conversion would clip to 8 bits."""
        numbers = np.asarray(image)
        grey = np.asarray(numbers, np.float32) / np.float32(white)
        if numbers.dtype.kind == "f":
            _check_floats(numbers)
        if isinstance(image.info.get("transparency"), int):
            grey = np.where(numbers == image.info["transparency"], np.float32(1), grey)
        grey = _averaged(_averaged(grey.clip(0, 1), by, 0), by, 1)
        return np.repeat(grey[..., None], 3, axis=2)


def _averaged(pixels: np.ndarray, by: int, axis: int) -> np.ndarray:
    """Means of `by` neighbours along an axis of (H, W); the last may be of fewer."""
    if by == 1:
        return pixels
    starts = np.arange(0, pixels.shape[axis], by)
    counts = np.diff(starts, append=pixels.shape[axis]).astype(np.float32)
    return np.add.reduceat(pixels, starts, axis=axis) / (counts[:, None] if axis == 0 else counts)


def _other_bytes(file: Path) -> np.ndarray:
    """The lower 8 bits of a PNG of 16 bits a channel, (H, W, 3)."""
    from PIL import Image as images

    with images.open(file) as image:
        image.tile = [_with_order(tile, "RGB;16L") for tile in image.tile]
        return np.asarray(image)


def _with_order(tile: Any, raw: str) -> Any:
    return tile._replace(args=raw) if hasattr(tile, "_replace") else (*tile[:3], raw)


def _white(image: Image) -> float | None:
    """The number that is white, of images with one wide number a pixel; None for all others."""
    if image.mode == "F":
        return 1.0
    if image.mode.startswith("I;"):
        tags = getattr(image, "tag_v2", {})  # of a TIFF; some cameras write 12 bits
        return float(2 ** int(np.ravel(tags.get(258, 16))[0]) - 1)
    if image.mode != "I":
        return None
    if image.format in _SIXTEEN:
        return 65535.0
    low, high = image.getextrema()
    raise ValueError(
        f"it holds 32-bit integers from {low} to {high}, which do not say what is white; save it "
        "with 8 or 16 bits"
    )


def _check_floats(numbers: np.ndarray) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError("it has NaN or infinity in it")
    low, high = float(numbers.min()), float(numbers.max())
    if low < -_ROUNDING or high > 1 + _ROUNDING:
        raise ValueError(
            f"it holds floats from {low:g} to {high:g}, expected 0 to 1: scale them, or save it "
            "with 8 or 16 bits"
        )
