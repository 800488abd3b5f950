"""How arrays lie in memory: copies in another order, and the names of two orders.

NumPy copies a transposed array number by number: 4 MB of features from channels-first to
channels-last took it 7 to 12 ms. Here squares of LANES by LANES numbers are turned in registers, on
every thread.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.geometry import Shape
from minidl.kernels.machine.addresses import back
from minidl.kernels.machine.recording import recording
from minidl.kernels.machine.sizes import PASS_MIN_NUMBERS, TURN_MIN_NUMBERS
from minidl.kernels.machine.trace import traced

FLOAT32 = np.dtype(np.float32)
FLOAT_BYTES = 4


def channels_last(a: np.ndarray) -> np.ndarray:
    """The array (N, C, *spatial) as a contiguous (N, *spatial, C); a copy only where it must be."""
    return contiguous(a.transpose(0, *range(2, a.ndim), 1))


def channels_first(a: np.ndarray) -> np.ndarray:
    """The array (N, *spatial, C) viewed as (N, C, *spatial)."""
    return a.transpose(0, a.ndim - 1, *range(1, a.ndim - 1))


def contiguous(a: np.ndarray) -> np.ndarray:
    """The array with its last axis together in memory, and so on: a itself where it lies so."""
    if a.flags.c_contiguous:
        return a
    small = a.size < TURN_MIN_NUMBERS and recording() is None  # NumPy's copies are in no program
    if a.dtype != FLOAT32 or small or not compiled():
        return np.ascontiguousarray(a)
    turn = _turn(a.shape, a.strides)
    return np.ascontiguousarray(a) if turn is None else _turned(a, turn)


def like(a: np.ndarray, model: np.ndarray) -> np.ndarray:
    """The array with its axes in the order in which those of `model`, of its shape, lie in memory.

    a itself where it lies so, where it is small, where it repeats its numbers (a sum's gradient: a
    copy would make one number many), and where `model` has no order of its own: it has gaps, or
    repeats its numbers.
    """
    if a.strides == model.strides or a.size < TURN_MIN_NUMBERS or a.shape != model.shape:
        return a
    if 0 in a.strides:
        return a
    order = order_of(model)
    if not model.transpose(order).flags.c_contiguous:
        return a
    return contiguous(a.transpose(order)).transpose(back(order))


def copied(a: np.ndarray, model: np.ndarray) -> np.ndarray:
    """A copy of a that can be written to, its axes in the order in which `model`'s lie in memory.

    Also of an array that repeats its numbers: in the copy each has a place of its own.
    """
    order = order_of(model)
    u = a.transpose(order)
    worth = a.dtype == FLOAT32 and a.size >= PASS_MIN_NUMBERS and compiled()
    repeat, turn = (
        (_repeat(u.shape, u.strides), _turn(u.shape, u.strides)) if worth else (None,) * 2
    )
    if repeat is not None:
        copy = _repeated(u, repeat)
    elif turn is not None:
        copy = _turned(u, turn)
    else:
        copy = np.array(u, order="C")
    return copy.transpose(back(order))


def fill(target: np.ndarray, a: np.ndarray) -> None:
    """Copies a into a target of its shape that fills its memory, in any order of its axes."""
    order = order_of(target)
    u, t = a.transpose(order), target.transpose(order)
    worth = a.dtype == FLOAT32 == t.dtype and a.size >= TURN_MIN_NUMBERS and compiled()
    turn = _turn(u.shape, u.strides) if worth and t.flags.c_contiguous else None
    if turn is None:
        t[...] = u
    else:
        _turned(u, turn, t)


def order_of(a: np.ndarray) -> list[int]:
    """The axes of an array from the slowest in memory to the fastest."""
    return sorted(range(a.ndim), key=lambda axis: -a.strides[axis])


class Turn(NamedTuple):
    """A copy as many copies of matrices that are turned; steps are in numbers, not bytes.

    outer: (length, step in the source, step in the result) of what counts the matrices.
    rows, columns: of the source's matrices, whose columns are `step` apart in it and whose rows
    lie together; they are `row` apart in the result, whose columns lie together.
    """

    outer: tuple[tuple[int, int, int], ...]
    rows: int
    columns: int
    step: int
    row: int


@functools.lru_cache(maxsize=256)
def _turn(shape: Shape, strides: Shape) -> Turn | None:
    """How to copy such an array into C order; None where that is no turn: NumPy does it well."""
    if any(step <= 0 or step % FLOAT_BYTES for step in strides):
        return None
    axes = _merged([(n, step // FLOAT_BYTES) for n, step in zip(shape, strides, strict=True)])
    steps = [1]
    for n, _ in reversed(axes[1:]):
        steps.insert(0, steps[0] * n)
    together = [i for i, (_, step) in enumerate(axes) if step == 1]
    if not together or together[0] == len(axes) - 1:
        return None
    fast, last = together[0], len(axes) - 1
    return Turn(
        outer=tuple((*axes[i], steps[i]) for i in range(last) if i != fast),
        rows=axes[fast][0], columns=axes[last][0], step=axes[last][1], row=steps[fast],
    )  # fmt: skip


class Repeat(NamedTuple):
    """`outer` runs of `length` numbers, `step` apart, each of them `times` times."""

    outer: int
    step: int
    times: int
    length: int


@functools.lru_cache(maxsize=256)
def _repeat(shape: Shape, strides: Shape) -> Repeat | None:
    """How to copy such an array into C order, if it is a Repeat (or lies so already)."""
    if any(step < 0 or step % FLOAT_BYTES for step in strides):
        return None
    axes = _merged([(n, step // FLOAT_BYTES) for n, step in zip(shape, strides, strict=True)])
    length = axes.pop()[0] if axes and axes[-1][1] == 1 else 1
    times = axes.pop()[0] if axes and axes[-1][1] == 0 else 1
    outer, step = axes.pop() if axes else (1, 0)
    return None if axes or (step and times == 1) else Repeat(outer, step, times, length)


def _merged(axes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The axes (length, step) without those of length 1, neighbours that are one run as one."""
    merged: list[tuple[int, int]] = []
    for n, step in axes:
        if merged and merged[-1][1] == n * step:
            merged[-1] = merged[-1][0] * n, step
        elif n != 1:
            merged.append((n, step))
    return merged


@traced()
def _repeated(a: np.ndarray, repeat: Repeat) -> np.ndarray:
    from . import fast

    return fast.repeated(a, repeat)


@traced()
def _turned(a: np.ndarray, turn: Turn, target: np.ndarray | None = None) -> np.ndarray:
    from . import fast

    return fast.turned(a, turn, target)
