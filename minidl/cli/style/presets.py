"""Settings under the name of what they do."""

from __future__ import annotations

from typing import Any, NamedTuple


class Preset(NamedTuple):
    """What it is for, and the settings it changes."""

    does: str
    settings: dict[str, Any]


PRESETS = {
    "quick": Preset("a first look, small and in few steps", {"size": 192, "steps": 60}),
    "keep-the-photo": Preset("the photograph stays, lightly painted", {"beta": 5.0}),
    "more-style": Preset("strokes before shapes", {"beta": 200.0}),
    "style-only": Preset(
        "a texture in the style, with nothing of the content", {"alpha": 0.0, "init": "noise"}
    ),
    "from-noise": Preset("begin with noise, as Gatys did: freer colours", {"init": "noise"}),
    "keep-colours": Preset("the strokes of the style, the hues of the content",
                           {"preserve_colour": True}),
    "fine-strokes": Preset("strokes half as wide", {"style_scale": 0.5}),
    "broad-strokes": Preset("strokes one and a half times as wide", {"style_scale": 1.5}),
    "smooth": Preset("less grain, softer edges", {"total_variation": 100.0, "pooling": "avg"}),
    "large": Preset(
        "a large picture, painted coarse to fine", {"size": 768, "coarse_to_fine": True}
    ),
}  # fmt: skip


def preset(name: str) -> dict[str, Any]:
    """The settings of a preset. Raises ValueError for an unknown one."""
    if name not in PRESETS:
        raise ValueError(f"there is no preset {name!r}; there are {', '.join(PRESETS)}")
    return PRESETS[name].settings
