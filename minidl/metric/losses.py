"""The losses of Siamese networks: pairs, triplets, and triplets mined from a batch.

Encodings are (N, d), usually of length 1 (`F.normalize`); labels are N integers, one an identity.
Distances of triplets are squared, as in FaceNet, unless `squared=False`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import minidl.functional as F
from minidl.arguments import Labels, Numbers, checked
from minidl.metric.distances import check_pairs, paired_distances, pairwise_distances
from minidl.metric.mining import (
    Triplets,
    all_triplets,
    hardest,
    identities,
    semi_hard,
)
from minidl.nn import Linear, Module
from minidl.ops.elementwise import sub
from minidl.seeding import Seed
from minidl.tensor import Tensor, as_tensor


@checked
def contrastive_loss(a: Numbers, b: Numbers, same: Numbers, margin: float = 1.0) -> Tensor:
    """Mean of same * d^2 + (1 - same) * max(0, margin - d)^2, d = |a_i - b_i|, over N pairs.

    a, b: (N, d). same: N values, 1 (or True) for two pictures of one person, 0 for two people.
    Source: Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping",
    2006, equation 4 (without its factor 1/2).
    """
    _check_margin("contrastive_loss", margin)
    d = paired_distances(a, b)
    together = np.asarray(same, dtype=d.dtype)
    if together.shape != d.shape:
        raise ValueError(
            f"contrastive_loss: given `same` of shape {together.shape}, expected {d.shape}"
        )
    if not ((together == 0) | (together == 1)).all():
        raise ValueError(f"contrastive_loss: given `same` {np.unique(together)}, expected 0 and 1")
    apart = F.relu(margin - d)
    loss: Tensor = (together * d * d + (1 - together) * apart * apart).mean()
    return loss


class LogisticVerifier(Module):
    """One logistic unit on |f1 - f2|: the logit that two encodings (N, d) are of one person.

    Train it, and the encoder below it, with `F.binary_cross_entropy_with_logits`.
    Source: Taigman et al., "DeepFace", 2014, section 4.2.
    """

    @checked
    def __init__(self, features: int, *, seed: Seed = None) -> None:
        self.unit = Linear(features, 1, seed=seed)

    @checked
    def forward(self, a: Numbers, b: Numbers) -> Tensor:
        """(N, d) and (N, d) to N logits, positive for "the same"."""
        check_pairs("LogisticVerifier", a, b)
        result: Tensor = self.unit(sub(a, b).abs()).reshape(-1)
        return result


@checked
def triplet_loss(
    anchor: Numbers,
    positive: Numbers,
    negative: Numbers,
    margin: float | None = 0.2,
    squared: bool = True,
) -> Tensor:
    """Mean of max(0, |A - P|^2 - |A - N|^2 + margin) over N triplets, each (N, d).

    margin: None for the soft margin log(1 + e^(...)), which never quite reaches 0.
    Source: Schroff, Kalenichenko and Philbin, "FaceNet", 2015, equation 2; the soft margin:
    Hermans, Beyer and Leibe, "In defense of the triplet loss", 2017, section 2.
    """
    to_positive = paired_distances(anchor, positive, squared)
    to_negative = paired_distances(anchor, negative, squared)
    return _hinge("triplet_loss", to_positive - to_negative, margin).mean()


@checked
def batch_all_triplet_loss(
    encodings: Numbers, labels: Labels, margin: float | None = 0.2, squared: bool = True
) -> Tensor:
    """Mean of the triplet loss over those of all valid triplets of a batch that are not yet 0.

    Source: Hermans et al., 2017, equation 6, averaged over the active terms (section 3.3).
    Raises ValueError where a batch has no valid triplet.
    """
    d, who = _distances("batch_all_triplet_loss", encodings, labels, squared)
    losses = _of_triplets("batch_all_triplet_loss", d, all_triplets(who), margin)
    active = max(1, int((losses.data > 0).sum()))
    return losses.sum() / active


@checked
def batch_hard_triplet_loss(
    encodings: Numbers, labels: Labels, margin: float | None = 0.2, squared: bool = True
) -> Tensor:
    """Mean over anchors of the triplet of its farthest positive and nearest negative.

    Anchors without a positive are skipped. Source: Hermans et al., 2017, equation 5.
    """
    d, who = _distances("batch_hard_triplet_loss", encodings, labels, squared)
    return _of_triplets("batch_hard_triplet_loss", d, hardest(d.data, who), margin).mean()


@checked
def semi_hard_triplet_loss(
    encodings: Numbers, labels: Labels, margin: float = 0.2, squared: bool = True
) -> Tensor:
    """Mean over anchor-positive pairs of the triplet of their nearest semi-hard negative.

    Semi-hard: farther from the anchor than the positive, by less than the margin. Pairs that have
    none are skipped; where no pair has one the loss is 0. Source: Schroff et al., 2015, 3.2.
    """
    _check_margin("semi_hard_triplet_loss", margin)
    d, who = _distances("semi_hard_triplet_loss", encodings, labels, squared)
    mined = semi_hard(d.data, who, margin)
    losses = _of_triplets("semi_hard_triplet_loss", d, mined, margin)
    return losses.sum() / max(1, len(mined.anchor))


def _distances(name: str, encodings: Any, labels: Any, squared: bool) -> tuple[Tensor, np.ndarray]:
    points = as_tensor(encodings)
    who = identities(name, labels)
    if points.ndim != 2 or len(who) != len(points):
        raise ValueError(
            f"{name}: given encodings {points.shape} and labels {who.shape}, expected (N, d) and "
            "(N,)"
        )
    return pairwise_distances(points, squared=squared), who


def _of_triplets(name: str, d: Tensor, triplets: Triplets, margin: float | None) -> Tensor:
    anchor, positive, negative = triplets
    return _hinge(name, d[anchor, positive] - d[anchor, negative], margin)


def _hinge(name: str, excess: Tensor, margin: float | None) -> Tensor:
    if margin is None:
        return F.softplus(excess)
    _check_margin(name, margin)
    return F.relu(excess + margin)


def _check_margin(name: str, margin: float) -> None:
    if not margin >= 0:
        raise ValueError(f"{name}: given margin={margin}, expected at least 0")
