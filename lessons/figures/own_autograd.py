"""What the learner's functions of lesson 01 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .autograd import signed
from .palette import GREY, YOURS


def side_by_side(weights: Mapping[str, np.ndarray]) -> list[Axes]:
    """Sets of 64 numbers of either sign as pictures with titles, each on its own scale."""
    axes = plt.subplots(1, len(weights), figsize=(2.9 * len(weights), 2.5))[1]
    for ax, (title, values) in zip(axes, weights.items(), strict=True):
        signed(ax, values.reshape(8, 8))
        ax.set_title(title, loc="center", fontsize=10)
    return list(axes)


def ghosts(pictures: np.ndarray) -> list[Axes]:
    """Ten pictures (10, h, w) of numbers of either sign in two rows, on one scale."""
    axes = plt.subplots(2, 5, figsize=(6.4, 2.9))[1]
    most = abs(pictures).max() or 1
    for digit, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=True)):
        ax.imshow(picture, cmap="RdBu_r", vmin=-most, vmax=most)
        ax.set_title(str(digit), loc="center", fontsize=10)
        ax.set_axis_off()
    return list(axes.flat)


def own_checker(
    steps: np.ndarray, errors: Sequence[float], verdicts: Mapping[str, float]
) -> list[Axes]:
    """The error of a difference quotient over its step, and the verdicts on claims as bars."""
    axes = plt.subplots(1, 2, figsize=(7.4, 2.7), width_ratios=(1.3, 1))[1]
    axes[0].loglog(steps, np.maximum(errors, 1e-13), "o-", ms=3.5, color=YOURS)
    axes[0].set(xlabel="step ε", ylabel="relative error", title="numerical_gradient")
    axes[1].barh(list(verdicts), np.maximum(list(verdicts.values()), 1e-13), color=YOURS)
    axes[1].axvline(1e-7, color=GREY, linestyle="--", linewidth=1)
    axes[1].set(xscale="log", xlim=(1e-13, 3), xlabel="gradient_error (right of the line: wrong)")
    axes[1].invert_yaxis()
    axes[1].grid(axis="y", visible=False)
    return list(axes)
