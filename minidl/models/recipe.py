"""Training an encoder by triplets: what is chosen, and the losses that choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minidl.arguments import checked, checked_fields
from minidl.metric import (
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    semi_hard_triplet_loss,
    triplet_loss,
)
from minidl.metric.mining import identities, random_triplets
from minidl.tensor import Tensor

MINING = ("random", "semi-hard", "batch-all", "batch-hard")


@checked_fields
@dataclass(frozen=True)
class Recipe:
    """How an encoder is trained: AdamW, a learning rate that falls as a cosine, mined triplets.

    steps: batches in all. mining: one of MINING. warm_up: the first steps, which learn from
    batch-all triplets, since the hardest ones make an untrained encoder give every picture one
    encoding.
    margin: between squared distances. lr, weight_decay: AdamW's. seed: for "random" mining.
    Raises ValueError for what makes no sense.
    """

    steps: int = 900
    mining: str = "batch-hard"
    warm_up: int = 100
    margin: float = 0.2
    lr: float = 2e-3
    weight_decay: float = 1e-4
    seed: int = 0

    def __post_init__(self) -> None:
        if self.mining not in MINING:
            raise ValueError(
                f"Recipe: given mining={self.mining!r}, expected one of {', '.join(MINING)}"
            )
        if self.steps < 1 or self.warm_up < 0 or not self.lr > 0:
            raise ValueError(
                f"Recipe: given steps={self.steps}, warm_up={self.warm_up}, lr={self.lr}, expected "
                "at least 1, at least 0 and above 0"
            )

    @checked
    def loss(self, encodings: Tensor, labels: np.ndarray, step: int) -> Tensor:
        """The loss of one batch: encodings (N, d), labels (N,)."""
        if self.mining == "random":
            return _random(encodings, labels, self.margin, np.random.default_rng([self.seed, step]))
        warming = step < self.warm_up and self.mining == "batch-hard"
        choose: Callable[..., Tensor] = batch_all_triplet_loss if warming else _LOSSES[self.mining]
        return choose(encodings, labels, self.margin)


_LOSSES = {
    "semi-hard": semi_hard_triplet_loss,
    "batch-all": batch_all_triplet_loss,
    "batch-hard": batch_hard_triplet_loss,
}


def _random(
    encodings: Tensor, labels: np.ndarray, margin: float, rng: np.random.Generator
) -> Tensor:
    """For every picture one other picture of its person, and one of anyone else, at random."""
    anchor, positive, negative = random_triplets(identities("random triplets", labels), rng)
    return triplet_loss(encodings[anchor], encodings[positive], encodings[negative], margin)
