"""How a figure is shown: sharp, on its own light ground, with words for who cannot see it.

`show(axes, caption, alt=...)` ends a cell's drawing. `movable(...)` shows one of many pictures, and
sliders choose which: it works in Jupyter and on a page of the site alike, and needs no kernel.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display
from matplotlib.figure import Figure
from PIL import Image

DENSE = 2  # dots of the picture for each of the page's
LOSSY = 88  # quality of photographs
FACES_DENSE, FACES_LOSSY = 1.4, 56  # of drawn faces, which have few pixels of their own
STEP = 16  # of 256: smoothed edges in fewer shades take two thirds of the bytes

FRAME = "margin:.6em 0 1.2em 0;display:inline-block;max-width:100%"
PICTURE = (
    "max-width:100%;height:auto;background:#fff;border-radius:6px;padding:6px;box-sizing:border-box"
)
CAPTION = "font-size:92%;line-height:1.35;max-width:46em;opacity:.85;text-align:left"
CHOOSE = (
    "const f=this.closest('figure'),s=[...f.querySelectorAll('input')];"
    "s.forEach(i=>i.nextElementSibling.value=i.dataset.values.split('|')[i.value]);"
    "const k=s.map(i=>i.value).join('-');"
    "f.querySelectorAll('img').forEach(m=>m.hidden=m.dataset.key!==k)"
)


def show(
    drawn: Any, caption: str, *, alt: str, photo: bool = False, dense: float = DENSE,
    quality: int = LOSSY,
) -> None:  # fmt: skip
    """Displays the figure of these axes with its caption, and closes it.

    drawn: a Figure, Axes, or several Axes of one figure. caption: one line, what to see in it.
    alt: what a reader who cannot see it needs to know. photo: whether it is mostly photographs.
    dense, quality: dots for each of the page's, and of photographs how good, up to 100.
    """
    picture = _picture(drawn, alt, photo, dense=dense, quality=quality)
    _display(picture, caption)


def show_faces(drawn: Any, caption: str, *, alt: str) -> None:
    """As `show`, for drawn faces: a page has many of them, and they take fewer bytes like this."""
    picture = _picture(drawn, alt, photo=True, dense=FACES_DENSE, quality=FACES_LOSSY)
    _display(picture, caption)


def movable(
    draw: Callable[..., Any], values: Mapping[str, Sequence[Any]], caption: str, *, alt: str,
    photo: bool = False, start: Sequence[Any] = (), dense: float = DENSE, quality: int = LOSSY,
) -> None:  # fmt: skip
    """Displays draw(*chosen) with a slider for each name; every combination is drawn now.

    draw: makes a figure from one value for each name, in order. values: {name: values to choose
    from}. alt: of all of them; "{}" in it is replaced by the values chosen. start: the values
    shown first, one for each name (default: the first of each). The rest is as for `show`.
    """
    sliders, pictures = [], []
    firsts = [
        choices.index(start[n]) if n < len(start) else 0
        for n, choices in enumerate(values.values())
    ]
    for (name, choices), first in zip(values.items(), firsts, strict=True):
        told = "|".join(str(choice) for choice in choices)
        sliders.append(
            f'<label style="margin-right:1.5em;white-space:nowrap">{escape(name)} <input '
            f'type="range" min="0" max="{len(choices) - 1}" value="{first}" data-values="{told}" '
            f'oninput="{CHOOSE}" style="vertical-align:middle"/> '
            f"<output>{escape(str(choices[first]))}</output></label>"
        )
    for numbers in product(*(range(len(choices)) for choices in values.values())):
        chosen = [c[n] for c, n in zip(values.values(), numbers, strict=True)]
        words = ", ".join(f"{name} {value}" for name, value in zip(values, chosen, strict=True))
        hidden = "hidden " if list(numbers) != firsts else ""
        key = f'{hidden}data-key="{"-".join(map(str, numbers))}" '
        pictures.append(
            _picture(draw(*chosen), alt.replace("{}", words), photo, key, dense, quality)
        )
    _display(f"<div>{''.join(sliders)}</div>{''.join(pictures)}", caption)


def _display(inside: str, caption: str) -> None:
    words = f'<figcaption style="{CAPTION}">{escape(caption)}</figcaption>'
    display(HTML(f'<figure style="{FRAME}">{inside}{words}</figure>'))


def _picture(
    drawn: Any, alt: str, photo: bool, attributes: str = "", dense: float = DENSE,
    quality: int = LOSSY,
) -> str:  # fmt: skip
    """The figure as an <img>, twice as dense as it is shown, or as dense as is said."""
    figure = figure_of(drawn)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dense * figure.dpi)
    plt.close(figure)
    image = Image.open(buffer).convert("RGB")
    small = io.BytesIO()
    if photo:
        image.save(small, "webp", quality=quality, method=6)
    else:
        fewer = image.point([min(255, (v + STEP // 2) // STEP * STEP) for v in range(256)] * 3)
        fewer.save(small, "webp", quality=100, lossless=True, method=6)
    data = base64.b64encode(small.getvalue()).decode()
    return (
        f'<img {attributes}alt="{escape(alt)}" width="{int(image.width / dense)}" '
        f'style="{PICTURE}" src="data:image/webp;base64,{data}"/>'
    )


def figure_of(drawn: Any) -> Figure:
    """The figure of some axes, of several, or itself."""
    if isinstance(drawn, Figure):
        return drawn
    first = np.ravel(np.asarray(drawn, dtype=object))[0]
    figure: Figure = first.figure
    return figure
