"""What the learner's functions of lesson 03 make, one function a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .own_recognition import finite
from .palette import BLUE, GREY, LIBRARY, ORANGE, YOURS
from .training import ravine_path


def grown_scores(
    probabilities: Mapping[int, np.ndarray], costs: Mapping[int, float]
) -> Sequence[Axes]:
    """Probabilities of the same scores times several factors, and the loss of each."""
    axes = plt.subplots(1, len(costs), figsize=(6.8, 2.3), sharey=True)[1]
    for ax, (factor, values) in zip(axes, probabilities.items(), strict=True):
        ax.bar(range(len(values)), np.nan_to_num(values), color=YOURS)
        if not np.isfinite(values).all():
            ax.text(1, 0.5, "not a number", ha="center", color=GREY)
        cost = costs[factor]
        ax.set_title(f"scores × {factor:,}: loss {cost:,.4g}", fontsize=9)
        ax.set(xticks=range(len(values)), xlabel="class", ylim=(0, 1.05))
    axes[0].set_ylabel("probability")
    return axes


def ten_weights(pictures: np.ndarray, shares: Sequence[float]) -> list[Axes]:
    """Ten sets of weights (10, 8, 8) as pictures, and the share of digits read, by step."""
    figure = plt.figure(figsize=(7.4, 2.7))
    cells = figure.add_gridspec(2, 8)
    most = max(abs(np.nan_to_num(pictures)).max(), 1e-9)
    axes = []
    for digit, picture in enumerate(pictures):
        ax = figure.add_subplot(cells[digit // 5, digit % 5])
        ax.imshow(picture, cmap="RdBu_r", vmin=-most, vmax=most)
        ax.set_title(str(digit), loc="center", fontsize=9)
        ax.set_axis_off()
        axes.append(ax)
    curve = figure.add_subplot(cells[:, 5:])
    curve.plot(np.multiply(shares, 100), color=YOURS)
    curve.set(xlabel="step", ylabel="read rightly (%)", ylim=(0, 102))
    return [*axes, curve]


def beside_the_library(
    own: Mapping[str, tuple[np.ndarray, str]], library: Mapping[str, np.ndarray], steepness: float
) -> Sequence[Axes]:
    """Paths in the ravine, the learner's over the library's of the same name."""
    axes = plt.subplots(1, len(own), figsize=(7.4, 2.9), sharey=True)[1]
    for ax, (name, (path, whose)) in zip(axes, own.items(), strict=True):
        ravine_path(library[name], steepness, ax, LIBRARY)
        inside = np.clip(np.nan_to_num(path, nan=99.0), -99, 99)
        ax.plot(*inside.T, "x-", color=YOURS, markersize=4, linewidth=0.8)
        ax.set_title(f"{name}: {whose}", fontsize=9)
        ax.label_outer()
    return axes


def own_plane(
    scores: Callable[[np.ndarray], np.ndarray], points: np.ndarray, labels: np.ndarray,
    curves: np.ndarray,
) -> Sequence[Axes]:  # fmt: skip
    """Where scores (N, 2) of points (N, 2) say which class; and losses (2, steps), own first."""
    axes = plt.subplots(1, 2, figsize=(7.0, 2.9), width_ratios=(1, 1.5))[1]
    span = np.linspace(-0.5, 1.5, 120)
    grid = np.stack(np.meshgrid(span, span), axis=-1).reshape(-1, 2)
    margin = np.nan_to_num(scores(grid) @ [-1, 1]).reshape(120, 120)
    axes[0].contourf(span, span, margin > 0, levels=[-0.5, 0.5, 1.5], colors=["#cfe3f1", "#f7d9c4"])
    for label, colour, mark in ((0, BLUE, "o"), (1, ORANGE, "^")):
        axes[0].plot(*points[labels == label].T, mark, ms=2.5, color=colour)
    axes[0].set(xticks=(0, 1), yticks=(0, 1), aspect="equal", title="what it says where")
    axes[0].grid(False)
    _both_losses(axes[1], *curves, "along two_layer_grads")
    return axes


def batch_pulls(
    x: np.ndarray, g: np.ndarray, own: np.ndarray, slopes: np.ndarray
) -> Sequence[Axes]:
    """A column, the gradient to its norm, and that to it: the learner's (bars) and tried ones."""
    axes = plt.subplots(1, 3, figsize=(7.4, 2.4))[1]
    rows = np.arange(len(x))
    titles = ("x", "g, to what comes out", "the gradient to x")
    for ax, values, colour, title in zip(
        axes, (x, g, finite(own)), (GREY, GREY, YOURS), titles, strict=True
    ):
        ax.bar(rows, values, color=colour, width=0.6)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.set(title=title, xlabel="row", xticks=rows)
    axes[2].plot(rows, slopes, "x", color=LIBRARY, ms=7, label="slopes tried")
    axes[2].legend(fontsize=8)
    return axes


def own_loop(
    losses: np.ndarray, library: Sequence[float], images: np.ndarray, said: np.ndarray,
    labels: np.ndarray,
) -> list[Axes]:  # fmt: skip
    """The loss of each step, the learner's over the library's; and digits with what was said."""
    figure = plt.figure(figsize=(7.4, 3.1))
    left, right = figure.add_gridspec(1, 2, width_ratios=(1.25, 1))
    ax = figure.add_subplot(left)
    _both_losses(ax, losses, library, "by train")
    small = right.subgridspec(4, 6)
    axes = [ax]
    for n, image in enumerate(images):
        cell = figure.add_subplot(small[divmod(n, 6)])
        cell.imshow(-image[0])
        colour = ORANGE if said[n] != labels[n] else GREY
        cell.set_title(str(said[n]), loc="center", fontsize=9, color=colour, pad=2)
        cell.set_axis_off()
        axes.append(cell)
    return axes


def _both_losses(ax: Axes, own: Sequence[float], library: Sequence[float], says: str) -> None:
    """Losses by step on a logarithmic axis, the learner's as a thin line over the library's."""
    ax.semilogy(library, color=LIBRARY, linewidth=3.6, alpha=0.5, label="the library's")
    ax.semilogy(finite(own), color=YOURS, linewidth=1.1, label=says)
    ax.set(xlabel="step", ylabel="loss")
    ax.margins(x=0)
    ax.legend()
