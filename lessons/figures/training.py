"""The figures of lesson 03, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .palette import BLUE, FAINT, GREEN, GREY, ORANGE, QUIET


def digits(
    images: np.ndarray, titles: Sequence[str] | None = None, columns: int = 12, size: float = 0.62
) -> np.ndarray:
    """Digits (N, 1, 8, 8) in rows, ink on paper, each with its title if there are any."""
    rows = -(-len(images) // columns)
    height = size * (1.75 if titles else 1)
    axes = plt.subplots(rows, columns, figsize=(size * columns, height * rows), squeeze=False)[1]
    for ax in axes.flat:
        ax.set_axis_off()
    for n, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(-image[0])
        if titles:
            ax.set_title(titles[n], loc="center", fontsize=9, fontweight="normal")
    return axes


def predicted_minus_right(
    probabilities: np.ndarray, right: int, axes: Sequence[Axes] | None = None
) -> Sequence[Axes]:
    """Three bar charts: probabilities (K,), the one-hot answer, and their difference."""
    if axes is None:
        axes = plt.subplots(1, 3, figsize=(6.4, 2.2), sharey=True)[1]
    wanted = np.eye(len(probabilities))[right]
    bars = {
        "predicted $p$": probabilities,
        "right (one-hot)": wanted,
        "gradient, $p$ - one-hot": probabilities - wanted,
    }
    for ax, (title, values), colour in zip(axes, bars.items(), (BLUE, GREEN, ORANGE), strict=True):
        ax.bar(range(len(values)), values, color=colour)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.set(title=title, xticks=range(len(values)), xlabel="class")
    return axes


def ravine_path(
    path: np.ndarray, steepness: float, ax: Axes | None = None, colour: str = ORANGE
) -> Axes:
    """A path (steps, 2) over the contours of f(x, y) = (x^2 + steepness y^2) / 2, start ringed."""
    ax = ax or plt.subplots(figsize=(6.4, 2.6))[1]
    x, y = np.meshgrid(np.linspace(-10.5, 4, 200), np.linspace(-3.4, 3.4, 200))
    values = (x**2 + steepness * y**2) / 2
    ax.contour(x, y, values, levels=2.0 ** np.arange(-1, 9), colors=QUIET, linewidths=0.7)
    ax.plot(*path.T, "o-", color=colour, markersize=2.5, linewidth=1)
    ax.plot(*path[0], "o", markersize=8, markerfacecolor="none", markeredgecolor="black")
    ax.plot(0, 0, "+", color="black", markersize=9)
    ax.set(xlim=(-10.5, 4), ylim=(-3.4, 3.4), xlabel="x", ylabel="y")
    ax.grid(False)
    return ax


def three_rates(paths: Mapping[str, np.ndarray], steepness: float) -> Sequence[Axes]:
    """Paths side by side in the ravine, one learning rate each."""
    axes = plt.subplots(1, len(paths), figsize=(7.2, 2.6), sharey=True)[1]
    for ax, (name, path) in zip(axes, paths.items(), strict=True):
        ravine_path(path, steepness, ax)
        ax.set_title(name, fontsize=10)
        ax.label_outer()
    return axes


def race(paths: Mapping[str, np.ndarray], steepness: float) -> Sequence[Axes]:
    """Optimisers' paths in the ravine above, and how their loss falls below."""
    figure = plt.figure(figsize=(7.2, 4.8))
    grid = figure.add_gridspec(2, len(paths), height_ratios=(1, 1.1))
    below = figure.add_subplot(grid[1, :])
    for column, ((name, path), colour) in enumerate(
        zip(paths.items(), (ORANGE, BLUE, GREEN), strict=False)
    ):
        ax = ravine_path(path, steepness, figure.add_subplot(grid[0, column]), colour)
        ax.set_title(name, fontsize=10)
        ax.label_outer()
        below.semilogy((path**2 @ [1, steepness]) / 2, color=colour)
        ax.spines[:].set_color(colour)
    below.set(xlabel="step", ylabel="loss", title="The loss, in the colours of the paths")
    below.margins(x=0)
    return figure.axes


def planes(
    models: Mapping[str, Callable], points: np.ndarray, labels: np.ndarray,
    right: Mapping[str, float],
) -> Sequence[Axes]:  # fmt: skip
    """Where two-class models say 1 (orange) and 0 (blue) in the plane, with the points (N, 2)."""
    axes = plt.subplots(1, len(models), figsize=(7.4, 2.7))[1]
    span = np.linspace(-0.5, 1.5, 120)
    grid = np.stack(np.meshgrid(span, span), axis=-1).reshape(-1, 2).astype(np.float32)
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        scores = model(grid).numpy()
        margin = (scores[:, 1] - scores[:, 0]).reshape(120, 120)
        ax.contourf(span, span, margin > 0, levels=[-0.5, 0.5, 1.5], colors=["#cfe3f1", "#f7d9c4"])
        for label, colour, mark in ((0, BLUE, "o"), (1, ORANGE, "^")):
            ax.plot(*points[labels == label].T, mark, ms=2.5, color=colour)
        ax.set_title(f"{name}: {right[name]:.0%} right", fontsize=9)
        ax.set(xticks=(0, 1), yticks=(0, 1), aspect="equal")
        ax.grid(False)
    return axes


def signal_sizes(sizes: Mapping[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """Standard deviation of the activations after each layer, one line per way to begin."""
    ax = ax or plt.subplots(figsize=(6.8, 3.6))[1]
    lowest = 0.0
    for name, values in sorted(sizes.items(), key=lambda item: item[1][-1]):
        (line,) = ax.semilogy(range(1, len(values) + 1), values, "o-", markersize=3.5)
        lowest = max(values[-1], 3 * lowest)  # labels stay apart
        ax.annotate(
            name, (len(values), lowest), (8, 0), textcoords="offset points", va="center",
            color=line.get_color(), annotation_clip=False,
        )  # fmt: skip
    ax.set(xlabel="layer", ylabel="standard deviation", title="How large the signals are")
    ax.set_xticks(range(1, len(values) + 1))
    return ax


def falling(
    curves: Mapping[str, Sequence[float]], floor: float, says: str, ax: Axes | None = None
) -> Axes:
    """Losses by step, log scale, with a dashed line at a level that has a meaning."""
    ax = ax or plt.subplots()[1]
    for name, losses in curves.items():
        ax.semilogy(losses, label=name)
    ax.axhline(floor, color=GREY, linestyle="--", linewidth=1)
    ax.annotate(
        says, (0.98, floor), (0, 4), xycoords=("axes fraction", "data"),
        textcoords="offset points", ha="right", fontsize=9,
    )  # fmt: skip
    ax.set(xlabel="step", ylabel="loss", title="Ten digits, learnt by heart")
    ax.legend(loc="lower left")
    ax.margins(x=0)
    return ax


def rate_scan(
    rates: Sequence[float], scores: Mapping[str, np.ndarray], ax: Axes | None = None
) -> Axes:
    """Validation error (100 % minus accuracy) by learning rate, from accuracies (runs, rates).

    Each run is a dot, their mean a line. No mistake at all is drawn at 0.2 %.
    """
    ax = ax or plt.subplots(figsize=(6.4, 3.8))[1]
    for name, runs in scores.items():
        errors = np.maximum(100 * (1 - runs), 0.2)
        (line,) = ax.loglog(rates, errors.mean(axis=0), label=name)
        for run in errors:
            ax.plot(rates, run, "o", markersize=3.5, color=line.get_color())
    ticks = [0.5, 1, 2, 5, 10, 20, 50, 100]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set(xlabel="learning rate", ylabel="validation error (%)")
    ax.set_title("Every model has its own best learning rate")
    ax.legend(loc="upper left", bbox_to_anchor=(0.22, 1))
    return ax


def gap(histories: Mapping[str, np.ndarray]) -> Sequence[Axes]:
    """Loss by epoch on what was trained on and on what was held back, one panel per history.

    A history is (epochs, 2): the loss on the training part and on the validation part.
    """
    axes = plt.subplots(1, len(histories), figsize=(7.2, 3), sharey=True)[1]
    for ax, (name, history) in zip(axes, histories.items(), strict=True):
        epochs = range(1, len(history) + 1)
        ax.semilogy(epochs, history[:, 1], color=ORANGE, label="validation")
        ax.semilogy(epochs, history[:, 0], color=BLUE, label="training")
        ax.fill_between(epochs, *history.T, color=FAINT, linewidth=0)
        ax.set(title=name, xlabel="epoch", ylabel="loss")
        ax.label_outer()
    axes[-1].legend(loc="lower left")
    return axes


def spread(scores: Mapping[str, Sequence[float]], ax: Axes | None = None) -> Axes:
    """Accuracies of several seeds as dots, one row per model, the median as a bar."""
    ax = ax or plt.subplots(figsize=(6.4, 2.2))[1]
    for row, values in enumerate(scores.values()):
        nudges = 0.12 * (np.arange(len(values)) - (len(values) - 1) / 2)  # equal dots stay apart
        ax.plot(100 * np.array(values), row + nudges, "o", color=BLUE, alpha=0.8, markersize=5)
        ax.plot([100 * np.median(values)] * 2, [row - 0.38, row + 0.38], color=ORANGE)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set(xlabel="test accuracy (%)", title="Five seeds each: dots, and their median")
    ax.invert_yaxis()
    return ax


def confusions(counts: np.ndarray, ax: Axes | None = None) -> Axes:
    """A confusion matrix (K, K): counts in the cells, mistakes coloured, the diagonal grey."""
    ax = ax or plt.subplots(figsize=(5, 4.6))[1]
    mistakes = counts * (1 - np.eye(len(counts), dtype=int))
    ax.imshow(mistakes, cmap="Oranges", vmax=max(mistakes.max() * 1.6, 1))
    for (i, j), count in np.ndenumerate(counts):
        if count:
            colour = GREY if i == j else "black"
            ax.text(j, i, count, ha="center", va="center", fontsize=9, color=colour)
    ticks = range(len(counts))
    ax.set(xticks=ticks, yticks=ticks, xlabel="the network says", ylabel="it is")
    ax.set_title("Confusions, five networks together")
    ax.grid(False)
    return ax


def filters(weights: np.ndarray, image: np.ndarray, responses: np.ndarray) -> np.ndarray:
    """Kernels (K, 1, 3, 3) over their responses (K, H, W) to one image (H, W), which stands left.

    Blue is negative, red positive; every kernel has its own scale, the responses share one.
    """
    half = len(weights) // 2
    axes = plt.subplots(4, half + 1, figsize=(7.2, 3.7))[1]
    for ax in axes.flat:
        ax.set_axis_off()
    axes[1, 0].imshow(-image)
    axes[1, 0].set_title("input", loc="center", fontsize=9, fontweight="normal")
    for k, kernel in enumerate(weights[:, 0]):
        row, column = 2 * (k // half), 1 + k % half
        most = abs(kernel).max()
        axes[row, column].imshow(kernel, cmap="RdBu_r", vmin=-most, vmax=most)
        axes[row + 1, column].imshow(responses[k], cmap="gray_r", vmin=0, vmax=responses.max())
    return axes
