"""Pictures at another size."""

from __future__ import annotations

import numpy as np

from minidl.arguments import Numbers, checked


@checked
def resize_image(image: Numbers, size: int | tuple[int, int]) -> np.ndarray:
    """An image (3, H, W) of values from 0 to 1 at another size, float32 (3, h, w).

    Bicubic, with as wide a reach as it takes that every pixel counts when it gets smaller. size:
    the height and width, or only the longer side, for an image that keeps its proportions.
    Raises ValueError for another shape, and for a size below 1.
    """
    from PIL import Image

    pixels = np.asarray(image, np.float32)
    if pixels.ndim != 3 or len(pixels) != 3 or not pixels.size:
        raise ValueError(f"resize_image: given shape {pixels.shape}, expected (3, H, W)")
    height, width = (
        _proportional(pixels.shape[1:], size) if isinstance(size, (int, np.integer)) else size
    )
    if min(height, width) < 1:
        raise ValueError(f"resize_image: given a size of {height} x {width}, expected at least 1")
    if (height, width) == pixels.shape[1:]:
        return np.ascontiguousarray(pixels)
    channels = [
        Image.fromarray(channel).resize((width, height), Image.Resampling.BICUBIC)
        for channel in np.ascontiguousarray(pixels)
    ]
    return np.stack([np.asarray(channel) for channel in channels]).clip(0, 1)


def _proportional(shape: tuple[int, ...], longer: int) -> tuple[int, int]:
    height, width = (max(1, round(side * longer / max(shape))) for side in shape)
    return (height, width) if longer > 0 else (longer, longer)
