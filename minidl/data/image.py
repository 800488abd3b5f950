"""Images from and to files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.data.reading import SPARE, read
from minidl.data.resizing import resize_image
from minidl.files import Name, replacing, shown


@checked
def load_image(path: Name, longest: int | None = None) -> np.ndarray:
    """An image file as float32 RGB (3, H, W), from 0 to 1, upright.

    Reads whatever Pillow reads, and turns it as its EXIF orientation says. Grey images get three
    equal channels, transparent ones are laid on white, 16-bit ones are scaled, floats have to be
    from 0 to 1, and of several frames the first is taken.
    longest: a larger picture is reduced to so many pixels along its longer side, a very large one
    (a hundred million pixels) already while it is read.
    Raises FileNotFoundError, or ValueError where the file is not an image, is damaged, or has more
    pixels than Pillow trusts and no `longest` is given.
    """
    if longest is None:
        return read(path)
    if longest < 1:
        raise ValueError(f"load_image: given longest={longest!r}, expected at least 1 pixel")
    image = read(path, lambda width, height: max(width, height) // (SPARE * int(longest)))
    return resize_image(image, longest) if max(image.shape[1:]) > longest else image


def image_suffixes() -> frozenset[str]:
    """The ends of file names (".png", ...) whose formats `load_image` reads, as Pillow says."""
    from PIL import Image

    known = Image.registered_extensions()  # of plugins that were added since, too
    return frozenset(suffix for suffix, kind in known.items() if _is_read(kind))


def _is_read(kind: str) -> bool:
    """Whether Pillow decodes a format: some it only writes, and some it knows by name alone."""
    from PIL import Image, ImageFile

    opener = Image.OPEN.get(kind, (None,))[0]
    by_name = isinstance(opener, type) and issubclass(opener, ImageFile.StubImageFile)
    return opener is not None and not by_name


@checked
def save_image(image: Numbers, path: Name, text: Mapping[str, str] | None = None) -> None:
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
        raise ValueError(f"save_image: given {shown(path)}, expected a suffix such as .png or .jpg")
    with replacing(path) as temporary:
        Image.fromarray(pixels).save(temporary, quality=95, pnginfo=_png_text(text or {}))


@checked
def load_text(path: Name) -> dict[str, str]:
    """The words by name that a PNG keeps; none in other formats. Raises as `load_image` does."""
    from PIL import Image

    load_image(path, 1024)  # a damaged file is said to be damaged
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
