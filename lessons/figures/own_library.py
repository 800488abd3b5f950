"""The figures of lesson 10, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from minidl.course.mine import Mine, Place

from .palette import BLUE, FAINT, GREEN, INK, ORANGE

YOURS, THEIRS = GREEN, FAINT
LAYERS = {  # from the top of the house down: its name, and how the targets of its places begin
    "style": ("minidl.style",),
    "vis": ("minidl.vis",),
    "models": ("minidl.models",),
    "metric": ("minidl.metric",),
    "nn, optim": ("minidl.nn", "minidl.optim"),
    "functional": ("minidl.functional",),
    "ops, tensor": ("minidl.ops", "minidl.tensor", "minidl.gradients"),
    "kernels": ("minidl.kernels",),
}


def house(places: Sequence[Place], mine: Mine, ax: Axes | None = None) -> Axes:
    """The library from the roof down, a brick for each place an exercise can take; yours green."""
    if ax is None:
        ax = plt.subplots(figsize=(9.2, 4.6))[1]
    rows = {layer: [s for s in places if _layer(s) == layer] for layer in LAYERS}
    most = max(map(len, rows.values()))
    for y, (layer, places) in enumerate(reversed(rows.items())):
        ax.text(-0.15, y + 0.4, layer, ha="right", va="center", weight="bold", color=INK)
        for x, place in enumerate(sorted(places, key=lambda s: s.exercises)):
            _brick(ax, x, y, place, place.words in mine.used)
    ax.set_xlim(-1.6, most)
    ax.set_ylim(-0.15, len(rows))
    ax.set_axis_off()
    return ax


def _layer(place: Place) -> str:
    """Operations are named without a dot, and live in ops."""
    if "." not in place.target:
        return "ops, tensor"
    return next(layer for layer, starts in LAYERS.items() if place.target.startswith(starts))


def _brick(ax: Axes, x: int, y: int, place: Place, used: bool) -> None:
    box = FancyBboxPatch(
        (x + 0.04, y), 0.92, 0.8, boxstyle="round,pad=0,rounding_size=0.06",
        facecolor=YOURS if used else THEIRS, edgecolor="none",
    )  # fmt: skip
    ax.add_patch(box)
    name = place.exercises[0].partition(".")[2].replace("_", "\n", 2)
    key = place.exercises[0].partition(".")[0]
    colour = "white" if used else INK
    ax.text(x + 0.5, y + 0.47, name, ha="center", va="center", fontsize=6.3, color=colour)
    ax.text(x + 0.5, y + 0.08, key, ha="center", va="center", fontsize=5.2, color=colour)


class Share(NamedTuple):
    """What a function took of a profiled call: seconds of its own and of all it called, calls."""

    own: float
    total: float
    calls: int


def profiled(call: Callable[[], object], folder: str) -> dict[str, Share]:
    """Runs `call`, and gives a share to each function that is defined in a file of `folder`."""
    profile = cProfile.Profile()
    profile.runcall(call)
    home = str(Path(folder).resolve())
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return {
        name: Share(own, total, calls)
        for (file, _, name), (_, calls, own, total, _) in found.items()
        if str(Path(file).parent) == home and name.isidentifier()
    }


def calls(shares: Mapping[str, Share], most: int = 12, ax: Axes | None = None) -> Axes:
    """Where a step's time went, most first: a bar for each function, with its calls."""
    names = sorted(shares, key=lambda name: shares[name].total)[-most:]
    if ax is None:
        ax = plt.subplots(figsize=(7.2, 0.27 * len(names) + 0.9))[1]
    ax.barh(
        names, [1e3 * shares[n].total for n in names], color="#cfe8df", label="and what it calls"
    )
    ax.barh(names, [1e3 * shares[n].own for n in names], color=YOURS, label="the function itself")
    for name in names:
        count = shares[name].calls
        label = f"  {count} call{'s' if count > 1 else ''}"
        ax.text(1e3 * shares[name].total, name, label, va="center", fontsize=8, color=INK)
    ax.set_xlabel("milliseconds, in one training step")
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.14)
    ax.legend(loc="lower right")
    return ax


def two_curves(curves: Mapping[str, Sequence[float]], ax: Axes | None = None) -> Axes:
    """Losses by step; the second as dots on the first, since they should lie on each other."""
    if ax is None:
        ax = plt.subplots(figsize=(6.4, 3.0))[1]
    (first, line), (second, dots) = curves.items()
    ax.plot(line, color=BLUE, label=first)
    ax.plot(range(0, len(dots), 4), dots[::4], "o", ms=4.5, color=YOURS, label=second)
    ax.set_xlabel("step")
    ax.set_ylabel("loss of the batch")
    ax.set_ylim(bottom=0)
    ax.legend()
    return ax


def rungs(milliseconds: Mapping[str, tuple[float, float]], ax: Axes | None = None) -> Axes:
    """For each job: the learner's time and the library's, side by side."""
    if ax is None:
        ax = plt.subplots(figsize=(6.8, 3.0))[1]
    y = np.arange(len(milliseconds))
    for shift, column, label, colour in (
        (0.2, 0, "yours", YOURS),
        (-0.2, 1, "the library's", BLUE),
    ):
        times = [t[column] for t in milliseconds.values()]
        ax.barh(y + shift, times, 0.38, color=colour, label=label)
        for place, t in zip(y + shift, times, strict=True):
            ax.text(t, place, f"  {t:,.1f} ms", va="center", fontsize=8)
    ax.set_yticks(y, list(milliseconds))
    ax.set_xscale("log")
    ax.set_xlabel("milliseconds (logarithmic)")
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.2)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def faces_asked(
    images: np.ndarray, titles: Sequence[str], right: Sequence[bool], columns: int = 6
) -> np.ndarray:
    """Pictures (N, 3, H, W), each with what the library said of it, green where that is right."""
    rows = -(-len(images) // columns)
    axes = plt.subplots(rows, columns, figsize=(1.2 * columns, 1.5 * rows), squeeze=False)[1]
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, title, good in zip(axes.flat, images, titles, right, strict=False):
        ax.imshow(image.transpose(1, 2, 0).clip(0, 1))
        ax.set_title(title, loc="center", fontsize=8, color=YOURS if good else ORANGE)
    return axes


def pictures(named: Mapping[str, np.ndarray]) -> np.ndarray:
    """Pictures (3, H, W) side by side."""
    axes = plt.subplots(1, len(named), figsize=(1.75 * len(named), 2.0))[1]
    for ax, (title, image) in zip(axes, named.items(), strict=True):
        ax.imshow(image.transpose(1, 2, 0).clip(0, 1), interpolation="bilinear")
        ax.set_title(title, loc="center", fontsize=10)
        ax.set_axis_off()
    return axes


def spoil_unbroadcast(path: Path) -> None:
    """Puts an `unbroadcast` at the end of a file that forgets axes of length 1."""
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n\ndef unbroadcast(grad, shape):\n")
        file.write("    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))\n")
