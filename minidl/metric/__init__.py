"""Metric learning: distances, losses of pairs and triplets, mining."""

from minidl.metric.diagnostics import Diagnostics, diagnose
from minidl.metric.distances import paired_distances, pairwise_distances
from minidl.metric.losses import (
    LogisticVerifier,
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    contrastive_loss,
    semi_hard_triplet_loss,
    triplet_loss,
)
from minidl.metric.mining import Triplets, all_triplets

__all__ = [
    "Diagnostics",
    "LogisticVerifier",
    "Triplets",
    "all_triplets",
    "batch_all_triplet_loss",
    "batch_hard_triplet_loss",
    "contrastive_loss",
    "diagnose",
    "paired_distances",
    "pairwise_distances",
    "semi_hard_triplet_loss",
    "triplet_loss",
]
