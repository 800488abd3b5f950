"""What the learner's functions of lesson 03 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .palette import GREY, LIBRARY, YOURS
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


def own_loop(curve: Sequence[float], weights: np.ndarray) -> list[Axes]:
    """Accuracy at every tenth step, and the weights (24, 8, 8) of hidden units."""
    figure = plt.figure(figsize=(7.4, 2.7))
    left, right = figure.add_gridspec(1, 2, width_ratios=(1, 1.25))
    ax = figure.add_subplot(left)
    ax.plot(10 * np.arange(1, len(curve) + 1), np.multiply(curve, 100), color=YOURS)
    ax.set(xlabel="step", ylabel="validation accuracy (%)", ylim=(0, 102))
    small = right.subgridspec(4, 6, wspace=0.1, hspace=0.1)
    axes = [ax]
    for n, picture in enumerate(weights):
        cell = figure.add_subplot(small[divmod(n, 6)])
        most = max(abs(np.nan_to_num(picture)).max(), 1e-9)
        cell.imshow(picture, cmap="RdBu_r", vmin=-most, vmax=most)
        cell.set_axis_off()
        axes.append(cell)
    return axes
