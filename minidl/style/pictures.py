"""The pictures that go in: opened, checked, brought to size; and their colours."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minidl import data
from minidl.arguments import spelt
from minidl.data.reading import SPARE, read
from minidl.files import shown
from minidl.style.settings import Settings
from minidl.tensor import Tensor

MIN_SIDE = 16  # pixels of the shorter side: four pools leave one of them
_MAX_GIGABYTES = 64  # for one picture: more is a mistake, which would fill the memory
# What a pixel takes in VGG-16, measured: the content is painted on, a style is looked at once.
# In one pass a picture is painted by a network of eight maps of its size.
_BYTES = {"content": 4600, "style": 1000, "painted": 200}
# How YIQ, the colours of television, come from red, green and blue: lightness, then two of hue.
_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]], np.float32
)


def opened(
    picture: Any, quiet: bool = False, longer: int | None = None, called: str = "style"
) -> np.ndarray:
    """float32 RGB (3, H, W), 0 to 1, of an array or Tensor, an image file, or a name.

    Names are those of the shipped photographs, the artworks and the paintings; a file of that name
    goes first. longer: pixels along the longer side that will be painted; a very large file is
    brought near to it while it is read. called: who was given it, as errors say.
    Raises ValueError, TypeError or FileNotFoundError for what is no picture.
    """
    if isinstance(picture, (str, os.PathLike)):
        return _named(picture, quiet, longer)
    try:
        pixels = np.asarray(picture.data if isinstance(picture, Tensor) else picture)
    except ValueError as error:  # a ragged list
        raise TypeError(
            f"{called}: given a picture {spelt(picture)}, expected floats (3, H, W), a file or a "
            "name"
        ) from error
    if pixels.ndim == 4 and len(pixels) == 1:
        pixels = pixels[0]
    if pixels.dtype.kind != "f":
        raise TypeError(
            f"{called}: given a picture of {pixels.dtype} values, expected floats from 0 to 1: "
            "divide by 255"
        )
    if pixels.ndim != 3 or len(pixels) != 3 or not pixels.size:
        raise ValueError(
            f"{called}: given a picture of shape {pixels.shape}, expected RGB (3, H, W); of "
            "(H, W, 3) take picture.transpose(2, 0, 1)"
        )
    low, high = float(pixels.min()), float(pixels.max())
    if not (low >= -1e-3 and high <= 1 + 1e-3):  # also where there is a NaN
        raise ValueError(
            f"{called}: given a picture with values from {low:g} to {high:g}, expected 0 to 1"
        )
    return pixels.astype(np.float32).clip(0, 1)


def opened_for(
    settings: Settings, content: Any, styles: Sequence[Any], quiet: bool = False
) -> list[np.ndarray]:
    """The content and the styles, `opened` no larger than these settings need them."""
    sizes = [settings.size, *[settings.style_size] * len(styles)]
    return [opened(p, quiet, size) for p, size in zip((content, *styles), sizes, strict=True)]


def _named(name: str | os.PathLike[str], quiet: bool, longer: int | None) -> np.ndarray:
    words = os.fspath(name)
    if words.strip() and "\0" not in words and not Path(words).exists():
        if words in data.SAMPLE_IMAGES:
            return data.sample_image(words)
        if words in data.ARTWORKS or words in data.PAINTINGS:
            return data.artwork(words, quiet=quiet)
        if not Path(words).suffix and "/" not in words:
            raise FileNotFoundError(
                f"there is no file {shown(words)}, and no picture of that name: photographs are "
                f"{', '.join(data.SAMPLE_IMAGES)}; artworks are {', '.join(data.ARTWORKS)}; "
                f"paintings, which are downloaded, are {', '.join(data.PAINTINGS)}"
            )
    if longer is None or longer < 1:
        return read(words)
    return read(words, lambda width, height: max(width, height) // (SPARE * longer))


def check_memory(picture: np.ndarray, longer: int, what: str, called: str = "style") -> None:
    """Raises ValueError where `at_size` would make a picture that no memory is enough for."""
    pixels = _MAX_GIGABYTES * 1e9 / _BYTES[what]
    most = int((pixels * max(picture.shape[1:]) / min(picture.shape[1:])) ** 0.5)
    if longer > most:
        raise ValueError(
            f"{called}: given a {what} picture to be taken with {longer} pixels along its longer "
            f"side, expected at most {most}, which takes {_MAX_GIGABYTES} GB: take a smaller "
            + ("style_scale, or a smaller size" if what == "style" else "size")
        )


def at_size(picture: np.ndarray, longer: int, what: str, called: str = "style") -> np.ndarray:
    """The picture with `longer` pixels along its longer side.

    Raises ValueError where that leaves too few along the other.
    """
    sized = data.resize_image(picture, longer)
    if min(sized.shape[1:]) < MIN_SIDE:
        raise ValueError(
            f"{called}: the {what} picture of {picture.shape[1]} x {picture.shape[2]} becomes "
            f"{sized.shape[1]} x {sized.shape[2]}, expected at least {MIN_SIDE} on each side: take "
            "a larger size, or cut the picture"
        )
    return sized


def grey(picture: np.ndarray) -> np.ndarray:
    """The lightness of a picture, three times, (3, H, W)."""
    light = np.tensordot(_YIQ[:1], picture, 1)
    return np.repeat(light, 3, axis=0).clip(0, 1)


def as_light_as(style: np.ndarray, content: np.ndarray) -> np.ndarray:
    """A grey style with the mean lightness and contrast of a grey content."""
    spread = content.std() / max(float(style.std()), 1e-6)
    coloured: np.ndarray = ((style - style.mean()) * spread + content.mean()).clip(0, 1)
    return coloured


def coloured_as(picture: np.ndarray, content: np.ndarray) -> np.ndarray:
    """The lightness of `picture` with the hues of `content`, of one size."""
    yiq = np.tensordot(_YIQ, content, 1)
    yiq[0] = np.tensordot(_YIQ[0], picture, 1)
    return np.tensordot(np.linalg.inv(_YIQ), yiq, 1).clip(0, 1).astype(np.float32)
