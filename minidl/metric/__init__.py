"""Metric learning: distances, losses, mining, verification (1:1) and recognition (1:K)."""

from minidl.metric.diagnostics import Diagnostics, diagnose
from minidl.metric.distances import paired_distances, pairwise_distances
from minidl.metric.gallery import Candidate, Gallery, Match
from minidl.metric.losses import (
    LogisticVerifier,
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    contrastive_loss,
    semi_hard_triplet_loss,
    triplet_loss,
)
from minidl.metric.mining import Triplets, all_triplets
from minidl.metric.verification import (
    Rate,
    RocCurve,
    choose_threshold,
    equal_error_rate,
    false_match_probability,
    far_at,
    roc_curve,
    tar_at_far,
    verify,
    wilson_interval,
)

__all__ = [
    "Candidate",
    "Diagnostics",
    "Gallery",
    "LogisticVerifier",
    "Match",
    "Rate",
    "RocCurve",
    "Triplets",
    "all_triplets",
    "batch_all_triplet_loss",
    "batch_hard_triplet_loss",
    "choose_threshold",
    "contrastive_loss",
    "diagnose",
    "equal_error_rate",
    "false_match_probability",
    "far_at",
    "paired_distances",
    "pairwise_distances",
    "roc_curve",
    "semi_hard_triplet_loss",
    "tar_at_far",
    "triplet_loss",
    "verify",
    "wilson_interval",
]
