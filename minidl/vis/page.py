"""Top patches as one HTML page to browse, with everything in it."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from minidl.files import Name, replacing
from minidl.vis.patches import TopPatches
from minidl.vis.pictures import fitted
from minidl.vis.plotting import excited

TEMPLATE = Path(__file__).with_name("page.html.jinja")
MAX_PATCH = 96  # pixels: larger patches are reduced to this
TINY = 24  # pixels: smaller patches are shown with their pixels, and kept exactly
CELL = 216  # pixels: the width of a unit's grid


def write_page(found: Mapping[str, TopPatches], path: Name, title: str = "Top patches") -> None:
    """Writes what `top_patches_by_layer` found as one HTML file that needs nothing beside it.

    A section for each layer, a grid for each unit; the pictures are in it as data URIs. An older
    file stays if writing fails.
    """
    from jinja2 import Template

    first = next(iter(found.values()))
    template = Template(TEMPLATE.read_text(), autoescape=True, trim_blocks=True)
    text = template.render(
        title=title,
        cell=CELL,
        side=math.ceil(math.sqrt(first.images.shape[1])),
        pictures=len(first.names) - len(first.skipped),
        layers=[_layer(top) for top in found.values() if len(top.units)],
        skipped=first.skipped,
    )
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _layer(top: TopPatches) -> dict[str, Any]:
    return {
        "name": top.layer,
        "size": " x ".join(map(str, top.field.size)),
        "stride": " x ".join(map(str, sorted(set(top.field.stride)))),
        "tiny": max(top.field.size) <= TINY,
        "units": [_unit(top, row) for row in range(len(top.units))],
    }


def _unit(top: TopPatches, row: int) -> dict[str, Any]:
    patches = list(_patches(top, row))
    values = [v for v, patch in zip(top.activations[row], patches, strict=True) if patch]
    span = f"{values[0]:.3g} to {values[-1]:.3g}" if values else "silent"
    return {"number": int(top.units[row]), "range": span, "patches": patches}


def _patches(top: TopPatches, row: int) -> Iterator[dict[str, str] | None]:
    """Each with its picture and what is to be said of it; None where nothing excites the unit."""
    for rank in range(top.images.shape[1]):
        if not excited(top, row, rank):
            yield None
            continue
        rows, columns = top.window(row, rank)
        says = (
            f"{top.activations[row, rank]:.4g} in {top.name(row, rank)}, rows {rows.start} to "
            f"{rows.stop - 1}, columns {columns.start} to {columns.stop - 1}"
        )
        yield {"source": _data_uri(top.patches[row, rank]), "says": says}


def _data_uri(patch: np.ndarray) -> str:
    """A patch (C, h, w) as an image in text: exact where it is tiny, else a JPEG."""
    from PIL import Image

    reduced = fitted(patch.clip(0, 1), MAX_PATCH)
    pixels = (np.broadcast_to(reduced, (3, *reduced.shape[1:])) * 255).round().astype(np.uint8)
    kind = "png" if max(patch.shape[1:]) <= TINY else "jpeg"
    packed = io.BytesIO()
    Image.fromarray(pixels.transpose(1, 2, 0).copy()).save(packed, kind, quality=88)
    return f"data:image/{kind};base64,{base64.b64encode(packed.getvalue()).decode()}"
