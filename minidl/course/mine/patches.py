"""Where exercise set 07 takes over: what a unit sees, and the patch that is cut out for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minidl.course.mine.places import Function, function
from minidl.vis.receptive import Window

Array = np.ndarray


@function(
    "minidl.vis.receptive._along",
    "ex07.receptive_field_1d",
    place="size, stride and offset of vis.receptive_field",
)
def _receptive_field(original: Function, mine: Function) -> Function:
    def along(windows: Sequence[Window]) -> tuple[int, ...]:
        layers = [(w.kernel, w.stride, w.before, w.dilation) for w in windows]
        return tuple(int(number) for number in mine(layers))

    return along


@function("minidl.vis.pictures.cropped", "ex07.crop", place="the patches of vis.top_patches")
def _cropped(original: Function, mine: Function) -> Function:
    def cropped(image: Array, window: Sequence[slice], fill: float) -> Array:
        down, right = window
        height, width = down.stop - down.start, right.stop - right.start
        return np.asarray(mine(image, down.start, right.start, height, width, fill), image.dtype)

    return cropped
