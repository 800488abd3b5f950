"""The results as a bar chart of ratios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from benchmarks.job import Result

FASTER, MISSED, INK, GRID = "#2a7f9e", "#d1603d", "#22313a", "#d5dde1"
TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)


def chart(results: Sequence[Result], caption: str, path: Path) -> None:
    """One bar per job from 1 (as fast as PyTorch) to its ratio, on a logarithmic axis."""
    places, groups = _places(results)
    figure, ax = plt.subplots(figsize=(9.5, 2.2 + 0.26 * (places[-1] + 1)), layout="constrained")
    for place, r in zip(places, results, strict=True):
        ax.barh(place, r.ratio - 1, left=1, height=0.72, color=_colour(r))
        ax.plot([r.low, r.high], [place, place], color=INK, lw=1, solid_capstyle="butt")
        ax.plot([r.target] * 2, [place - 0.36, place + 0.36], color=INK, lw=2.5)
    _axes(ax, results, places)
    for place, group in groups:
        ax.annotate(
            group, (0, place), (-4, 0), ("axes fraction", "data"), "offset points",
            ha="right", va="center", weight="bold", color=INK, fontsize=10,
        )  # fmt: skip
    figure.suptitle(
        "Time of minidl as a multiple of PyTorch's (in its faster memory layout)", color=INK,
        weight="bold", fontsize=12,
    )  # fmt: skip
    figure.legend(
        handles=_legend(), loc="outside lower center", ncols=4, frameon=False, fontsize=9,
        title=caption, title_fontsize=9,
    )  # fmt: skip
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _colour(result: Result) -> str:
    return FASTER if result.ratio <= result.target else MISSED


def _legend() -> list[Artist]:
    return [
        Patch(color=FASTER, label="reaches its target"),
        Patch(color=MISSED, label="misses it"),
        Line2D([], [], color=INK, lw=0, marker="|", markersize=11, mew=2.5, label="target"),
        Line2D([], [], color=INK, lw=1, label="quartiles of the rounds"),
    ]


def _places(results: Sequence[Result]) -> tuple[list[float], list[tuple[float, str]]]:
    """Where each bar goes, and each group's heading: a line of its own above its bars."""
    places: list[float] = []
    groups: list[tuple[float, str]] = []
    line = 0.0
    for r in results:
        if not groups or groups[-1][1] != r.group:
            line += 0.6 if groups else 0
            groups.append((line, r.group))
            line += 1
        places.append(line)
        line += 1
    return places, groups


def _axes(ax: Axes, results: Sequence[Result], places: Sequence[float]) -> None:
    """A logarithmic ratio axis on top, jobs on the left, their ratios on the right."""
    ax.set_xscale("log")
    low = min(0.25, *(min(r.low, r.ratio) for r in results))
    high = max(1.6, *(max(r.high, r.ratio, r.target) for r in results))
    ax.set_xlim(low / 1.1, high * 1.15)
    ticks = [t for t in TICKS if low / 1.1 <= t <= high * 1.15]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.xaxis.tick_top()
    ax.set_ylim(places[-1] + 0.7, -0.7)
    ax.set_yticks(places, [r.name.replace("->", "→") for r in results], fontsize=9)
    ax.grid(axis="x", color=GRID, lw=0.8)
    ax.axvline(1, color=INK, lw=1)
    for side, label, align in ((-6, "← minidl is faster", "right"), (6, "slower →", "left")):
        ax.annotate(
            label, (1, 1), (side, 20), ("data", "axes fraction"), "offset points",
            ha=align, color=INK, fontsize=9,
        )  # fmt: skip
    ax.set_axisbelow(True)
    ax.tick_params(length=0, colors=INK)
    ax.spines[:].set_visible(False)
    for place, r in zip(places, results, strict=True):
        ax.text(
            1.01, place, f"{r.ratio:.2f}", transform=ax.get_yaxis_transform(), va="center",
            fontsize=9, color=_colour(r), weight="bold",
        )  # fmt: skip
