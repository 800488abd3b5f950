"""Batches of P people with K pictures each, without end: drawn as they are needed, or given.

What is in batch number t follows from the seed and t alone, so training that goes on from a
checkpoint sees what it would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from minidl.arguments import checked, checked_fields
from minidl.data import PKSampler, faces
from minidl.models.augment import Maps, random_maps, warped

# Quarter turns, as they are and mirrored: (8, 2, 2).
_TURNS = [np.linalg.matrix_power([[0, -1], [1, 0]], quarters) for quarters in range(4)]
_SYMMETRIES = np.array([*_TURNS, *(turn * [1, -1] for turn in _TURNS)])

Batch = tuple[np.ndarray, np.ndarray]  # pictures (P * K, C, H, W) and who they show (P * K,)


class Batches(Protocol):
    """Where training gets its pictures from."""

    def batches(self, start: int = 0) -> Iterator[Batch]:
        """Batch number `start`, and all that follow."""


@checked_fields
@dataclass(frozen=True)
class DrawnFaces:
    """Batches of drawn faces, of new people all the time.

    people, pictures: P and K. A pool holds `pool` people with `album` pictures each; every step
    draws `fresh` new people in the place of those who have been there longest. Drawing a picture
    costs half of learning from it, so everyone is met about twice, and nobody can be learned by
    heart. Every other person is mirrored, which makes two people of one.
    size: the pictures' side. seed: other people, and other choices among them.
    """

    people: int = 24
    pictures: int = 4
    pool: int = 240
    album: int = 4
    fresh: int = 12
    size: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        fits = self.people <= self.pool and self.pictures <= self.album
        if not fits or not 1 <= self.fresh <= self.pool:
            raise ValueError(
                f"given {self}; expected pool and album to be no smaller than people and pictures, "
                "and fresh from 1 to pool"
            )

    @checked
    def batches(self, start: int = 0) -> Iterator[Batch]:
        """Batch number `start`, and all that follow."""
        _check_start(start)
        met = start * self.fresh + self.pool  # how many people have been drawn by now
        slots = np.arange(self.pool)
        newest = met - 1 - (met - 1 - slots) % self.pool  # person i is in slot i % pool
        images = self._drawn(newest)
        labels = np.repeat(slots, self.album)
        while True:
            chosen = _choice(labels, self.people, self.pictures, self.seed, start)
            rng = np.random.default_rng([self.seed, start, 1])
            yield _mirrored(images[chosen], labels[chosen], rng)
            arriving = np.arange(met, met + self.fresh)
            rows = (arriving % self.pool)[:, None] * self.album + np.arange(self.album)
            images[rows.ravel()] = self._drawn(arriving)
            met, start = met + self.fresh, start + 1

    def _drawn(self, people: np.ndarray) -> np.ndarray:
        return faces(people, self.album, size=self.size, split="train", seed=self.seed).images


class Pictures:
    """Batches of given pictures, moved and turned a little, each time differently.

    images: (N, C, side, side), 0 to 1. labels: (N,). inventing: for drawings, bright on 0, of which
    there are few: a character that is turned by quarters or mirrored is another character, which
    makes eight of one; what is done to a character is done to all its pictures.
    """

    @checked
    def __init__(
        self, images: np.ndarray, labels: Sequence[int] | np.ndarray, people: int = 20,
        pictures: int = 4, *, inventing: bool = True, seed: int = 0,
    ) -> None:  # fmt: skip
        self.images, self.labels = images, np.asarray(labels)
        if np.ndim(images) != 4 or self.labels.shape != np.shape(images)[:1]:
            raise ValueError(
                f"Pictures: given images {np.shape(images)} and labels {self.labels.shape}, "
                "expected (N, C, side, side) and (N,)"
            )
        self.people, self.pictures = people, pictures
        self.inventing, self.seed = inventing, seed

    def __repr__(self) -> str:
        return (
            f"Pictures(images of shape {self.images.shape}, people={self.people}, "
            f"pictures={self.pictures}, inventing={self.inventing}, seed={self.seed})"
        )

    @checked
    def batches(self, start: int = 0) -> Iterator[Batch]:
        """Batch number `start`, and all that follow."""
        _check_start(start)
        while True:
            chosen = _choice(self.labels, self.people, self.pictures, self.seed, start)
            rng = np.random.default_rng([self.seed, start, 1])
            maps = random_maps(len(chosen), rng)
            if self.inventing:
                turned = _SYMMETRIES[rng.integers(8, size=self.people)]
                turned = turned.repeat(self.pictures, axis=0)
                maps = Maps(maps.matrices @ turned, maps.shifts)
            yield warped(self.images[chosen], maps), self.labels[chosen]
            start += 1


def _check_start(start: int) -> None:
    if start < 0:
        raise ValueError(f"batches: given start={start}, expected at least 0")


def _choice(labels: np.ndarray, people: int, pictures: int, seed: int, step: int) -> np.ndarray:
    """The indices (people * pictures,) of a step."""
    rng = np.random.default_rng([seed, step])
    return next(iter(PKSampler(labels, people, pictures, seed=rng, batches=1)))


def _mirrored(images: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> Batch:
    """Half of the people are mirrored, all pictures of one alike."""
    left = (rng.random(labels.max() + 1) < 0.5)[labels]
    images[left] = images[left][..., ::-1]
    return images, labels
