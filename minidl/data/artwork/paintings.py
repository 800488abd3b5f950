"""Paintings in the public domain, fetched by name.

The files are the ones that Justin Johnson's neural-style comes with, in one commit
(github.com/jcjohnson/neural-style, examples/inputs), so that a pair of pictures means the same here
as in the literature.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.arguments import checked
from minidl.data.download import Source, fetched
from minidl.data.image import load_image
from minidl.data.resizing import resize_image

_ADDRESS = (
    "https://raw.githubusercontent.com/jcjohnson/neural-style/"
    "07c4b8299f8fbdafec0c514fc820ff1d7ff62e46/examples/inputs/"
)


class Painting(NamedTuple):
    """What a painting is, and the SHA-256 of its file."""

    title: str
    painter: str
    year: int
    sha256: str


PAINTINGS = {
    "starry_night": Painting(
        "The Starry Night", "Vincent van Gogh", 1889,
        "0592ab0f7b51b3ce72608a95e53880bd93971e5b48f93a0ce8dfd3cbccf3d098",
    ),
    "shipwreck": Painting(
        "The Shipwreck of the Minotaur", "J. M. W. Turner", 1805,
        "4f7cf34e3cd4a5daaf3f421f059ca9a01aaa2a3afd7243d6670c9c8bc001a213",
    ),
    "the_scream": Painting(
        "The Scream", "Edvard Munch", 1893,
        "f3075cddeb974a9ee1d6418f7f33fd05185a7ac7dcb4288bd2805d499a9dcaee",
    ),
}  # fmt: skip


@checked
def painting(name: str, size: int | None = None, *, quiet: bool = False) -> np.ndarray:
    """One of `PAINTINGS` as float32 RGB (3, H, W) from 0 to 1, downloaded at its first use.

    It is kept in the data folder, under paintings/. size: pixels along the longer side; without it
    as large as the file.
    Raises ValueError for an unknown name and where the file is not the one that was published, and
    FileNotFoundError where it can be neither found nor downloaded, saying what to put where.
    """
    if name not in PAINTINGS:
        raise ValueError(f"painting: given {name!r}, expected one of {', '.join(PAINTINGS)}")
    file = f"{name}.jpg"
    source = Source(f"paintings/{file}", _ADDRESS + file, PAINTINGS[name].sha256)
    picture = load_image(fetched(source, quiet))
    return picture if size is None else resize_image(picture, size)
