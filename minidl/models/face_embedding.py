"""A small embedding on top of a network that is frozen: transfer learning for a few people."""

from __future__ import annotations

import numpy as np

import minidl.functional as F
from minidl.arguments import Numbers, checked
from minidl.models.face_resnet import FaceResNet
from minidl.nn import Linear, Module
from minidl.seeding import Seed
from minidl.tensor import Tensor, as_tensor, no_grad

_BATCH = 8  # as many as `FaceResNet.encode` takes at once


class FaceEmbedding(Module):
    """What a frozen `FaceResNet` says of faces (N, 256) to encodings (N, dimensions), length 1.

    The features are standardised by the mean and spread of those it was made for, then one linear
    layer and a division by the length follow. See `training.train_embedding`.
    Raises ValueError for features of another shape, and for those that are all the same.
    """

    @checked
    def __init__(self, features: Numbers, dimensions: int = 32, *, seed: Seed = 0) -> None:
        known = np.asarray(features)
        if known.ndim != 2 or not known.size or not 0 < known.std() < np.inf:
            raise ValueError(
                f"FaceEmbedding: given features {known.shape}, expected (N, 256), finite and not "
                "all the same"
            )
        if dimensions < 1:
            raise ValueError(f"FaceEmbedding: given dimensions={dimensions}, expected at least 1")
        self.mean = known.mean(0).astype(np.float32)
        self.spread = np.float32(known.std()) * np.ones(1, np.float32)
        self.linear = Linear(known.shape[1], dimensions, seed=seed)

    @checked
    def forward(self, features: Numbers) -> Tensor:
        """features (N, 256) to (N, dimensions)."""
        return F.normalize(self.linear((as_tensor(features) - self.mean) / self.spread))

    @checked
    def encode(self, network: FaceResNet, chips: Numbers) -> np.ndarray:
        """The encodings (N, dimensions) of chips (N, 3, 150, 150), without a graph."""
        with no_grad():
            encodings: np.ndarray = self(frozen_features(network, chips)).data
        return encodings


def frozen_features(network: FaceResNet, chips: Numbers) -> np.ndarray:
    """What the network's last block says of chips (N, 3, 150, 150): (N, 256), without a graph."""
    given = np.asarray(chips)
    if not given.ndim:
        raise ValueError("given a single number, expected chips (N, 3, 150, 150)")
    with no_grad():
        parts = [network.features(given[i : i + _BATCH]).data for i in range(0, len(given), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, network.head.in_features), np.float32)
