"""The picture that a descent begins with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minidl.data import resize_image
from minidl.style.colours import between_colours, in_colours_of
from minidl.style.faces import face_mask
from minidl.style.pictures import opened
from minidl.style.settings import PICTURE, Settings


def with_start(settings: dict[str, Any]) -> tuple[dict[str, Any], np.ndarray | None]:
    """The settings with a word for `init`, and the picture where one was given.

    Raises as `opened` does for what is no picture, and ValueError for the word that stands for one.
    """
    init = settings.get("init", "")
    if isinstance(init, str) and (init == PICTURE or not Path(init).is_file()):
        if init == PICTURE:
            raise ValueError(
                "style: given init='picture', which is how a picture that was begun with is "
                "remembered, expected the picture itself: its pixels or its file"
            )
        return settings, None
    return {**settings, "init": PICTURE}, opened(init)


def begun(
    content: np.ndarray, styles: list[np.ndarray], settings: Settings, start: np.ndarray | None,
    boxes: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """What to begin with, as large as the content: see `Settings.init`.

    content, styles: as they are looked at, grey where colour is to be kept. start: the picture that
    was given, if one was. boxes: of the faces that are kept.
    """
    if start is not None:
        return resize_image(start, (content.shape[1], content.shape[2]))
    if settings.init == "one-pass":
        from minidl.style.painter import painted_in_one_pass

        return painted_in_one_pass(content, styles, settings.style_weights)
    if settings.init == "content":
        return content.copy()
    if settings.init == "recoloured":
        return _recoloured(content, styles, settings.style_weights, boxes)
    rng = np.random.default_rng(settings.seed)
    noise = rng.normal(0.5, 0.15, content.shape).astype(np.float32).clip(0, 1)
    # The shares of the blend are the course's.
    return noise if settings.init == "noise" else 0.6 * noise + 0.4 * content


def _recoloured(
    content: np.ndarray, styles: list[np.ndarray], weights: Sequence[float], boxes: np.ndarray
) -> np.ndarray:
    """In the colours of the styles, and faces half in their own, as they are to look."""
    coloured = in_colours_of(content, styles, weights)
    if not len(boxes):
        return coloured
    mask = face_mask(boxes, *content.shape[1:])
    looks = between_colours(content, styles, weights)
    kept: np.ndarray = coloured + mask * (looks - coloured)
    return kept
