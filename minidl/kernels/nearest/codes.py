"""The nearest points on the compiled kernels: the panels of codes, and a search through them."""

from __future__ import annotations

import numpy as np

from minidl.kernels.machine import threads
from minidl.kernels.machine.micro import ROWS
from minidl.kernels.machine.scratch import rounded
from minidl.kernels.machine.sizes import (
    LONE_ENCODED_NUMBERS,
    LONE_SEARCH_PRODUCTS,
    NEAREST_ITEM_GROUPS,
    NEAREST_MIN_QUERIES,
    NEAREST_PANELS,
    NEAREST_QUERIES,
)

from .kernels import SCORES, Encoding, Search, encode, scan
from .simd import PANEL

GROUP = PANEL * NEAREST_PANELS  # points that are scored together
NOBODY = 1 << 62  # comes after every point

threads.limit_blas()


class Codes:
    """Points (capacity, width) a second time, in panels of one byte a number."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._pairs = (dimensions + 1) // 2
        self._panel_bytes = PANEL * (2 * self._pairs + 12)
        self._panels = np.empty(0, np.uint8)
        self._points = 0  # the first so many have codes that are up to date

    def forget(self, first: int) -> None:
        """Codes of points from number `first` on are out of date."""
        self._points = min(self._points, first)

    def _update(self, points: np.ndarray, count: int) -> None:
        """Encodes what is new among the first `count` points, in whole panels."""
        if count <= self._points:
            return
        size = len(points) // PANEL * self._panel_bytes
        if size > self._panels.size:
            grown = np.empty(size, np.uint8)
            grown[: self._panels.size] = self._panels
            self._panels = grown
        first, end = self._points // PANEL, rounded(count, GROUP) // PANEL
        job = Encoding(points=points, panels=self._panels, dimensions=self._dimensions, first=first)
        alone = (end - first) * PANEL * self._dimensions < LONE_ENCODED_NUMBERS
        threads.run(encode, end - first, job, threads=1 if alone else None)
        self._points = count

    def search(
        self, points: np.ndarray, count: int, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Squared distances (Q, k) and numbers (Q, k) of the k nearest of the first `count` points.

        points: (room, width) float32, padded with zeros; queries: (Q, d) float32.
        """
        with threads.exclusive:
            self._update(points, count)
            parts = [
                self._scan(points, count, queries[first : first + NEAREST_QUERIES], k)
                for first in range(0, len(queries), NEAREST_QUERIES)
            ]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([d for d, _ in parts]), np.concatenate([i for _, i in parts])

    def _scan(
        self, points: np.ndarray, count: int, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        number, width = len(queries), points.shape[1]
        padded = number if number % ROWS < NEAREST_MIN_QUERIES else rounded(number, ROWS)
        alone = count * number * self._dimensions < LONE_SEARCH_PRODUCTS
        team = 1 if alone else threads.get_num_threads()
        distances = np.full((team, number, k), np.inf)
        indices = np.full((team, number, k), NOBODY)
        job = Search(
            points=points,
            count=count,
            dimensions=self._dimensions,
            panels=self._panels,
            sought=np.array(queries, order="C"),
            queries=np.empty((team, padded, width), np.float32),
            codes=np.empty((team, padded, self._pairs, 2), np.int16),
            sizes=np.empty((team, padded, 2)),
            bars=np.empty((team, padded, 3), np.float32),
            scores=np.empty((team, SCORES), np.float32),
            distances=distances,
            indices=indices,
        )
        threads.run(scan, -(-count // (GROUP * NEAREST_ITEM_GROUPS)), job, threads=team)
        return _merged(distances, indices) if team > 1 else (distances[0], indices[0])


def _merged(distances: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first k of what the threads found, (threads, queries, k)."""
    k = distances.shape[-1]
    distances, indices = (np.concatenate(list(a), axis=1) for a in (distances, indices))
    order = np.lexsort((indices, distances), axis=1)[:, :k]
    return np.take_along_axis(distances, order, 1), np.take_along_axis(indices, order, 1)
