"""What the learner's functions of lesson 06 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .own_recognition import finite
from .palette import FAINT, GREY, LIBRARY, OTHER, QUIET, SAME, YOURS


def places(triplets: Sequence[np.ndarray], count: int) -> list[np.ndarray]:
    """Lists of places among `count`, however wrong: of the shortest's length, none beyond."""
    listed = [np.clip(np.ravel(index).astype(int), 0, count - 1) for index in triplets]
    return [index[: min(map(len, listed))] for index in listed]


def along_a_line(
    places: np.ndarray, own: Mapping[float, np.ndarray], ours: Mapping[float, np.ndarray],
    marks: Mapping[str, float], whose: str, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The loss as the negative goes along a line, for each margin: the learner's and ours."""
    ax = ax or plt.subplots(figsize=(6.6, 3.3))[1]
    for (margin, values), style in zip(own.items(), ("-", "--", ":"), strict=False):
        ax.plot(places, ours[margin], style, color=LIBRARY, linewidth=1.4)
        ax.plot(places, finite(values), "x", color=YOURS, markersize=4)
        peak = int(np.argmax(ours[margin]))
        ax.annotate(
            f"margin {margin:g}", (places[peak], ours[margin][peak]), (0, 4),
            textcoords="offset points", ha="center", fontsize=9,
        )  # fmt: skip
    for name, place in marks.items():
        ax.axvline(place, color=GREY, linewidth=0.8, linestyle=":")
        ax.text(place, -0.02, name, ha="center", va="top", fontsize=9, fontweight="bold")
    most = max(np.max(values) for values in ours.values())
    least = min(np.min(finite(values)) for values in own.values())
    low = max(-0.6 * most, min(-0.08, 1.1 * least))  # a loss below 0 is wrong, and is seen
    ax.set(xlabel="where the negative is", ylabel="loss", ylim=(low, 1.2 * most))
    ax.set_title(f"crosses: triplet_loss, {whose}; lines: the library's", fontsize=10)
    return ax


def valid(
    triplets: tuple[np.ndarray, np.ndarray, np.ndarray], labels: Sequence[int], names: Sequence[str]
) -> Sequence[Axes]:
    """For each anchor a square of positives (rows) by negatives (columns), dark where listed."""
    count = len(labels)
    table = np.zeros((count, count, count))
    table[tuple(places(triplets, count))] = 1
    axes = plt.subplots(1, count, figsize=(7.6, 2.0), sharey=True)[1]
    for anchor, ax in enumerate(axes):
        ax.imshow(table[anchor], cmap="Blues", vmin=0, vmax=1.3)
        ax.set_xticks(range(count), names, fontsize=7, rotation=90)
        ax.set_yticks(range(count), names, fontsize=7)
        ax.set_xticks(np.arange(count) - 0.5, minor=True)
        ax.set_yticks(np.arange(count) - 0.5, minor=True)
        ax.grid(False)
        ax.grid(which="minor", color=FAINT, linewidth=0.8)
        ax.tick_params(which="both", length=0)
        ax.set_title(f"anchor {names[anchor]}", loc="center", fontsize=9)
        ax.set_xlabel("negative", fontsize=8)
    axes[0].set_ylabel("positive", fontsize=8)
    return axes


def two_means(
    steps: Sequence[int], own: Sequence[float], over_all: Sequence[float], whose: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The mean over active triplets (the learner's), and over all of them, while one trains."""
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    ax.plot(steps, finite(np.array(own)), "o-", color=YOURS, ms=4, label=f"active ones, {whose}")
    ax.plot(steps, over_all, "o--", color=GREY, ms=4, label="all triplets")
    ax.set(xlabel="step of training", ylabel="mean loss", ylim=(0, None))
    ax.legend()
    return ax


def ring(
    near: np.ndarray, far: np.ndarray, others: tuple[np.ndarray, np.ndarray], margin: float,
    whose: str, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Chosen triplets as points (|A - P|^2, |A - N|^2) over all of the batch; semi-hard shaded."""
    ax = ax or plt.subplots(figsize=(5.6, 4.0))[1]
    most = 1.05 * max(others[0].max(), 0.1)
    line = np.array([0, most])
    ax.fill_between(line, line, line + margin, color=FAINT, label="semi-hard")
    some = [values[::3] for values in others]
    ax.plot(*some, ".", color=QUIET, markersize=1.5, label="all triplets, every third")
    ax.plot(finite(near), finite(far), "x", color=YOURS, markersize=4, label=f"semi_hard, {whose}")
    ax.set(xlabel="$|A - P|^2$", ylabel="$|A - N|^2$", xlim=(0, most))
    ax.set_ylim(0, 2 * most + margin)  # most triplets are far above, and easy
    ax.figure.legend(loc="outside lower center", ncols=3, fontsize=9, markerscale=1.5)
    return ax


def own_training(
    steps: Sequence[int], rates: Sequence[float], pixels: float, apart: np.ndarray, whose: str
) -> Sequence[Axes]:
    """Left: equal error rate by step. Right: mean distances (M, 2) of one person and of two."""
    axes = plt.subplots(1, 2, figsize=(7.4, 2.9))[1]
    axes[0].plot(steps, 100 * finite(np.array(rates)), "o-", color=YOURS, ms=4)
    axes[0].axhline(100 * pixels, color=GREY, linestyle="--", linewidth=1)
    axes[0].text(steps[-1], 100 * pixels + 1, "raw pixels", color=GREY, ha="right")
    axes[0].set(xlabel="step", ylabel="equal error rate (%)", ylim=(0, 55))
    axes[0].set_title(whose, fontsize=10)
    axes[1].plot(steps, finite(apart[:, 1]), "o-", ms=4, color=OTHER, label="two people")
    axes[1].plot(steps, finite(apart[:, 0]), "o--", ms=4, color=SAME, label="one person")
    axes[1].set(xlabel="step", ylabel="mean distance", ylim=(0, None))
    axes[1].legend(fontsize=8)
    return axes
