"""Faces of few pixels: what they are compared with is made as coarse as they are.

A large face and a small one of the same person lie far apart because one is sharp, not because
they are two people. So the larger one is encoded as small pictures would show it, too.
"""

from __future__ import annotations

import math

import numpy as np

from minidl.models.alignment import CHIP
from minidl.models.face_resnet import FaceResNet

SMALL = 32.0  # pixels of a face's width, below which this is how it is compared
_ACROSS = (17, 26)  # pixels across a coarse chip, which then has a face of 14 and of 21
# Means of encodings lie nearer together than encodings: people whose encodings are told apart at
# 0.6 are told apart at 0.52 by these; see docs/faces.md.
_NEARER = 0.52 / 0.6


def asked(network: FaceResNet, chips: np.ndarray) -> np.ndarray:
    """Encodings (N, 128) of small faces' chips (N, 3, 150, 150), to be compared with `known`.

    The mean of a chip's encoding and its mirror image's; distances have the limit of `encode`.
    """
    return _mean(network, [chips])


def known(network: FaceResNet, chips: np.ndarray) -> np.ndarray:
    """Encodings (N, 128) of larger faces' chips, to be compared with those of `asked`.

    The mean over the chip as it is and as two small pictures would show it, each mirrored, too.
    """
    return _mean(network, [chips, *(coarse(chips, across) for across in _ACROSS)])


def coarse(chips: np.ndarray, across: int) -> np.ndarray:
    """Chips (N, 3, S, S) as a picture of `across` pixels shows them, enlarged again."""
    return np.stack([[_through(channel, across) for channel in chip] for chip in chips])


def _mean(network: FaceResNet, kinds: list[np.ndarray]) -> np.ndarray:
    both = [one for chips in kinds for one in (chips, np.ascontiguousarray(chips[..., ::-1]))]
    mean: np.ndarray = np.mean([network.encode(chips) for chips in both], axis=0)
    return mean / np.float32(_NEARER)


def _through(channel: np.ndarray, across: int) -> np.ndarray:
    """Shrunk, then enlarged as `align` does: by a whole number, and the rest bilinearly."""
    from PIL import Image

    size, times = channel.shape[-1], math.ceil(CHIP / across)
    filters = Image.Resampling
    small = Image.fromarray(np.ascontiguousarray(channel)).resize((across, across), filters.LANCZOS)
    large = small.resize((across * times, across * times), filters.LANCZOS)
    step = across * times / size
    rows = (step, 0, 0, 0, step, 0)
    back = large.transform((size, size), Image.Transform.AFFINE, rows, filters.BILINEAR)
    return np.asarray(back).clip(0, 1)
