"""Paints ten pairs and says of each how grainy it is, and how far its colours are off.

`python tools/style_pairs.py OUT.png [NAME=VALUE ...]`: a sheet of photographs, artworks and
paintings; NAME is a setting of `style.transfer`, VALUE as in JSON or a word, such as `beta=200
pooling=max`. `--in-one-pass` paints with `style.Painter`; `--old` with the first defaults. Three
of the artworks are downloaded (`MINIDL_DATA`). In the defaults five minutes on two cores.

Grain is to be 1.2 at most: `style.grain`; colours: `style.colour_distance`.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from minidl import data, style
from minidl.cli.style.sheet import sheet
from minidl.data import resize_image

PAIRS = (
    ("temple", "starry_night"), ("temple", "currents"), ("cat", "glass"), ("cat", "the_scream"),
    ("coffee", "waves"), ("coffee", "petals"), ("astronaut", "the_scream"),
    ("astronaut", "mosaic"), ("flower", "shipwreck"), ("flower", "starry_night"),
)  # fmt: skip
OLD = {"pooling": "max", "beta": 40.0, "steps": 200, "total_variation": 20.0, "grain": 0.0,
       "coarse_to_fine": False, "init": "content", "margin": 0, "detail": 0.0, "dots": 0.0,
       "faces": 0.0}  # fmt: skip


def main(
    out: Path,
    settings: Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE...")] = None,
    in_one_pass: bool = False,
    old: bool = False,
) -> None:
    """Paints the pairs, prints their numbers, and writes the sheet."""
    asked = {**(OLD if old else {}), **dict(_setting(words) for words in settings or [])}
    cells, grains = [], []
    for photograph, artwork in PAIRS:
        begun = time.process_time()
        painted = _painted(photograph, artwork, asked, in_one_pass)
        seconds = (time.process_time() - begun) / 2
        grains.append(style.grain(painted, artwork))
        far = style.colour_distance(painted, artwork)
        numbers = f"grain {grains[-1]:.2f}, colours {far:.2f}"
        print(f"{photograph} {artwork}: {numbers}, {seconds:.1f} s on two processors", flush=True)
        longer = max(painted.shape[1:])
        for name, shown in ((photograph, data.sample_image(photograph)),
                            (artwork, data.artwork(artwork)), (numbers, painted)):  # fmt: skip
            cells.append((name, resize_image(shown, longer)))
    print(f"grain: at most {max(grains):.2f}, {np.mean(np.array(grains) <= 1.2):.0%} at most 1.2")
    sheet(cells, columns=6).save(out)


def _setting(words: str) -> tuple[str, Any]:
    name, _, value = words.partition("=")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _painted(
    photograph: str, artwork: str, settings: dict[str, Any], in_one_pass: bool
) -> np.ndarray:
    if not in_one_pass:
        return style.transfer(photograph, artwork, quiet=True, **settings).picture
    painter = style.Painter.pretrained()
    size = settings.get("size", style.Settings().size)
    return painter.paint(photograph, painter.manner(artwork), size=size)


if __name__ == "__main__":
    typer.run(main)
