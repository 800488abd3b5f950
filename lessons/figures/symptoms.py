"""What shows that a program of set 11 is wrong: one experiment each, on drawn numbers.

Each takes the program, as it was given or as it was mended, and gives what its docstring tells and
lesson 11 draws. None of them knows the cause.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Program = Callable[..., Any]
PARAMETERS = ("w1", "b1", "w2", "b2")


def gradient_check(program: Program) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each parameter of a random network the gradient, and finite differences, both flat."""
    rng = np.random.default_rng(0)
    parameters = [rng.normal(size=shape) for shape in ((4, 5), (5,), (5, 3), (3,))]
    x, labels = rng.normal(size=(8, 4)), rng.integers(0, 3, 8)
    found = {}
    gradients = program(x, labels, *parameters)[1:]
    for number, name in enumerate(PARAMETERS):
        slopes = np.zeros(parameters[number].size)
        for i in range(slopes.size):
            sides = []
            for step in (1e-5, -1e-5):
                moved = [p.copy() for p in parameters]
                moved[number].flat[i] += step
                sides.append(program(x, labels, *moved)[0])
            slopes[i] = (sides[0] - sides[1]) / 2e-5
        found[name] = np.ravel(gradients[number]), slopes
    return found


def forty_doors(program: Program, far: float = 0.1) -> np.ndarray:
    """The false accept rates of people who only come to the door, in forty reports."""
    rates = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        labels = np.repeat(np.arange(16), 4)
        encodings = rng.normal(size=(16, 3))[labels] + 0.3 * rng.normal(size=(64, 3))
        people = np.arange(16)
        rates.append(program(encodings, labels, people[:8], people[8:], far)[1][1, 0])
    return np.array(rates)


def two_weeks(program: Program, repeats: int = 20) -> np.ndarray:
    """Errors on pairs (repeats, 2): of test pictures, and of people who came a week later.

    Two pictures are said to be of one person if the training pictures nearest to them are.
    """
    errors = []
    for seed in range(repeats):
        rng = np.random.default_rng(seed)
        people = np.repeat(np.arange(24), 6)
        pictures = rng.normal(size=(24, 8))[people] + 0.4 * rng.normal(size=(144, 8))
        now = people < 12
        here, who = pictures[now], people[now]
        training, test = (_rows(numbers, len(who)) for numbers in program(who, 0.25, rng))
        known = here[training], who[training]
        errors.append(
            [_errors(*known, here[test], who[test]), _errors(*known, pictures[~now], people[~now])]
        )
    return np.array(errors)


def _rows(numbers: np.ndarray, count: int) -> np.ndarray:
    """Those numbers that a picture has: a program that is wrong may give others."""
    rows = np.asarray(numbers, int)
    return rows[(rows >= 0) & (rows < count)]


def _errors(known: np.ndarray, names: np.ndarray, asked: np.ndarray, who: np.ndarray) -> float:
    """The mean of both error rates over all pairs; a half, as by guessing, where there are none."""
    if not len(names) or len(who) < 2:
        return 0.5
    nearest = names[((asked[:, None] - known) ** 2).sum(axis=2).argmin(axis=1)]
    i, j = np.triu_indices(len(who), 1)
    same, said = who[i] == who[j], nearest[i] == nearest[j]
    rates = [np.mean(said[kind] != same[kind]) for kind in (same, ~same) if kind.any()]
    return float(np.mean(rates))


def five_people(
    program: Program, steps: int = 2000, kept: Sequence[int] = ()
) -> tuple[np.ndarray, dict[int, np.ndarray], np.ndarray]:
    """Losses of a training, encodings (20, 2) before the steps in `kept`, and the labels."""
    rng = np.random.default_rng(0)
    centres = np.zeros((5, 6))
    centres[:, :2] = 1.5 * rng.normal(size=(5, 2))
    labels = np.repeat(np.arange(5), 4)
    pictures = centres[labels] + 1.2 * rng.normal(size=(20, 6))
    w, losses, encodings = 0.5 * rng.normal(size=(6, 2)), [], {}
    for step in range(steps + 1):
        if step in (*kept, steps):
            encodings[step] = pictures @ w
        loss, w = program(w, pictures, labels, 0.1)
        losses.append(loss)
    return np.array(losses), encodings, labels


def widest(points: np.ndarray) -> float:
    """The largest distance of two points (N, d)."""
    return float(np.sqrt(((points[:, None] - points) ** 2).sum(axis=2)).max())


def moves(layers: Sequence[tuple[int, int, int]], row: int, column: int, size: int) -> np.ndarray:
    """How much a unit moves when one pixel of a picture (size, size) changes by 1; weights 1."""
    found = np.zeros((size, size))
    for at in np.ndindex(found.shape):
        layer = np.zeros(found.shape)
        layer[at] = 1
        for kernel, stride, padding in layers:
            layer = np.pad(layer, padding)
            windows = np.lib.stride_tricks.sliding_window_view(layer, (kernel, kernel))
            layer = windows[::stride, ::stride].sum(axis=(2, 3))
        found[at] = layer[row, column]
    return found


def mirrored(program: Program) -> float:
    """The cost of a picture beside its mirror image, over that beside another picture."""
    one, other = np.random.default_rng(1).normal(size=(2, 4, 6, 6))
    return float(program([one], [one[:, :, ::-1].copy()], [1]) / program([one], [other], [1]))


def described(picture: np.ndarray, cell: int = 8) -> np.ndarray:
    """Six channels of a picture (3, H, W), each the means of squares of cell x cell pixels.

    Its colours, and how much it changes downwards, to the right, and both.
    """
    grey = picture.mean(axis=0)
    down, right = np.zeros_like(grey), np.zeros_like(grey)
    down[:-1], right[:, :-1] = np.diff(grey, axis=0), np.diff(grey, axis=1)
    edges = 4 * np.stack([np.abs(down), np.abs(right), np.abs(down) * np.abs(right)])
    channels = np.concatenate([picture, edges])
    rows, columns = (size // cell for size in grey.shape)
    return channels.reshape(6, rows, cell, columns, cell).mean(axis=(2, 4))
