"""Pictures moved, turned and stretched a little: more of them than were taken."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Maps(NamedTuple):
    """Affine maps from a place in the result to one in the source, both from the middle.

    matrices: (N, 2, 2), of (y, x). shifts: (N, 2), as a share of the side.
    """

    matrices: np.ndarray
    shifts: np.ndarray


def random_maps(
    count: int, rng: np.random.Generator, *, shift: float = 0.08, turn: float = 10.0,
    scale: tuple[float, float] = (0.85, 1.15), shear: float = 0.15,
) -> Maps:  # fmt: skip
    """Small moves, the ranges of which are uniform.

    shift: at most, as a share of the side. turn: at most, in degrees. scale: of each axis by
    itself; what is drawn shrinks where it is above 1. shear: at most, the tangent of the slant.
    """
    angle = np.deg2rad(rng.uniform(-turn, turn, count))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.zeros((2, 2, count))
    slant[0, 0], slant[1, 1] = rng.uniform(*scale, (2, count))
    slant[0, 1] = rng.uniform(-shear, shear, count)
    matrices = np.einsum("ijn,jkn->nik", turned, slant)
    return Maps(matrices, rng.uniform(-shift, shift, (count, 2)))


def warped(images: np.ndarray, maps: Maps) -> np.ndarray:
    """out[n, :, y, x] = images[n] (N, C, H, W) at the place that maps[n] says, bilinear; 0 outside.

    The side that shifts are a share of is the width.
    """
    _, _, height, width = images.shape
    middle = np.array([height - 1, width - 1]) / 2
    grid = np.moveaxis(np.mgrid[:height, :width], 0, -1) - middle  # (H, W, 2)
    places = np.einsum("nij,hwj->nhwi", maps.matrices, grid)
    places += (maps.shifts * width + middle)[:, None, None]
    corner = np.floor(places).astype(np.int64)
    part = (places - corner).astype(images.dtype)
    out = np.zeros_like(images)
    for down in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - down - part[..., 0]) * np.abs(1 - right - part[..., 1])
            out += weight[:, None] * _at(images, corner[..., 0] + down, corner[..., 1] + right)
    return out


def _at(images: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The pixels (N, C, H, W) at these places (N, H, W), 0 outside."""
    count, _, height, width = images.shape
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    number = np.arange(count)[:, None, None]
    found = images[number, :, row.clip(0, height - 1), column.clip(0, width - 1)]  # (N, H, W, C)
    moved: np.ndarray = (found * inside[..., None]).transpose(0, 3, 1, 2)
    return moved
