"""The figures of lesson 00, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import Rectangle

from minidl import vis

from .palette import BLUE, GREEN, GREY, ORANGE, PINK


def _shown(ax: Axes, image: np.ndarray, title: str = "") -> None:
    """One picture (3, H, W), without axes, its title above the middle."""
    ax.imshow(np.clip(image.transpose(1, 2, 0), 0, 1), interpolation="bicubic")
    ax.set_title(title, loc="center")
    ax.set_axis_off()


def row(pictures: Mapping[str, np.ndarray], height: float = 2.3) -> np.ndarray:
    """Pictures (3, H, W) side by side at one height in inches, each with its name above."""
    ratios = [p.shape[2] / p.shape[1] for p in pictures.values()]
    size = (height * sum(ratios), height + 0.25)
    axes = plt.subplots(1, len(ratios), figsize=size, squeeze=False, width_ratios=ratios)[1][0]
    for ax, (name, image) in zip(axes, pictures.items(), strict=True):
        _shown(ax, image, name)
    return axes


def rulers(
    faces: Mapping[str, np.ndarray], distances: Mapping[str, Sequence[float]], threshold: float
) -> np.ndarray:
    """Each face at its distance from the first, a ruler for each way to measure.

    threshold: drawn on the last ruler; what lies to the left of it counts as the same person.
    """
    axes = plt.subplots(len(distances), 1, figsize=(7.4, 4.2))[1]
    for ax, (way, far) in zip(axes, distances.items(), strict=True):
        for (name, image), at in zip(faces.items(), (0.0, *far), strict=True):
            picture = OffsetImage(np.clip(image.transpose(1, 2, 0), 0, 1), zoom=0.34)
            ax.add_artist(AnnotationBbox(picture, (at, 0.62), frameon=False))
            ax.plot([at], [0], "o", color=BLUE, markersize=6, clip_on=False)
            ax.annotate(
                name if at == 0 else f"{name}: {at:.2f}", (at, 0), (0, -9),
                textcoords="offset points", ha="center", va="top",
            )  # fmt: skip
        ax.axhline(0, color=GREY, linewidth=1.2, zorder=0)
        ax.set(xlim=(-0.1 * max(far), 1.1 * max(far)), ylim=(-0.3, 1.3))
        ax.set_title(way, pad=8)
        ax.set_axis_off()
    axes[-1].axvline(threshold, color=ORANGE, linestyle="--", linewidth=1.4)
    axes[-1].text(
        threshold, 1.1, f"  the limit, {threshold:.2f}", color=ORANGE, ha="left", va="top"
    )
    return axes


def nine(top: vis.TopPatches, photos: Sequence[np.ndarray]) -> Axes:
    """The nine patches of one unit at the right; at the left where each was cut from."""
    figure = plt.figure(figsize=(7.4, 3.75))
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.02, hspace=0.02)
    left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1))
    places = left.subgridspec(3, 3)
    for rank in range(9):
        ax = figure.add_subplot(places[divmod(rank, 3)])
        window = top.window(0, rank)
        image, (down, across) = _square(photos[top.images[0, rank]], window)
        _shown(ax, image)
        size = [part.stop - part.start for part in window[::-1]]
        for colour, width in (("white", 3.0), (ORANGE, 1.6)):
            frame = Rectangle((across, down), *size, fill=False, edgecolor=colour, linewidth=width)
            ax.add_patch(frame)
    return vis.plot_patches(top, ax=figure.add_subplot(right))


def _square(image: np.ndarray, window: tuple[slice, ...]) -> tuple[np.ndarray, list[int]]:
    """A square of a picture, as large as fits, around a window; where that begins in it."""
    side = min(image.shape[1:])
    begins = [
        min(max(0, (part.start + part.stop - side) // 2), length - side)
        for part, length in zip(window, image.shape[1:], strict=True)
    ]
    y, x = begins
    cut = image[:, y : y + side, x : x + side]
    return cut, [part.start - begin for part, begin in zip(window, begins, strict=True)]


def averages(patches: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The average of two sets of patches (N, 3, h, w), in grey, on one scale."""
    axes = plt.subplots(1, 2, figsize=(4.6, 2.4))[1]
    means = [_even(p).mean(axis=0) for p in (patches, others)]
    most = max(np.abs(mean).max() for mean in means)
    titles = "average of the nine", "of nine from anywhere"
    for ax, mean, title in zip(axes, means, titles, strict=True):
        ax.imshow(mean, vmin=-most, vmax=most, interpolation="bicubic")
        ax.set_title(title, loc="center")
        ax.set_axis_off()
    return axes


def _even(patches: np.ndarray) -> np.ndarray:
    """Patches (N, 3, h, w) in grey (N, h, w), each with mean 0 and spread 1, so all count alike."""
    grey = patches.mean(axis=1)
    grey = grey - grey.mean(axis=(1, 2), keepdims=True)
    return grey / np.maximum(grey.std(axis=(1, 2), keepdims=True), 1e-3)


def painting(steps: Mapping[int, np.ndarray]) -> Sequence[Axes]:
    """Pictures on the way, by step: all but the last in a strip, the last one large below."""
    *before, last = steps
    figure = plt.figure(figsize=(6.6, 6.0))
    height, width = steps[last].shape[1:]
    ratios = (height / width / len(before) + 0.04, height / width + 0.04)
    grid = figure.add_gridspec(2, len(before), height_ratios=ratios)
    axes = [figure.add_subplot(grid[0, n]) for n in range(len(before))]
    axes.append(figure.add_subplot(grid[1, :]))
    for ax, step in zip(axes, steps, strict=True):
        _shown(ax, steps[step], f"step {step}" if step else "the photograph")
    return axes


STATIONS = {  # number: (x, y, colour, name)
    1: (0, 0, BLUE, "Autograd"),
    2: (1.05, 0, BLUE, "Convolution"),
    3: (2.1, 0, BLUE, "Training"),
    4: (3.4, 1.4, ORANGE, "Recognition"),
    5: (4.45, 1.4, ORANGE, "Siamese"),
    6: (5.5, 1.4, ORANGE, "Triplets"),
    7: (3.9, 0, GREEN, "What it sees"),
    8: (5, 0, GREEN, "Style"),
    9: (4.45, -1.4, PINK, "1-D and 3-D"),
    10: (6.9, 0, GREY, "Your library"),
    11: (8.0, 0, GREY, "Find the fault"),
}
PARTING, MEETING = (2.6, 0), (6.3, 0)
LINES = {  # colour: (what it is about, where to say so, the points it runs through)
    PINK: ("signals", (3.7, -1.4), [PARTING, (2.95, -1.4), (5.95, -1.4), MEETING]),
    ORANGE: ("faces", (3.92, 1.4), [PARTING, (2.95, 1.4), (5.95, 1.4), MEETING]),
    GREEN: ("pictures", (4.45, 0), [PARTING, MEETING]),
    BLUE: ("foundations", (1.05, 0.12), [(0, 0), PARTING]),
    GREY: ("", MEETING, [MEETING, (8.0, 0)]),
}


def course_map(exercises: Mapping[int, int], ax: Axes | None = None) -> Axes:
    """The lessons as the stations of four lines, with the number of exercises at each."""
    ax = ax or plt.subplots(figsize=(8, 4))[1]
    for colour, (about, place, points) in LINES.items():
        ax.plot(*np.array(points).T, color=colour, linewidth=6, solid_joinstyle="round", zorder=1)
        ax.annotate(about, place, (0, 6), textcoords="offset points", color=colour, ha="center",
                    va="bottom", fontsize=9, fontweight="bold")  # fmt: skip
    for number, (x, y, colour, name) in STATIONS.items():
        ax.plot([x], [y], "o", markersize=25, color="white", markeredgecolor=colour,
                markeredgewidth=3, zorder=2)  # fmt: skip
        ax.text(x, y, f"{number:02}", ha="center", va="center_baseline", fontweight="bold")
        under = name, f"{exercises[number]} exercises" if number in exercises else ""
        for drop, words in zip((-27, -39), under, strict=True):
            ax.annotate(words, (x, y), (0, drop), textcoords="offset points", ha="center",
                        va="baseline", fontsize=8.5)  # fmt: skip
    ax.set(xlim=(-0.5, 8.5), ylim=(-2.1, 1.75))
    ax.set_axis_off()
    return ax
