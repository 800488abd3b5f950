"""How a picture is to be painted: every number that decides, checked, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from minidl.style.costs import LAYER_WEIGHT

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT_LAYER = "relu4_2"
CHOICES = {
    "optimizer": ("lbfgs", "adam"),
    "init": ("noise", "content", "blend"),
    "pooling": ("max", "avg"),
}
# names of the numbers, the least they may be, and whether they are counted
NUMBERS = (
    ("size", 16, True), ("steps", 0, True), ("seed", 0, True), ("alpha", 0, False),
    ("beta", 0, False), ("total_variation", 0, False), ("style_scale", 1e-3, False),
    ("learning_rate", 0, False),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What `transfer` was asked for; its arguments are explained there.

    layers: {style layer: lambda}. style_weights: one for each style picture, adding up to 1.
    Raises ValueError for what cannot be painted with, TypeError for what is no number.
    """

    size: int = 256
    steps: int = 200
    optimizer: str = "lbfgs"
    alpha: float = 10.0
    beta: float = 40.0
    layers: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(STYLE_LAYERS, LAYER_WEIGHT)
    )
    content_layer: str = CONTENT_LAYER
    init: str = "content"
    total_variation: float = 20.0
    pooling: str = "max"
    style_weights: tuple[float, ...] = (1.0,)
    style_scale: float = 1.0
    preserve_colour: bool = False
    coarse_to_fine: bool = False
    learning_rate: float = 0.02
    seed: int = 0

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"style: given {name}={getattr(self, name)!r}, expected one of "
                    f"{', '.join(choices)}"
                )
        for name, least, counted in NUMBERS:
            _check_number(name, getattr(self, name), least, counted)
        for layer, weight in self.layers.items():
            _check_number(f"the weight of layer {layer}", weight, 0, False)
        if not (self.alpha > 0 or self.style_force > 0):
            raise ValueError(
                "style: alpha, and beta times its layers' weights, are both 0: there is nothing to "
                "paint for; give one of them a weight"
            )

    @property
    def style_force(self) -> float:
        """The most that any style layer counts: 0 where style is not looked at."""
        return self.beta * max(self.layers.values(), default=0.0)

    @property
    def style_size(self) -> int:
        """Pixels along the longer side of the style pictures."""
        longer = min(self.size, 10**15) * self.style_scale
        return max(1, round(min(longer, 1e15)))  # not infinite

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def settings_of(
    styles: int,
    layers: Mapping[str, float] | Sequence[str] | str | None = None,
    style_weights: Sequence[float] | None = None,
    **others: Any,
) -> Settings:
    """The settings for so many style pictures, from what a caller gives."""
    return Settings(
        layers=_layer_weights(layers), style_weights=_shares(style_weights, styles), **others
    )


def _layer_weights(layers: Mapping[str, float] | Sequence[str] | str | None) -> dict[str, float]:
    """{style layer: lambda}: as given, or 0.2 for each of the names given, or the five of the
    course."""
    if isinstance(layers, Mapping):
        return {name: float(weight) for name, weight in layers.items()}
    names = STYLE_LAYERS if layers is None else (layers,) if isinstance(layers, str) else layers
    return dict.fromkeys(names, LAYER_WEIGHT)


def _shares(weights: Sequence[float] | None, styles: int) -> tuple[float, ...]:
    """The weights of the style pictures, made to add up to 1; equal where none are given.

    Raises ValueError unless there is one for each picture, none negative and not all 0.
    """
    given = [1.0] * styles if weights is None else [float(w) for w in weights]
    usable = np.isfinite(given).all() and all(w >= 0 for w in given) and sum(given) > 0
    if len(given) != styles or not usable:
        raise ValueError(
            f"style: given weights {given} for {styles} style pictures, expected one for each, "
            "none negative, not all 0"
        )
    return tuple(w / sum(given) for w in given)


def _check_number(name: str, value: Any, least: float, counted: bool) -> None:
    kind = (int, np.integer) if counted else (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, kind):
        expected = "a whole number" if counted else "a number"
        raise TypeError(f"style: given {name}={value!r}, expected {expected}")
    if not least <= value < np.inf:
        raise ValueError(f"style: given {name}={value}, expected at least {least:g}")
