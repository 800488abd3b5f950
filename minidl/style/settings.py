"""How a picture is to be painted: every number that decides, checked, and as JSON."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any, TypeVar

import numpy as np

from minidl.arguments import REFUSED, checked_fields, number, spelt
from minidl.style.costs import LAYER_WEIGHT

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT_LAYER = "relu4_2"
PICTURE = "picture"  # what `init` is called where a picture was given
Takes = TypeVar("Takes", bound=Callable[..., Any])


def option(
    default: Any = None,
    says: str = "",
    *,
    least: float | None = None,
    choices: tuple[str, ...] = (),
    made: Callable[[], Any] | None = None,
) -> Any:
    """The one declaration of a setting: `transfer`, its help and the command line read it.

    default, or made() for what is not a constant. says: what it does, in a line. least: the least
    a number may be. choices: the words it may be.
    """
    about = {"says": says, "least": least, "choices": choices}
    return (
        field(default_factory=made, metadata=about)
        if made
        else field(default=default, metadata=about)
    )


@checked_fields
@dataclass(frozen=True)
class Settings:
    """How a picture is painted. Each is an argument of `transfer` and an option of `minidl style`.

    The defaults were chosen by looking (docs/decisions.md). Average pooling, since the gradient
    through max pooling goes to one pixel of four, which makes the lattice: of its power 14 % lie
    above a third of a cycle a pixel, of that through average pooling 4 %; with random weights 44 %
    and 2 %, so it is the pooling and not the weights (`tools/measure_lattice.py`). What 30 steps
    from the photograph reach in 31 evaluations is reached in 16 from the recoloured one and in 14
    from the picture of one pass (temple, starry_night, 192 pixels; grain 0.05, 0.06, 0.04).
    Raises ValueError for what cannot be painted with, TypeError for what is no number.
    """

    size: int = option(384, "pixels along the longer side", least=16)
    steps: int = option(60, "steps of the descent; 0 gives back what it begins with", least=0)
    init: str = option(
        "recoloured",
        "begin with: the content recoloured as the style is; content, as it is; one-pass, what the "
        "painter of one pass makes; noise; or blend, 60 % noise and 40 % content; or a picture",
        choices=("recoloured", "content", "one-pass", "noise", "blend", PICTURE),
    )  # fmt: skip
    optimizer: str = option(
        "lbfgs", "lbfgs, or adam, which needs more steps", choices=("lbfgs", "adam")
    )
    learning_rate: float = option(0.02, "step size of adam", least=0)
    coarse_to_fine: bool = option(
        True,
        "above 400 pixels begin with a smaller picture, enlarge it and go on: broader strokes, in "
        "less time",
    )
    margin: int = option(
        8,
        "pixels that are mirrored around the picture while it is painted, and cut off: without, "
        "strokes follow its edges",
        least=0,
    )
    style_scale: float = option(
        1.0, "how large the style is taken: 0.5 makes its strokes half as wide", least=1e-3
    )
    pooling: str = option(
        "avg", "avg, or max, as VGG was trained, which leaves specks", choices=("max", "avg")
    )
    seed: int = option(0, "seed of the noise", least=0)
    alpha: float = option(10.0, "weight of the content", least=0)
    beta: float = option(
        120.0, "weight of the style: the larger, the more it is a painting", least=0
    )
    layers: dict[str, float] = option(
        made=lambda: dict.fromkeys(STYLE_LAYERS, LAYER_WEIGHT),
        says=f"style layers and their lambda ({LAYER_WEIGHT} where only names are given); what "
        "papers call conv1_1 is the activation after its ReLU, relu1_1",
    )
    style_weights: tuple[float, ...] = option((1.0,), "shares of several styles, in order")
    content_layer: str = option(CONTENT_LAYER, "where content is compared")
    total_variation: float = option(
        20.0, "weight of smoothness, against grain; 0 leaves the two costs of the paper", least=0
    )
    grain: float = option(
        1.0, "weight of detail finer than the style's, against specks and lattices", least=0
    )
    detail: float = option(
        0.35,
        "share of alpha, up to 1, that counts where the content has detail, and looks finer: "
        "petals keep their edges, skies are free for strokes; 0 counts everywhere alike", least=0,
    )  # fmt: skip
    dots: float = option(
        20.0, "weight of fine detail where the content is smooth, against dots", least=0
    )
    faces: float = option(
        30.0,
        "weight of the content where a face is found in it, besides alpha: eyes and mouths stay "
        "where they are; 0 paints faces as anything else", least=0,
    )  # fmt: skip
    preserve_colour: bool = option(False, "keep the hues of the content, take strokes only")

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(one, getattr(self, one.name))
        for layer, weight in self.layers.items():
            _check_number(f"the weight of layer {layer}", weight, 0, counted=False)
        if self.detail > 1:
            raise ValueError(f"style: given detail={self.detail}, expected at most 1, all of alpha")
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
    def keeps_detail(self) -> bool:
        """Whether more is kept where the content has detail."""
        return self.detail > 0 and self._chooses

    @property
    def keeps_smooth(self) -> bool:
        """Whether dots cost where the content is smooth."""
        return self.dots > 0 and self._chooses

    @property
    def keeps_faces(self) -> bool:
        """Whether faces count."""
        return self.faces > 0 and self._chooses

    @property
    def _chooses(self) -> bool:
        """Whether there are both style and content to choose from."""
        return self.alpha > 0 and self.style_force > 0

    @property
    def style_size(self) -> int:
        """Pixels along the longer side of the style pictures."""
        longer = min(self.size, 10**15) * self.style_scale
        return max(1, round(min(longer, 1e15)))  # not infinite

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def takes_settings(function: Takes) -> Takes:
    """Gives a function of `**settings` the signature and the help that name every one of them."""
    own = inspect.signature(function)
    named = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    keyword = inspect.Parameter.KEYWORD_ONLY
    more = [
        inspect.Parameter(f.name, keyword, default=_default(f), annotation=f.type)
        for f in fields(Settings)
    ]
    function.__signature__ = own.replace(parameters=[*named, *more])  # type: ignore[attr-defined]
    listed = "".join(f"\n    {f.name}: {f.metadata['says']}." for f in fields(Settings))
    function.__doc__ = f"{(function.__doc__ or '').rstrip()}\n\n    The settings:{listed}\n    "
    return function


def _default(one: Field[Any]) -> Any:
    return one.default_factory() if callable(one.default_factory) else one.default


def settings_of(
    styles: int,
    layers: Mapping[str, float] | Sequence[str] | str | None = None,
    style_weights: Sequence[float] | None = None,
    **others: Any,
) -> Settings:
    """The settings for so many style pictures, from what a caller gives.

    Raises TypeError for a name that is no setting, and otherwise as `Settings` does.
    """
    names = [one.name for one in fields(Settings)]
    for name in others:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            raise TypeError(f"style: there is no setting {name!r}; {meant}")
    return Settings(
        layers=_layer_weights(layers), style_weights=_shares(style_weights, styles), **others
    )


def _layer_weights(layers: Mapping[str, float] | Sequence[str] | str | None) -> dict[str, float]:
    """{style layer: lambda}: as given, or 0.2 for each of the names given, or the five of the
    course."""
    if isinstance(layers, Mapping):
        return dict(layers)
    names = STYLE_LAYERS if layers is None else (layers,) if isinstance(layers, str) else layers
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise TypeError(
            f"style: given layers={spelt(layers)}, expected names of layers, or a dict with the "
            "weight of each"
        )
    return dict.fromkeys(names, LAYER_WEIGHT)


def _shares(weights: Sequence[float] | None, styles: int) -> tuple[float, ...]:
    """The weights of the style pictures, made to add up to 1; equal where none are given.

    Raises ValueError unless there is one for each picture, none negative and not all 0.
    """
    many = isinstance(weights, (Sequence, np.ndarray)) and not isinstance(weights, (str, bytes))
    many = many and getattr(weights, "ndim", 1) == 1
    given: list[Any] = [number(w) for w in weights] if many and weights is not None else [REFUSED]
    given = [1.0] * styles if weights is None else given
    if any(w is REFUSED for w in given):
        raise TypeError(
            f"style: given style_weights={spelt(weights)}, expected a number for each style"
        )
    given = [float(w) for w in given]
    usable = np.isfinite(given).all() and all(w >= 0 for w in given) and sum(given) > 0
    if len(given) != styles or not usable:
        raise ValueError(
            f"style: given weights {given} for {styles} style pictures, expected one for each, "
            "none negative, not all 0"
        )
    return tuple(w / sum(given) for w in given)


def _check(one: Field[Any], value: Any) -> None:
    choices, least = one.metadata["choices"], one.metadata["least"]
    if choices and value not in choices:
        raise ValueError(f"style: given {one.name}={value!r}, expected one of {', '.join(choices)}")
    if least is not None:
        _check_number(one.name, value, least, counted=isinstance(one.default, int))


def _check_number(name: str, value: Any, least: float, *, counted: bool) -> None:
    kind = (int, np.integer) if counted else (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, kind):
        expected = "a whole number" if counted else "a number"
        raise TypeError(f"style: given {name}={value!r}, expected {expected}")
    if not least <= value < np.inf:
        raise ValueError(f"style: given {name}={value}, expected at least {least:g}")
