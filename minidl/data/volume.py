"""A real volume, an MRI scan of a head, shipped with the package."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.data.shipped import load_arrays

_SHA256 = "e8d56a1fa3abf7340c6f9c19949b970c17498a96352c5e97e45beaf10ece9e6f"


class Volume(NamedTuple):
    """Values on a grid, and the size of one step of it.

    voxels: (depth, height, width) float32. Depth runs from the bottom to the top of the head,
    height from its front to its back, width from its right to its left.
    voxel_size: millimetres per voxel, in the same order.
    """

    voxels: np.ndarray
    voxel_size: tuple[float, float, float]


def volume() -> Volume:
    """A magnetic resonance image of a human head: 24 slices of 92x72 voxels, 2.2 x 2 x 2 mm each.

    The values have no unit: 0 outside the head, mostly 0.4 to 0.7 in the brain, at most 1.2. A new
    array at every call. Source and licence: minidl/data/assets/README.md.
    """
    stored = load_arrays("volume.npz", _SHA256)
    depth, height, width = (round(float(size), 3) for size in stored["voxel_size"])
    return Volume((stored["voxels"] / 1000).astype(np.float32), (depth, height, width))
