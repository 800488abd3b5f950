"""Photographs to look at networks with, shipped with minidl."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl.arguments import checked
from minidl.data.image import load_image

SAMPLES = Path(__file__).parent / "assets" / "samples"
SAMPLE_IMAGES = tuple(sorted(path.stem for path in SAMPLES.glob("*.jpg")))
# A folder of 65 more, for `vis.top_patches`: animals, buildings, things; public domain and CC0.
ALBUM = SAMPLES.parent / "album"
PORTRAITS = tuple(sorted(path.stem for path in SAMPLES.glob("portraits/*.jpg")))


@checked
def sample_image(name: str) -> np.ndarray:
    """A photograph as float32 RGB (3, H, W), 0 to 1, at most 384 pixels on the longer side.

    name: one of SAMPLE_IMAGES, or of PORTRAITS, official ones to recognise faces with. Whose they
    are, and under which licence (public domain, CC0, two CC BY):
    minidl/data/assets/samples/README.md.
    Raises ValueError for a name that is none of them.
    """
    if name in PORTRAITS:
        return load_image(SAMPLES / "portraits" / f"{name}.jpg")
    if name not in SAMPLE_IMAGES:
        known = ", ".join((*SAMPLE_IMAGES, *PORTRAITS))
        raise ValueError(f"sample_image: given {name!r}, expected one of {known}")
    return load_image(SAMPLES / f"{name}.jpg")
