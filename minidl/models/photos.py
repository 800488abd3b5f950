"""Image files as the pictures an encoder takes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from minidl.arguments import checked
from minidl.data import image_suffixes
from minidl.data.reading import SPARE, read
from minidl.files import Name, existing, shown


@checked
def load_photo(path: Name, size: int = 64) -> np.ndarray:
    """The middle square of an image file, as float32 (3, size, size), 0 to 1.

    A very large picture is reduced while it is read. Raises FileNotFoundError or ValueError, naming
    the file.
    """
    if size < 1:
        raise ValueError(f"load_photo: given size={size}, expected at least 1 pixel")
    image = read(path, lambda width, height: min(width, height) // (SPARE * size))
    return centre_crop(image, size)


def centre_crop(image: np.ndarray, size: int) -> np.ndarray:
    """The middle square of an image (3, H, W), 0 to 1, at another size; every pixel counts."""
    from PIL import Image

    _, height, width = image.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = image[:, top : top + side, left : left + side]
    if side == size:
        return np.ascontiguousarray(middle)
    resized = [
        Image.fromarray(channel).resize((size, size), Image.Resampling.BICUBIC)
        for channel in np.ascontiguousarray(middle, np.float32)
    ]
    return np.stack([np.asarray(channel) for channel in resized]).clip(0, 1)


def photo_files(path: Name) -> list[Path]:
    """The file itself, or the image files in a folder, sorted.

    Raises FileNotFoundError where there is nothing, ValueError for a folder without images.
    """
    given = Path(path)
    if not os.fspath(path) or not given.is_dir():
        return [existing(path, "file or folder")]
    return images_among(given, given.iterdir())


def images_among(folder: Path, entries: Iterable[Path]) -> list[Path]:
    """Those of a folder's entries whose names are images', sorted; what they are, reading tells.

    Raises ValueError where there is none.
    """
    suffixes = image_suffixes()
    found = sorted(
        entry
        for entry in entries
        if entry.suffix.lower() in suffixes
        and not entry.name.startswith(".")
        and not entry.is_dir()
    )
    if not found:
        raise ValueError(
            f"there are no images in {shown(folder)}: nothing there has a name that ends in .png, "
            ".jpg, or as another format that Pillow reads"
        )
    return found
