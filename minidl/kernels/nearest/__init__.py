"""The k nearest of many points to each of some queries, exactly, by Euclidean distance.

All points are looked at: no tree, no clusters, nothing approximate in the result. The compiled
kernels do it (`nearest.kernels` says how); where the environment variable `MINIDL_KERNELS=plain`
asks for it, and for very many neighbours, NumPy does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.machine.scratch import rounded
from minidl.kernels.machine.sizes import (
    NEAREST_ORDERED_NEIGHBOURS,
    NEAREST_PADDED_NUMBERS,
    NEAREST_ROOM_POINTS,
)
from minidl.kernels.machine.trace import traced

from . import brute

if TYPE_CHECKING:
    from .codes import Codes

LARGEST_COORDINATE = 1e15  # sums of squares have to fit into float32


class NearestIndex:
    """Points (M, d) in float32 that can be searched, added to and taken from.

    There is room to spare, so that adding costs what is added (a copy of everything now and then).
    """

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._room = np.zeros((0, rounded(dimensions, NEAREST_PADDED_NUMBERS)), np.float32)
        self._count = 0
        self._codes: Codes | None = None

    def __len__(self) -> int:
        return self._count

    @property
    def points(self) -> np.ndarray:
        """All points (M, d), read-only; valid until points are added or removed."""
        view = self._room[: self._count, : self.dimensions]
        view.flags.writeable = False
        return view

    def add(self, points: np.ndarray) -> None:
        """Appends points (N, d). Raises ValueError for a wrong shape or what is not finite."""
        added = self._checked(points, "add")
        end = self._count + len(added)
        if end > len(self._room):
            room = rounded(max(end, 2 * self._count), NEAREST_ROOM_POINTS)
            grown = np.zeros((room, self._room.shape[1]), np.float32)
            grown[: self._count] = self._room[: self._count]
            self._room = grown
        self._room[self._count : end, : self.dimensions] = added
        self._count = end

    def remove(self, indices: np.ndarray) -> None:
        """Takes the points with these numbers away; those after them move up, in the same order."""
        kept = np.delete(np.arange(self._count), indices)
        first = int(np.argmax(np.append(kept, -1) != np.arange(len(kept) + 1)))
        self._room[first : len(kept)] = self._room[kept[first:]]
        self._count = len(kept)
        if self._codes is not None:
            self._codes.forget(first)

    @traced()
    def search(self, queries: np.ndarray, k: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Squared distances (Q, k) in float64, nearest first, and the numbers (Q, k) of the points.

        Of equally near points the one with the lower number comes first. Raises ValueError unless
        1 <= k <= M, and for queries that are not (Q, d) or not finite.
        """
        sought = self._checked(queries, "search")
        if not 1 <= k <= self._count:
            raise ValueError(f"search: given k={k}, expected 1 to {self._count}, the points there")
        if k > NEAREST_ORDERED_NEIGHBOURS or not compiled():
            return brute.search(self.points, sought, k)
        if self._codes is None:
            from .codes import Codes

            self._codes = Codes(self.dimensions)
        return self._codes.search(self._room, self._count, sought, k)

    def _checked(self, points: np.ndarray, name: str) -> np.ndarray:
        given = np.asarray(points, dtype=np.float32)
        if given.ndim != 2 or given.shape[1] != self.dimensions:
            raise ValueError(f"{name}: given shape {given.shape}, expected (N, {self.dimensions})")
        if np.vdot(given, given) < LARGEST_COORDINATE:  # then they all are smaller, and finite
            return given
        sizes = np.abs(given).max(initial=0)
        if not sizes <= LARGEST_COORDINATE:
            what = "NaN or infinity" if not np.isfinite(sizes) else f"{sizes:.3g}"
            raise ValueError(
                f"{name}: given {what}, expected numbers up to {LARGEST_COORDINATE:.0g}"
            )
        return given
