"""The figures of lesson 11, one function each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .own_recognition import finite
from .palette import BLUE, FAINT, GREY, MARKS, ORANGE, PERSONS, QUIET, YOURS


def losses(
    curves: Mapping[str, Sequence[float]], chance: float, note: str, ax: Axes | None = None
) -> Axes:
    """Loss by step, and the loss of somebody who guesses."""
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    styles = ((ORANGE, "-"), (BLUE, "--"), (GREY, ":"))
    for (name, values), (colour, style) in zip(curves.items(), styles, strict=False):
        ax.plot(values, style, color=colour, label=name, linewidth=1.4)
    ax.axhline(chance, color=GREY, linestyle=":", linewidth=1)
    ax.text(len(values) - 1, 0.93 * chance, note, color=GREY, ha="right", va="top", fontsize=9)
    ax.set(xlabel="step", ylabel="loss of the batch", ylim=(0, 1.25 * chance))
    if len(curves) > 1:
        ax.legend()
    return ax


def labelled(images: np.ndarray, labels: Sequence[int]) -> Sequence[Axes]:
    """Pictures (N, H, W) in a row, each under what it is said to show."""
    axes = plt.subplots(1, len(images), figsize=(0.75 * len(images), 1.2))[1]
    for ax, image, label in zip(axes, images, labels, strict=True):
        ax.imshow(image, cmap="Greys")
        ax.set_title(str(label), loc="center", fontsize=11)
        ax.set_axis_off()
    return axes


def weights(rows: Mapping[str, np.ndarray]) -> Sequence[Axes]:
    """For each program the weights (10, 8, 8) of ten classes as pictures."""
    axes = plt.subplots(len(rows), 10, figsize=(7.4, 0.95 * len(rows) + 0.2))[1]
    for line, (name, found) in zip(np.atleast_2d(axes), rows.items(), strict=True):
        most = np.abs(found).max()
        for digit, ax in enumerate(line):
            ax.imshow(found[digit], cmap="RdBu_r", vmin=-most, vmax=most)
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            ax.set_title(str(digit), loc="center", fontsize=9)
        line[0].set_ylabel(name, fontsize=9)
    return axes


def mixed(shares: np.ndarray, rates: Mapping[str, Sequence[float]]) -> Axes:
    """Accuracy for each share of mixed labels."""
    ax = plt.subplots(figsize=(5.6, 3.0))[1]
    for (name, values), (colour, mark) in zip(
        rates.items(), ((BLUE, "o-"), (ORANGE, "s--")), strict=True
    ):
        ax.plot(100 * shares, 100 * np.array(values), mark, color=colour, label=name, ms=4)
    ax.axhline(10, color=GREY, linestyle=":", linewidth=1)
    ax.text(0, 11, "by chance", color=GREY, fontsize=9)
    ax.set(xlabel="labels mixed up (%)", ylabel="right (%)", ylim=(0, 102))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.16))
    return ax


def gradients(
    found: Mapping[str, tuple[np.ndarray, np.ndarray]], title: str, colour: str
) -> Sequence[Axes]:
    """A plot for each parameter: its gradient over finite differences, right on the diagonal."""
    axes = plt.subplots(1, len(found), figsize=(7.6, 2.5))[1]
    for ax, (name, (own, slopes)) in zip(axes, found.items(), strict=True):
        most = 1.1 * max(np.abs(slopes).max(), np.abs(finite(own)).max(), 1e-9)
        ax.plot([-most, most], [-most, most], color=QUIET, linewidth=1)
        ax.plot(slopes, finite(own), "o", color=colour, ms=4, alpha=0.8)
        ax.set(xlim=(-most, most), ylim=(-most, most), xlabel="finite difference")
        ax.set_title(name, loc="center")
        mark = float(f"{most / 1.5:.1g}")
        ax.set(xticks=(-mark, 0, mark), yticks=(-mark, 0, mark))
        ax.set_box_aspect(1)
    axes[0].set_ylabel(f"gradient\n({title})")
    return axes


def doors(reports: Mapping[str, np.ndarray], far: float) -> Axes:
    """The rates of forty reports as dots, one line for each program, and what was ordered."""
    ax = plt.subplots(figsize=(6.6, 0.8 * len(reports) + 0.9))[1]
    for y, (name, rates) in enumerate(reversed(reports.items())):
        colour = ORANGE if name == "as given" else YOURS
        heights = y + 0.28 * np.random.default_rng(0).uniform(-1, 1, len(rates))
        ax.plot(100 * finite(rates), heights, "o", color=colour, ms=4)
    ax.axvline(100 * far, color=GREY, linestyle="--", linewidth=1)
    ax.text(100 * far, len(reports) - 0.42, f" {far:.0%} ordered", color=GREY, fontsize=9)
    ax.set_yticks(range(len(reports)), list(reversed(reports)))
    ax.set(xlabel="false accept rate of those who come to the door (%)", xlim=(0, None),
           ylim=(-0.5, len(reports) - 0.2))  # fmt: skip
    return ax


def weeks(errors: Mapping[str, np.ndarray]) -> Axes:
    """Two columns of dots for each program, joined split by split: tested, and a week later."""
    ax = plt.subplots(figsize=(5.6, 3.2))[1]
    places, names = [], []
    for number, (name, both) in enumerate(errors.items()):
        at = np.array([3.0 * number, 3.0 * number + 1])
        colour = ORANGE if name == "as given" else YOURS
        for pair in both:
            ax.plot(at, 100 * finite(pair), "-", color=FAINT, linewidth=1)
        for x, column in zip(at, both.T, strict=True):
            ax.plot(np.full(len(column), x), 100 * finite(column), "o", color=colour, ms=4)
            ax.plot(x, 100 * finite(column).mean(), "_", color="black", ms=18, mew=2)
        places += at.tolist()
        names += [f"test\n{name}", "a week\nlater"]
    ax.set_xticks(places, names)
    ax.set(ylabel="errors on pairs (%)", ylim=(0, None))
    ax.grid(axis="x", visible=False)
    return ax


def settling(
    curve: np.ndarray, encodings: Mapping[int, np.ndarray], labels: np.ndarray, margin: float,
    title: str, colour: str,
) -> Sequence[Axes]:  # fmt: skip
    """The loss of a training, and the encodings (N, 2) before some of its steps, on one scale."""
    width = [1.7] + [1.0] * len(encodings)
    axes = plt.subplots(1, 1 + len(encodings), figsize=(7.8, 1.9), width_ratios=width)[1]
    axes[0].plot(np.clip(finite(curve), 0, 1), color=colour)
    axes[0].axhline(margin, color=GREY, linestyle=":", linewidth=1)
    axes[0].set(xlabel="step", ylabel="loss", ylim=(0, 0.5))
    axes[0].set_title(title, fontsize=10)
    axes[0].text(len(curve), margin + 0.01, "margin", color=GREY, ha="right", fontsize=9)
    most = 1.1 * max(0.3, *(np.abs(finite(p)).max() for p in list(encodings.values())[1:]))
    for ax, (step, points) in zip(axes[1:], encodings.items(), strict=True):
        shown = np.clip(finite(points), -most, most)
        for person in np.unique(labels):
            ax.plot(*shown[labels == person].T, MARKS[person], color=PERSONS[person], ms=4,
                    clip_on=False)  # fmt: skip
        ax.set(xlim=(-most, most), ylim=(-most, most), xticks=[], yticks=[])
        ax.set_title(f"step {step}", loc="center", fontsize=9)
        ax.set_box_aspect(1)
    return axes


def seen(
    units: Mapping[str, tuple[np.ndarray, tuple[int, int, int, int]]], whose: str, colour: str
) -> Sequence[Axes]:
    """For each unit how much every pixel moves it, and the rectangle that is said to hold them."""
    axes = plt.subplots(1, len(units), figsize=(2.5 * len(units), 2.8), squeeze=False)[1][0]
    for ax, (name, (found, box)) in zip(axes, units.items(), strict=True):
        ax.imshow(found, cmap="Blues", vmin=0, vmax=max(1.0, found.max()))
        top, left, bottom, right = (float(edge) for edge in box)
        ax.add_patch(
            Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, fill=False,
                      edgecolor=colour, linewidth=2.2)
        )  # fmt: skip
        ax.grid(False)
        ax.set_title(name, loc="center", fontsize=9)
        ax.set(xlim=(-1.5, found.shape[1] + 0.5), ylim=(found.shape[0] + 0.5, -1.5))
    axes[0].set_ylabel(whose, fontsize=9)
    return axes


def costs(pictures: Mapping[str, np.ndarray], found: Mapping[str, float], whose: str) -> Axes:
    """Pictures (3, H, W), each over what it costs beside the first, in parts of the most."""
    axes = plt.subplots(1, len(pictures), figsize=(1.75 * len(pictures), 2.5))[1]
    most = max(max(found.values()), 1e-12)
    for ax, (name, picture) in zip(axes, pictures.items(), strict=True):
        ax.imshow(picture.transpose(1, 2, 0).clip(0, 1))
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.set_title(name, loc="center", fontsize=9)
        words = f"{found[name] / most:.3f}" if name in found else f"cost, {whose}:"
        ax.set_xlabel(words, fontsize=9)
    return axes
