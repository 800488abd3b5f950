"""Real faces: ten pictures of each of forty people, taken 1992 to 1994 at Olivetti's laboratory.

F. Samaria, A. Harter, "Parameterisation of a stochastic model for human face identification", IEEE
Workshop on Applications of Computer Vision (1994), in the 64x64 copy that scikit-learn fetches.
None of it is shipped with minidl. Work that uses it names AT&T Laboratories Cambridge.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl.arguments import checked
from minidl.data.download import Source, fetched

_SOURCE = Source(
    "olivettifaces.mat",
    "https://ndownloader.figshare.com/files/5976027",
    "b612fb967f2dc77c9c62d3e1266e0c73d5fca46a4b8906c18e454d41af987794",
)


class Olivetti(NamedTuple):
    """images: (400, 1, 64, 64) float32, 0 to 1. labels: (400,) int64, 0 to 39, whose face it is."""

    images: np.ndarray
    labels: np.ndarray


@checked
def olivetti(*, quiet: bool = False) -> Olivetti:
    """400 grey photographs of 40 people, person after person; downloaded at the first use.

    Raises FileNotFoundError where it can be neither found nor downloaded, saying what to put where,
    and ValueError where the file is not the one that was published.
    """
    return _read(fetched(_SOURCE, quiet))


def _read(path: Path) -> Olivetti:
    from scipy.io import loadmat

    columns = loadmat(path, variable_names=["faces"])["faces"]  # (4096, 400), a picture a column
    pictures = columns.T.reshape(400, 64, 64).swapaxes(1, 2)  # stored column by column
    images = np.ascontiguousarray(pictures, np.float32)[:, None] / np.float32(255)
    return Olivetti(images, np.repeat(np.arange(40), 10))
