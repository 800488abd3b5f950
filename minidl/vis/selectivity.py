"""What units answer to: how well one unit tells pictures with a property from those without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from minidl.arguments import Numbers, checked, spelt
from minidl.data import HAIR_STYLES, OCCLUSIONS
from minidl.nn import Module
from minidl.progress import progress
from minidl.seeding import Seed, generator
from minidl.tensor import no_grad
from minidl.vis.chain import check_weights, features

# Factors of drawn faces that grow from one end to the other: above the median or not.
_GRADED = (
    "yaw", "pitch", "roll", "scale", "shift_x", "shift_y", "light_azimuth", "light_elevation",
    "exposure", "warmth", "smile", "eyes_open", "gaze_x", "brow_raise",
)  # fmt: skip
_PRESENT = ("glasses", "beard", "moustache", "mouth_open")  # there, or 0


class Selectivity(NamedTuple):
    """For each unit of a layer the property it follows best, U units of F properties.

    properties: the names of all. best: (U,) which of them. absent: (U,) whether the unit answers to
    pictures without it. auc: (U,) the chance that a picture with it (without it, where `absent`)
    excites the unit more than one of the others, in pictures that had no part in choosing it; 0.5
    says nothing. control: (U,) what the same choice reaches with shuffled properties, in 95 of 100
    cases at most. every: (U, F) the AUC for each property in all pictures, below 0.5 for absence.
    """

    layer: str
    properties: tuple[str, ...]
    best: np.ndarray
    absent: np.ndarray
    auc: np.ndarray
    control: np.ndarray
    every: np.ndarray

    @checked
    def says(self, unit: int) -> str:
        """ "unit 37 sees glasses, 0.98 (shuffled: 0.56)"."""
        if not 0 <= unit < len(self.best):
            raise ValueError(f"says: given unit={unit}, expected 0 to {len(self.best) - 1}")
        no = "no " if self.absent[unit] else ""
        name = self.properties[self.best[unit]]
        return (
            f"unit {unit} sees {no}{name}, {self.auc[unit]:.2f} "
            f"(shuffled: {self.control[unit]:.2f})"
        )

    @checked
    def strongest(self, count: int = 10) -> list[int]:
        """The units with the largest AUC, the largest first."""
        best: list[int] = np.argsort(-self.auc, kind="stable")[:count].tolist()
        return best


@checked
def unit_selectivity(
    network: Module, layer: str, images: Numbers, properties: Mapping[str, Any],
    groups: Sequence[int] | np.ndarray | None = None, *, shuffles: int = 100, seed: Seed = 0,
    quiet: bool = False,
) -> Selectivity:  # fmt: skip
    """For each unit of a layer the property of the pictures that it follows best, and how well.

    images: (N, C, H, W). properties: per name N booleans; of drawn faces `face_properties` gives
    them. A unit's answer to a picture is its largest activation. groups: (N,), what must not be
    torn apart when the pictures are halved, such as the person on them. One half chooses the
    property, the other measures it: the best of many is flattered in the half it was chosen on.
    Raises ValueError where a property is always or never there, or lengths differ.
    """
    count = len(np.atleast_1d(np.asarray(images)))
    table = _checked(properties, count)
    together = np.arange(count) if groups is None else np.asarray(groups)
    if together.shape != (count,) or together.dtype.kind not in "iuUS" or shuffles < 1:
        raise ValueError(
            f"unit_selectivity: given groups={spelt(groups)} and shuffles={shuffles}, expected a "
            f"label for each of {count} pictures and at least 1"
        )
    answers = unit_answers(network, layer, images, quiet=quiet)
    rng = generator(seed)
    first = _half(together, rng)
    halves = [_Ranked(answers[part]) for part in (first, ~first)]
    best, absent, auc = _chosen(halves, table, (first, ~first))
    chance = [_chosen(halves, rng.permutation(table), (first, ~first))[2] for _ in range(shuffles)]
    return Selectivity(
        layer, tuple(properties), best, absent, auc, np.quantile(chance, 0.95, axis=0),
        _Ranked(answers).auc(table),
    )  # fmt: skip


@checked
def unit_answers(
    network: Module, layer: str, images: Numbers, batch: int = 32, *, quiet: bool = False
) -> np.ndarray:
    """The largest activation of each unit in each picture, (N, U), in evaluation mode.

    Raises ValueError where NaN is in the weights, or comes out for a picture.
    """
    pictures = np.asarray(images)
    if pictures.ndim != 4 or not len(pictures) or batch < 1:
        raise ValueError(
            f"unit_answers: given images of shape {pictures.shape} and batch={batch}, expected "
            "(N, C, H, W) and at least 1"
        )
    check_weights(network, layer)  # raises for an unknown name, too
    was_training = network.training
    network.eval()
    try:
        with no_grad():
            parts = [
                features(network, pictures[i : i + batch], [layer])[layer].data
                for i in progress(range(0, len(pictures), batch), "pictures", quiet=quiet)
            ]
    finally:
        network.train(was_training)
    answers = np.concatenate([part.reshape(*part.shape[:2], -1).max(axis=2) for part in parts])
    torn = np.flatnonzero(np.isnan(answers).any(axis=1))
    if len(torn):
        raise ValueError(
            f"{len(torn)} of {len(answers)} pictures become NaN in {layer}, the first of them "
            f"number {torn[0]}: leave them out"
        )
    return answers


@checked
def face_properties(
    factors: Mapping[str, np.ndarray], traits: Mapping[str, np.ndarray] | None = None
) -> dict[str, np.ndarray]:
    """What can be said of drawn faces with yes or no, by name.

    factors: `faces(...).factors`, what differs between pictures. traits: `face_traits(labels)`,
    what a person keeps. Graded ones ask whether they are above their median ("high yaw": the face
    is turned to the right of the picture; "high tone": the skin is dark).
    """
    found = {name: factors[name] > 0 for name in _PRESENT}
    for name, styles in (("hair_style", HAIR_STYLES), ("occlusion", OCCLUSIONS)):
        found |= {f"{name} {style}": factors[name] == i for i, style in enumerate(styles)}
    graded = {"hair_colour": factors["hair_colour"].mean(axis=1)}
    graded |= {name: factors[name] for name in _GRADED}
    graded |= {name: values for name, values in (traits or {}).items() if values.ndim == 1}
    found |= {f"high {name}": values > np.median(values) for name, values in graded.items()}
    return {name: is_it for name, is_it in found.items() if is_it.any() and not is_it.all()}


class _Ranked:
    """Pictures' answers as ranks, from which the AUC of any property is one sum."""

    def __init__(self, answers: np.ndarray) -> None:
        from scipy.stats import rankdata

        self.ranks = rankdata(answers, axis=0)  # (N, U), the mean rank where equal

    def auc(self, table: np.ndarray) -> np.ndarray:
        """(U, F) by Mann and Whitney: (sum of the ones' ranks - n1 (n1 + 1) / 2) / (n1 n0).

        0.5 where the half has none of one kind.
        """
        ones = table.sum(axis=0)
        pairs = ones * (len(table) - ones)
        wins = self.ranks.T @ table.astype(np.float64) - ones * (ones + 1) / 2
        return np.where(pairs > 0, wins / np.maximum(pairs, 1), 0.5)


def _chosen(
    halves: Sequence[_Ranked], table: np.ndarray, parts: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(best, absent, auc), chosen in the first half and measured in the second."""
    chooses, measures = (half.auc(table[part]) for half, part in zip(halves, parts, strict=True))
    units = np.arange(len(chooses))
    best = np.abs(chooses - 0.5).argmax(axis=1)
    absent = chooses[units, best] < 0.5
    measured = measures[units, best]
    return best, absent, np.where(absent, 1 - measured, measured)


def _half(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) True for the pictures of a random half of the groups."""
    names = rng.permutation(np.unique(groups))
    return np.isin(groups, names[: len(names) // 2])


def _checked(properties: Mapping[str, Any], count: int) -> np.ndarray:
    """(N, F) booleans."""
    columns = {name: np.asarray(values).astype(bool) for name, values in properties.items()}
    for name, column in columns.items():
        if column.shape != (count,):
            raise ValueError(
                f"unit_selectivity: given {name} of shape {column.shape}, expected "
                f"({count},), a boolean for each picture"
            )
        if column.all() or not column.any():
            raise ValueError(
                f"unit_selectivity: {name} is the same in all {count} pictures, so no unit can "
                "tell; leave it out"
            )
    if not columns:
        raise ValueError("unit_selectivity: given no properties, expected at least one")
    return np.stack(list(columns.values()), axis=1)
