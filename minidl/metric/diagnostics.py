"""What a step of triplet training looks like from outside, and collapse said in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minidl.arguments import Labels, Numbers, checked
from minidl.kernels.sums import mean
from minidl.metric.distances import pairwise_distances
from minidl.metric.mining import all_triplets, identities
from minidl.tensor import no_grad

# Of the encodings' own size: a spread below this is a collapse. Batch norm keeps some spread in
# whatever has collapsed, 0.03 to 0.09 in trainings that never came back; those that learn have 0.4
# and more. At 0.1, squared distances of length-1 encodings are 0.02, a tenth of the usual margin.
COLLAPSED = 0.1


@dataclass(frozen=True)
class Diagnostics:
    """One batch of encodings. Distances are Euclidean, not squared.

    active: share of all valid triplets with d(A,P)^2 - d(A,N)^2 + margin > 0 (0 to 1).
    positive, negative: mean distance between pictures of one person, and of two.
    spread: root mean square distance of the encodings from their mean.
    size: root mean square length of the encodings.
    """

    active: float
    positive: float
    negative: float
    spread: float
    size: float

    @property
    def collapsed(self) -> bool:
        """Whether all pictures have (nearly) the same encoding."""
        return self.spread <= COLLAPSED * max(self.size, 1e-12) or self.size < 1e-6

    def __str__(self) -> str:
        numbers = (
            f"active {self.active:.0%}, same {self.positive:.3f}, different {self.negative:.3f}"
        )
        if not self.collapsed:
            return numbers
        return (
            f"{numbers}: COLLAPSED, every picture has nearly the same encoding; begin with "
            "semi-hard or batch-all triplets, lower the learning rate, or normalise the encodings"
        )


@checked
def diagnose(encodings: Numbers, labels: Labels, margin: float = 0.2) -> Diagnostics:
    """The diagnostics of encodings (N, d) with integer labels (N,)."""
    points = np.asarray(encodings, dtype=np.float64)
    who = identities("diagnose", labels)
    if points.ndim != 2 or len(points) != len(who):
        raise ValueError(
            f"diagnose: given encodings {points.shape} and labels {who.shape}, expected (N, d) and "
            "(N,)"
        )
    with no_grad():
        d = pairwise_distances(points).data
    anchor, positive, negative = all_triplets(who)
    excess = d[anchor, positive] ** 2 - d[anchor, negative] ** 2 + margin
    equal = who[:, None] == who
    off_diagonal = ~np.eye(len(who), dtype=bool)
    return Diagnostics(
        active=float((excess > 0).mean()),
        positive=float(d[equal & off_diagonal].mean()),
        negative=float(d[~equal].mean()),
        spread=float(np.sqrt(((points - mean(points, 0)) ** 2).sum(axis=1).mean())),
        size=float(np.sqrt((points**2).sum(axis=1).mean())),
    )
