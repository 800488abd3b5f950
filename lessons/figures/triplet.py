"""The figures of lesson 06, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from .palette import BLUE, GREEN, GREY, INK, ORANGE, OTHER, QUIET, SAME, SKY, YELLOW

COLOURS = {"random": GREY, "semi-hard": SKY, "batch-all": GREEN, "batch-hard": YELLOW}
STYLES = {"random": ":", "semi-hard": "--", "batch-all": "-", "batch-hard": "-."}


def _picture(ax: Axes, image: np.ndarray, title: str = "") -> None:
    """One image (3, H, W) without axes, an unobtrusive title over it."""
    ax.set_axis_off()
    ax.imshow(np.moveaxis(np.clip(image, 0, 1), 0, -1), interpolation="bicubic")
    ax.set_title(title, loc="center", fontsize=9, fontweight="normal")


def triplets(images: np.ndarray, columns: int = 2, size: float = 1.05) -> np.ndarray:
    """Triplets (T, 3, 3, H, W), numbered from 1, `columns` in a row, a gap between them."""
    rows = -(-len(images) // columns)
    _, axes = plt.subplots(
        rows, 4 * columns - 1, figsize=(size * (3.3 * columns), (size + 0.2) * rows), squeeze=False,
        width_ratios=([1, 1, 1, 0.3] * columns)[:-1],
    )  # fmt: skip
    for ax in axes.flat:
        ax.set_axis_off()
    for t, triplet in enumerate(images):
        row, column = divmod(t, columns)
        names = (f"{t + 1}: anchor", "positive", "negative")
        for k, (image, name) in enumerate(zip(triplet, names, strict=True)):
            _picture(axes[row, 4 * column + k], image, name)
    return axes


def pairs_in_rows(
    images: np.ndarray, pairs: Mapping[str, np.ndarray], distances: Mapping[str, np.ndarray]
) -> Figure:
    """One strip for each name: its pairs (count, 2), one picture over the other, their distance."""
    count = max(map(len, pairs.values()))
    figure = plt.figure(figsize=(7.2, 2.55 * len(pairs)))
    for strip, (name, rows) in zip(figure.subfigures(len(pairs), 1), pairs.items(), strict=True):
        strip.suptitle(name, x=0.01, ha="left", fontsize=11, fontweight="bold")
        axes = strip.subplots(2, count, squeeze=False)
        for ax in axes.flat:
            ax.set_axis_off()
        for column, (i, j) in enumerate(rows):
            _picture(axes[0, column], images[i], f"{distances[name][column]:.2f}")
            _picture(axes[1, column], images[j])
    return figure


def plane(
    anchor: np.ndarray, positive: np.ndarray, margin: float, negatives: np.ndarray,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """What a triplet costs, wherever its negative lies: colour over the plane of encodings.

    negatives (N, 2) are marked with what they cost and with the step that would lower it most.
    """
    ax = ax or plt.subplots(figsize=(5.4, 3.9))[1]
    near = ((anchor - positive) ** 2).sum()
    x, y = np.meshgrid(np.linspace(-0.95, 1.35, 300), np.linspace(-0.95, 0.95, 250))
    costs = near - (x - anchor[0]) ** 2 - (y - anchor[1]) ** 2 + margin
    costs = np.ma.masked_less_equal(costs, 0)  # what costs nothing stays white
    levels = np.linspace(0, 0.8, 9)
    shown = ax.contourf(x, y, costs, levels, cmap="Oranges", vmax=1.1)
    ax.figure.colorbar(
        shown, ax=ax, label="loss if the negative lies here", ticks=[0, 0.2, 0.4, 0.6, 0.8]
    )
    rings = [(near, "as far as the positive"), (near + margin, "and the margin more")]
    rings = rings if margin else rings[:1]
    for (square, says), style in zip(rings, ("--", "-"), strict=False):
        ax.add_patch(Circle(anchor, np.sqrt(square), fill=False, linestyle=style, color=GREY))
        ax.plot([], [], style, color=GREY, linewidth=1, label=says)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=9)
    _point(ax, anchor, "A", INK)
    _point(ax, positive, "P", SAME)
    for negative in negatives:
        away = negative - anchor
        cost = max(0.0, near - (away**2).sum() + margin)
        _point(ax, negative, f"N: {cost:.2f}", OTHER, below=abs(negative[1]) > 0.3)
        if cost:
            ax.annotate("", negative + 0.3 * away, negative, arrowprops={"arrowstyle": "->"})
    ax.set(xlabel="first number of the encoding", ylabel="second number", aspect="equal")
    ax.set_title(f"margin {margin:g}", fontsize=10)
    ax.grid(False)
    return ax


def _point(ax: Axes, at: np.ndarray, says: str, colour: str, below: bool = False) -> None:
    ax.plot(*at, "o", color=colour, markersize=8, markeredgecolor="white")
    ax.annotate(
        says, at, (0, -15 if below else 8), textcoords="offset points", ha="center", fontsize=9,
        fontweight="bold" if len(says) == 1 else "normal",
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )  # fmt: skip


def forces(
    points: np.ndarray, gradients: np.ndarray, names: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Encodings (N, 2) and the step down for each: minus its gradient, at half its length."""
    ax = ax or plt.subplots(figsize=(5.4, 2.9))[1]
    for point, gradient, name, colour in zip(
        points, gradients, names, (INK, SAME, OTHER), strict=True
    ):
        end = point - 0.5 * gradient
        ax.annotate("", end, point, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.8})
        ax.plot(*point, "o", color=colour, markersize=8)
        ax.annotate(name, point, (6, -13), textcoords="offset points", fontweight="bold")
    ax.set(xlim=(-0.75, 1.4), ylim=(-0.2, 0.55), aspect="equal")
    return ax


def shrinking(
    scales: np.ndarray, panels: Mapping[str, Mapping[str, np.ndarray]],
    margin: float | None = None,
) -> Sequence[Axes]:  # fmt: skip
    """Losses against the scale that all encodings are multiplied by, one panel for each name."""
    axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels), 3), squeeze=False, sharey=True)[
        1
    ][0]
    for ax, (title, curves) in zip(axes, panels.items(), strict=True):
        looks = ((ORANGE, "--"), (BLUE, "-"), (GREEN, ":"))
        for (name, losses), (colour, style) in zip(curves.items(), looks, strict=False):
            ax.plot(scales, losses, style, label=name, color=colour)
            lowest = int(np.argmin(losses))
            ax.plot(scales[lowest], losses[lowest], "o", color=colour, markersize=7)
        if margin is not None:
            ax.axhline(margin, color=GREY, linestyle="--", linewidth=1)
        ax.set(title=title, xlabel="all encodings times", ylabel="loss", ylim=(-0.02, None))
        ax.legend(loc="upper left")
    return axes


def collapse(histories: Mapping[str, np.ndarray], margin: float, smooth: int = 5) -> Sequence[Axes]:
    """Loss and mean distances by step, one panel for each history (steps, 3)."""
    size = (3.6 * len(histories), 3)
    axes = plt.subplots(1, len(histories), figsize=size, sharey=True, squeeze=False)[1][0]
    for ax, (title, table) in zip(axes, histories.items(), strict=True):
        lines = (("loss", INK, ":"), ("one person", SAME, "--"), ("two people", OTHER, "-"))
        for (name, colour, style), values in zip(lines, table.T, strict=True):
            ax.plot(smoothed(values, smooth), style, color=colour, label=name)
        ax.axhline(margin, color=GREY, linewidth=1)
        ax.set(xlabel="step", ylim=(0, 1.5))
        ax.set_title(title, fontsize=10)
        ax.margins(x=0)
    axes[0].legend(loc="upper right")
    axes[0].annotate(
        "the margin", (0.98, margin), (0, 4), xycoords=("axes fraction", "data"),
        textcoords="offset points", ha="right", fontsize=9, color=GREY,
    )  # fmt: skip
    axes[0].set_ylabel("loss, distance")
    return axes


def smoothed(values: np.ndarray, steps: int) -> np.ndarray:
    """Each value averaged with those up to `steps` before it."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - steps)
    return (sums[ends] - sums[starts]) / (ends - starts)


def comparison(
    marks: Mapping[str, np.ndarray], active: Mapping[str, np.ndarray], smooth: int = 15
) -> Sequence[Axes]:
    """Left: one-shot accuracy by step, (M, 2) for each mining. Middle: EER, the third column.
    Right: the share of all triplets of a batch that are still active, (steps,) each."""
    axes = plt.subplots(1, 3, figsize=(8.4, 3.3))[1]
    for name, table in marks.items():
        style = {"color": COLOURS[name], "linestyle": STYLES[name]}
        axes[0].plot(table[:, 0], 100 * table[:, 1], marker="o", markersize=3, **style)
        axes[1].plot(table[:, 0], 100 * table[:, 2], marker="o", markersize=3, **style)
        axes[2].semilogy(100 * smoothed(active[name], smooth), label=name, **style)
    axes[0].set(ylabel="one-shot, 50 people (%)", xlabel="step", ylim=(0, None))
    axes[1].set(ylabel="equal error rate (%)", xlabel="step", ylim=(0, None))
    axes[2].set(ylabel="triplets active (%)", xlabel="step")
    ticks = [0.3, 1, 3, 10, 30, 100]
    axes[2].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes[2].minorticks_off()
    axes[0].figure.legend(loc="outside lower center", ncols=4, handlelength=3)
    return axes


def one_curve(values: np.ndarray, ylabel: str, ax: Axes | None = None) -> Axes:
    """A share by step in percent on a log scale."""
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    ax.semilogy(100 * values, color=QUIET, linewidth=0.8, label="each step")
    ax.semilogy(100 * smoothed(values, 15), color=GREEN, label="mean of 15 steps")
    ticks = [0.3, 1, 3, 10, 30, 100]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set(xlabel="step", ylabel=ylabel)
    ax.legend()
    return ax


def by_margin(margins: Sequence[float], marks: Mapping[str, Iterable[float]]) -> Sequence[Axes]:
    """One panel for each measure, its value at every margin; margins are equally spaced."""
    axes = plt.subplots(1, len(marks), figsize=(8.4, 2.5))[1]
    for ax, (title, values) in zip(axes, marks.items(), strict=True):
        heights = list(values)
        ax.plot(range(len(margins)), heights, "o-", color=BLUE)
        ax.set(xlabel="margin", ylim=(0, 1.1 * max(heights)))
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(margins)), [f"{margin:g}" for margin in margins])
    return axes
