"""What the learner's functions of lesson 07 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .own_recognition import finite
from .palette import GREY, LIBRARY, QUIET, YOURS
from .patches import Box, mosaic, picture


def boxes(
    photo: np.ndarray, own: Mapping[str, Box], library: Mapping[str, Box], whose: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The boxes (rows, columns) of one unit of each layer on a photo: the learner's and ours."""
    ax = ax or plt.subplots(figsize=(6.6, 4))[1]
    picture(photo, ax)
    height, width = photo.shape[1:]
    for name, box in library.items():
        _frame(ax, box, LIBRARY, "-", 3.5)
        rows, columns = box
        ax.text(columns.stop - 3, rows.stop - 4, name, color="white", ha="right", fontsize=8,
                bbox={"facecolor": LIBRARY, "edgecolor": "none", "pad": 1})  # fmt: skip
    for box in own.values():
        _frame(ax, box, YOURS, "--", 2)
    ax.plot([], [], color=LIBRARY, linewidth=3, label="the library's")
    ax.plot([], [], "--", color=YOURS, linewidth=2, label=whose)
    ax.set(xlim=(-12, width), ylim=(height, -12))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def _frame(ax: Axes, box: Box, colour: str, style: str, width: float) -> None:
    (top, bottom), (left, right) = ((float(n) for n in (s.start, s.stop)) for s in box)
    ax.add_patch(
        Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, fill=False,
                  edgecolor=colour, linestyle=style, linewidth=width)
    )  # fmt: skip


def nines(plates: Mapping[str, np.ndarray]) -> Sequence[Axes]:
    """A few plates of nine patches (9, 3, h, w) side by side, large enough to judge."""
    figure, axes = plt.subplots(1, len(plates), figsize=(3.4 * len(plates), 3.6), squeeze=False)
    for ax, (name, patches) in zip(axes[0], plates.items(), strict=True):
        picture(mosaic(finite(patches).clip(0, 1), gap=max(1, patches.shape[-1] // 30)), ax, name)
    figure.set_layout_engine("constrained")
    return axes[0]


def aucs(
    values: Mapping[str, np.ndarray], library: Mapping[str, np.ndarray], whose: str
) -> Sequence[Axes]:
    """For each property, the AUC of every channel, sorted: the learner's over the library's."""
    axes = plt.subplots(1, len(values), figsize=(7.2, 2.8), sharey=True)[1]
    for ax, (name, own) in zip(axes, values.items(), strict=True):
        order = np.argsort(library[name])
        ax.plot(library[name][order], color=LIBRARY, linewidth=2.5, label="the library's")
        ax.plot(finite(own)[order], ".", color=YOURS, markersize=4, label=whose)
        ax.axhline(0.5, color=GREY, linewidth=1, linestyle="--")
        ax.set_title(name, fontsize=10)
        ax.set(xlabel="channels, in order", ylim=(-0.05, 1.05))
        ax.set_xticks([])
    axes[0].set_ylabel("AUC")
    axes[0].legend(loc="lower right", fontsize=8)
    return axes


def likenesses(values: Mapping[str, Sequence[float]], ax: Axes | None = None) -> Axes:
    """For each kind of plate how alike its patches are: a dot a plate, a bar at their mean."""
    ax = ax or plt.subplots(figsize=(6.8, 2.8))[1]
    for row, (name, found) in enumerate(values.items()):
        ax.plot(found, np.full(len(found), row), "o", color=QUIET, markersize=4, alpha=0.7)
        error = np.std(found) / np.sqrt(len(found))
        ax.errorbar(np.mean(found), row, xerr=2 * error, fmt="D", color=LIBRARY, capsize=4)
        ax.annotate(name, (-0.02, row), xycoords=("axes fraction", "data"), ha="right", va="center",
                    fontsize=9)  # fmt: skip
    ax.set(xlabel="likeness of nine patches", ylim=(len(values) - 0.5, -0.5))
    ax.set_yticks([])
    return ax
