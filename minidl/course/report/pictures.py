"""Small pictures of an array that came out wrong: expected, yours, and the difference."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

import numpy as np

from minidl.course.report.results import Picture

SIDE = 144  # pixels that the longer side of a small array is drawn on
READABLE = 16  # values: so few are read as numbers, not seen as a picture
# Both are told apart with every kind of colour vision: Nuñez, Anderton and Renslow, "Optimizing
# colormaps with consideration for color vision deficiency" (2018), and colorbrewer2.org.
VALUES, DIFFERENCES = "cividis", "RdBu_r"
NO_NUMBER = "#808080"


class Plane(NamedTuple):
    """Two axes of an array; where: the index of the others."""

    values: np.ndarray
    where: tuple[int, ...]


def drawn(shown: Picture) -> str:
    """The pictures as HTML; "" for arrays without rows and columns, or with few numbers."""
    arrays = (shown.expected, shown.got)
    if not all(map(_is_picture, arrays)) or max(a.size for a in arrays) <= READABLE:
        return ""
    return f'<div class="arrays">{"".join(_figures(shown))}</div>'


def _is_picture(array: np.ndarray) -> bool:
    return array.ndim >= 2 and array.size > 0 and array.dtype.kind in "biuf"


def _figures(shown: Picture) -> Iterator[str]:
    expected, got = (a.astype(np.float64) for a in (shown.expected, shown.got))
    alike = expected.shape == got.shape
    where = _worst(expected, got) if alike else ()
    planes = [_plane(array, where) for array in (expected, got)]
    low, high = _range(*(plane.values for plane in planes))
    for name, plane, array in zip(("expected", "yours"), planes, (expected, got), strict=True):
        said = f"{_of(plane.where)}shape {array.shape}, from {low:.4g} (dark) to {high:.4g}"
        yield _figure(name, said, plane.values, VALUES, (low, high))
    if alike:
        with np.errstate(all="ignore"):
            apart = planes[1].values - planes[0].values
        most = max(map(abs, _range(apart)))
        yield _figure(
            "yours − expected", _differing(apart, most), apart, DIFFERENCES, (-most, most)
        )


def _differing(apart: np.ndarray, most: float) -> str:
    """Where the difference is largest, and how many values differ."""
    off = ~(np.abs(apart) == 0)
    at = np.unravel_index(int(np.nan_to_num(np.abs(apart)).argmax()), apart.shape)
    place = ", ".join(str(int(i)) for i in at)
    return f"at most {most:.4g}, at [{place}]; {off.sum()} of {off.size} differ; red: too much"


def _worst(expected: np.ndarray, got: np.ndarray) -> tuple[int, ...]:
    """The index of the plane with the largest difference; what is no number differs most."""
    with np.errstate(all="ignore"):
        apart = np.abs(got - expected)
    same = (expected == got) | (np.isnan(expected) & np.isnan(got))
    apart = np.where(same, 0.0, np.where(np.isfinite(apart), apart, np.inf))
    at = np.unravel_index(int(apart.argmax()), apart.shape)
    return tuple(int(i) for i in at[:-2])


def _plane(array: np.ndarray, where: tuple[int, ...]) -> Plane:
    """The plane at an index, or the first one."""
    where = where or (0,) * (array.ndim - 2)
    return Plane(array[where], where)


def _of(where: tuple[int, ...]) -> str:
    return f"plane [{', '.join(map(str, where))}] of " if where else ""


def _range(*arrays: np.ndarray) -> tuple[float, float]:
    """The least and the largest finite value."""
    finite = np.concatenate([a[np.isfinite(a)] for a in arrays])
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _figure(
    name: str, said: str, values: np.ndarray, colours: str, limits: tuple[float, float]
) -> str:
    rows, columns = values.shape
    cell = max(1, SIDE // max(rows, columns))
    lost = "" if np.isfinite(values).all() else "; grey: nan or infinite"
    alt = escape(f"{name}: {said}{lost}")
    image = (
        f'<img src="data:image/png;base64,{_png(values, colours, limits, cell)}" '
        f'width="{columns * cell}" height="{rows * cell}" alt="{alt}" title="{alt}"/>'
    )
    text = escape(f"{said}{lost}").replace("; ", "<br/>").replace(", from ", "<br/>from ")
    caption = f'<figcaption>{name}<br/><span class="quiet">{text}</span></figcaption>'
    return f"<figure>{image}{caption}</figure>"


def _png(values: np.ndarray, colours: str, limits: tuple[float, float], cell: int) -> str:
    """A PNG of the values in base64, each a square of `cell` pixels."""
    from matplotlib import colormaps  # takes its time to load, and only a wrong array needs it
    from PIL import Image

    low, high = limits
    span = high / 2 - low / 2 or 1.0  # halves: the whole span may be more than a float holds
    shares = np.ma.masked_invalid((values / 2 - low / 2) / span)
    pixels = colormaps[colours].with_extremes(bad=NO_NUMBER)(shares, bytes=True)[..., :3]
    image = Image.fromarray(np.ascontiguousarray(pixels))
    stream = io.BytesIO()
    size = (values.shape[1] * cell, values.shape[0] * cell)
    image.resize(size, Image.Resampling.NEAREST).save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode()
