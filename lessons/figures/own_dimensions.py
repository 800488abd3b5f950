"""What the learner's functions of lesson 09 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .own_recognition import finite
from .palette import GREEN, GREY, LIBRARY, ORANGE, QUIET, YOURS


def traces(
    own: Mapping[str, np.ndarray], library: Mapping[str, np.ndarray], rates: Mapping[str, float],
    whose: str,
) -> Sequence[Axes]:  # fmt: skip
    """Signals under each other, the learner's over the library's; rates: samples a second."""
    axes = plt.subplots(len(own), 1, figsize=(6.8, 1.15 * len(own) + 0.6), sharex=True)[1]
    for ax, (name, mine) in zip(axes, own.items(), strict=True):
        ours, rate = library[name], rates[name]
        ax.plot(np.arange(len(ours)) / rate, ours, color=LIBRARY, lw=2, label="the library's")
        ax.plot(np.arange(len(mine)) / rate, finite(mine), "--", color=YOURS, lw=1, label=whose)
        middle, reach = (ours.max() + ours.min()) / 2, 0.7 * np.ptp(ours) + 1e-9
        ax.set_ylim(middle - reach, middle + reach)
        ax.set_title(name, fontsize=10)
        ax.margins(x=0)
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=2, fontsize=8)
    axes[-1].set_xlabel("seconds")
    return list(axes)


def beats_found(
    seconds: np.ndarray, panels: Mapping[str, np.ndarray], found: np.ndarray, beats: np.ndarray,
    threshold: float, finder: str,
) -> Sequence[Axes]:  # fmt: skip
    """A recording and a score, with the reference's beats and those that `finder` found.

    found, beats: in seconds. The dashed line is the threshold, on the last panel.
    """
    axes = plt.subplots(len(panels), 1, figsize=(6.8, 1.35 * len(panels) + 0.6), sharex=True)[1]
    for ax, (name, values) in zip(axes, panels.items(), strict=True):
        ax.vlines(beats, 0, 1, color=GREEN, alpha=0.3, lw=5, transform=ax.get_xaxis_transform())
        ax.plot(seconds, values, lw=1, color=LIBRARY)
        heights = np.interp(found, seconds, values)
        ax.plot(found, heights, "x", color=YOURS, ms=8, mew=2, clip_on=False, label=finder)
        ax.set_title(name, fontsize=10)
        ax.set_xlim(seconds[0], seconds[-1])
        ax.grid(False)
    axes[-1].axhline(threshold, color=ORANGE, lw=1, ls="--")
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.98), fontsize=8)
    axes[-1].set_xlabel("seconds (green: reference beats; dashed: threshold)")
    return list(axes)


def spans(
    signal: np.ndarray, rate: float, middle: float, seconds: Mapping[str, tuple[float, float]],
    whose: str, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """How much of a signal an output at `middle` seconds sees: (the learner's, ours) for each."""
    ax = ax or plt.subplots(figsize=(6.8, 1.2 + 0.45 * len(seconds)))[1]
    time = np.arange(len(signal)) / rate
    ax.plot(time, signal, color=QUIET, lw=1)
    low, step = signal.min() - 0.4, 0.75
    for row, (own, ours) in enumerate(seconds.values()):
        height = low - step * row
        ax.plot([middle - ours / 2, middle + ours / 2], [height] * 2, color=LIBRARY, lw=7)
        mine = float(finite(np.array(own)))
        ax.plot([middle - mine / 2, middle + mine / 2], [height] * 2, "--", color=YOURS, lw=2.5)
    ax.axvline(middle, color=GREY, lw=0.8, ls=":")
    ax.plot([], [], color=LIBRARY, lw=5, label="the library's")
    ax.plot([], [], "--", color=YOURS, lw=2.5, label=whose)
    heights = [low - step * row for row in range(len(seconds))]
    said = [f"{name}: {float(finite(np.array(own))):.3g} s" for name, (own, _) in seconds.items()]
    ax.set_yticks(heights, said, fontsize=9)
    ax.set(xlabel="seconds", xlim=(time[0], time[-1]))
    ax.set_ylim(low - step * len(seconds), signal.max() + 0.3)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=2, fontsize=8)
    ax.grid(False)
    return ax


def cuts(
    images: Sequence[np.ndarray], names: Sequence[str], limits: Sequence[tuple[float, float]],
    aspect: float,
) -> Sequence[Axes]:  # fmt: skip
    """Cuts through volumes, a row for each name: first the learner's of all, then the library's."""
    axes = plt.subplots(len(names), 2, figsize=(7.2, 1.5 * len(names)))[1]
    for ax, image, (low, high) in zip(axes.T.ravel(), images, [*limits] * 2, strict=True):
        ax.imshow(finite(image)[::-1], vmin=low, vmax=high, aspect=aspect)
        ax.set_axis_off()
    for row, name in zip(axes, names, strict=True):
        row[0].set_title(name, loc="center", fontsize=9)
        row[1].set_title("the library's", loc="center", fontsize=9)
    return list(axes.ravel())
