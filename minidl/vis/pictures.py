"""Pictures one at a time, from a folder, from files or from memory, with names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minidl.arguments import spelt
from minidl.data import load_image
from minidl.files import Name, existing, shown
from minidl.models.photos import images_among


class Picture(NamedTuple):
    """A picture that is read only when asked for. path: its file, None for an array."""

    name: str
    read: Callable[[], np.ndarray]  # float (C, H, W)
    path: Path | None = None


class Pictures:
    """Pictures that can be gone through again. images: see `top_patches`.

    longest: pictures with a longer side than this are reduced to it; None leaves them.
    """

    def __init__(self, images: Any, longest: int | None = None) -> None:
        if longest is not None and longest < 1:
            raise ValueError(f"given longest={longest}, expected at least 1 pixel, or None")
        several = hasattr(images, "__iter__") and getattr(images, "shape", None) != ()
        if not several and not isinstance(images, os.PathLike):
            raise TypeError(
                f"given images={spelt(images)}, expected a folder, file names or arrays (C, H, W)"
            )
        self._images, self._longest = images, longest
        self._root: Path | None = None
        if isinstance(images, (str, os.PathLike)):
            self._root = Path(images)
            self._images = picture_files(images)
        # a loader might shuffle, so only what has places counts as readable again
        self.once = not hasattr(self._images, "__getitem__")
        self._kept: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        """How many there are; 0 where that is not known beforehand."""
        return len(self._images) if hasattr(self._images, "__len__") else 0

    def __iter__(self) -> Iterator[Picture]:
        return (self._picture(i, entry) for i, entry in enumerate(self._images))

    def _picture(self, index: int, entry: Any) -> Picture:
        if isinstance(entry, (str, os.PathLike)):
            path, longest = Path(entry), self._longest
            name = str(path.relative_to(self._root)) if self._root else str(path)
            return Picture(name, lambda: fitted(load_image(path, longest), longest), path)
        return Picture(str(index), lambda: fitted(_array(index, entry), self._longest))

    def keep(self, index: int, image: np.ndarray) -> None:
        """Remembers a picture that may be wanted `again` and could not be read twice."""
        if self.once:
            self._kept[index] = image.copy()

    def forget_all_but(self, wanted: Callable[[], set[int]]) -> None:
        """Forgets, now and then, the kept pictures that are not wanted any more."""
        if len(self._kept) % 64 == 63:
            chosen = wanted()
            self._kept = {i: image for i, image in self._kept.items() if i in chosen}

    def again(self, wanted: set[int]) -> Iterator[tuple[int, np.ndarray]]:
        """The pictures of these numbers, in order, each read once more."""
        if self.once:
            yield from ((i, self._kept[i]) for i in sorted(wanted))
            return
        for index, picture in enumerate(self):
            if index in wanted:
                yield index, picture.read()


def picture_files(name: Name) -> list[Path]:
    """The image files in a folder and those inside it, sorted.

    Raises FileNotFoundError, or ValueError where it is no folder or has no images.
    """
    folder = Path(name)
    if not os.fspath(name) or not folder.is_dir():
        existing(name, "folder")  # raises where nothing is
        raise ValueError(f"{shown(folder)} is a file: give a folder of images, or a list of files")
    return images_among(folder, folder.rglob("*"))


def fitted(image: np.ndarray, longest: int | None) -> np.ndarray:
    """An image (C, H, W), reduced to `longest` pixels on its longer side if it is larger."""
    from PIL import Image

    _, height, width = image.shape
    if longest is None or max(height, width) <= longest:
        return image
    scale = longest / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    channels = [
        Image.fromarray(np.ascontiguousarray(channel, np.float32)).resize(
            size, Image.Resampling.BICUBIC
        )
        for channel in image
    ]
    return np.stack([np.asarray(channel) for channel in channels]).clip(0, 1)


def cropped(image: np.ndarray, window: Sequence[slice], fill: float) -> np.ndarray:
    """A window of an image (C, H, W), which may reach beyond it: there it is `fill`."""
    sizes = [part.stop - part.start for part in window]
    patch = np.full((len(image), *sizes), fill, image.dtype)
    inside = [
        slice(max(part.start, 0), min(part.stop, n))
        for part, n in zip(window, image.shape[1:], strict=True)
    ]
    if all(part.start < part.stop for part in inside):
        to = [
            slice(a.start - w.start, a.stop - w.start) for a, w in zip(inside, window, strict=True)
        ]
        patch[:, to[0], to[1]] = image[:, inside[0], inside[1]]
    return patch


def batches(
    pictures: Iterable[tuple[int, np.ndarray]], pixels: int = 1 << 16
) -> Iterator[tuple[list[int], np.ndarray]]:
    """Neighbours of one shape together, as (their numbers, (N, C, H, W)), of about `pixels`."""
    numbers: list[int] = []
    held: list[np.ndarray] = []
    for number, image in pictures:
        size = image.shape[1] * image.shape[2]
        if held and (held[0].shape != image.shape or (len(held) + 1) * size > pixels):
            yield numbers, np.stack(held)
            numbers, held = [], []
        numbers.append(number)
        held.append(image)
    if held:
        yield numbers, np.stack(held)


def _array(index: int, entry: Any) -> np.ndarray:
    image = np.asarray(entry)
    if image.ndim != 3 or image.dtype.kind != "f" or not image.size:
        raise ValueError(
            f"picture {index}: given {image.dtype} of shape {image.shape}, expected floats "
            "(C, H, W) from 0 to 1, or the name of a file"
        )
    return image
