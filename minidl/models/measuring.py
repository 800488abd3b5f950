"""The figures of an encoder of drawn faces, always taken in the same way."""

from __future__ import annotations

from typing import NamedTuple

from minidl.data import faces
from minidl.metric import choose_threshold
from minidl.models.evaluation import Evaluation, all_pairs, evaluate
from minidl.models.face_encoder import FaceEncoder

_FAR_AWAY = 10**7  # people of the training split whom no training gets to


class Report(NamedTuple):
    """encoder, pixels: measured on 100 people of the test split. threshold: for FAR `far`, chosen
    on 100 others, whom training never met either."""

    encoder: Evaluation
    pixels: Evaluation
    threshold: float
    far: float


def faces_report(
    encoder: FaceEncoder, people: int = 100, pictures: int = 10, far: float = 1e-2, seed: int = 0
) -> Report:
    """Measures an encoder on drawn people whom it has never met, and chooses its threshold."""
    unseen = faces(people, pictures, size=encoder.size, split="test", seed=seed)
    others = faces(
        range(_FAR_AWAY, _FAR_AWAY + people), pictures, size=encoder.size, split="train", seed=seed
    )
    ways = min(50, people)
    distances, same = all_pairs(encoder.encode(others.images), others.labels)
    return Report(
        evaluate(encoder, unseen.images, unseen.labels, ways=ways, far=far),
        evaluate(None, unseen.images, unseen.labels, ways=ways, far=far),
        choose_threshold(distances, same, far),
        far,
    )
