"""How well encodings tell people apart whom the encoder has never met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minidl.arguments import Labels, Numbers, checked
from minidl.metric import Rate, equal_error_rate, pairwise_distances, tar_at_far, wilson_interval
from minidl.models.face_encoder import FaceEncoder
from minidl.seeding import Seed, generator
from minidl.tensor import no_grad


@dataclass(frozen=True)
class Evaluation:
    """one_shot: accuracy among `ways` people. eer: the equal error rate. tar: at FAR `far`."""

    one_shot: Rate
    eer: float
    tar: Rate
    ways: int
    far: float

    def __str__(self) -> str:
        return (
            f"one-shot {self.ways}-way {self.one_shot.value:.1%} "
            f"({self.one_shot.low:.1%} to {self.one_shot.high:.1%}), EER {self.eer:.2%}, "
            f"TAR at FAR {self.far:g} {self.tar.value:.1%} "
            f"({self.tar.low:.1%} to {self.tar.high:.1%})"
        )


@checked
def evaluate(
    encoder: FaceEncoder | None, images: np.ndarray, labels: Labels, *, ways: int = 50,
    episodes: int = 100, far: float = 1e-2, seed: Seed = 0,
) -> Evaluation:  # fmt: skip
    """One-shot accuracy, EER and TAR at FAR, over all pairs of images (N, C, H, W).

    encoder: None compares raw pixels instead: what any encoder must beat.
    """
    if np.ndim(images) != 4 or not np.size(images):
        raise ValueError(
            f"evaluate: given images of shape {np.shape(images)}, expected (N, C, H, W)"
        )
    pixels = np.ascontiguousarray(images).reshape(len(images), -1)
    encodings = pixels if encoder is None else encoder.encode(images)
    distances, same = all_pairs(encodings, labels)
    return Evaluation(
        one_shot=one_shot_accuracy(encodings, labels, ways, episodes, seed),
        eer=equal_error_rate(distances, same),
        tar=tar_at_far(distances, same, far),
        ways=ways,
        far=far,
    )


@checked
def all_pairs(encodings: Numbers, labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    """The distances (M,) of all pairs i < j of encodings (N, d), and whether each is one person."""
    who = np.asarray(labels)
    if who.shape != np.shape(encodings)[:1]:
        raise ValueError(
            f"all_pairs: given encodings {np.shape(encodings)} and labels {who.shape}, expected "
            "(N, d) and (N,)"
        )
    first, second = np.triu_indices(len(who), 1)
    with no_grad():
        return pairwise_distances(encodings).data[first, second], who[first] == who[second]


@checked
def one_shot_accuracy(
    encodings: Numbers, labels: Labels, ways: int = 50, episodes: int = 100, seed: Seed = 0
) -> Rate:
    """How often the nearest of `ways` people, one picture each, is the right one.

    encodings: (N, d). In each of the episodes `ways` people are drawn, and two pictures of each:
    one is enrolled, the other is asked. The interval (95 %) is Wilson's over all questions.
    Raises ValueError where fewer than `ways` people have two pictures.
    """
    who, rng = np.asarray(labels), generator(seed)
    albums = [rows for person in np.unique(who) if len(rows := np.flatnonzero(who == person)) > 1]
    if not 2 <= ways <= len(albums):
        raise ValueError(
            f"one_shot_accuracy: given ways={ways}, expected 2 to {len(albums)}, as many people as "
            "have two pictures"
        )
    points, right = np.asarray(encodings), 0
    if episodes < 1 or points.shape[:1] != who.shape or points.ndim != 2 or not _finite(points):
        raise ValueError(
            f"one_shot_accuracy: given episodes={episodes} and encodings {points.shape}, expected "
            f"at least 1, and (N, d) finite numbers for {len(who)} labels"
        )
    for _ in range(episodes):
        people = rng.choice(len(albums), ways, replace=False)
        rows = np.array([rng.choice(albums[person], 2, replace=False) for person in people])
        right += hits(points[rows[:, 0]], points[rows[:, 1]])
    trials = episodes * ways
    return Rate(right / trials, *wilson_interval(right, trials), float("nan"))


def _finite(points: np.ndarray) -> bool:
    return bool(np.isfinite(points).all())


def hits(enrolled: np.ndarray, asked: np.ndarray) -> int:
    """How many of asked (K, d) have their own row of enrolled (K, d) as the nearest."""
    with no_grad():
        nearest = pairwise_distances(asked, enrolled, squared=True).data.argmin(axis=1)
    return int((nearest == np.arange(len(asked))).sum())
