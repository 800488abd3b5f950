"""The figures of lesson 10, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from minidl.course.mine import Mine, Place

from .palette import FAINT, GREY, INK, LIBRARY, QUIET, YOURS

ROW = 6  # bricks beside each other
BRICK_LETTERS = 14  # in a line on a brick
PALE = "#f0d7e6"  # of YOURS: what a function calls
ROUNDING = 1e-5  # relative: two right programs may differ by so much
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
    """The library from the roof down, a brick for each place; those an exercise took are pink."""
    floors = []  # from the top down: (name or "", places)
    for layer in LAYERS:
        here = sorted((p for p in places if _layer(p) == layer), key=lambda p: p.exercises)
        starts = range(0, max(len(here), 1), ROW)
        floors += [(layer if start == 0 else "", here[start : start + ROW]) for start in starts]
    ax = ax or plt.subplots(figsize=(7.4, 0.62 * len(floors)))[1]
    for y, (layer, row) in enumerate(reversed(floors)):
        ax.text(-0.1, y + 0.4, layer, ha="right", va="center", weight="bold", color=INK)
        for x, place in enumerate(row):
            _brick(ax, x, y, place, place.words in mine.used)
    ax.set_xlim(-1.2, ROW)
    ax.set_ylim(-0.15, len(floors))
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
        facecolor=YOURS if used else FAINT, edgecolor="none",
    )  # fmt: skip
    ax.add_patch(box)
    key, _, name = place.exercises[0].partition(".")
    name = fill(name.replace("_", " "), BRICK_LETTERS)
    ax.text(
        x + 0.5, y + 0.49, name, ha="center", va="center", fontsize=7.5, color=INK, linespacing=0.95
    )
    ax.text(x + 0.5, y + 0.08, key, ha="center", va="center", fontsize=6.5, color=INK)


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
    ax.barh(names, [1e3 * shares[n].total for n in names], color=PALE, label="and what it calls")
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


def two_curves(
    curves: Mapping[str, Sequence[float]], every: int = 4, ax: Axes | None = None
) -> Axes:
    """Losses by step; the second as dots on the first, since they should lie on each other."""
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    (first, line), (second, dots) = curves.items()
    ax.plot(line, color=LIBRARY, label=first)
    ax.plot(range(0, len(dots), every), dots[::every], "o", ms=4.5, color=YOURS, label=second)
    ax.set_xlabel("step")
    ax.set_ylabel("loss of the batch")
    ax.set_ylim(0, 1.1 * max(*line, 0.1))
    ax.legend()
    return ax


def how_far(differences: Mapping[str, tuple[float, str]], ax: Axes | None = None) -> Axes:
    """How far results are from the library's, relatively: a dot for each function, and whose."""
    ax = ax or plt.subplots(figsize=(6.8, 0.3 * len(differences) + 0.9))[1]
    least, most = 1e-17, 30.0
    ax.axvspan(least, ROUNDING, color=FAINT, alpha=0.6, linewidth=0)
    ax.text(1.5e-17, -0.75, "rounding", color=GREY, fontsize=9, va="center")
    ax.text(ROUNDING * 2, -0.75, "another result", color=GREY, fontsize=9, va="center")
    for y, (far, whose) in enumerate(differences.values()):
        place = np.clip(np.nan_to_num(far, nan=most, posinf=most), 3e-17, most / 2)
        own = whose.startswith("yours")
        ax.hlines(y, least, place, color=QUIET, linewidth=0.8)
        ax.plot(place, y, "o" if own else "D", color=YOURS if own else GREY, ms=6)
        ax.text(most * 1.6, y, whose, fontsize=8, va="center", color=INK if own else GREY)
    ax.set(xscale="log", xlim=(least, most), ylim=(len(differences) - 0.5, -1.3))
    ax.set_yticks(range(len(differences)), list(differences), fontsize=9)
    ax.set_xlabel("largest difference from the library's result, relative to it")
    ax.grid(axis="y", visible=False)
    return ax


def one_factor(
    right: Sequence[float], wrong: Sequence[float], factor: float, optimizer: str
) -> Axes:
    """Losses with the right gradient, and with the filters' gradient multiplied by a factor."""
    ax = plt.subplots(figsize=(6.4, 2.9))[1]
    ax.plot(right, color=LIBRARY, linewidth=3, alpha=0.5, label="the right gradient")
    ax.plot(wrong, "--", color=INK, linewidth=1.5, label=f"the filters' gradient times {factor:g}")
    ax.set(xlabel="step", ylabel="loss of the batch", ylim=(0, 3.2))
    ax.set_title(optimizer, fontsize=10)
    ax.legend(loc="upper right")
    return ax


def rungs(
    milliseconds: Mapping[str, tuple[float, float]], whose: str, ax: Axes | None = None
) -> Axes:
    """For each job: the time with the learner's functions and with the library's."""
    ax = ax or plt.subplots(figsize=(7.0, 3.2))[1]
    y = np.arange(len(milliseconds))
    for shift, column, label, colour in (
        (-0.2, 0, whose, YOURS),
        (0.2, 1, "the library's", LIBRARY),
    ):
        times = [t[column] for t in milliseconds.values()]
        ax.barh(y + shift, times, 0.38, color=colour, label=label)
        for place, t in zip(y + shift, times, strict=True):
            ax.text(t, place, f"  {t:,.1f} ms", va="center", fontsize=8)
    ax.set_yticks(y, [name.replace(", ", ",\n") for name in milliseconds])
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlabel("milliseconds (logarithmic)")
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.2)
    ax.figure.legend(loc="outside lower center", ncols=2)
    return ax


def faces_asked(
    images: np.ndarray, titles: Sequence[str], right: Sequence[bool], columns: int = 6
) -> np.ndarray:
    """Pictures (N, 3, H, W), each with what the library said of it, and whether that is right."""
    rows = -(-len(images) // columns)
    axes = plt.subplots(rows, columns, figsize=(1.2 * columns, 1.5 * rows), squeeze=False)[1]
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, title, good in zip(axes.flat, images, titles, right, strict=False):
        ax.imshow(image.transpose(1, 2, 0).clip(0, 1))
        mark, weight = ("✓", "normal") if good else ("✗", "bold")
        ax.set_title(f"{mark} {title}", loc="center", fontsize=8, fontweight=weight)
    return axes


def pictures(named: Mapping[str, np.ndarray]) -> np.ndarray:
    """Pictures (3, H, W) in two rows, large enough to judge strokes."""
    columns = -(-len(named) // 2)
    axes = plt.subplots(2, columns, figsize=(3.1 * columns, 6.6))[1]
    for ax, (title, image) in zip(axes.flat, named.items(), strict=True):
        ax.imshow(image.transpose(1, 2, 0).clip(0, 1), interpolation="bilinear")
        ax.set_title(title, loc="center", fontsize=10)
        ax.set_axis_off()
    return axes


def spoil_unbroadcast(path: Path) -> None:
    """Puts an `unbroadcast` at the end of a file that forgets axes of length 1."""
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n\ndef unbroadcast(grad, shape):\n")
        file.write("    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))\n")
