"""Pictures moved, turned and stretched a little: more of them than were taken."""

from __future__ import annotations

import numpy as np


def jittered(
    images: np.ndarray, rng: np.random.Generator, *, shift: float = 0.1, turn: float = 15.0,
    scale: float = 0.2, shear: float = 0.2,
) -> np.ndarray:  # fmt: skip
    """Each of (N, C, H, W) under its own random affine map; beyond the edge is 0.

    shift: at most, as a share of the side. turn: in degrees. scale: from 1 - scale to 1 + scale,
    each axis by itself. shear: the tangent of the slant.
    """
    count, side = len(images), images.shape[-1]
    angle = np.deg2rad(rng.uniform(-turn, turn, count))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.zeros((2, 2, count))
    slant[0, 0], slant[1, 1] = rng.uniform(1 - scale, 1 + scale, (2, count))
    slant[0, 1] = rng.uniform(-shear, shear, count)
    matrices = np.einsum("ijn,jkn->nik", turned, slant)
    return warped(images, matrices, rng.uniform(-shift, shift, (count, 2)) * side)


def warped(images: np.ndarray, matrices: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """out[n, :, y, x] = images[n] at matrices[n] @ (y, x) + shifts[n], from the middle, bilinear.

    images: (N, C, H, W). matrices: (N, 2, 2). shifts: (N, 2), pixels.
    """
    _, _, height, width = images.shape
    middle = np.array([height - 1, width - 1]) / 2
    grid = np.moveaxis(np.mgrid[:height, :width], 0, -1) - middle  # (H, W, 2)
    places = np.einsum("nij,hwj->nhwi", matrices, grid) + (shifts + middle)[:, None, None]
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
    return (found * inside[..., None]).transpose(0, 3, 1, 2)
