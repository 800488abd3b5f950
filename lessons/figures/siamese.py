"""The figures of lesson 05, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from .palette import BLUE, FAINT, GREY, INK, MARKS, ORANGE, OTHER, PERSONS, QUIET, SAME


def picture(image: np.ndarray, ax: Axes, extent: Sequence[float] | None = None) -> None:
    """A picture (3, H, W) on an Axes."""
    shown = np.clip(image.transpose(1, 2, 0), 0, 1)
    ax.imshow(shown, extent=extent, interpolation="bicubic")


def who_is_who(images: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Columns of three pictures (N, 3, 3, H, W); below, each one's distance (N, 2) to the first."""
    axes = plt.subplots(3, len(images), figsize=(7.2, 4.3))[1]
    for column, (three, far) in enumerate(zip(images, distances, strict=True)):
        for row, ax in enumerate(axes[:, column]):
            picture(three[row], ax)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
            if row:
                ax.set_xlabel(f"{far[row - 1]:.1f} away", fontsize=9, labelpad=2)
    for ax, name in zip(axes[:, 0], ("picture 1", "picture 2", "picture 3"), strict=True):
        ax.set_ylabel(name)
    return axes


def two_inputs(images: np.ndarray, encodings: np.ndarray, ax: Axes | None = None) -> Axes:
    """Two pictures (2, 3, H, W) through one network to encodings (2, d), and their difference."""
    ax = ax or plt.subplots(figsize=(7.2, 2.7))[1]
    most = np.abs(encodings).max()
    strips = [*encodings, np.abs(encodings[0] - encodings[1])]
    for image, strip, y in zip(images, strips[:2], (2.2, 0.2), strict=True):
        picture(image, ax, (0, 1.6, y, y + 1.6))
        _box(ax, 2.4, y + 0.4, 1.5, 0.8, "encoder $f$")
        _arrow(ax, (1.65, y + 0.8), (2.35, y + 0.8))
        _arrow(ax, (3.95, y + 0.8), (4.55, y + 0.8))
        _strip(ax, strip, (4.6, 7.4, y + 0.6, y + 1.0), most)
        _arrow(ax, (7.45, y + 0.8), (8.0, 2 + (0.2 if y > 1 else -0.2)))
    ax.plot([3.15, 3.15], [1.45, 2.55], "--", color=ORANGE)
    ax.text(3.3, 2, "the same weights", color=ORANGE, va="center", fontsize=9)
    _strip(ax, strips[2], (8.05, 10.4, 1.8, 2.2), most)
    distance = np.linalg.norm(strips[2])
    ax.text(6, 3.4, "$f(x_1)$", ha="center")
    ax.text(6, 0.35, "$f(x_2)$", ha="center")
    ax.text(9.2, 2.4, "$|f(x_1) - f(x_2)|$", ha="center")
    ax.text(9.2, 1.3, f"length $d$ = {distance:.2f}", ha="center")
    ax.set(xlim=(-0.1, 10.6), ylim=(0, 4), aspect="equal")
    ax.set_axis_off()
    return ax


def _box(ax: Axes, x: float, y: float, width: float, height: float, text: str) -> None:
    style = {"boxstyle": "round,pad=0.05", "facecolor": "#fdebe0", "edgecolor": ORANGE}
    ax.add_patch(FancyBboxPatch((x, y), width, height, **style))
    ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=9)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": GREY})


def _strip(ax: Axes, values: np.ndarray, extent: Sequence[float], most: float) -> None:
    ax.imshow(values[None], cmap="RdBu_r", vmin=-most, vmax=most, extent=extent, aspect="auto")


def loss_curves(margin: float = 1.0) -> Sequence[Axes]:
    """The contrastive loss of one pair against its distance, and its slope."""
    axes = plt.subplots(1, 2, figsize=(7.2, 2.9))[1]
    d = np.linspace(0, 1.6 * margin, 300)
    missing = np.maximum(0, margin - d)
    kinds = (("one person", SAME, d**2, 2 * d), ("two people", OTHER, missing**2, -2 * missing))
    for name, colour, loss, slope in kinds:
        axes[0].plot(d, loss, color=colour, label=name)
        axes[1].plot(d, slope, color=colour, label=name)
    for ax in axes:
        ax.axvline(margin, color=GREY, linestyle="--", linewidth=1)
        ax.set_xlabel("distance $d$")
    axes[0].text(margin, 2.35 * margin**2, " margin", fontsize=9)
    axes[0].set(ylabel="loss of the pair", title="What a pair costs")
    axes[1].set(ylabel="slope", title="Which way, and how hard")
    axes[1].text(0.55 * margin, 2.1 * margin, "pulled together", color=BLUE, ha="center")
    axes[1].text(1.05 * margin, -0.9 * margin, "pushed apart", color=ORANGE, ha="left")
    axes[0].legend(loc="upper left", bbox_to_anchor=(0.12, 1))
    return axes


def looked_up(
    database: np.ndarray, kept: np.ndarray, visitor: np.ndarray, code: np.ndarray,
    far: np.ndarray, nearest: int,
) -> Sequence[Axes]:  # fmt: skip
    """A visitor (3, H, W) with its encoding (d,), those kept (N, d), and the distances (N,)."""
    layout = [["visitor", "code", "legend"], ["found", "kept", "far"]]
    size = {"figsize": (7.4, 4.6), "width_ratios": (1, 2.4, 2), "height_ratios": (1, 3)}
    axes = plt.subplot_mosaic(layout, **size)[1]
    most = np.abs(kept).max()
    faces = {"visitor": (visitor, "the visitor"), "found": (database[nearest], "the nearest")}
    for name, (face, title) in faces.items():
        picture(face, axes[name])
        axes[name].set_title(title, fontsize=10)
    _strip(axes["code"], code, (0, len(code), 0, 1), most)
    axes["code"].set_title("one pass: the visitor's encoding", fontsize=10)
    table = {"cmap": "RdBu_r", "vmin": -most, "vmax": most, "aspect": "auto"}
    axes["kept"].imshow(kept, **table)
    axes["kept"].set(xlabel=f"the {kept.shape[1]} numbers kept of each person", ylabel="person")
    for name in ("visitor", "found", "code"):
        axes[name].set(xticks=[], yticks=[])
    for name in ("visitor", "found", "code", "kept"):
        axes[name].spines[:].set_visible(False)
        axes[name].grid(visible=False)
    axes["legend"].set_axis_off()
    axes["far"].plot(far, np.arange(len(far)), ".", color=OTHER, markersize=5)
    axes["far"].plot(far[nearest], nearest, "o", color=SAME, markersize=8)
    axes["far"].set(xlabel="distance to the visitor", xlim=(0, 1.05 * far.max()))
    axes["far"].set(ylim=(len(far) - 0.5, -0.5), yticklabels=[])
    return list(axes.values())


def learning(
    steps: Sequence[int], rates: Sequence[float], pixels: float, ax: Axes | None = None
) -> Axes:
    """The equal error rate on unseen people by training step, raw pixels as a dashed line."""
    ax = ax or plt.subplots(figsize=(6.4, 3.2))[1]
    ax.plot(steps, 100 * np.array(rates), "o-", markersize=4)
    ax.axhline(100 * pixels, color=GREY, linestyle="--", linewidth=1)
    ax.annotate("raw pixels", (0.99, 100 * pixels), (0, 4), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", fontsize=9)  # fmt: skip
    ax.set(xlabel="training step", ylabel="equal error rate (%)", ylim=(0, 50))
    return ax


def distances(measured: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Sequence[Axes]:
    """Histograms of the distances of one person's and of two people's pairs, a panel for each."""
    axes = plt.subplots(1, len(measured), figsize=(7.2, 2.7), squeeze=False)[1][0]
    for ax, (title, (d, same)) in zip(axes, measured.items(), strict=True):
        bins = np.linspace(0, d.max(), 50)
        for who, name, colour in ((same, "one person", SAME), (~same, "two people", OTHER)):
            ax.hist(d[who], bins, density=True, alpha=0.6, color=colour, label=name)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel="distance", yticks=[])
    axes[0].set_ylabel("how often")
    axes[-1].legend(fontsize=8)
    return axes


def people_on(ax: Axes, where: np.ndarray, labels: np.ndarray, size: float) -> None:
    """Points (N, 2), a colour and a mark for each person, in the ring of the sphere's edge."""
    ax.add_patch(Circle((0, 0), 1, facecolor="none", edgecolor=QUIET))
    for n, person in enumerate(np.unique(labels)):
        style = {"color": PERSONS[n], "marker": MARKS[n], "linestyle": "none"}
        ax.plot(*where[labels == person].T, markersize=size, alpha=0.85, **style)
    ax.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08), aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def faces_of(faces: np.ndarray) -> Sequence[Axes]:
    """A face (N, 3, H, W) of each person of a map, with their colour and mark."""
    axes = plt.subplots(1, len(faces), figsize=(0.9 * len(faces), 0.95))[1]
    for n, (ax, face) in enumerate(zip(axes, faces, strict=True)):
        picture(face, ax)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color=PERSONS[n], linewidth=3)
        ax.plot(0.88, 0.14, MARKS[n], color=PERSONS[n], mec="white", ms=9, transform=ax.transAxes)
    return axes


def map_of(where: np.ndarray, labels: np.ndarray, title: str, ax: Axes | None = None) -> Axes:
    """A map of points (N, 2) by person."""
    ax = ax or plt.subplots(figsize=(4.2, 4.2))[1]
    people_on(ax, where, labels, 6.5)
    ax.set_title(title, fontsize=10)
    return ax


def logistic_units(weights: np.ndarray, rates: Mapping[str, float]) -> Sequence[Axes]:
    """A weight for each pixel (H, W), red for "speaks against"; and error rates as bars."""
    axes = plt.subplots(1, 2, figsize=(7.2, 2.8), width_ratios=(1, 2))[1]
    most = np.abs(weights).max()
    axes[0].imshow(-weights, cmap="RdBu_r", vmin=-most, vmax=most)
    axes[0].set(xticks=[], yticks=[])
    axes[0].set_title("weights of the pixels", fontsize=10)
    axes[0].spines[:].set_visible(False)
    bars = axes[1].barh(list(rates), [100 * r for r in rates.values()], color=[GREY, BLUE] * 2)
    axes[1].bar_label(bars, fmt=" %.1f %%", fontsize=9)
    axes[1].set(xlabel="equal error rate (%)", xlim=(0, 50))
    axes[1].invert_yaxis()
    axes[1].grid(axis="y", visible=False)
    return axes


def rates(named: Mapping[str, float]) -> Axes:
    """Equal error rates as bars."""
    ax = plt.subplots(figsize=(5.2, 0.45 * len(named) + 0.7))[1]
    bars = ax.barh(list(named), [100 * rate for rate in named.values()], color=BLUE)
    ax.bar_label(bars, fmt=" %.1f %%", fontsize=9)
    ax.set(xlabel="equal error rate (%)", xlim=(0, 120 * max(named.values())))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    return ax


def collapse(
    losses: Mapping[str, Sequence[float]], apart: Mapping[str, np.ndarray]
) -> Sequence[Axes]:
    """Losses by step; and for each training the mean distances (M, 3): step, of one, of two."""
    axes = plt.subplots(1, 1 + len(apart), figsize=(2.6 * (1 + len(apart)), 2.9))[1]
    for (name, values), style in zip(losses.items(), ("-", ":"), strict=False):
        axes[0].semilogy(values, style, color=INK, label=name, linewidth=1.4)
    top = 1.15 * max(rows[:, 1:].max() for rows in apart.values())
    for ax, (name, rows) in zip(axes[1:], apart.items(), strict=True):
        ax.plot(rows[:, 0], rows[:, 2], color=OTHER, label="two people")
        ax.plot(rows[:, 0], rows[:, 1], "--", color=SAME, label="one person")
        ax.set(xlabel="step", ylabel="mean distance", ylim=(-0.03, top))
        ax.set_title(name, fontsize=10)
    axes[0].set(xlabel="step", ylabel="loss")
    axes[0].legend(fontsize=8)
    axes[-1].legend(fontsize=8)
    return axes


def who_pays(costs: Mapping[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """Share of the loss that the costliest pairs carry, a line for each array of losses."""
    ax = ax or plt.subplots(figsize=(5.6, 3.4))[1]
    for (name, values), style in zip(costs.items(), (":", "--", "-"), strict=True):
        falling = np.sort(values)[::-1]
        carried = 100 * np.cumsum(falling) / falling.sum()
        shares = 100 * np.arange(1, len(carried) + 1) / len(carried)
        ax.plot(shares, carried, style, color=INK, label=name)
    ax.set(xlabel="pairs of two people, costliest first (%)", ylabel="share of their loss (%)")
    ax.set(xlim=(0, 100), ylim=(0, 103))
    ax.legend(loc="lower right")
    return ax


def vectors(
    chips: np.ndarray, codes: np.ndarray, names: Sequence[str], apart: np.ndarray
) -> np.ndarray:
    """Chips (N, 3, H, W), and beside each its encoding (d,) as bars; in grey that of the first."""
    size = (7.6, 1.35 * len(chips))
    axes = plt.subplots(len(chips), 2, figsize=size, width_ratios=(1, 5.2))[1]
    for row, (face, bars) in enumerate(axes):
        face.imshow(chips[row].transpose(1, 2, 0))
        face.set_axis_off()
        if row:
            bars.bar(np.arange(codes.shape[1]), codes[0], width=1.0, color=FAINT)
        bars.bar(np.arange(codes.shape[1]), codes[row], width=0.6, color=SAME if row < 2 else OTHER)
        title = names[row] if not row else f"{names[row]}: {apart[row]:.2f} from the first (grey)"
        bars.set_title(title, fontsize=10, pad=2)
        bars.set(xlim=(-1, codes.shape[1]), xticks=[])
    axes[-1, 1].set_xlabel(f"the {codes.shape[1]} numbers of the encoding")
    return axes
