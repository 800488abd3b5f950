"""The figures of lesson 02, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .palette import BLUE, GREEN, GREY, ORANGE, QUIET, SKY

INPUT, FIRST, SECOND, OUTPUT = SKY, ORANGE, BLUE, GREEN


def scene(size: int = 96) -> np.ndarray:
    """A small grey picture (size, size), float32, 0 to 1: a house, a tree, a fence, a sun."""
    y, x = np.mgrid[0:size, 0:size] / size
    picture = 0.85 - 0.25 * y
    picture[y > 0.78] = 0.45
    picture[(x - 0.8) ** 2 + (y - 0.2) ** 2 < 0.012] = 1.0
    picture[(abs(x - 0.32) < 0.2) & (y > 0.45) & (y < 0.8)] = 0.7
    picture[(y > 0.22) & (y < 0.46) & (abs(x - 0.32) < 1.05 * (y - 0.22))] = 0.25
    picture[(abs(x - 0.38) < 0.05) & (y > 0.6) & (y < 0.8)] = 0.15
    picture[(abs(x - 0.23) < 0.05) & (abs(y - 0.58) < 0.05)] = 0.95
    picture[(abs(x - 0.74) < 0.02) & (y > 0.5) & (y < 0.8)] = 0.2
    picture[(x - 0.74) ** 2 + (y - 0.47) ** 2 < 0.014] = 0.3
    picture[(y > 0.84) & (y < 0.95) & ((x * 16) % 1 < 0.4)] = 0.9
    return picture.astype(np.float32)


def pictures(images: Mapping[str, np.ndarray], axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Grey pictures side by side; results of either sign with 0 in the middle of the scale."""
    if axes is None:
        axes = plt.subplots(1, len(images), figsize=(2.1 * len(images), 2.3))[1]
    for ax, (title, image) in zip(axes, images.items(), strict=True):
        low = -abs(image).max() if image.min() < 0 else 0.0
        ax.imshow(image, vmin=low, vmax=max(abs(image).max(), 1e-9))
        ax.set_title(title, loc="center", fontsize=10)
        ax.set_axis_off()
    return list(axes)


def filters_on(
    images: np.ndarray, filters: Mapping[str, np.ndarray], results: np.ndarray
) -> list[Axes]:
    """Images (N, H, W) down the side, filters along the top, results (N, K, OH, OW) between."""
    count = len(filters)
    axes = plt.subplots(
        len(images) + 1, count + 1, figsize=(1.35 * (count + 1), 1.35 * (len(images) + 1))
    )[1]
    for ax in axes.flat:
        ax.set_axis_off()
    for k, (name, weights) in enumerate(filters.items()):
        grid(axes[0, k + 1], weights, coloured=True, fontsize=8)
        axes[0, k + 1].set_title(name, loc="center", fontsize=10)
    for n, image in enumerate(images):
        axes[n + 1, 0].imshow(-image)
        for k in range(count):
            most = abs(results[:, k]).max()
            axes[n + 1, k + 1].imshow(results[n, k], cmap="RdBu_r", vmin=-most, vmax=most)
    return list(axes.flat)


def grid(ax: Axes, values: np.ndarray, coloured: bool = False, fontsize: int = 9) -> Axes:
    """A small array with its numbers written in; `coloured` by sign and size."""
    most = max(abs(values).max(), 1e-9) * 1.6
    shown = values if coloured else np.zeros_like(values)
    ax.imshow(shown, cmap="RdBu_r", vmin=-most, vmax=most)
    for (row, column), value in np.ndenumerate(values):
        text = f"{value + 0.0:.3g}".replace("-", "−")
        ax.text(column, row, text, ha="center", va="center", fontsize=fontsize)
    ax.set_axis_off()
    return ax


def walk(stride: int = 1, padding: int = 0, dilation: int = 1, ax: Axes | None = None) -> Axes:
    """A filter of 3 taps on 7 inputs, both ways: where its first two windows lie, and the output.

    Input blue, padding white, the taps of the two windows in their colours; the output beside it.
    """
    size, kernel = 7, 3
    ax = ax or plt.subplots(figsize=(5.6, 3.3))[1]
    span, whole = dilation * (kernel - 1) + 1, size + 2 * padding
    out = (whole - span) // stride + 1
    ax.add_patch(Rectangle((-2.7, -2.7), 2 * size + 8, size + 4.4, fc="white"))  # one size for all
    for i, j in np.ndindex(whole, whole):
        inside = padding <= i < size + padding and padding <= j < size + padding
        square(ax, i - padding, j - padding, INPUT if inside else "white", 0.35)
    for colour, shift, width in ((FIRST, 0, 0.72), (SECOND, stride, 0.4))[: min(out, 2)]:
        for r, s in np.ndindex(kernel, kernel):
            row, column = r * dilation - padding, s * dilation + shift - padding
            square(ax, row, column, colour, 0.85, width)
    left, below = size + 3.5, (size - out) / 2
    for i, j in np.ndindex(out, out):
        colour = FIRST if (i, j) == (0, 0) else SECOND if (i, j) == (0, 1) else OUTPUT
        square(ax, below + i, left + j, colour, 0.3 if colour == OUTPUT else 0.85)
    name = ", ".join(
        f"{key} {value}"
        for key, value in (("stride", stride), ("padding", padding), ("dilation", dilation))
        if value != (0 if key == "padding" else 1)
    )
    ax.set_title(f"{name or 'plain'}\n{size} → {out}", loc="center", fontsize=10)
    ax.set(xlim=(-2.7, 2 * size + 5.3), ylim=(size + 1.7, -2.7), aspect="equal")
    ax.set_axis_off()
    return ax


def square(
    ax: Axes, row: float, column: float, colour: str, alpha: float = 1.0, width: float = 1.0
) -> None:
    """One cell of a drawn grid, of a colour; a smaller one sits in the middle of its cell."""
    corner = column - width / 2, row - width / 2
    face = (*plt.matplotlib.colors.to_rgb(colour), alpha)
    ax.add_patch(Rectangle(corner, width, width, facecolor=face, edgecolor=GREY, lw=0.6))


def groups(axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Which of four input channels each of four filters reads: one group, two, and depthwise."""
    if axes is None:
        axes = plt.subplots(1, 3, figsize=(6.8, 2.2))[1]
    names = ("groups=1: every filter reads all", "groups=2: its own half", "depthwise: its own one")
    for ax, count, name in zip(axes, (1, 2, 4), names, strict=True):
        size = 4 // count
        for k, c in np.ndindex(4, 4):
            if k // size == c // size:
                ax.plot([0, 1], [c, k], color=QUIET, lw=1, zorder=1)
        ax.scatter([0] * 4, range(4), s=130, marker="s", color=INPUT, zorder=2)
        ax.scatter([1] * 4, range(4), s=130, marker="s", color=OUTPUT, zorder=2)
        ax.set_title(name, loc="center", fontsize=9)
        ax.set(xlim=(-0.2, 1.2), ylim=(3.5, -0.5))
        ax.set_axis_off()
    return list(axes)


def unfolding(image: np.ndarray, columns: np.ndarray) -> list[Axes]:
    """A small image, and its im2col matrix with one colour for each window."""
    axes = plt.subplots(1, 2, figsize=(6.4, 2.6), width_ratios=(1, 1.6))[1]
    grid(axes[0], image)
    axes[0].set_title("the image", loc="center")
    axes[0].add_patch(Rectangle((-0.5, -0.5), 2, 2, fill=False, ec=FIRST, lw=3))
    axes[0].add_patch(Rectangle((0.56, -0.44), 1.9, 1.9, fill=False, ec=SECOND, lw=2))
    grid(axes[1], columns)
    axes[1].set_title("one window in each row", loc="center")
    for row, colour in ((0, FIRST), (1, SECOND)):
        box = Rectangle((-0.48, row - 0.45), 3.96, 0.9, fill=False, ec=colour, lw=2)
        axes[1].add_patch(box)
    return list(axes)


def numbers_side_by_side(arrays: Mapping[str, np.ndarray]) -> list[Axes]:
    """Small arrays of numbers with titles."""
    widths = [a.shape[1] for a in arrays.values()]
    axes = plt.subplots(1, len(arrays), figsize=(7, 2.4), width_ratios=widths)[1]
    for ax, (title, values) in zip(axes, arrays.items(), strict=True):
        grid(ax, values, coloured=True)
        ax.set_title(title, loc="center", fontsize=10)
    return list(axes)


def precision(
    tiles: Sequence[int], share: Sequence[float], error: Sequence[float], direct: float
) -> list[Axes]:
    """What larger Winograd tiles save in products and cost in digits; dashed: the direct sum."""
    axes = plt.subplots(1, 2, figsize=(7, 2.9))[1]
    axes[0].plot(tiles, share, "o-")
    axes[0].set(ylim=(0, 1), ylabel="products (direct sum: 1)", title="saved")
    axes[1].semilogy(tiles, error, "o-", color=FIRST)
    axes[1].axhline(direct, color=GREY, ls="--", lw=1.2)
    axes[1].annotate("direct sum", (tiles[-1], direct), va="bottom", ha="right", fontsize=9)
    axes[1].set(ylabel="largest relative error", title="lost, in float32")
    for ax in axes:
        ax.set(xlabel="outputs per side of a tile", xticks=tiles)
    return list(axes)


def rates_by_channels(
    channels: Sequence[int], rates: Mapping[str, Sequence[float]], ax: Axes | None = None
) -> Axes:
    """GFLOP/s over the number of channels, a line for each way to compute."""
    ax = ax or plt.subplots(figsize=(6.4, 3))[1]
    for (name, values), colour in zip(rates.items(), (INPUT, OUTPUT), strict=True):
        ax.plot(channels, values, "o-", color=colour)
        ax.annotate(f"  {name}", (channels[-1], values[-1]), va="center", color=colour)
    ax.set_xscale("log", base=2)
    ax.set(xticks=channels, xticklabels=channels, xlabel="channels in and out", ylabel="GFLOP/s")
    ax.set(xlim=(channels[0] * 0.9, channels[-1] * 1.6), ylim=(0, None))
    ax.minorticks_off()
    return ax


def learning(losses: Sequence[float], found: Mapping[str, np.ndarray]) -> list[Axes]:
    """The loss of a filter being learnt, and the filter at a few steps."""
    widths = (2.2, *[1] * len(found))
    axes = plt.subplots(1, len(found) + 1, figsize=(8, 2.2), width_ratios=widths)[1]
    axes[0].semilogy(losses)
    axes[0].set(xlabel="step", ylabel="loss")
    for ax, (title, weights) in zip(axes[1:], found.items(), strict=True):
        grid(ax, np.round(weights, 2), coloured=True, fontsize=8)
        ax.set_title(title, loc="center", fontsize=9)
    return list(axes)
