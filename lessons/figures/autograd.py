"""The figures of lesson 01, one function each; open it to see how any of them was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from minidl import Tensor

from .palette import BLUE, GREY, ORANGE, QUIET

VALUE, GRADIENT = BLUE, ORANGE
WIDTH, HEIGHT = 1.25, 0.62  # a box in a graph; its neighbour stands 2 further right


def question(threes: np.ndarray, eights: np.ndarray, slopes: np.ndarray) -> list[Axes]:
    """Digits (n, 8, 8) in two rows, and the slopes of the loss in all 64 weights (8, 8)."""
    figure, axes = plt.subplot_mosaic(
        [["threes", "slopes"], ["eights", "slopes"]],
        figsize=(7.2, 2.5),
        width_ratios=[2.2, 1.3],
    )
    for name, images in (("threes", threes), ("eights", eights)):
        paper = [np.pad(1 - image, 1, constant_values=1) for image in images]
        axes[name].imshow(np.hstack(paper), vmin=0, vmax=1)
        axes[name].set_title(f"some {name}", fontsize=10)
        axes[name].set_axis_off()
    shown = signed(axes["slopes"], slopes)
    axes["slopes"].set_title("if this weight grows, …", fontsize=10)
    bar = figure.colorbar(shown, ax=axes["slopes"], ticks=[shown.norm.vmin, 0, shown.norm.vmax])
    bar.ax.set_yticklabels(["loss falls", "no change", "loss rises"])
    return list(axes.values())


def signed(ax: Axes, values: np.ndarray) -> Any:
    """A picture of numbers of either sign: blue negative, white 0, red positive."""
    most = abs(values).max() or 1
    ax.set_axis_off()
    return ax.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most)


@dataclass(frozen=True)
class Box:
    """One box of a graph: what stands in it and under it, where it is, and whether it is quiet."""

    text: str
    place: tuple[float, float]
    below: str = ""
    quiet: bool = False


def numbers(
    output: Any,
    names: Mapping[str, Any],
    grads: bool = True,
    rows: Mapping[str, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The graph of the lesson's `Number`s: values in boxes, slopes on arrows, gradients below."""
    name_of = {id(node): name for name, node in names.items()}
    nodes = nodes_of(output, lambda node: node.parents)
    places = placed(nodes, lambda node: node.parents)
    boxes, arrows = {}, []
    for node in nodes:
        name, (x, y) = name_of.get(id(node), ""), places[id(node)]
        below = signs(f"grad {node.grad:g}") if grads else ""
        text = signs(f"{name} = {node.value:g}")
        boxes[id(node)] = Box(text, (x, (rows or {}).get(name, y)), below)
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            arrows.append((id(parent), id(node), signs(f"×{slope:g}")))
    return graph(boxes, arrows, ax)


def tensors(output: Tensor, names: Mapping[str, Tensor], ax: Axes | None = None) -> Axes:
    """The graph behind a minidl Tensor, read from its nodes; constants are drawn in grey."""
    name_of = {id(node): name for name, node in names.items()}
    nodes = nodes_of(output, inputs)
    places = placed(nodes, inputs)
    boxes, arrows = {}, []
    for node in nodes:
        text = node._node.op if node._node else name_of.get(id(node), "constant")
        boxes[id(node)] = Box(text, places[id(node)], str(node.shape), not node.requires_grad)
        arrows += [(id(parent), id(node), "") for parent in inputs(node)]
    return graph(boxes, arrows, ax)


def signs(text: str) -> str:
    """With a true minus sign."""
    return text.replace("-", "−")


def inputs(tensor: Tensor) -> Sequence[Tensor]:
    """What a recorded tensor was computed from."""
    return tensor._node.inputs if tensor._node else ()


def nodes_of(output: Any, parents: Any) -> list[Any]:
    """Every node of a small graph, inputs before results."""
    order: list[Any] = []

    def visit(node: Any) -> None:
        if all(node is not seen for seen in order):
            for parent in parents(node):
                visit(parent)
            order.append(node)

    visit(output)
    return order


def placed(nodes: Sequence[Any], parents: Any) -> dict[int, tuple[float, float]]:
    """A column for every step of the computation; in it, the nodes under each other."""
    column: dict[int, int] = {}
    for node in nodes:
        column[id(node)] = max((column[id(p)] + 1 for p in parents(node)), default=0)
    for node in reversed(nodes):  # an input stands just before the first that needs it
        if not parents(node) and len(nodes) > 1:
            users = [column[id(user)] for user in nodes if any(p is node for p in parents(user))]
            column[id(node)] = min(users) - 1
    places = {}
    for x in set(column.values()):
        here = [node for node in nodes if column[id(node)] == x]
        here.sort(key=lambda node: not parents(node))  # what is computed stays on the main line
        for y, node in enumerate(here):
            places[id(node)] = (2.0 * x, -1.5 * y)
    return places


def graph(
    boxes: Mapping[int, Box], arrows: Sequence[tuple[int, int, str]], ax: Axes | None = None
) -> Axes:
    """Boxes joined by arrows; two arrows between the same boxes are bent apart."""
    xs, ys = zip(*(box.place for box in boxes.values()), strict=True)
    if ax is None:
        size = 0.62 * (max(xs) - min(xs) + 2), 0.75 * (max(ys) - min(ys) + 1.6)
        ax = plt.subplots(figsize=size)[1]
    for number, (start, end, label) in enumerate(arrows):
        twice = sum((start, end) == other[:2] for other in arrows) > 1
        bend = (0.5 if arrows[number - 1][:2] == (start, end) else -0.5) if twice else 0.0
        arrow(ax, boxes[start].place, boxes[end].place, label, bend)
    for box in boxes.values():
        draw_box(ax, box)
    ax.set(xlim=(min(xs) - 0.9, max(xs) + 0.9), ylim=(min(ys) - 0.95, max(ys) + 0.6))
    ax.set_axis_off()
    return ax


def draw_box(ax: Axes, box: Box) -> None:
    """A rounded box with its text, and the line below it."""
    x, y = box.place
    edge = QUIET if box.quiet else VALUE
    corner = (x - WIDTH / 2, y - HEIGHT / 2)
    style = "round,pad=0,rounding_size=0.12"
    ax.add_patch(FancyBboxPatch(corner, WIDTH, HEIGHT, style, fc="white", ec=edge, lw=1.4))
    ax.text(x, y, box.text, ha="center", va="center", color=GREY if box.quiet else "black")
    colour = GRADIENT if box.below.startswith("grad") else GREY
    ax.text(x, y - HEIGHT / 2 - 0.07, box.below, ha="center", va="top", color=colour, fontsize=9)


def arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], label: str, bend: float
) -> None:
    """An arrow from the right side of one box to the left side of another, with its slope."""
    tail, head = (start[0] + WIDTH / 2, start[1]), (end[0] - WIDTH / 2, end[1])
    line = {"arrowstyle": "-|>", "color": GREY, "connectionstyle": f"arc3,rad={bend}"}
    line |= {"shrinkA": 0, "shrinkB": 1, "lw": 1.2}
    ax.annotate("", head, tail, arrowprops=line)
    middle = (tail[0] + head[0]) / 2, (tail[1] + head[1]) / 2 - bend * 0.45
    side = 0.2 if bend <= 0 else -0.2
    if head[1] != tail[1]:  # a steep arrow has room on its right
        middle, side = (middle[0] + 0.24, middle[1]), -0.15 if head[1] > tail[1] else 0.15
    ax.text(middle[0], middle[1] + side, label, ha="center", va="center", fontsize=9, color=GREY)


def visits(
    depths: Sequence[int],
    naive: Sequence[int],
    ordered: Sequence[int],
    ax: Axes | None = None,
) -> Axes:
    """How many visits the two walks make over a chain of doublings of each depth."""
    ax = ax or plt.subplots(figsize=(5.6, 3.0))[1]
    ax.semilogy(depths, naive, "o-", ms=4)
    ax.semilogy(depths, ordered, "s-", ms=4)
    ax.text(depths[-1] * 0.72, naive[-1] * 0.25, "every path", color="C0", ha="right")
    ax.text(depths[-1], ordered[-1] * 3, "each node once", color="C1", ha="right")
    ax.set(xlabel="doublings in a row", ylabel="visits", title="Paths double, nodes do not")
    return ax


def bracketings(sizes: Sequence[int], axes: Sequence[Axes] | None = None) -> list[Axes]:
    """A product of Jacobians, to scale, multiplied from the loss and from the inputs."""
    if axes is None:
        axes = plt.subplots(2, 1, figsize=(6.4, 2.5), sharex=True)[1]
    shapes = [(1, sizes[-1])] + [(m, n) for n, m in reversed(list(pairwise(sizes)))]
    names = "from the loss: rows", "from the inputs: whole matrices"
    for ax, backward, name in zip(axes, (True, False), names, strict=True):
        left, x = list(shapes), 0.0
        while len(left) > 1:
            x = product(ax, left, x, len(sizes), backward)
            ax.text(x - 14, 0, "=", ha="center", va="center", fontsize=13)
            at = 0 if backward else len(left) - 2
            left[at : at + 2] = [(left[at][0], left[at + 1][1])]
        x = product(ax, left, x, len(sizes), backward)
        ax.set(xlim=(-6, max(x, ax.get_xlim()[1])), ylim=(-40, 40), aspect="equal")
        ax.set_title(f"{name}, {multiplications(sizes, backward):,} multiplications", fontsize=10)
        ax.set_axis_off()
    return list(axes)


def product(
    ax: Axes, shapes: Sequence[tuple[int, int]], x: float, full: int, backward: bool
) -> float:
    """Matrices side by side from `x` on; those that were computed on the way are orange."""
    for i, (rows, columns) in enumerate(shapes):
        made = len(shapes) < full and i == (0 if backward else len(shapes) - 1)
        height = max(rows, 4)
        colour = GRADIENT if made else VALUE
        ax.add_patch(Rectangle((x, -height / 2), columns, height, color=colour, alpha=0.75, lw=0))
        x += columns + 7
    return x + 21


def multiplications(sizes: Sequence[int], backward: bool) -> int:
    """Multiplications for d(loss)/d(inputs) through layers of these sizes, and a loss on top."""
    pairs = list(pairwise(sizes))
    if backward:
        return sum(n * m for n, m in pairs)
    return sum(sizes[0] * n * m for n, m in pairs[1:]) + sizes[0] * sizes[-1]


def there_and_back(
    small: np.ndarray, grad: np.ndarray, back: np.ndarray, axes: Sequence[Axes] | None = None
) -> list[Axes]:
    """A row stretched over several, the gradient of the result, and the gradient of the row."""
    if axes is None:
        axes = plt.subplots(1, 4, figsize=(7.4, 0.6 + 0.4 * len(grad)))[1]
    tall = np.broadcast_to(small, grad.shape)
    shape = str(grad.shape)
    titles = ("a row (3,)", f"stretched to {shape}", f"gradient {shape}", "of the row (3,)")
    for ax, array, title, colour in zip(
        axes,
        (small[None], tall, grad, back[None]),
        titles,
        (VALUE, VALUE, GRADIENT, GRADIENT),
        strict=True,
    ):
        for (row, column), value in np.ndenumerate(array):
            faded = 0.35 if array is tall and row else 0.85
            ax.add_patch(Rectangle((column, -row), 1, -1, fc="white", ec=colour, alpha=faded))
            ax.text(column + 0.5, -row - 0.5, f"{value:g}", ha="center", va="center")
        ax.set(xlim=(-0.1, 3.1), ylim=(-len(grad) - 0.1, 0.1), aspect="equal")
        ax.set_title(title, loc="center", fontsize=10)
        ax.set_axis_off()
    for ax, text in ((axes[0], "copy down"), (axes[3], "add up")):
        ax.text(1.5, -1.6, text, ha="center", va="center", color=GREY, style="italic")
    return list(axes)


def steps(eps: np.ndarray, errors: Mapping[str, Sequence[float]], ax: Axes | None = None) -> Axes:
    """The error of difference quotients against the step; a dot marks the best of each."""
    ax = ax or plt.subplots(figsize=(6.4, 3.8))[1]
    for (name, error), style in zip(errors.items(), ("-", "-", "--"), strict=True):
        (line,) = ax.loglog(eps, error, style, label=name)
        ax.plot(eps[np.argmin(error)], min(error), "o", color=line.get_color())
    for text, x in (("← rounding", 1e-12), ("truncation →", 0.03)):
        ax.annotate(text, (x, 10), ha="left", color=GREY, style="italic")
    ax.set(xlabel="step ε", ylabel="relative error of the slope", ylim=(1e-12, 50))
    ax.set_title("Too small is as bad as too large")
    ax.legend(loc="lower left", fontsize=9)
    return ax


def learning(losses: Sequence[float], weights: Mapping[int, np.ndarray]) -> list[Axes]:
    """The loss at every step, and the weights as pictures after some of the steps."""
    count = len(weights)
    figure = plt.figure(figsize=(7.4, 3.9))
    cells = figure.add_gridspec(2, count, height_ratios=[1.4, 1])
    curve = figure.add_subplot(cells[0, :])
    curve.loglog(np.arange(1, len(losses) + 1), losses)
    curve.set(xlabel="step", ylabel="loss", title="The loss falls, and a picture appears")
    axes = [curve]
    for column, (step, picture) in enumerate(weights.items()):
        ax = figure.add_subplot(cells[1, column])
        signed(ax, picture)
        curve.plot(step, losses[step - 1], "o", color=GRADIENT)
        ax.set_title(f"step {step:,}", loc="center", fontsize=10)
        axes.append(ax)
    return axes


def evidence(
    images: np.ndarray, weights: np.ndarray, titles: Sequence[str], axes: Any = None
) -> list[Axes]:
    """Digits (n, 8, 8) above, and below what each pixel adds to the score: weight times ink."""
    if axes is None:
        axes = plt.subplots(2, len(images), figsize=(1.45 * len(images), 3.2))[1]
    most = abs(images * weights).max()
    for column, image in enumerate(images):
        axes[0, column].imshow(-image)
        axes[0, column].set_title(signs(titles[column]), loc="center", fontsize=9)
        axes[1, column].imshow(image * weights, cmap="RdBu_r", vmin=-most, vmax=most)
    for ax in axes.flat:
        ax.set_axis_off()
    return list(axes.flat)
