"""What the learner's functions of lesson 08 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .own_recognition import finite
from .palette import GREY, LIBRARY, YOURS
from .style import FINE, _shown


def two_lights(photos: Mapping[str, np.ndarray], normed: Mapping[str, np.ndarray]) -> np.ndarray:
    """Pictures above, and below what an instance norm makes of them, a value of 0 shown as grey."""
    axes = plt.subplots(2, len(photos), figsize=(2.3 * len(photos), 5.0), dpi=FINE)[1]
    for (above, below), (name, photo) in zip(axes.T, photos.items(), strict=True):
        _shown(above, photo, name)
        grey = 0.5 + 0.25 * finite(normed[name])
        _shown(below, grey, "after instance_norm")
    return axes


def pulls(x: np.ndarray, g: np.ndarray, own: np.ndarray, slopes: np.ndarray) -> Sequence[Axes]:
    """A signal, the gradient to its norm, and the gradient to it: the learner's and tried ones."""
    axes = plt.subplots(3, 1, figsize=(6.8, 4.6), sharex=True)[1]
    places = np.arange(len(x))
    for ax, values, title in zip(axes, (x, g), ("x", "g, the gradient to y"), strict=False):
        ax.bar(places, values, color=GREY, width=0.6)
        ax.set_title(title)
    axes[2].bar(places, finite(own), color=YOURS, width=0.6)
    axes[2].plot(places, slopes, "x", color=LIBRARY, ms=7)
    axes[2].set_title("the gradient to x: bars, instance_norm_grad; crosses, slopes tried")
    axes[2].set(xlabel="position", xticks=places)
    for ax in axes:
        ax.axhline(0, color=GREY, linewidth=0.8)
    return axes


def two_descents(
    runs: Mapping[str, tuple[np.ndarray, Sequence[float]]], whose: str
) -> Sequence[Axes]:
    """Two descents, the second the learner's: their pictures, and the costs that each has seen."""
    axes = plt.subplots(1, 3, figsize=(7.4, 2.5), width_ratios=(1, 1, 1.5), dpi=FINE)[1]
    for ax, (name, (picture, costs)), colour in zip(
        axes, runs.items(), (LIBRARY, YOURS), strict=False
    ):
        _shown(ax, picture, name)
        axes[2].semilogy(np.arange(1, len(costs) + 1), costs, color=colour, label=name)
    axes[2].lines[-1].set_label(f"{name}: {whose}")
    axes[2].set(xlabel="looks at the cost", ylabel="cost")
    axes[2].legend(fontsize=8)
    return axes
