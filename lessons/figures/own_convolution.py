"""What the learner's functions of lesson 02 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .palette import GREEN, GREY, LIBRARY, ORANGE, SKY, YOURS


def _picture(ax: Axes, image: np.ndarray, title: str) -> None:
    ax.imshow(image, vmin=0, vmax=max(1.0, float(image.max())))
    ax.set_title(title, loc="center", fontsize=10)
    ax.set_axis_off()


def framed(
    image: np.ndarray, kernels: Sequence[int], left: Mapping[int, Sequence[int]], whose: str
) -> list[Axes]:
    """A padded picture, and how many outputs are left by kernel, a line for each stride."""
    axes = plt.subplots(1, 2, figsize=(7.2, 2.7), width_ratios=(1, 1.2))[1]
    _picture(axes[0], image, "{} by {}".format(*image.shape))
    for (stride, values), colour in zip(left.items(), (YOURS, ORANGE, GREEN), strict=True):
        axes[1].plot(kernels, values, "o-", ms=3.5, color=colour)
        axes[1].annotate(
            f" stride {stride}", (kernels[-1], values[-1]), va="center", color=colour, fontsize=9
        )
    axes[1].set(xlabel="taps of the kernel", ylabel="outputs of 96 inputs", ylim=(0, None))
    axes[1].set_xlim(kernels[0] - 1, kernels[-1] + 12)
    axes[1].set_title(f"output_size, {whose}", fontsize=10)
    return list(axes)


def enlarged(small: np.ndarray, large: np.ndarray, whose: str) -> list[Axes]:
    """A small picture, and one enlarged from it, at the same size on the page."""
    axes = plt.subplots(1, 2, figsize=(5.4, 2.9))[1]
    _picture(axes[0], small, "{} by {}".format(*small.shape))
    _picture(axes[1], large, "{} by {}, {}".format(*large.shape, whose))
    return list(axes)


def pooled(image: np.ndarray, small: np.ndarray, winners: np.ndarray, whose: str) -> list[Axes]:
    """A picture, its maxima, and the pixels that won, in colour on the faded picture."""
    axes = plt.subplots(1, 3, figsize=(7.2, 2.6))[1]
    _picture(axes[0], image, "{} by {}".format(*image.shape))
    _picture(axes[1], small, "{} by {}, {}".format(*small.shape, whose))
    axes[2].imshow(0.5 + image / 2, vmin=0, vmax=1)
    rows, columns = np.nonzero(winners)
    axes[2].plot(columns, rows, "s", ms=1.6, color=ORANGE)
    axes[2].set_title("who got the gradient", loc="center", fontsize=10)
    axes[2].set_axis_off()
    return list(axes)


def fields(
    image: np.ndarray, layers: Sequence[tuple[int, int, int]], sizes: Sequence[int]
) -> list[Axes]:
    """Frames as large as receptive fields around the middle, and the sizes layer by layer."""
    axes = plt.subplots(1, 2, figsize=(7.2, 2.9), width_ratios=(1, 1.5))[1]
    _picture(axes[0], image, "")
    middle = (len(image) - 1) / 2
    for size in sizes:
        corner = (middle - size / 2, middle - size / 2)
        axes[0].add_patch(Rectangle(corner, size, size, fill=False, ec=YOURS, lw=1.1))
    pools = [n for n, (kernel, stride, _) in enumerate(layers) if stride > 1]
    axes[1].plot(range(1, len(sizes) + 1), sizes, "o-", ms=4, color=YOURS)
    for n in pools:
        axes[1].axvline(n + 1, color=GREY, lw=0.8, ls=":")
    axes[1].set(xlabel="layer (dotted: pooling)", ylabel="inputs seen")
    axes[1].set_xticks(range(1, len(sizes) + 1))
    return list(axes)


def along_a_line(line: np.ndarray, tiles: np.ndarray, direct: np.ndarray, whose: str) -> list[Axes]:
    """Brightness along a row, and below it the filtered row, by tiles and directly."""
    axes = plt.subplots(2, 1, figsize=(6.8, 3.0), sharex=True)[1]
    axes[0].step(range(len(line)), line, where="mid", color=SKY)
    axes[0].set(ylabel="brightness")
    places = np.arange(1, len(direct) + 1)
    axes[1].plot(places, direct, color=LIBRARY, lw=1.2, label="direct sum")
    axes[1].plot(places[: len(tiles)], tiles, "x", ms=4, color=YOURS, label=f"tiles, {whose}")
    axes[1].set(xlabel="place along the row", ylabel="edge")
    axes[1].legend(fontsize=8, loc="lower center")
    return list(axes)


def ladder(rates: Mapping[str, float], ax: Axes | None = None) -> Axes:
    """Speeds in GFLOP/s as bars on a logarithmic axis: three of the library's, then the learner's.

    Bars of one rung lie next to each other.
    """
    rungs = ("loops", "im2col", "fast")
    order = sorted(rates, key=lambda name: rungs.index(name.partition(",")[0]))
    ax = ax or plt.subplots(figsize=(6.8, 2.6))[1]
    colours = [LIBRARY if "," not in name else YOURS for name in order]
    values = [rates[name] for name in order]
    bars = ax.barh(order, values, color=colours)
    ax.bar_label(bars, [f" {value:.2g}" for value in values])
    ax.set(xscale="log", xlabel="GFLOP/s (billions of operations a second)")
    ax.set_xlim(min(values) / 3, max(values) * 5)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    return ax
