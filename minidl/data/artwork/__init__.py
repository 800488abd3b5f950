"""Artworks worth taking a style from: five drawn by our own code, three famous paintings."""

from __future__ import annotations

import numpy as np

from minidl.arguments import checked
from minidl.data.artwork.currents import currents
from minidl.data.artwork.glass import glass
from minidl.data.artwork.mosaic import mosaic
from minidl.data.artwork.paintings import PAINTINGS, Painting, painting
from minidl.data.artwork.petals import petals
from minidl.data.artwork.waves import waves

__all__ = ["ARTWORKS", "PAINTINGS", "Painting", "artwork", "painting"]

_PAINTERS = {
    "currents": currents,
    "glass": glass,
    "mosaic": mosaic,
    "petals": petals,
    "waves": waves,
}
ARTWORKS = tuple(_PAINTERS)  # the names of those that need no network
_CANVAS = 384  # a smaller picture is painted at twice its size, so that fine lines stay smooth


@checked
def artwork(name: str, size: int | None = None, *, quiet: bool = False) -> np.ndarray:
    """A picture to take a style from, float32 RGB (3, H, W) from 0 to 1.

    name: "currents" (strokes in a night sky), "glass" (a rose window), "mosaic" (fans of small
    stones), "petals" (a watercolour meadow) or "waves" (a woodcut of the sea), drawn by our own
    code, the same every time, size x size, 512 by default; or one of `PAINTINGS`, fetched at its
    first use, as large as its file or with `size` pixels along its longer side.
    Raises ValueError for an unknown name or a size below 16; paintings as `painting` does.
    """
    if size is not None and size < 16:
        raise ValueError(f"artwork: given size={size!r}, expected a whole number of at least 16")
    if name in PAINTINGS:
        return painting(name, size, quiet=quiet)
    if name not in _PAINTERS:
        raise ValueError(
            f"artwork: given {name!r}, expected one of {', '.join(ARTWORKS)}; or a painting, "
            f"which is downloaded: {', '.join(PAINTINGS)}"
        )
    return _painted(name, 512 if size is None else int(size))


def _painted(name: str, size: int) -> np.ndarray:
    if size >= _CANVAS:
        return _PAINTERS[name](size).clip(0, 1)
    fine = _PAINTERS[name](2 * size).clip(0, 1)
    reduced: np.ndarray = fine.reshape(3, size, 2, size, 2).mean((2, 4))
    return reduced
