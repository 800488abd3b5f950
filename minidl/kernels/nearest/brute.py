"""The nearest points, in NumPy: products in blocks, then exact distances of the few that matter."""

from __future__ import annotations

import numpy as np

from minidl.kernels.machine.sizes import NEAREST_BLOCK_POINTS

ROUNDING = 2.0**-53


def search(points: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Squared distances (Q, k) in float64 and numbers (Q, k) of the k nearest, nearest first.

    points: (M, d); queries: (Q, d); 1 <= k <= M. Of equally near points the lower number is first.
    """
    sides = queries.astype(np.float64)
    distances = np.empty((len(queries), 0))
    indices = np.empty((len(queries), 0), np.int64)
    for first in range(0, len(points), NEAREST_BLOCK_POINTS):
        block = points[first : first + NEAREST_BLOCK_POINTS].astype(np.float64)
        distances, indices = _merged(block, first, sides, distances, indices, k)
    return distances, indices


def _merged(
    block: np.ndarray,
    first: int,
    queries: np.ndarray,
    distances: np.ndarray,
    indices: np.ndarray,
    k: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest of those known and those of a block, whose first point has number `first`."""
    squares, own = (block**2).sum(axis=1), (queries**2).sum(axis=1)[:, None]
    rough = squares - 2 * (queries @ block.T) + own
    slack = 4 * (block.shape[1] + 8) * ROUNDING * (own + squares.max())
    kept = min(k, distances.shape[1] + len(block))
    result = np.empty((len(queries), kept)), np.empty((len(queries), kept), np.int64)
    for q, query in enumerate(queries):
        near = np.arange(len(block))
        if len(block) > k:
            near = np.nonzero(rough[q] <= np.partition(rough[q], k - 1)[k - 1] + slack[q])[0]
        exact = ((block[near] - query) ** 2).sum(axis=1)
        all_distances = np.concatenate([distances[q], exact])
        all_indices = np.concatenate([indices[q], first + near])
        order = np.lexsort((all_indices, all_distances))[:kept]
        result[0][q], result[1][q] = all_distances[order], all_indices[order]
    return result
