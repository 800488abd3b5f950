"""The largest activations of every unit, kept while pictures stream by: a heap per unit."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush, heapreplace

import numpy as np

Entry = tuple[float, int, int, int]  # activation, -image, -row, -column: the least is the worst
_ALL = (slice(None), slice(None))


class Best:
    """For each of `units` the k largest activations, at most per_image of one picture.

    Equal activations: the earlier picture wins, and within a picture the place that comes first in
    reading order. Pictures are to come in order.
    """

    def __init__(self, units: np.ndarray, k: int, per_image: int) -> None:
        self.units, self.k, self.per_image = units, k, per_image
        self.heaps: list[list[Entry]] = [[] for _ in units]
        self._worst = np.full(len(units), -np.inf)  # what has to be exceeded

    def add(self, image: int, maps: np.ndarray, part: Sequence[slice] = _ALL) -> bool:
        """Takes in what the layer made of a picture, (C, H, W); whether anything was kept.

        part: the rows and columns that count. Most pictures of a long row hold nothing new for most
        units; for those the maximum is all that is computed.
        """
        chosen = maps[:, part[0], part[1]]
        if not chosen.size:
            return False
        first = [axis.start or 0 for axis in part]
        flat = chosen.transpose(1, 2, 0).reshape(-1, len(maps))  # (H W, C); no copy if all count
        peaks = flat.max(axis=0)[self.units]
        better = np.flatnonzero(peaks > self._worst)
        for i in better:
            places = _largest(flat[:, self.units[i]], self.per_image)
            at = np.stack(np.divmod(places, chosen.shape[2]), 1)
            values = flat[places, self.units[i]].tolist()
            self._add(int(i), image, values, np.add(at, first))
        return len(better) > 0

    def _add(self, i: int, image: int, values: Sequence[float], positions: np.ndarray) -> None:
        """The largest values of one unit in one picture, and where they are (row, column)."""
        heap = self.heaps[i]
        for value, (row, column) in zip(values, positions.tolist(), strict=True):
            entry = (value, -image, -row, -column)
            if len(heap) < self.k:
                heappush(heap, entry)
            elif value > heap[0][0]:
                heapreplace(heap, entry)
        if len(heap) == self.k:
            self._worst[i] = heap[0][0]

    def images(self) -> set[int]:
        """The pictures that hold a place."""
        return {-entry[1] for heap in self.heaps for entry in heap}

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Activations (U, k) float32, pictures (U, k) and positions (U, k, 2), the best first.

        Where a unit has fewer than k: -inf, -1 and -1.
        """
        shape = len(self.heaps), self.k
        values = np.full(shape, -np.inf, np.float32)
        images, positions = np.full(shape, -1), np.full((*shape, 2), -1)
        for i, heap in enumerate(self.heaps):
            for j, (value, image, row, column) in enumerate(sorted(heap, reverse=True)):
                values[i, j], images[i, j], positions[i, j] = value, -image, (-row, -column)
        return values, images, positions

    def restore(self, values: np.ndarray, images: np.ndarray, positions: np.ndarray) -> None:
        """Takes up what `arrays` gave."""
        for i, heap in enumerate(self.heaps):
            for j in np.flatnonzero(images[i] >= 0)[::-1]:
                row, column = positions[i, j]
                heappush(heap, (float(values[i, j]), -int(images[i, j]), -int(row), -int(column)))
            if len(heap) == self.k:
                self._worst[i] = heap[0][0]


def _largest(values: np.ndarray, count: int) -> np.ndarray:
    """The places of the largest `count` values, the largest first, of equals the earlier first."""
    if count == 1:
        return np.array([values.argmax()])
    count = min(count, len(values))
    enough = np.flatnonzero(values >= np.partition(values, -count)[-count])
    return enough[np.argsort(-values[enough], kind="stable")][:count]
