"""Image files as arrays: any format, upright, scaled from 0 to 1, and reduced while being read."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from minidl.data.scaling import Scale
from minidl.filekinds import kind_of
from minidl.files import Name, existing, shown

if TYPE_CHECKING:
    from PIL.Image import Image

Reduction = Callable[[int, int], int]  # of width and height: how many pixels become one, each way

LARGE = 1 << 24  # pixels: smaller pictures are not reduced while being read
SPARE = 3  # pixels for each that is wanted: with as many, the final resizing sees no difference
_BAND = 1 << 22  # pixels that are converted at a time
# EXIF's orientations, for (3, H, W); 1 is upright.
_UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda a: a[:, :, ::-1],
    3: lambda a: a[:, ::-1, ::-1],
    4: lambda a: a[:, ::-1],
    5: lambda a: a.swapaxes(1, 2),
    6: lambda a: np.rot90(a, -1, (1, 2)),
    7: lambda a: a[:, ::-1, ::-1].swapaxes(1, 2),
    8: lambda a: np.rot90(a, 1, (1, 2)),
}
_warnings = threading.Lock()  # the list of warning filters belongs to all threads


def read(path: Name, reduction: Reduction | None = None) -> np.ndarray:
    """An image file as float32 RGB (3, H, W), from 0 to 1, upright; see `load_image`.

    reduction: asked for pictures of more than `LARGE` pixels. Of a JPEG only the reduced picture is
    decoded; of others the file's own bytes are, and no more than a band of them is converted at a
    time. Where nothing reduces it, a picture of more pixels than Pillow trusts is refused.
    """
    file = existing(path)
    try:
        with _opened(file) as image:
            by = _drafted(image, reduction)
            scale = Scale(image)
            image.load()
            pixels = _converted(scale.exact(image, file), scale, by)
            with _quiet():
                upright = _UPRIGHT.get(image.getexif().get(0x0112, 1), np.asarray)
            return np.ascontiguousarray(upright(pixels))
    except (PermissionError, MemoryError):
        raise
    except Exception as error:  # decoders raise anything at what they do not expect
        raise ValueError(
            f"{shown(path)} cannot be read as an image: {_why(file, error)}"
        ) from error


def _why(file: Path, error: Exception) -> str:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, Image.DecompressionBombError):
        most = 2 * (Image.MAX_IMAGE_PIXELS or 0)
        return f"it says that it has more than {most:,} pixels; reduce it first"
    if isinstance(error, UnidentifiedImageError):
        kind = kind_of(file)
        if kind in ("a PNG", "a JPEG", "a GIF"):
            return f"it begins as {kind} does, but is damaged or cut short"
        return f"it is {kind}" if kind else "it begins as no format that Pillow knows"
    return shown(error) or type(error).__name__


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Image]:
    from PIL import Image

    with _quiet():
        image = Image.open(file)
    with image:
        yield image


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without Pillow's warnings, which are lines of Python to whoever sees them."""
    with _warnings, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _drafted(image: Image, reduction: Reduction | None) -> int:
    """How many pixels are to become one, each way, once the file is decoded as small as it can be.

    Raises ValueError for a picture that nothing makes smaller and that is too large as it is.
    """
    from PIL import Image as images

    width, height = image.size
    by = max(1, reduction(width, height)) if reduction and width * height > LARGE else 1
    if by > 1:
        image.draft(None, (-(-width // by), -(-height // by)))
        by = max(1, by * image.size[0] // width)
    most = images.MAX_IMAGE_PIXELS
    if by == 1 and most is not None and image.size[0] * image.size[1] > most:
        raise ValueError(
            f"it has {width} x {height} pixels, expected at most {most:,} of them; reduce it first"
            + ("" if reduction else ", or say how large it is needed: longest=1024, for instance")
        )
    return by


def _converted(image: Image, scale: Scale, by: int) -> np.ndarray:
    """float32 (3, h, w), from 0 to 1, of a loaded image: the means of by x by pixels."""
    width, height = image.size
    pixels = np.empty((3, -(-height // by), -(-width // by)), np.float32)
    rows = max(1, _BAND // (width * by)) * by
    for top in range(0, height, rows):
        band = scale.rgb(image.crop((0, top, width, min(top + rows, height))), by)
        pixels[:, top // by : top // by + len(band)] = band.transpose(2, 0, 1)
    return pixels
