"""A small embedding on top of a network that is frozen: transfer learning for a few people."""

from __future__ import annotations

from typing import Any

import numpy as np

import minidl.functional as F
from minidl.models.face_resnet import FaceResNet
from minidl.nn import Linear, Module
from minidl.seeding import Seed
from minidl.tensor import Tensor, as_tensor, no_grad

_BATCH = 16


class FaceEmbedding(Module):
    """What a frozen `FaceResNet` says of faces (N, 256) to encodings (N, dimensions), length 1.

    The features are standardised by the mean and spread of those it was made for, then one linear
    layer and a division by the length follow. See `training.train_embedding`.
    """

    def __init__(self, features: np.ndarray, dimensions: int = 32, *, seed: Seed = 0) -> None:
        self.mean = features.mean(0).astype(np.float32)
        self.spread = np.float32(features.std()) * np.ones(1, np.float32)
        self.linear = Linear(features.shape[1], dimensions, seed=seed)

    def forward(self, features: Any) -> Tensor:
        """features (N, 256) to (N, dimensions)."""
        return F.normalize(self.linear((as_tensor(features) - self.mean) / self.spread))

    def encode(self, network: FaceResNet, chips: Any) -> np.ndarray:
        """The encodings (N, dimensions) of chips (N, 3, 150, 150), without a graph."""
        with no_grad():
            encodings: np.ndarray = self(frozen_features(network, chips)).data
        return encodings


def frozen_features(network: FaceResNet, chips: Any) -> np.ndarray:
    """What the network's last block says of chips (N, 3, 150, 150): (N, 256), without a graph."""
    given = np.asarray(chips)
    with no_grad():
        parts = [network.features(given[i : i + _BATCH]).data for i in range(0, len(given), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, network.head.in_features), np.float32)
