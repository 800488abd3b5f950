"""The figures of lesson 08, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minidl.style import History

from .palette import BLUE, FAINT, GREEN, INK, ORANGE

FINE = 92  # dots per inch: paint is expensive to store, and these pictures are small


def _shown(ax: Axes, image: np.ndarray, title: str = "") -> None:
    """One picture (3, H, W), or a map (H, W) from black to yellow, without axes."""
    ax.set_axis_off()
    ax.set_title(title, loc="center", fontsize=10, fontweight="normal")
    if image.ndim == 2:
        ax.imshow(image, cmap="magma", vmin=0)
    else:
        fine = image.shape[1] > 90  # where pixels are to be seen, crops are smaller
        smoothing = "bicubic" if fine else "nearest"
        ax.imshow(image.transpose(1, 2, 0).clip(0, 1), interpolation=smoothing)


def strip(
    pictures: Mapping[str, np.ndarray], columns: int | None = None, width: float = 7.4
) -> np.ndarray:
    """Pictures (3, H, W) of one shape in rows, each under its name; `width` inches in all."""
    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    _, height, across = next(iter(pictures.values())).shape
    lines = max(name.count("\n") + 1 for name in pictures)
    tall = rows * (width / columns * height / across + 0.175 * lines + 0.06)
    axes = plt.subplots(rows, columns, figsize=(width, tall), squeeze=False, dpi=FINE)[1]
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, (name, picture) in zip(axes.flat, pictures.items(), strict=False):
        _shown(ax, picture, name)
    return axes


def crops(
    pictures: Mapping[str, np.ndarray], rows: slice, columns: slice, width: float = 7.4
) -> np.ndarray:
    """The same part of several pictures, large enough to see its pixels."""
    return strip({name: p[:, rows, columns] for name, p in pictures.items()}, width=width)


def together(
    picture: np.ndarray, pairs: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> Sequence[np.ndarray]:
    """Two channels (H, W) of a picture and their product, a row for each pair."""
    grid = plt.subplots(len(pairs), 4, figsize=(7.4, 1.95 * len(pairs)), dpi=FINE)[1]
    for axes, (name, (one, other)) in zip(grid, pairs.items(), strict=True):
        _shown(axes[0], picture)
        _shown(axes[1], one, "one channel")
        _shown(axes[2], other, "another")
        _shown(axes[3], one * other, f"their product: {name}")
    return grid


def gram_of(channels: np.ndarray, gram: np.ndarray) -> Sequence[Axes]:
    """Two channels (2, H, W) as numbers, the products of each pair, and their sums (2, 2)."""
    pairs = ((0, 0), (0, 1), (1, 1))
    maps = {f"$a_{k}$": channel for k, channel in enumerate(channels)}
    maps |= {f"$a_{k} \\, a_{j}$": channels[k] * channels[j] for k, j in pairs}
    axes = plt.subplots(1, 6, figsize=(7.4, 1.75))[1]
    for ax, (name, values) in zip(axes, [*maps.items(), ("$G$", gram)], strict=True):
        ax.imshow(values, cmap="Greys", vmin=0, vmax=2 * gram.max())
        for (row, column), value in np.ndenumerate(values):
            ax.text(column, row, f"{value:g}", ha="center", va="center", color=INK)
        ax.set_title(name, loc="center", fontsize=11, fontweight="normal")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color=FAINT)
        ax.grid(visible=False)
    for ax, (k, j) in zip(axes[2:5], pairs, strict=True):
        ax.set_xlabel(f"sum {gram[k, j]:g}")
    axes[5].spines[:].set(color=ORANGE, linewidth=2)
    return axes


def by_layer(
    costs: Mapping[str, Sequence[float]], layers: Sequence[str], says: str, ax: Axes | None = None
) -> Axes:
    """A line for each comparison, over the layers; its name stands at its right end."""
    ax = ax or plt.subplots(figsize=(6.8, 3.4))[1]
    least = 0.0
    for name, values in sorted(costs.items(), key=lambda item: item[1][-1]):
        (line,) = ax.semilogy(range(len(layers)), values, "o-", markersize=3.5)
        least = max(values[-1], 1.45 * least)  # names stay apart
        ax.annotate(
            name, (len(layers) - 1, least), (8, 0), textcoords="offset points", va="center",
            color=line.get_color(), annotation_clip=False, fontsize=9,
        )  # fmt: skip
    ax.set_xticks(range(len(layers)), layers)
    ax.set(title=says, ylabel="cost")
    return ax


def falling(curves: Mapping[str, Sequence[float]], says: str, ax: Axes | None = None) -> Axes:
    """Costs by step on a logarithmic scale, each named in the legend."""
    ax = ax or plt.subplots(figsize=(6.6, 2.7))[1]
    for name, costs in curves.items():
        ax.semilogy(np.maximum(costs, 1e-12), label=name)
    ax.set(xlabel="step", ylabel="cost", title=says)
    ax.legend(fontsize=9, loc="center right", bbox_to_anchor=(1, 0.64))
    ax.margins(x=0.01)
    return ax


def filmstrip(pictures: Mapping[int, np.ndarray], history: History, alpha: float, beta: float,
              smooth: float) -> Figure:  # fmt: skip
    """Pictures along the way by step above, and below how the weighted parts of the cost fall."""
    figure = plt.figure(figsize=(7.4, 4.5), dpi=FINE)
    grid = figure.add_gridspec(2, len(pictures), height_ratios=(1, 2))
    for column, (step, picture) in enumerate(pictures.items()):
        _shown(figure.add_subplot(grid[0, column]), picture, f"step {step}")
    below = figure.add_subplot(grid[1, :])
    style = sum(0.2 * history[name] for name in history.parts if name.startswith("relu"))
    parts = {
        "total": (history["cost"], "black"),
        f"style, times {beta:g}": (beta * style, ORANGE),
        f"content, times {alpha:g}": (alpha * history["content"], BLUE),
        f"roughness, times {smooth:g}": (smooth * history["total variation"], GREEN),
    }
    for name, (values, colour) in parts.items():
        below.semilogy(history["step"], values, color=colour, label=name)
    for step in pictures:
        below.axvline(step, color=FAINT, linewidth=0.8, zorder=0)
    below.set(xlabel="step", ylabel="cost", title="The descent")
    below.set_ylim(bottom=history["cost"].min() / 30)
    below.legend(fontsize=9, ncols=2)
    below.margins(x=0.01)
    return figure


def large(picture: np.ndarray, height: float = 4.6) -> Axes:
    """One picture (3, H, W) by itself."""
    ax = plt.subplots(figsize=(height * picture.shape[2] / picture.shape[1], height), dpi=FINE)[1]
    _shown(ax, picture)
    return ax


def swapped(
    artworks: Mapping[str, np.ndarray], photos: Sequence[np.ndarray],
    painted: Mapping[str, Sequence[np.ndarray]],
) -> np.ndarray:  # fmt: skip
    """A row for each artwork: the artwork small at the left, then the photographs in its manner."""
    side = 1.45
    ratios = [0.62, *[1.0] * len(photos)]
    size = (side * sum(ratios) + 0.4, side * len(artworks) + 0.1)
    axes = plt.subplots(
        len(artworks), len(ratios), figsize=size, width_ratios=ratios, squeeze=False, dpi=FINE
    )[1]
    for row, (name, artwork) in zip(axes, artworks.items(), strict=True):
        for ax, picture in zip(row, [artwork, *painted[name]], strict=True):
            _shown(ax, picture)
        row[0].set_title(name, loc="center", fontsize=9, fontweight="normal")
    return axes


def cost_and_time(
    descent: tuple[np.ndarray, np.ndarray], one_pass: tuple[float, float], ax: Axes | None = None
) -> Axes:
    """The cost of a descent over its time, (seconds, costs), and one picture's (seconds, cost)."""
    ax = ax or plt.subplots(figsize=(6.6, 3.2))[1]
    seconds, costs = descent
    ax.loglog(seconds, costs, "o-", color=BLUE, markersize=3, linewidth=1.2)
    ax.text(seconds[1], costs[-1], "the descent, step by step ", color=BLUE, ha="right")
    ax.loglog(*one_pass, "D", color=ORANGE, markersize=8)
    ax.text(1.3 * one_pass[0], 0.97 * one_pass[1], "one pass", color=ORANGE, va="top")
    ax.axhline(one_pass[1], color=FAINT, linewidth=1, zorder=0)
    ax.set(xlabel="seconds", ylabel="cost J", xlim=(one_pass[0] / 2.5, None))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter("{x:g}")
    return ax
