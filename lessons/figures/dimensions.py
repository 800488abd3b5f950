"""The figures of lesson 09, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minidl.data import Recording

from .palette import BLUE, GREEN, GREY, ORANGE

SIDES = ("from above", "from the front", "from the side")


def question(recording: Recording, voxels: np.ndarray) -> list[Axes]:
    """Six seconds of the electrocardiogram above three slices of the head."""
    axes = plt.subplot_mosaic(
        [["signal"] * 3, list(SIDES)], figsize=(7.2, 4.6), height_ratios=[1, 1.25],
        width_ratios=[72, 72, 92],
    )[1]  # fmt: skip
    shown = slice(30 * recording.sampling_rate, 36 * recording.sampling_rate)
    trace(recording, shown, axes["signal"])
    axes["signal"].set_title("a signal: one axis")
    slices(voxels, [axes[name] for name in SIDES])
    axes[SIDES[0]].set_title("a volume: three axes\n", loc="left")  # above its own title
    return list(axes.values())


def trace(recording: Recording, shown: slice, ax: Axes | None = None) -> Axes:
    """A stretch of a recording against time."""
    ax = ax or plt.subplots(figsize=(7.2, 2.2))[1]
    ax.plot(np.arange(shown.start, shown.stop) / recording.sampling_rate, recording.signal[shown],
            lw=1)  # fmt: skip
    ax.set(xlabel="seconds", ylabel="millivolt")
    ax.margins(x=0)
    return ax


def slices(
    voxels: np.ndarray, axes: Sequence[Axes] | None = None, limits: tuple[float, float] = (0, 0.9)
) -> list[Axes]:
    """The three cuts through the middle of a volume (depth, height, width); up is up."""
    if axes is None:
        axes = plt.subplots(1, 3, figsize=(7.2, 2.6), width_ratios=[72, 72, 92])[1]
    depth, height, width = (n // 2 for n in voxels.shape)
    cuts = (voxels[depth], voxels[::-1, height], voxels[::-1, :, width])
    for ax, title, cut, aspect in zip(axes, SIDES, cuts, (1, 1.1, 1.1), strict=True):
        ax.imshow(cut, vmin=limits[0], vmax=limits[1], aspect=aspect)
        ax.set_title(title, loc="center", fontsize=10)
        ax.set_axis_off()
    return list(axes)


def montage(voxels: np.ndarray, every: int) -> list[Axes]:
    """Slices of a volume, `every` apart, from the lowest to the highest."""
    shown = range(every // 2, len(voxels), every)
    axes = plt.subplots(1, len(shown), figsize=(7.2, 1.9))[1]
    for ax, depth in zip(axes, shown, strict=True):
        ax.imshow(voxels[depth], vmin=0, vmax=0.9)
        ax.set_title(f"slice {depth}", loc="center", fontsize=9)
        ax.set_axis_off()
    return list(axes)


def filtered(traces: Mapping[str, np.ndarray], rate: int) -> list[Axes]:
    """Signals under each other, each with its name, on one axis of time."""
    axes = plt.subplots(
        len(traces), 1, figsize=(6.4, len(traces) + 0.5), sharex=True, squeeze=False
    )[1][:, 0]
    for ax, (name, signal) in zip(axes, traces.items(), strict=True):
        ax.plot(np.arange(len(signal)) / rate, signal, lw=1)
        ax.set_title(name, fontsize=10)
        ax.margins(x=0)
    axes[-1].set_xlabel("seconds")
    return list(axes)


def templates(shapes: Mapping[str, np.ndarray], rate: int, ax: Axes | None = None) -> Axes:
    """Average beats against the time from their tips."""
    ax = ax or plt.subplots(figsize=(5.2, 2.5))[1]
    for name, shape in shapes.items():
        time = 1000 * (np.arange(len(shape)) - len(shape) // 2) / rate
        ax.plot(time, shape)
        ax.annotate(
            name, (time[np.argmax(shape)] + 12, shape.max()), color=ax.lines[-1].get_color()
        )
    ax.set(xlabel="milliseconds from the tip of the beat", ylabel="template")
    return ax


def detections(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray, float | None]], beats: np.ndarray
) -> list[Axes]:
    """Panels of (seconds, values, threshold or None), beats as lines behind them all."""
    axes = plt.subplots(len(panels), 1, figsize=(6.4, len(panels) + 0.5), sharex=True)[1]
    for ax, (name, (seconds, values, threshold)) in zip(axes, panels.items(), strict=True):
        ax.vlines(beats, 0, 1, color=GREEN, alpha=0.35, lw=4, transform=ax.get_xaxis_transform())
        ax.plot(seconds, values, lw=1)
        if threshold is not None:
            ax.axhline(threshold, color=ORANGE, lw=1, ls="--")
        ax.set_title(name, fontsize=10)
        ax.set_xlim(seconds[0], seconds[-1])
        ax.grid(False)
    axes[-1].set_xlabel("seconds (green: reference beats; dashed: threshold)")
    return list(axes)


def bars(scores: Mapping[str, float], label: str, ax: Axes | None = None) -> Axes:
    """One horizontal bar for each score, with its value written at the end."""
    ax = ax or plt.subplots(figsize=(6.4, 0.42 * len(scores) + 0.9))[1]
    drawn = ax.barh(list(scores), list(scores.values()), color=_colours(scores))
    ax.bar_label(drawn, fmt="%.3f", padding=3)
    ax.invert_yaxis()
    ax.set(xlabel=label, xlim=(0, 1.1 * max(scores.values())))
    ax.grid(axis="y", visible=False)
    return ax


def dots(scores: Mapping[str, float], label: str, ax: Axes | None = None) -> Axes:
    """One dot for each score on a scale without a natural zero, with its value beside it."""
    ax = ax or plt.subplots(figsize=(6.4, 0.42 * len(scores) + 0.9))[1]
    ax.scatter(list(scores.values()), list(scores), color=_colours(scores), s=60)
    for name, value in scores.items():
        ax.annotate(f"{value:.1f}", (value, name), (8, 0), textcoords="offset points", ha="left",
                    va="center")  # fmt: skip
    ax.invert_yaxis()
    ax.set_xlabel(label)
    ax.margins(x=0.12, y=0.1)
    return ax


def _colours(scores: Mapping[str, float]) -> list[str]:
    return [BLUE if name.startswith("learned") else GREY for name in scores]


def aliasing(dense: np.ndarray, kept: Mapping[str, np.ndarray], step: int, rate: int) -> list[Axes]:
    """A signal as recorded, and what is left of it at every step-th sample."""
    axes = plt.subplots(1 + len(kept), 1, figsize=(6.4, len(kept) + 1.5), sharex=True,
                        sharey=True)[1]  # fmt: skip
    axes[0].plot(np.arange(len(dense)) / rate, dense, lw=0.8)
    axes[0].set_title(f"as recorded, {rate} samples per second", fontsize=10)
    for ax, (name, values) in zip(axes[1:], kept.items(), strict=True):
        ax.plot(np.arange(len(values)) * step / rate, values, ".-", lw=0.8, ms=3)
        ax.set_title(name, fontsize=10)
    axes[-1].set_xlabel("seconds")
    axes[-1].margins(x=0)
    return list(axes)


def reach(gradients: Mapping[str, np.ndarray], rate: float) -> list[Axes]:
    """Size of the gradient of one output with respect to each input: what the output can see."""
    axes = plt.subplots(len(gradients), 1, figsize=(6.4, 1.2 * len(gradients) + 0.5), sharex=True)[
        1
    ]
    for ax, (name, gradient) in zip(axes, gradients.items(), strict=True):
        middle = len(gradient) // 2
        seen = np.flatnonzero(gradient)
        ax.stem((seen - middle) / rate, abs(gradient[seen]), markerfmt=" ", basefmt=" ")
        ax.set_title(name, fontsize=10)
        ax.set_yticks([])
        ax.grid(False)
    axes[-1].set_xlabel("seconds from the output")
    return list(axes)


def surfaces(cuts: Mapping[str, np.ndarray], aspect: float) -> list[Axes]:
    """Cuts seen from the side, under each other, each on its own scale from 0."""
    axes = plt.subplots(2, 2, figsize=(7.2, 3.2))[1].ravel()
    for ax, (name, cut) in zip(axes, cuts.items(), strict=True):
        ax.imshow(cut[::-1], vmin=0, vmax=np.quantile(cut, 0.995), aspect=aspect)
        ax.set_title(name, loc="center", fontsize=10)
        ax.set_axis_off()
    return list(axes)


def kernels(named: Mapping[str, np.ndarray]) -> list[Axes]:
    """The three slices of 3x3x3 kernels, one kernel a row, their weights written in."""
    axes = plt.subplots(len(named), 3, figsize=(6.4, 2.1 * len(named)), squeeze=False)[1]
    top = max(abs(kernel).max() for kernel in named.values())
    for row, (name, kernel) in zip(axes, named.items(), strict=True):
        for ax, layer, where in zip(row, kernel, ("slice below", "this slice", "slice above"),
                                    strict=True):  # fmt: skip
            ax.imshow(layer, vmin=-top, vmax=top, cmap="RdBu_r")
            for (i, j), weight in np.ndenumerate(layer):
                ax.text(j, i, f"{weight:.3f}", ha="center", va="center", fontsize=8,
                        color="white" if abs(weight) > 0.6 * top else "black")  # fmt: skip
            ax.set_title(f"{name}: {where}", loc="center", fontsize=9)
            ax.set_axis_off()
    return list(axes.ravel())


def gallery(images: Mapping[str, np.ndarray], limits: tuple[float, float] = (0, 0.9)) -> list[Axes]:
    """Pictures side by side on one grey scale."""
    axes = plt.subplots(1, len(images), figsize=(1.75 * len(images), 2.4))[1]
    for ax, (name, image) in zip(axes, images.items(), strict=True):
        ax.imshow(image, vmin=limits[0], vmax=limits[1])
        ax.set_title(name, loc="center", fontsize=9)
        ax.set_axis_off()
    return list(axes)
