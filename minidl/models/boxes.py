"""Boxes in a picture: how much two overlap, which of many to keep, and how a detector says one.

A box is x0, y0, x1, y1 in pixels: its left, top, right and lower edge.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked


@checked
def intersection_over_union(a: Numbers, b: Numbers) -> np.ndarray:
    """The area that two boxes share over the area that they cover together, from 0 to 1.

    a: (N, 4), b: (M, 4); gives (N, M). Boxes that are empty or turned inside out share nothing.
    Raises ValueError for other shapes.
    """
    first, second = _boxes(a)[:, None], _boxes(b)[None]
    corner = np.maximum(first[..., :2], second[..., :2])
    sides = np.minimum(first[..., 2:], second[..., 2:]) - corner
    shared = sides.clip(0).prod(-1)  # (N, M)
    together = _area(first) + _area(second) - shared
    overlap: np.ndarray = np.divide(shared, together, out=np.zeros_like(shared), where=together > 0)
    return overlap


@checked
def non_maximum_suppression(boxes: Numbers, scores: Numbers, limit: float = 0.3) -> np.ndarray:
    """Which of boxes (N, 4) to keep, best score (N,) first: indices (K,).

    The best is kept, all that overlap it by more than `limit` are dropped, and so on with the rest.
    Of equal scores the earlier counts as better.
    Raises ValueError where boxes and scores do not fit or the limit is not from 0 to 1.
    """
    found, points = _boxes(boxes), np.asarray(scores, np.float64)
    if points.shape != found.shape[:1] or not 0 <= limit <= 1:
        raise ValueError(
            f"non_maximum_suppression: given boxes {found.shape}, scores {points.shape} and "
            f"limit={limit}, expected (N, 4), (N,) and a share from 0 to 1"
        )
    waiting, kept = np.argsort(-points, kind="stable"), []
    while waiting.size:
        best, others = waiting[0], waiting[1:]
        kept.append(best)
        overlaps = intersection_over_union(found[best][None], found[others])[0]
        waiting = others[overlaps <= limit]
    return np.array(kept, np.int64)


def decode_boxes(values: Any, cells: Any, stride: int) -> np.ndarray:
    """What a detector's cells say as boxes in pixels, (N, 4).

    values (N, 4): the centre's offset from the cell, dx and dy, and the size, log w and log h, all
    in units of the stride. cells (N, 2): column and row of each on a grid of one cell every
    `stride` pixels. The centre is (cell + d) * stride, the side exp(log) * stride.
    Source: Ge and others, "YOLOX: exceeding YOLO series in 2021", section 2.1 (anchor-free).
    """
    said, at = np.asarray(values, np.float64), np.asarray(cells, np.float64)
    centre = (at + said[:, :2]) * stride
    half = np.exp(said[:, 2:]) * stride / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def decode_points(values: Any, cells: Any, stride: int) -> np.ndarray:
    """What a detector's cells say of K points as x, y in pixels, (N, K, 2).

    values (N, 2 K): each point's offset from the cell in units of the stride. cells: as above.
    """
    said, at = np.asarray(values, np.float64), np.asarray(cells, np.float64)
    return (said.reshape(len(said), said.shape[1] // 2, 2) + at[:, None]) * stride


def _area(boxes: np.ndarray) -> np.ndarray:
    area: np.ndarray = (boxes[..., 2:] - boxes[..., :2]).clip(0).prod(-1)
    return area


def _boxes(given: Any) -> np.ndarray:
    array = np.asarray(given, np.float64)
    if array.size == 0:
        return np.zeros((0, 4))
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"given boxes of shape {array.shape}, expected (N, 4): x0, y0, x1, y1")
    return array
