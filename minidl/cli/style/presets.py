"""Settings under the name of what they do."""

from __future__ import annotations

from typing import Any, NamedTuple

from minidl.cli.speech import meant


class Preset(NamedTuple):
    """What it is for, and the settings it changes."""

    does: str
    settings: dict[str, Any]


PRESETS = {
    "quick": Preset("a first look, small and in few steps", {"size": 192, "steps": 30}),
    "keep-faces": Preset("eyes and mouths stay where they are", {"beta": 30.0}),
    "keep-the-photo": Preset("the photograph stays, lightly painted",
                             {"beta": 10.0, "init": "content"}),
    "more-style": Preset("strokes before shapes", {"beta": 400.0}),
    "style-only": Preset(
        "a texture in the style, with nothing of the content", {"alpha": 0.0, "init": "noise"}
    ),
    "from-noise": Preset("begin with noise, as Gatys did: freer colours", {"init": "noise"}),
    "from-one-pass": Preset("begin with the picture of one pass: its colours, fewer shapes",
                            {"init": "one-pass"}),
    "keep-colours": Preset("the strokes of the style, the hues of the content",
                           {"preserve_colour": True}),
    "fine-strokes": Preset("strokes half as wide", {"style_scale": 0.5}),
    "broad-strokes": Preset("strokes one and a half times as wide", {"style_scale": 1.5}),
    "smooth": Preset("softer edges, no specks at all", {"total_variation": 100.0, "grain": 10.0}),
    "large": Preset("a picture to print, in a minute and a half", {"size": 768}),
    "as-in-the-paper": Preset(
        "max pooling and the two costs alone, from the photograph: with its lattice",
        {"pooling": "max", "total_variation": 0.0, "grain": 0.0, "coarse_to_fine": False,
         "init": "content", "steps": 200, "margin": 0, "detail": 0.0, "dots": 0.0,
         "faces": 0.0},
    ),
}  # fmt: skip


def preset(name: str) -> dict[str, Any]:
    """The settings of a preset. Raises ValueError for an unknown one."""
    if name not in PRESETS:
        guess = f"{near} " if (near := meant(name, PRESETS)) else ""
        raise ValueError(f"there is no preset {name!r}; {guess}there are {', '.join(PRESETS)}")
    return PRESETS[name].settings
