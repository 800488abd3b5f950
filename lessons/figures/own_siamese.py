"""What the learner's functions of lesson 05 make, one function a figure."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from .own_recognition import finite
from .palette import GREY, LIBRARY, MARKS, OTHER, PERSONS, QUIET, SAME, YOURS
from .siamese import picture


def on_the_circle(
    points: np.ndarray, scaled: np.ndarray, whose: str, ax: Axes | None = None
) -> Axes:
    """Points (N, 2), and with an arrow from each where it was sent; the circle of radius 1."""
    ax = ax or plt.subplots(figsize=(4.6, 4.4))[1]
    ax.add_patch(Circle((0, 0), 1, fill=False, color=QUIET))
    for before, after in zip(points, finite(scaled), strict=True):
        ax.plot(*np.array([before, after]).T, color=QUIET, linewidth=0.7)
    ax.plot(*points.T, "o", color=GREY, markersize=4, label="encodings")
    ax.plot(*finite(scaled).T, "x", color=YOURS, markersize=6, label=f"normalize, {whose}")
    ax.set(aspect="equal", xlim=(-2.6, 2.6), ylim=(-2.6, 2.6))
    ax.legend(loc="upper left", fontsize=8)
    return ax


def loss_over(
    d: np.ndarray, own: Sequence[np.ndarray], library: Sequence[np.ndarray], margin: float,
    whose: str,
) -> Sequence[Axes]:  # fmt: skip
    """Loss of one pair over its distance, of one person and of two: the learner's and ours."""
    axes = plt.subplots(1, 2, figsize=(7.2, 2.8), sharey=True)[1]
    for ax, name, mine, ours in zip(axes, ("one person", "two people"), own, library, strict=True):
        ax.plot(d, ours, color=LIBRARY, label="the library's")
        ax.plot(d, finite(mine), "x", color=YOURS, markersize=4.5, label=whose)
        ax.axvline(margin, color=GREY, linestyle="--", linewidth=1)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("distance (dashed: the margin)")
    axes[0].set(ylabel="loss of the pair", ylim=(-0.1, 1.15 * max(map(np.max, library))))
    axes[0].legend(loc="upper left")
    return axes


def gathered(
    before: np.ndarray, path: np.ndarray, labels: np.ndarray, titles: Sequence[str]
) -> Sequence[Axes]:
    """Points (N, 2) by person, and where steps (T, N, 2) took them, with their ways."""
    axes = plt.subplots(1, 2, figsize=(7.2, 3.5), sharex=True, sharey=True)[1]
    ways = finite(path)
    for person in np.unique(labels):
        mine = labels == person
        style = {"color": PERSONS[person], "marker": MARKS[person], "linestyle": "none"}
        axes[0].plot(*before[mine].T, markersize=6, **style)
        for way in ways[:, mine].swapaxes(0, 1):
            axes[1].plot(*way.T, color=PERSONS[person], linewidth=0.7, alpha=0.6)
        axes[1].plot(*ways[-1, mine].T, markersize=6, **style)
    most = min(4.0, max(1.2, 1.05 * np.abs(ways).max()))
    for ax, title in zip(axes, titles, strict=True):
        ax.set(xlim=(-most, most), ylim=(-most, most), aspect="equal")
        ax.set_title(title, fontsize=10)
    return axes


def drawn_pairs(first: np.ndarray, second: np.ndarray, one: Sequence[bool]) -> np.ndarray:
    """Pairs (N, 3, H, W), one picture above the other; blue frames for one person, else orange."""
    axes = plt.subplots(2, len(first), figsize=(7.4, 2.1))[1]
    for column, pair in enumerate(zip(first, second, strict=True)):
        for ax, image in zip(axes[:, column], pair, strict=True):
            picture(image, ax)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(visible=True, color=SAME if one[column] else OTHER, linewidth=2.5)
    return axes


def linear_training(
    rates: Sequence[float], every: int, pixels: float, features: np.ndarray, whose: str
) -> list[Axes]:
    """Equal error rate by step, and eight rows of weights (8, H, W) as pictures."""
    figure = plt.figure(figsize=(7.4, 2.8))
    left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1.3))
    ax = figure.add_subplot(left)
    ax.plot(every * np.arange(len(rates)), 100 * finite(np.array(rates)), "o-", ms=4, color=YOURS)
    ax.axhline(100 * pixels, color=GREY, linestyle="--", linewidth=1)
    ax.text(every * (len(rates) - 1), 100 * pixels + 1, "raw pixels", color=GREY, ha="right")
    ax.set(xlabel="step", ylabel="equal error rate (%)", ylim=(0, 55))
    ax.set_title(f"a matrix, trained by shared_gradient, {whose}", fontsize=10)
    small = right.subgridspec(2, 4, wspace=0.1, hspace=0.1)
    axes = [ax]
    for n, weights in enumerate(finite(features)):
        cell = figure.add_subplot(small[divmod(n, 4)])
        most = max(np.abs(weights).max(), 1e-9)
        cell.imshow(weights, cmap="RdBu_r", vmin=-most, vmax=most)
        cell.set_axis_off()
        axes.append(cell)
    return axes


def six_columns(one: np.ndarray, two: np.ndarray, whose: str, ax: Axes | None = None) -> Axes:
    """The probability of one person for picture 2 (one person) and 3 (two) of each column."""
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    places = np.arange(len(one))
    ax.bar(places - 0.2, 100 * finite(one), 0.38, color=SAME, label="picture 2, one person")
    ax.bar(places + 0.2, 100 * finite(two), 0.38, color=OTHER, label="picture 3, two people")
    ax.axhline(50, color=GREY, linestyle="--", linewidth=1)
    ax.set_xticks(places, [f"column {n + 1}" for n in places])
    ax.set(ylabel="probability of one person (%)", ylim=(0, 128))
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.set_title(f"same_probability, {whose}", fontsize=10)
    ax.legend(loc="upper right", ncols=2, fontsize=8)
    ax.grid(axis="x", visible=False)
    return ax
