"""A mirrored margin around a picture while it is painted, cut off when it is shown.

Convolutions see zeros beyond the edge of a picture, which no picture has inside. So along its edges
a descent finds colours that are cheap only there, and paints frames and blots.
"""

from __future__ import annotations

import numpy as np


class Margin:
    """A margin of so many pixels around pictures of height x width.

    shape: (height, width) of what is shown. pixels: at most one fewer than either has.
    """

    def __init__(self, shape: tuple[int, ...], pixels: int) -> None:
        self.height, self.width = shape[-2:]
        self.pixels = min(pixels, self.height - 1, self.width - 1)

    def around(self, picture: np.ndarray) -> np.ndarray:
        """The picture (3, H, W) with its margin: (3, H + 2 pixels, W + 2 pixels)."""
        beside = (self.pixels, self.pixels)
        return np.pad(picture, ((0, 0), beside, beside), mode="reflect")

    def cut(self, picture: np.ndarray) -> np.ndarray:
        """What is shown of a picture that has its margin: a view."""
        begin = self.pixels
        return picture[:, begin : begin + self.height, begin : begin + self.width]

    def boxes(self, boxes: np.ndarray) -> np.ndarray:
        """Boxes (N, 4) in shares of what is shown, in shares of the picture with its margin."""
        size = np.tile((self.width, self.height), 2)
        moved: np.ndarray = (boxes * size + self.pixels) / (size + 2 * self.pixels)
        return moved
