"""The largest activations of every unit, kept while pictures stream by: a heap per unit."""

from __future__ import annotations

from heapq import heappush, heapreplace

import numpy as np

Entry = tuple[float, int, int, int]  # activation, -image, -row, -column: the least is the worst


class Best:
    """For each of `units` the k largest activations, at most per_image of one picture.

    Equal activations: the earlier picture wins, and within a picture the place that comes first in
    reading order. Pictures are to come in order.
    """

    def __init__(self, units: np.ndarray, k: int, per_image: int) -> None:
        self.units, self.k, self.per_image = units, k, per_image
        self.heaps: list[list[Entry]] = [[] for _ in units]
        self._worst = np.full(len(units), -np.inf)  # what has to be exceeded

    def add(self, image: int, maps: np.ndarray) -> bool:
        """Takes in what the layer made of a picture, (C, H, W); whether anything was kept.

        Most pictures of a long row hold nothing new for most units; for those the maximum is all
        that is computed.
        """
        flat = maps.transpose(1, 2, 0).reshape(-1, len(maps))  # (H W, C), no copy if channels-last
        peaks = flat.max(axis=0)[self.units]
        chosen = np.flatnonzero(peaks > self._worst)
        for i in chosen:
            self._add(int(i), image, flat[:, self.units[i]], maps.shape[2])
        return len(chosen) > 0

    def _add(self, i: int, image: int, values: np.ndarray, width: int) -> None:
        """values (H W,) of one unit in one picture."""
        heap = self.heaps[i]
        for place in _largest(values, self.per_image):
            value = float(values[place])
            entry = (value, -image, -int(place // width), -int(place % width))
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
