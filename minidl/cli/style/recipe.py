"""What a picture is made of, as its PNG remembers it: settings, and where the pictures were."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minidl.cli.style.presets import preset

# Settings that older PNGs do not name, as those were painted.
NEWER = {"faces": 0.0, "detail": 0.0, "dots": 0.0, "margin": 0}
CHANGED = "a picture has changed since this PNG was made: the result will differ"


class Recipe(NamedTuple):
    """content, styles: names or files as they were given. settings: arguments of `transfer` by
    name. digests: one for each picture, so that another one under the same name is noticed.
    strength: of a picture painted in one pass; None where it is a descent."""

    content: str
    styles: list[str]
    settings: dict[str, Any]
    digests: list[str]
    strength: float | None = None


def recipe(
    pictures: list[str], again: Path | None, chosen: list[str], asked: dict[str, Any]
) -> Recipe:
    """From the PNG to make again, if any, then presets, then options: the later wins.

    Raises ValueError where no content or no style is given.
    """
    kept = remembered(again) if again else Recipe("", [], {}, [])
    settings = dict(kept.settings)
    for name in chosen:
        settings.update(preset(name))
    settings.update({name: value for name, value in asked.items() if value is not None})
    if not pictures and again:
        return kept._replace(settings=settings)
    if len(pictures) < 2:
        raise ValueError(
            "give a CONTENT and a STYLE, files or names, such as `minidl style cat currents`; "
            "`minidl style --list` shows the names"
        )
    return Recipe(pictures[0], pictures[1:], settings, [], kept.strength)


def remembered(path: Path) -> Recipe:
    """What a picture was made with. Raises ValueError where the file does not say."""
    from minidl.data import load_text
    from minidl.style.result import KEY

    try:
        kept = json.loads(load_text(path).get(KEY, "{}"))
        pictures = kept["content"], kept["styles"]
        settings = {**NEWER, **kept["settings"]}
        return Recipe(*pictures, settings, kept["digests"], kept.get("strength"))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(
            f"{path} does not say how it was made; give a PNG that `minidl style` wrote"
        ) from error


def digest(picture: np.ndarray) -> str:
    """A few letters that are the same for the same picture."""
    return hashlib.sha256(np.ascontiguousarray(picture).tobytes()).hexdigest()[:16]
