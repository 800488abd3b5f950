"""The figures of lesson 07, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minidl.vis import ReceptiveField

from .palette import BLUE, FAINT, GREEN, GREY, ORANGE, PINK, QUIET, SKY, YELLOW

COLOURS = (BLUE, ORANGE, GREEN, PINK, YELLOW, SKY)
Box = tuple[slice, slice]


def picture(image: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """An image (3, H, W), 0 to 1, without axes."""
    pixels_show = max(image.shape[1:]) < 150  # few pixels stay squares, many are averaged
    how = "nearest" if pixels_show else "auto"
    ax.imshow(image.transpose(1, 2, 0).clip(0, 1), interpolation=how)
    ax.set_title(title, loc="center", fontsize=9, fontweight="normal")
    ax.set_axis_off()
    return ax


def outline(box: Box, ax: Axes, colour: str, **style: object) -> None:
    """A box (rows, columns) as a frame round its pixels."""
    (rows, columns), corner = box, (box[1].start - 0.5, box[0].start - 0.5)
    size = columns.stop - columns.start, rows.stop - rows.start
    ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=colour, linewidth=2, **style))


def question(photo: np.ndarray, maps: Mapping[str, np.ndarray]) -> list[Axes]:
    """A photo, large, and beside it the maps (H, W) of some units, bright where they answer."""
    columns = -(-len(maps) // 2)
    figure = plt.figure(figsize=(7.2, 2.1))
    grid = figure.add_gridspec(2, columns + 1, width_ratios=[2.2] + [1.0] * columns)
    axes = [picture(photo, figure.add_subplot(grid[:, 0]))]
    for i, (name, values) in enumerate(maps.items()):
        ax = figure.add_subplot(grid[i % 2, 1 + i // 2])
        ax.imshow(values, cmap="magma")
        ax.set_title(name, loc="center", fontsize=8, fontweight="normal")
        ax.set_axis_off()
        axes.append(ax)
    return axes


def colour_filters(weights: np.ndarray, columns: int = 16) -> np.ndarray:
    """Kernels (K, 3, R, S) as little colour images, grey for 0, each on its own scale."""
    rows = -(-len(weights) // columns)
    axes = plt.subplots(rows, columns, figsize=(7.2, 7.2 * rows / columns * 1.12))[1]
    for ax in axes.flat:
        ax.set_axis_off()
    for number, (ax, kernel) in enumerate(zip(axes.flat, weights, strict=False)):
        picture(0.5 + 0.5 * kernel / np.abs(kernel).max(), ax)
        ax.set_title(str(number), loc="center", fontsize=6, fontweight="normal", pad=1)
    return axes


def touched(moved: Mapping[str, np.ndarray], boxes: Sequence[Box]) -> np.ndarray:
    """Which pixels moved a unit (H, W), one panel per unit, with the predicted box as a frame."""
    axes = plt.subplots(1, len(moved), figsize=(6.4, 2.3))[1]
    for ax, (name, pixels), box in zip(axes, moved.items(), boxes, strict=True):
        ax.imshow(pixels, cmap="Greys", vmin=0, vmax=2)
        outline(box, ax, ORANGE)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(True)
        ax.set_title(name, loc="center", fontsize=9, fontweight="normal")
        ax.grid(False)
    return axes


def nested(photo: np.ndarray, boxes: Mapping[str, Box], ax: Axes | None = None) -> Axes:
    """What one unit of each layer sees of a photo: frames, named beside it."""
    ax = ax or plt.subplots(figsize=(5.6, 3.6))[1]
    picture(photo, ax)
    for (name, box), colour in zip(boxes.items(), COLOURS[::-1], strict=False):
        outline(box, ax, colour)
        ax.plot([], [], color=colour, label=name)
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def mosaic(patches: np.ndarray, columns: int = 3, gap: int = 1) -> np.ndarray:
    """Patches (k, C, h, w) side by side, white between them: (C, H, W)."""
    height, width = patches.shape[2:]
    rows = -(-len(patches) // columns)
    shape = 3, rows * (height + gap) - gap, columns * (width + gap) - gap
    page = np.ones(shape, np.float32)
    for i, patch in enumerate(patches):
        y, x = i // columns * (height + gap), i % columns * (width + gap)
        page[:, y : y + height, x : x + width] = patch
    return page


def plates(nines: Mapping[str, np.ndarray], columns: int = 5, title: str = "") -> np.ndarray:
    """The nine patches (9, 3, h, w) of several units, each in a square of three by three."""
    rows = -(-len(nines) // columns)
    side = 6.6 / columns
    figure, axes = plt.subplots(rows, columns, figsize=(6.6, (side + 0.2) * rows), squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, (name, patches) in zip(axes.flat, nines.items(), strict=False):
        gap = max(1, round(patches.shape[-1] / 30))
        picture(mosaic(patches, gap=gap), ax, name)
    if title:
        figure.suptitle(title, fontsize=11, fontweight="bold", x=0.01, ha="left")
    return axes


def strip(patches: np.ndarray, titles: Sequence[str]) -> np.ndarray:
    """Patches in one row, each with its title."""
    axes = plt.subplots(1, len(patches), figsize=(7.2, 7.2 / len(patches) + 0.25))[1]
    for ax, patch, title in zip(axes, patches, titles, strict=True):
        picture(patch, ax, title)
        ax.title.set_fontsize(8)
    return axes


def two_tests(
    first: np.ndarray, second: np.ndarray, units: np.ndarray, hits: np.ndarray, named: int,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Units by how often a face beats a tile (first), and pieces of faces (second)."""
    ax = ax or plt.subplots(figsize=(4.2, 4.2))[1]
    others = np.setdiff1d(units, hits)
    ax.plot(first[others], second[others], ".", color=QUIET, label="other units")
    ax.plot(first[hits], second[hits], "o", color=ORANGE, markersize=6, label="hits of the search")
    ax.annotate(
        f"unit {named}", (first[named], second[named]), (7, -14), textcoords="offset points",
        fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip
    ax.axhline(0.5, color=GREY, linewidth=0.8)
    ax.axvline(0.5, color=GREY, linewidth=0.8)
    ax.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
    ax.set(xlabel="a face beats a tile", ylabel="a face beats faces in pieces")
    ax.figure.legend(loc="outside lower center", ncols=2)
    return ax


def effective(
    shares: Mapping[str, np.ndarray], spreads: Mapping[str, float]
) -> Sequence[Sequence[Axes]]:
    """Where the gradient of a unit lies in its box (size, size): maps above, profiles below.

    Each map has its own scale. The dashed curve is a Gaussian of the given spread in pixels.
    """
    axes = plt.subplots(2, len(shares), figsize=(7.2, 4.2), height_ratios=(1.4, 1))[1]
    for (above, below), (name, share) in zip(axes.T, shares.items(), strict=True):
        size = len(share)
        above.imshow(np.sqrt(share), cmap="magma")
        above.set_title(f"{name}: {size} × {size}", loc="center", fontsize=10)
        above.set_axis_off()
        offset = np.arange(size) - (size - 1) / 2
        profile = share.sum(axis=0)
        bell = np.exp(-((offset / spreads[name]) ** 2) / 2)
        below.fill_between(offset, profile, color=ORANGE, alpha=0.5, linewidth=0)
        below.plot(offset, bell / bell.sum(), "--", color="black", linewidth=1)
        below.set(xlabel="pixels from the middle", yticks=[], xlim=(offset[0], offset[-1]))
        below.spines.left.set_visible(False)
    return axes


def occlusions(
    patches: Sequence[np.ndarray], falls: Sequence[np.ndarray], titles: Sequence[str]
) -> np.ndarray:
    """Patches above; below, faded, with how far the unit falls if a place is covered, in red."""
    axes = plt.subplots(2, len(patches), figsize=(5.7, 5.7 * 2 / len(patches) + 0.3))[1]
    for (above, below), patch, fall, title in zip(axes.T, patches, falls, titles, strict=True):
        picture(patch, above, title)
        picture(np.repeat(0.5 + 0.5 * patch.mean(axis=0, keepdims=True), 3, axis=0), below)
        most, side = np.abs(fall).max(), patch.shape[1]
        below.imshow(
            fall, cmap="RdBu_r", vmin=-most, vmax=most, alpha=0.65, interpolation="bilinear",
            extent=(0, side, side, 0),
        )  # fmt: skip
    return axes


def looking_at(images: np.ndarray, boxes: Mapping[str, tuple[Sequence[int], Box]]) -> np.ndarray:
    """For each name six images (by number) in a row, with the unit's box on each."""
    axes = plt.subplots(len(boxes), 6, figsize=(6, len(boxes)), squeeze=False)[1]
    for row, (name, (numbers, box)) in zip(axes, boxes.items(), strict=True):
        for ax, number in zip(row, numbers, strict=False):
            picture(images[number], ax)
            outline(box, ax, ORANGE)
        row[0].text(-0.08, 0.5, name, transform=row[0].transAxes, ha="right", va="center", size=9)
    return axes


def three_measures(rows: Mapping[str, tuple[float, float, float]], ax: Axes | None = None) -> Axes:
    """Per factor: the best AUC where the unit was chosen, on others, and with shuffled labels."""
    ax = ax or plt.subplots(figsize=(6.4, 0.3 * len(rows) + 1.1))[1]
    says = (
        "best of all units",
        "the same unit, people it was not chosen on",
        "best, labels shuffled",
    )
    columns = np.array(list(rows.values())).T
    marks = ("o", BLUE), ("D", ORANGE), ("x", GREY)
    for values, name, (mark, colour) in zip(columns, says, marks, strict=True):
        ax.plot(values, range(len(rows)), mark, color=colour, markersize=6, label=name)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.axvline(0.5, color=GREY, linewidth=0.8)
    ax.invert_yaxis()
    ax.set(xlabel="AUC", xlim=(0.4, 1.01))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1, fontsize=9)
    return ax


def by_depth(
    curves: Mapping[str, Sequence[float]], stay: Sequence[str], chance: Sequence[float],
    layers: Sequence[str], who: Sequence[float],
) -> Sequence[Axes]:  # fmt: skip
    """Left: best AUC per property against depth, grey what chance gives, black what people keep.

    Right: how much of a unit's variance is between people.
    """
    left, right = plt.subplots(1, 2, figsize=(7.2, 3.4), width_ratios=(1.7, 1))[1]
    left.fill_between(range(len(layers)), 0.5, chance, color=FAINT, linewidth=0)
    ends = []
    for number, (name, values) in enumerate(curves.items()):
        style = "o-" if number < 7 else "s--"  # there are seven colours
        options = {"color": "black"} if name in stay else {}
        (line,) = left.plot(range(len(layers)), values, style, markersize=3.5, **options)
        ends.append([values[0], name, line.get_color()])
    _spread_labels(ends, 0.048)
    for height, name, colour in ends:
        left.annotate(
            name, (0, height), (-8, 0), textcoords="offset points", ha="right", va="center",
            color=colour, fontsize=8, annotation_clip=False,
        )  # fmt: skip
    left.set(xlim=(-1.5, len(layers) - 0.8), ylim=(0.47, 1.04))
    left.set(ylabel="best AUC", title="What a unit tells")
    right.plot(range(len(layers)), 100 * np.array(who), "o-", color="black", markersize=3.5)
    right.set(ylabel="% of a unit's variance", title="... and who it is", ylim=(0, None))
    for ax in (left, right):
        ax.set_xticks(range(len(layers)), layers, rotation=40, ha="right", fontsize=8)
    return left, right


def _spread_labels(ends: list[list], least: float) -> None:
    """Moves the heights of labels apart, in place."""
    ends.sort(key=lambda end: end[0])
    for below, above in pairwise(ends):
        above[0] = max(above[0], below[0] + least)
    ends[-1][0] = min(ends[-1][0], 1.0)
    for above, below in pairwise(ends[::-1]):  # and back, where they had to leave the axes
        below[0] = min(below[0], above[0] - least)


def centred(fields: Mapping[str, ReceptiveField], at: tuple[int, int]) -> dict[str, Box]:
    """For each layer the box of the unit whose box is centred nearest to a pixel (row, column)."""
    boxes = {}
    for name, field in fields.items():
        position = [
            max(round((p - (n - 1) / 2 - o) / s), 0)
            for p, n, o, s in zip(at, field.size, field.offset, field.stride, strict=True)
        ]
        rows, columns = field.window(position)
        boxes[name] = (rows, columns)
    return boxes
