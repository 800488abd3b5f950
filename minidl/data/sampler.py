"""Which examples make a batch: several pictures of each of several people."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minidl.arguments import Labels, checked
from minidl.seeding import Seed, generator


class PKSampler:
    """Batches of P identities with K examples each, as indices (P * K,), identity after identity.

    labels: (N,), the identity of every example, a number or a name. An identity with fewer than K
    examples gives all of them, and some of them again; one with a single example has no pair and is
    left out.
    seed: for all choices; without one they come from the default generator (`nn.manual_seed`).
    batches: how many a pass has; without it as many as show about N examples.
    The batches of triplet training: F. Schroff and others, FaceNet, CVPR 2015; A. Hermans and
    others, "In Defense of the Triplet Loss", arXiv 1703.07737.
    Raises ValueError where fewer than P identities have two examples.
    """

    @checked
    def __init__(
        self, labels: Labels, P: int, K: int, seed: Seed = None, batches: int | None = None
    ) -> None:
        labels = np.asarray(labels)
        if labels.ndim != 1:
            raise ValueError(f"PKSampler: given labels of shape {labels.shape}, expected (N,)")
        _check(P, K, batches)
        order = np.argsort(labels, kind="stable")
        ordered = labels[order]  # names or numbers
        groups = np.split(order, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)
        self._groups = [group for group in groups if len(group) > 1]
        if len(self._groups) < P:
            raise ValueError(
                f"PKSampler: given P={P}, but only {len(self._groups)} identities have two examples"
                " or more"
            )
        self.P, self.K = P, K
        self._batches = max(1, len(labels) // (P * K)) if batches is None else batches
        self._rng = None if seed is None else generator(seed)

    def __len__(self) -> int:
        """The number of batches in a pass."""
        return self._batches

    def __iter__(self) -> Iterator[np.ndarray]:
        # A generator of its own: a pass that is broken off does not change the next one.
        rng = np.random.default_rng(generator(self._rng).integers(2**63))
        return (self._batch(rng) for _ in range(self._batches))

    def _batch(self, rng: np.random.Generator) -> np.ndarray:
        chosen = rng.choice(len(self._groups), self.P, replace=False)
        return np.concatenate([self._pictures(self._groups[i], rng) for i in chosen])

    def _pictures(self, group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """K of the group, each as often as any other or once more."""
        rounds = -(-self.K // len(group))
        return np.concatenate([rng.permutation(group) for _ in range(rounds)])[: self.K]


def _check(P: int, K: int, batches: int | None) -> None:
    if P < 1 or K < 2 or (batches is not None and batches < 0):
        raise ValueError(
            f"PKSampler: given P={P!r}, K={K!r}, batches={batches!r}, expected whole numbers, P at "
            "least 1 and K at least 2 (with one example each there is never a pair)"
        )
