"""Image files as the pictures an encoder takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl.data import load_image
from minidl.files import Name

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")


def load_photo(path: Name, size: int = 64) -> np.ndarray:
    """The middle square of an image file, as float32 (3, size, size), 0 to 1.

    Raises FileNotFoundError or ValueError, naming the file.
    """
    return centre_crop(load_image(path), size)


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
    if not given.is_dir():
        if not given.exists():
            raise FileNotFoundError(f"there is no file or folder {given}")
        return [given]
    found = sorted(
        file
        for file in given.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")
    )
    if not found:
        raise ValueError(f"there are no images in {given} ({', '.join(SUFFIXES)})")
    return found
