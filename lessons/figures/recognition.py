"""The figures of lesson 04, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from minidl.metric import RocCurve, wilson_interval

from .palette import BLUE, FAINT, GREY, INK, ORANGE, OTHER, SAME, SKY, YELLOW

FACE = 0.95  # inches, for the side of a face


def _grid(rows: int, columns: int) -> np.ndarray:
    """Axes (rows, columns), each of the size of a face."""
    figure, axes = plt.subplots(rows, columns, figsize=(columns * FACE, rows * FACE), squeeze=False)
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.0, hspace=0.0)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return axes


def face(ax: Axes, image: np.ndarray, frame: str | None = None) -> None:
    """One picture (3, H, W), and a coloured frame around it."""
    ax.imshow(np.clip(image.transpose(1, 2, 0), 0, 1), interpolation="bicubic")
    if frame:
        ax.spines[:].set(visible=True, color=frame, linewidth=3)


def pairs(
    first: np.ndarray, second: np.ndarray, titles: Sequence[str], columns: int = 6,
    one: Sequence[bool] | None = None,
) -> np.ndarray:  # fmt: skip
    """Pairs of faces, (N, 3, H, W) each, one above the other, a title over each pair.

    one: for each pair whether it was said to be one person: a blue frame, else an orange one.
    """
    rows = -(-len(first) // columns)
    size = (columns * (FACE + 0.1), rows * (2 * FACE + 0.3))
    axes = plt.subplots(rows, columns, figsize=size, squeeze=False)[1]
    both = np.concatenate([first, np.ones_like(first[:, :, :2]), second], axis=2)
    frames = [None] * len(both) if one is None else [SAME if yes else OTHER for yes in one]
    for ax, image, title, frame in zip(axes.flat, both, titles, frames, strict=True):
        face(ax, image, frame)
        pad = 6 if frame else 3  # clear of the frame
        ax.set_title(title, loc="center", fontsize=10, fontweight="normal", pad=pad)
        if not frame:
            ax.set_axis_off()
        ax.set(xticks=[], yticks=[])
    return axes


def people(albums: np.ndarray) -> np.ndarray:
    """Faces (people, pictures, 3, H, W): a row for each person."""
    axes = _grid(*albums.shape[:2])
    for ax, image in zip(axes.flat, albums.reshape(-1, *albums.shape[2:]), strict=True):
        face(ax, image)
    for letter, ax in zip("ABCDEFGHIJ", axes[:, 0], strict=False):
        ax.set_ylabel(f"person {letter}", rotation=0, ha="right", va="center", labelpad=6)
    return axes


def confidences(groups: Mapping[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """The largest probability of each answer, as a share of its group, one outline per group."""
    ax = ax or plt.subplots(figsize=(6.4, 3))[1]
    edges = np.linspace(0, 1, 21)
    for (name, values), colour in zip(groups.items(), (BLUE, ORANGE), strict=False):
        shares = 100 * np.histogram(values, edges)[0] / len(values)
        ax.stairs(shares, edges, color=colour, linewidth=1.8, label=name)
        ax.stairs(shares, edges, color=colour, alpha=0.15, fill=True)
    ax.set(xlabel="probability of the person who was answered", ylabel="share of pictures (%)")
    ax.legend(loc="upper left")
    ax.margins(x=0)
    return ax


def joining(
    ways: Sequence[str], before: Sequence[float], after: np.ndarray, hers: np.ndarray
) -> Sequence[Axes]:
    """Ways (W) to let somebody join: errors before (W) and after (people, W), and hers right."""
    axes = plt.subplots(1, 2, figsize=(7.4, 2.3), sharey=True)[1]
    for row, was in enumerate(before):
        nudges = row + 0.1 * (np.arange(len(after)) - (len(after) - 1) / 2)  # equal dots stay apart
        axes[0].plot(100 * after[:, row], nudges, "o", color=ORANGE, alpha=0.8, markersize=5)
        axes[0].plot(100 * was, row, "o", color=BLUE, markerfacecolor="none", markersize=10)
        axes[1].plot(100 * hers[:, row], nudges, "o", color=BLUE, alpha=0.8, markersize=5)
    axes[0].set(xlabel="%", title="wrong on the twenty", yticks=range(len(ways)), xlim=(-3, None))
    axes[0].set_yticklabels(ways)
    axes[1].set(xlabel="%", title="right on who joined", xlim=(-3, 103))
    axes[0].invert_yaxis()
    return axes


def three_faces(images: np.ndarray, titles: Sequence[str]) -> np.ndarray:
    """Three faces side by side, enlarged, each with a few lines under it."""
    axes = plt.subplots(1, 3, figsize=(6.4, 2.7))[1]
    for ax, image, title in zip(axes, images, titles, strict=True):
        face(ax, image)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_xlabel(title, fontsize=10)
    return axes


def nearest(rows: Mapping[str, np.ndarray], right: Mapping[str, np.ndarray]) -> np.ndarray:
    """Rows of faces under each other; those with an entry in `right` get blue or orange frames."""
    axes = _grid(len(rows), len(next(iter(rows.values()))))
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", labelpad=6)
        for n, (ax, image) in enumerate(zip(line, images, strict=True)):
            face(ax, image, (BLUE if right[name][n] else ORANGE) if name in right else None)
    return axes


def two_kinds(
    distances: Mapping[str, np.ndarray], same: np.ndarray, thresholds: Mapping[str, float]
) -> Sequence[Axes]:
    """Genuine and impostor pairs by distance, one panel per distance, with a threshold in each."""
    axes = plt.subplots(1, len(distances), figsize=(7.2, 2.8), sharey=True)[1]
    for ax, (name, d) in zip(axes, distances.items(), strict=True):
        edges = np.linspace(0, d.max(), 61)
        for kind, colour, label in ((same, SAME, "one person"), (~same, OTHER, "two people")):
            shares = 100 * np.histogram(d[kind], edges)[0] / kind.sum()
            ax.stairs(shares, edges, color=colour, fill=True, alpha=0.55, label=label)
        ax.axvline(thresholds[name], color="black", linestyle="--", linewidth=1)
        ax.set(title=name, xlabel="distance", ylabel="share of pairs (%)")
        ax.margins(x=0)
        ax.label_outer()
    axes[-1].legend(loc="upper right")
    return axes


def roc(curves: Mapping[str, RocCurve], far: float, ax: Axes | None = None) -> Axes:
    """TAR against FAR on a log axis; the dotted line is a coin toss, the dashed one a promise."""
    ax = ax or plt.subplots(figsize=(6.4, 3.8))[1]
    for name, curve in curves.items():
        shown = curve.far > 0
        ax.plot(curve.far[shown], 100 * curve.tar[shown], label=name)
    chance = np.logspace(-5, 0, 100)
    ax.plot(chance, 100 * chance, ":", color=GREY, linewidth=1, label="tossing a coin")
    ax.axvline(far, color="black", linestyle="--", linewidth=1)
    ax.set(xscale="log", xlim=(1e-5, 1), ylim=(0, 101))
    ax.set(xlabel="false accept rate (FAR)", ylabel="true accept rate (TAR, %)")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 0.04))
    return ax


def threshold(distances: np.ndarray, same: np.ndarray, curve: RocCurve, at: float) -> list[Axes]:
    """The two histograms, what a threshold accepts of each, and its point on the ROC curve."""
    axes = plt.subplots(1, 2, figsize=(6.8, 2.7), width_ratios=(1.25, 1))[1]
    edges = np.linspace(0, distances.max(), 61)
    rates = {}
    for kind, colour, label in ((same, SAME, "one person"), (~same, OTHER, "two people")):
        shares = 100 * np.histogram(distances[kind], edges)[0] / kind.sum()
        rates[label] = np.mean(distances[kind] <= at)
        axes[0].stairs(shares, edges, color=colour, fill=True, alpha=0.2)
        inside = np.where(edges[:-1] < at, shares, 0)
        axes[0].stairs(inside, edges, color=colour, fill=True, alpha=0.7, label=label)
    axes[0].axvline(at, color=INK, linestyle="--", linewidth=1)
    axes[0].set(xlabel="distance", ylabel="share of pairs (%)", xlim=(0, edges[-1]))
    axes[0].set_title(f"accepted: distance at most {at:g}", fontsize=10)
    axes[0].legend(loc="upper right")
    shown = curve.far > 0
    axes[1].plot(curve.far[shown], 100 * curve.tar[shown], color=GREY)
    far, tar = rates["two people"], rates["one person"]
    axes[1].plot(max(far, 1e-5), 100 * tar, "o", color=INK, markersize=8, clip_on=False)
    axes[1].set(xscale="log", xlim=(1e-5, 1), ylim=(0, 103))
    axes[1].set(xlabel="FAR", ylabel="TAR (%)")
    axes[1].set_title(f"FAR {far:.2%}, TAR {tar:.1%}", fontsize=10)
    return list(axes)


def broken_promises(
    found: Mapping[str, Sequence[float]], promised: float, ax: Axes | None = None
) -> Axes:
    """FARs on other people as dots, a row for each number of people the threshold was chosen on."""
    ax = ax or plt.subplots(figsize=(6.8, 3.2))[1]
    for row, values in enumerate(found.values()):
        shown = 100 * np.maximum(values, 1e-4)
        nudges = np.linspace(-0.28, 0.28, len(values))
        ax.plot(shown, row + nudges, "o", color=BLUE, markersize=3)
        ax.plot([np.median(shown)] * 2, [row - 0.4, row + 0.4], color=ORANGE)
    ax.axvline(100 * promised, color="black", linestyle="--", linewidth=1)
    ax.set_yticks(range(len(found)), list(found))
    ax.set_xscale("log")
    ticks = [0.01, 0.1, 1, 10, 100]
    ax.set_xticks(ticks, [f"{tick:g} %" for tick in ticks])
    ax.set_xlabel(f"false accept rate on other people (dashed: the promised {100 * promised:g} %)")
    ax.invert_yaxis()
    return ax


def refused_by_factor(
    panels: Mapping[str, tuple[Sequence[str], Sequence[np.ndarray]]],
) -> Sequence[Axes]:
    """How often one person's pairs are refused, with 95 % intervals; a panel for each factor.

    A panel is (names of the groups, for each group True where a pair was refused).
    """
    widths = [len(names) for names, _ in panels.values()]
    axes = plt.subplots(
        1, len(panels), figsize=(7.2, 2.8), sharey=True, gridspec_kw={"width_ratios": widths}
    )[1]
    for ax, (title, (names, groups)) in zip(axes, panels.items(), strict=True):
        rates = 100 * np.array([refused.mean() for refused in groups])
        ends = 100 * np.array([wilson_interval(int(r.sum()), len(r)) for r in groups])
        ax.bar(range(len(names)), rates, color=BLUE, width=0.7)
        ax.vlines(range(len(names)), *ends.T, color="black", linewidth=1.2)
        ax.set_xticks(range(len(names)), names)
        ax.set_title(title, fontsize=10)
        ax.grid(axis="x", visible=False)
    axes[0].set_ylabel("refused (%)")
    return axes


def false_matches(
    people: np.ndarray, measured: np.ndarray, formula: np.ndarray, ax: Axes | None = None
) -> Axes:
    """Strangers taken for somebody, by size of the gallery: measured, and by the formula."""
    ax = ax or plt.subplots(figsize=(6.4, 3.6))[1]
    ax.semilogx(people, 100 * formula, color=GREY, linestyle="--", label="$1 - (1 - p)^K$")
    ax.semilogx(people, 100 * measured, "o-", color=BLUE, markersize=4, label="measured")
    ax.set(xlabel="people in the gallery, K", ylabel="strangers taken for somebody (%)")
    ticks = [1, 3, 10, 30, 100, 300, 700]
    ax.set_xticks(ticks, [f"{tick}" for tick in ticks])
    ax.minorticks_off()
    ax.legend(loc="upper left")
    return ax


def boxes_on(
    images: Sequence[np.ndarray], boxes: Sequence[np.ndarray], titles: Sequence[str], *,
    whole: bool = False, faint: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Photographs (3, H, W) with their boxes (N, 4) of left, top, right and lower edge.

    whole: show all of them, not what is around the boxes. faint: further boxes, in thin lines.
    """
    shape = (1, len(images))
    rows, columns = images[0].shape[1:]
    size = (3.4 * columns / rows, 3.4) if whole else (2.6, 3.2)
    limit = min(1.0, 7.2 / (size[0] * shape[1]))
    size = (limit * size[0] * shape[1], limit * size[1] * shape[0])
    axes = plt.subplots(*shape, figsize=size, squeeze=False)[1]
    for ax, image, found, title in zip(axes.flat, images, boxes, titles, strict=True):
        face(ax, image)
        thin = np.zeros((0, 4)) if faint is None else faint
        for boxes_of, width in ((thin, 0.6), (found, 2.0)):
            for left, top, right, bottom in boxes_of:
                at = plt.Rectangle((left, top), right - left, bottom - top)
                at.set(fill=False, color=YELLOW, linewidth=width)
                ax.add_patch(at)
        if whole:
            ax.set(xlim=(0, image.shape[2]), ylim=(image.shape[1], 0))
        else:
            low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
            room = 0.4 * (high - low).max()
            ax.set(xlim=(low[0] - room, high[0] + room), ylim=(high[1] + room, low[1] - room))
        ax.set_title(title, loc="center", fontsize=10, fontweight="normal", pad=3)
        ax.set_axis_off()
    return axes


def upright(
    photos: Sequence[np.ndarray], points: Sequence[np.ndarray], chips: Sequence[np.ndarray],
    target: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Photographs with the five points found, and below them the chips, with the five wanted."""
    width = 6.0 / len(photos)
    axes = plt.subplots(2, len(photos), figsize=(6.0, 2 * width + 0.3), squeeze=False)[1]
    for column, (photo, five, chip) in enumerate(zip(photos, points, chips, strict=True)):
        for ax, image, at in ((axes[0, column], photo, five), (axes[1, column], chip, target)):
            face(ax, image)
            ax.plot(*at.T, "o", color=SKY, markeredgecolor="white", markersize=4.5, linewidth=0)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
    axes[0, 0].set_ylabel("found", labelpad=6)
    axes[1, 0].set_ylabel("upright", labelpad=6)
    return axes


def distance_table(
    tables: Mapping[str, np.ndarray], names: Sequence[str], limits: Mapping[str, float]
) -> np.ndarray:
    """Distances (N, N) as squares with their numbers, one table per encoder; accepted ones blue."""
    axes = plt.subplots(1, len(tables), figsize=(6.8, 3.8))[1]
    for ax, (title, d) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        accepted = np.where(d <= limits[title], 1.0, 0.0)
        ax.imshow(accepted, cmap=ListedColormap([FAINT, BLUE]), vmin=0, vmax=1)
        for (row, column), value in np.ndenumerate(d):
            colour = "white" if accepted[row, column] else INK
            ax.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour, fontsize=8)
        ax.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=8)
        ax.set_yticks(range(len(names)), names, fontsize=8)
        ax.set_title(title, fontsize=10)
        ax.grid(False)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        ax.label_outer()
    return axes


def photograph(image: np.ndarray) -> Axes:
    """A photograph (3, H, W) without axes."""
    rows, columns = image.shape[1:]
    ax = plt.subplots(figsize=(7.2, 7.2 * rows / columns))[1]
    face(ax, image)
    ax.set_axis_off()
    return ax
