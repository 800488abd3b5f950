"""Pictures of patches: a small grid for each unit, all units on one page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from minidl.arguments import checked
from minidl.vis.patches import TopPatches
from minidl.vis.pictures import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER, EMPTY = 1.0, 0.93  # grey values of the page, and of a place without a patch
MIN_PATCH, MAX_PATCH = (
    60,
    72,
)  # pixels: smaller patches are enlarged, larger ones reduced to about this
GAP, MARGIN, LABEL = 2, 16, 18  # between patches, between units, and above a unit for its name


@checked
def plot_patches(
    top: TopPatches, units: Sequence[int] | None = None, columns: int | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draws each unit's patches as a grid, 3x3 for nine, the best first; returns the Axes.

    units: numbers of some of `top.units`; all when None, but at most 100. columns: grids in a row.
    A patch is left empty where the activation is not above 0: nothing there excited the unit.
    ax: where to draw; a figure of fitting size when None.
    Raises ValueError for units that were not searched for, or too many.
    """
    rows = chosen_rows(top, units)
    if columns is not None and columns < 1:
        raise ValueError(f"plot_patches: given columns={columns}, expected at least 1")
    columns = columns or math.ceil(math.sqrt(len(rows)))
    grids = [grid(top, row) for row in rows]
    height, width = grids[0].shape[:2]
    down, across = math.ceil(len(rows) / columns), min(columns, len(rows))
    step = height + LABEL + MARGIN, width + MARGIN
    page = np.full((down * step[0] - MARGIN, across * step[1] - MARGIN, 3), PAPER, np.float32)
    axes = ax or _figure(*page.shape[:2])
    for i, (row, drawn) in enumerate(zip(rows, grids, strict=True)):
        y, x = i // columns * step[0], i % columns * step[1]
        page[y + LABEL : y + LABEL + height, x : x + width] = drawn
        axes.text(x, y + LABEL - 4, label(top, row), fontsize=9, va="bottom", ha="left")
    axes.imshow(page, interpolation="nearest")
    axes.set_axis_off()
    return axes


def chosen_rows(top: TopPatches, units: Sequence[int] | None, most: int = 100) -> list[int]:
    """The rows of `top` for these units."""
    numbers = top.units.tolist()
    asked = numbers if units is None else list(units)
    missing = [unit for unit in asked if unit not in numbers]
    if missing or not 0 < len(asked) <= most:
        raise ValueError(
            f"plot_patches: given {len(asked)} units{_naming(missing)}, expected 1 to {most} of "
            f"those that were searched for in {top.layer}"
        )
    return [numbers.index(unit) for unit in asked]


def grid(top: TopPatches, row: int) -> np.ndarray:
    """A unit's patches side by side, (height, width, 3), all of a size to look at."""
    patches = top.patches[row]  # (k, C, h, w)
    if patches.shape[1] not in (1, 3):
        raise ValueError(
            f"plot_patches: given patches of {patches.shape[1]} channels, expected 1 or 3"
        )
    side = math.ceil(math.sqrt(len(patches)))
    factor = max(1, round(MIN_PATCH / max(patches.shape[2:])))
    _, height, width = (n * factor for n in fitted(patches[0], MAX_PATCH).shape)
    down = math.ceil(len(patches) / side)
    drawn = np.full((down * (height + GAP) - GAP, side * (width + GAP) - GAP, 3), PAPER, np.float32)
    for rank, patch in enumerate(patches):
        y, x = rank // side * (height + GAP), rank % side * (width + GAP)
        drawn[y : y + height, x : x + width] = (
            fitted(patch.clip(0, 1), MAX_PATCH)
            .transpose(1, 2, 0)
            .repeat(factor, 0)
            .repeat(factor, 1)
            if excited(top, row, rank)
            else EMPTY
        )
    return drawn


def excited(top: TopPatches, row: int, rank: int) -> bool:
    """Whether there is a patch, and it excites the unit."""
    return bool(top.activations[row, rank] > 0)


def label(top: TopPatches, row: int) -> str:
    """The unit's number; and where nothing excites it, that."""
    silent = "" if excited(top, row, 0) else ", silent"
    return f"unit {top.units[row]}{silent}"


def _naming(missing: list[int]) -> str:
    return f", of which {missing[:5]} were not searched for" if missing else ""


def _figure(height: int, width: int, dots: float = 80) -> Axes:
    """A figure in which the page is about as large as its pixels."""
    import matplotlib.pyplot as plt

    size = max(width / dots, 2), max(height / dots, 1.5)
    figure = plt.figure(figsize=size, dpi=100, layout="none")  # the axes are placed by hand
    return figure.add_axes((0.02, 0.02, 0.96, 0.96))
