"""Is a face photographed or drawn? A detector finds both; the encoder knows photographs only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.models import weights_file
from minidl.models.photo_weights import DRAWN
from minidl.models.shipped import verified


class DrawnCheck(NamedTuple):
    """A straight line between drawn and photographed faces in `FaceResNet.features`.

    direction (256,), offset: features @ direction + offset is below `limit` for what looks drawn.
    Fisher's linear discriminant, fitted by tools/assets/drawn_check.py on faces that
    `minidl.data.faces` drew and on photographs; other drawings it may take for photographs.
    """

    direction: np.ndarray
    offset: float
    limit: float

    @classmethod
    def pretrained(cls) -> DrawnCheck:
        """The one that is shipped; raises FileNotFoundError or ValueError where it is damaged."""
        arrays, about = weights_file.read(verified(*DRAWN))
        return cls(arrays["direction"], about["offset"], about["limit"])

    def drawn(self, features: np.ndarray) -> np.ndarray:
        """For each row of features (N, 256), whether it looks drawn."""
        return self.values(features) < self.limit

    def values(self, features: np.ndarray) -> np.ndarray:
        """The side of the line, in standard deviations within a kind: (N,), 0 is half-way."""
        found: np.ndarray = features @ self.direction + self.offset
        return found


def fisher(drawn: np.ndarray, photographed: np.ndarray, shrink: float) -> tuple[np.ndarray, float]:
    """Direction w and offset of Fisher's discriminant: w = C^-1 (mean of b - mean of a).

    C is the mean of both kinds' covariances, drawn by the share `shrink` towards a multiple of the
    identity, since there are few photographs; w has the length that makes one standard deviation 1.
    Source: Fisher, "The use of multiple measurements in taxonomic problems", 1936; Ledoit and
    Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004.
    """
    covariance = (np.cov(drawn.T) + np.cov(photographed.T)) / 2
    size = len(covariance)
    covariance = (1 - shrink) * covariance + shrink * np.trace(covariance) / size * np.eye(size)
    means = drawn.mean(0, np.float64), photographed.mean(0, np.float64)
    direction = np.linalg.solve(covariance, means[1] - means[0])
    direction /= np.sqrt(direction @ covariance @ direction)
    return direction, float(-(means[0] + means[1]) @ direction / 2)
