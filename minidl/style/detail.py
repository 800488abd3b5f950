"""Where a photograph has detail: shapes are kept there, and strokes are free in the rest.

A content cost that counts everywhere alike keeps skies as empty as they are, against the style, and
the two agree on dots, which the layer of the content hardly sees; and what it can hold of petals
with what is left, strokes melt. So the content counts where it has something to show, in the layer
where it is compared and in one that sees finer; and where it has nothing, dots cost.
"""

from __future__ import annotations

import numpy as np

from minidl.data import resize_image
from minidl.style.pictures import grey

FINER = "relu3_1"  # looked at, too, where it is one of the style's
FINER_WEIGHT = 0.5  # beside 1 for the layer of the content
CELLS = 24  # along the longer side, over which detail is averaged
SMOOTH = 0.1  # of the mean detail: with so much, dots cost half of what they do with none


def detail_map(picture: np.ndarray) -> np.ndarray:
    """How much detail a picture (3, H, W) has around each place: (H, W), float32, 1 in the mean.

    The root of the mean square of the slopes of its lightness. 1 everywhere for one colour.
    """
    down, right = np.gradient(grey(picture), axis=(1, 2))
    around = resize_image(resize_image(down * down + right * right, CELLS), picture.shape[1:])[0]
    return _shares(np.sqrt(around.clip(0, None)))


def resized_map(detail: np.ndarray, height: int, width: int) -> np.ndarray:
    """A map (H, W) for the height x width places of a layer, with a mean of 1 again."""
    greatest = detail.max()
    thrice = np.broadcast_to(detail / greatest, (3, *detail.shape))
    return _shares(resize_image(thrice, (height, width))[0].clip(0, None))


def smooth_mask(detail: np.ndarray) -> np.ndarray:
    """How smooth each place is, from a `detail_map`: 1 where there is no detail, towards 0."""
    smooth: np.ndarray = SMOOTH / (detail + SMOOTH)
    return smooth


def _shares(values: np.ndarray) -> np.ndarray:
    mean = values.mean(dtype=np.float64)
    shares = values / mean if mean > 0 else np.ones_like(values)
    return shares.astype(np.float32)
