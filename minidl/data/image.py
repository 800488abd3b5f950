"""Images from and to files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minidl.files import Name, existing, replacing

if TYPE_CHECKING:
    from PIL.Image import Image


def load_image(path: Name) -> np.ndarray:
    """An image file as float32 RGB (3, H, W), from 0 to 1, upright.

    Reads whatever Pillow reads, and turns it as its EXIF orientation says. Grey images get three
    equal channels, transparent ones are laid on white, 16-bit ones are scaled, and of several
    frames the first is taken.
    Raises FileNotFoundError, or ValueError where the file is not an image or is damaged.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(existing(path)) as image:
            pixels = _rgb(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, (FileNotFoundError, IsADirectoryError, PermissionError)):
            raise
        raise ValueError(f"{path} cannot be read as an image: {error}") from error
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _rgb(image: Image) -> np.ndarray:
    """float32 (H, W, 3), from 0 to 1."""
    from PIL import Image as images

    if image.mode.startswith("I"):  # 16-bit grey, for which Pillow's own conversion clips
        grey = np.asarray(image, np.float32) / 65535
        return np.repeat(grey.clip(0, 1)[..., None], 3, axis=2)
    if image.has_transparency_data:
        above = image.convert("RGBA")
        image = images.alpha_composite(images.new("RGBA", above.size, "white"), above)
    return np.asarray(image.convert("RGB"), np.float32) / 255


def save_image(image: Any, path: Name, text: Mapping[str, str] | None = None) -> None:
    """Writes an image of values from 0 to 1 (others are clipped); the suffix says the format.

    image: an array or Tensor of floats, RGB (3, H, W) or grey (1, H, W) or (H, W). text: words by
    name, kept in a PNG; `load_text` finds them.
    Raises TypeError or ValueError for what is not such an image or an unknown suffix, and
    FileNotFoundError for a missing folder. An older file stays if writing fails.
    """
    from PIL import Image

    pixels = _bytes(np.asarray(image))
    suffix = Path(path).suffix.lower()
    if Image.registered_extensions().get(suffix) not in Image.SAVE:
        raise ValueError(f"save_image: given {path}, expected a suffix such as .png or .jpg")
    with replacing(path) as temporary:
        Image.fromarray(pixels).save(temporary, quality=95, pnginfo=_png_text(text or {}))


def load_text(path: Name) -> dict[str, str]:
    """The words by name that a PNG keeps; none in other formats. Raises as `load_image` does."""
    from PIL import Image

    load_image(path)  # a damaged file is said to be damaged
    with Image.open(path) as image:
        return dict(getattr(image, "text", {}))


def _png_text(text: Mapping[str, str]) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for name, words in text.items():
        info.add_itxt(name, words)
    return info


def _bytes(image: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3) or (H, W)."""
    if image.dtype.kind != "f":
        raise TypeError(f"save_image: given {image.dtype} values, expected floats from 0 to 1")
    if image.ndim == 3 and len(image) == 1:
        image = image[0]
    if not image.size or not (image.ndim == 2 or (image.ndim == 3 and len(image) == 3)):
        raise ValueError(
            f"save_image: given shape {image.shape}, expected (3, H, W), (1, H, W) or (H, W); of a "
            "batch, save images[0]"
        )
    if np.isnan(image).any():
        raise ValueError(f"save_image: the image of shape {image.shape} has NaN in it")
    scaled = (image.clip(0, 1) * 255).round().astype(np.uint8)
    return scaled.transpose(1, 2, 0).copy() if scaled.ndim == 3 else scaled
