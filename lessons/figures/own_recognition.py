"""What the learner's functions of lesson 04 make, one function a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minidl.metric import RocCurve

from .palette import GREY, INK, LIBRARY, OTHER, QUIET, SAME, YOURS
from .recognition import face

AT_MOST = 999.0  # what a wrong function gives may be anything; a picture has an end


def finite(values: np.ndarray) -> np.ndarray:
    """The values with whatever cannot be drawn replaced, and none beyond a limit."""
    return np.clip(np.nan_to_num(np.asarray(values, float), nan=0.0), -AT_MOST, AT_MOST)


def distance_map(
    table: np.ndarray, faces: np.ndarray, pictures: int, whose: str, ax: Axes | None = None
) -> Axes:
    """Distances (N, N) as dark (near) and pale (far) squares, with a face at each row and column.

    faces: (N, 3, H, W), `pictures` of each person, one person after the other.
    """
    ax = ax or plt.subplots(figsize=(6.0, 5.2))[1]
    count = len(table)
    shown = ax.imshow(finite(table), cmap="Blues_r", vmin=0, extent=(0, count, count, 0))
    ax.figure.colorbar(shown, ax=ax, label="distance", shrink=0.8)
    for edge in range(pictures, count, pictures):
        ax.axhline(edge, color=GREY, linewidth=1)
        ax.axvline(edge, color=GREY, linewidth=1)
    for n, image in enumerate(np.clip(faces.transpose(0, 2, 3, 1), 0, 1)):
        ax.imshow(image, extent=(-1.05, -0.08, n + 0.98, n + 0.02), interpolation="bicubic")
        ax.imshow(image, extent=(n + 0.02, n + 0.98, -0.08, -1.05), interpolation="bicubic")
    ax.set(xlim=(-1.1, count), ylim=(count, -1.1), xticks=[], yticks=[])
    ax.set_title(f"pairwise_distances, {whose}", fontsize=10)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return ax


def roc_over(
    own: tuple[np.ndarray, np.ndarray], library: RocCurve, whose: str, ax: Axes | None = None
) -> Axes:
    """FAR and TAR of the learner's curve as crosses on the library's line; both axes linear."""
    ax = ax or plt.subplots(figsize=(5.6, 3.6))[1]
    far, tar = (100 * finite(rates) for rates in own)
    ax.plot(100 * library.far, 100 * library.tar, color=LIBRARY, lw=1.2, label="the library's")
    if len(far) == len(tar):
        ax.plot(far, tar, "x", color=YOURS, markersize=6, label=whose)
    ax.set(xlabel="false accept rate (%)", ylabel="true accept rate (%)")
    ax.set(xlim=(-2, 102), ylim=(-2, 104))
    ax.legend(loc="lower right")
    return ax


def crossings(
    curves: Mapping[str, RocCurve], rates: Mapping[str, float], whose: str
) -> Sequence[Axes]:
    """FAR rising and FRR falling over the thresholds; a line at the rate that was found."""
    axes = plt.subplots(1, len(curves), figsize=(7.2, 2.9), sharey=True)[1]
    for ax, (name, curve) in zip(axes, curves.items(), strict=True):
        t = curve.thresholds[1:]
        ax.plot(t, 100 * curve.far[1:], color=OTHER, label="FAR: two people accepted")
        ax.plot(t, 100 - 100 * curve.tar[1:], color=SAME, label="FRR: one person refused")
        rate = 100 * float(finite(np.array(rates[name])))
        ax.axhline(rate, color=YOURS, linestyle="--", linewidth=1.2)
        ax.set_title(f"{name}: {rate:.1f} %, {whose}", fontsize=10)
        ax.set(xlabel="threshold", ylim=(-3, 103))
    axes[0].set_ylabel("rate (%)")
    axes[0].figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return axes


def promises(
    distances: np.ndarray, same: np.ndarray, found: Mapping[str, float], whose: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The two histograms, and a line at the threshold of each promise {"1 %": threshold}."""
    ax = ax or plt.subplots(figsize=(6.8, 3.2))[1]
    edges = np.linspace(0, distances.max(), 61)
    for kind, colour, label in ((same, SAME, "one person"), (~same, OTHER, "two people")):
        shares = 100 * np.histogram(distances[kind], edges)[0] / kind.sum()
        ax.stairs(shares, edges, color=colour, fill=True, alpha=0.45, label=label)
    top = ax.get_ylim()[1]
    for promise, threshold in found.items():
        at = np.clip(finite(np.array(threshold)), 0, edges[-1])
        ax.axvline(at, color=INK, linewidth=1.2)
        ax.text(at, 1.02 * top, promise, ha="center", fontsize=9)
    ax.set_title(f"choose_threshold, {whose}: for each promised FAR", fontsize=10, pad=16)
    ax.set(xlabel="distance", ylabel="share of pairs (%)", ylim=(0, top))
    ax.legend(loc="upper right")
    ax.margins(x=0)
    return ax


def chances(
    people: np.ndarray, own: Mapping[str, np.ndarray], whose: str, ax: Axes | None = None
) -> Axes:
    """Strangers taken for somebody over the size of a gallery, a line for each FAR."""
    ax = ax or plt.subplots(figsize=(6.4, 3.2))[1]
    styles = ("-", "--", "-.", ":")
    for (name, values), style in zip(own.items(), styles, strict=False):
        ax.semilogx(people, 100 * finite(values), style, color=YOURS, label=f"each errs in {name}")
    ax.set(xlabel="people in the gallery, K", ylabel="strangers taken for somebody (%)")
    ax.set_ylim(-3, 103)
    ax.set_title(f"false_match_probability, {whose}", fontsize=10)
    ax.legend(loc="center right")
    return ax


def arrivals(
    images: np.ndarray, said: Sequence[str], right: Sequence[bool], columns: int = 6
) -> np.ndarray:
    """Who comes in, (N, 3, H, W), with what the door says; a black frame where it errs."""
    rows = -(-len(images) // columns)
    axes = plt.subplots(rows, columns, figsize=(7.2, 1.5 * rows), squeeze=False)[1]
    for ax, image, words, fine in zip(axes.flat, images, said, right, strict=True):
        face(ax, image, None if fine else INK)
        ax.set(xticks=[], yticks=[])
        if fine:
            ax.spines[:].set(visible=True, color=QUIET, linewidth=1)
        ax.set_xlabel(words, fontsize=9)
    return axes
