"""A painting: the picture, how it came about, and what it was asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minidl.arguments import checked
from minidl.data import resize_image, save_image
from minidl.files import Name
from minidl.style.history import History
from minidl.style.pictures import coloured_as
from minidl.style.settings import Settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEY = "minidl-style"  # under which a PNG keeps what it was made with


class Result:
    """What `transfer` returns, and its callback is given while it is on its way.

    picture: the best so far, float32 RGB (3, H, W), 0 to 1. history: the costs of each step.
    settings: how it was painted. content, styles: the pictures it was made from, at their sizes.
    faces: (faces, 4), the boxes of those that are kept: left, top, right, lower edge, in shares of
    the content's width and height.
    """

    @checked
    def __init__(self, settings: Settings, content: np.ndarray, styles: list[np.ndarray]) -> None:
        if content.ndim != 3:
            raise ValueError(f"Result: given content of shape {content.shape}, expected (3, H, W)")
        self.settings, self.content, self.styles = settings, content, styles
        self.history = History()
        self.faces = np.empty((0, 4))
        self.painted = content  # before the colours are put back

    @property
    def picture(self) -> np.ndarray:
        if not self.settings.preserve_colour:
            return self.painted
        return coloured_as(self.painted, resize_image(self.content, self.painted.shape[1:]))

    @property
    def step(self) -> int:
        """How many steps were taken."""
        return int(self.history["step"][-1]) if len(self.history) else 0

    def __repr__(self) -> str:
        _, height, width = self.painted.shape
        return f"Result({height} x {width}, {self.history})"

    @checked
    def save(self, path: Name, about: Mapping[str, Any] | None = None) -> None:
        """Writes the picture; a PNG keeps the settings, and `about`, to be made again with.

        Raises as `data.save_image` does.
        """
        keep = {"settings": json.loads(self.settings.to_json()), **(about or {})}
        png = Path(path).suffix.lower() == ".png"
        save_image(self.picture, path, text={KEY: json.dumps(keep)} if png else None)

    @checked
    def plot(self, ax: Axes | None = None) -> Axes:
        """The content, the styles and the picture in a row, at one height."""
        ax = _axes(ax)
        pictures = [self.content, *self.styles, self.picture]
        height = self.picture.shape[1]
        at_height = [resize_image(p, (height, round(p.shape[2] * height / p.shape[1])))
                     for p in pictures]  # fmt: skip
        gap = np.ones((3, height, max(2, height // 32)), np.float32)
        strip = np.concatenate([part for p in at_height for part in (gap, p)][1:], axis=2)
        ax.imshow(strip.transpose(1, 2, 0))
        ax.set_title(
            "content, style, picture" if len(self.styles) == 1 else "content, styles, picture"
        )
        ax.axis("off")
        return ax


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(9, 3.4), layout="constrained")[1]
