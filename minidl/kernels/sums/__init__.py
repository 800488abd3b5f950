"""Sums over axes, and of products, that stay right for ten million terms: added up in float64.

NumPy adds float32 in float32, and down an axis one after the other: of a million numbers 1000.1 the
mean was 1009.99. Every sum of the library is one of these two. Large float32 arrays, in any memory
order, go through the compiled sums; the others through NumPy's own in float64. float64 arrays are
added as NumPy adds them.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.machine.sizes import SUM_MIN_NUMBERS, SUM_WHOLE_MIN_NUMBERS

Axis = int | tuple[int, ...] | None
FLOAT32 = np.dtype(np.float32)


def total(
    x: np.ndarray, axis: Axis = None, keepdims: bool = False, *, wide: bool = False
) -> np.ndarray:
    """The sum of x over `axis`, as np.sum gives it, within 1e-7 of its value.

    wide: of float32, the sum in float64, where the mean of what overflows float32 is at hand.
    """
    if x.dtype != FLOAT32:
        return np.asarray(x.sum(axis, keepdims=keepdims))
    if axis is None and not keepdims and _lies_whole(x):
        from . import fast

        found = np.asarray(fast.whole(x))
    elif x.size >= SUM_MIN_NUMBERS and compiled():
        found = _sums(x, None, axes_of(x.ndim, axis), keepdims)
    else:
        found = np.asarray(x.astype(np.float64).sum(axis, keepdims=keepdims))
    return found if wide else found.astype(np.float32)


def dot(u: np.ndarray, v: np.ndarray, axis: Axis = None, keepdims: bool = False) -> np.ndarray:
    """The sum of u v over `axis`, in float64: both of one shape; no square of float32 overflows."""
    if u.dtype == v.dtype == FLOAT32 and u.size >= SUM_MIN_NUMBERS and compiled():
        return _sums(u, v, axes_of(u.ndim, axis), keepdims)
    products = u.astype(np.float64)
    products *= v
    return np.asarray(products.sum(axis, keepdims=keepdims))


def axes_of(ndim: int, axis: Axis) -> tuple[int, ...]:
    """The axes as numbers from 0. Raises ValueError, as NumPy, for those that are not there."""
    if axis is None or ndim == 0:  # NumPy sums a single value over axis 0, too
        return tuple(range(ndim))
    if type(axis) is int and 0 <= axis < ndim:
        return (axis,)
    return _normalized(ndim, axis)


@functools.lru_cache(maxsize=256)
def _normalized(ndim: int, axis: int | tuple[int, ...]) -> tuple[int, ...]:
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


def mean(x: np.ndarray, axis: Axis = None, keepdims: bool = False) -> np.ndarray:
    """The mean of x over `axis`, as np.mean gives it; of float32 divided before it is rounded."""
    if x.dtype != FLOAT32:
        return np.asarray(x.mean(axis, keepdims=keepdims))
    sums = total(x, axis, keepdims, wide=True)
    return np.asarray(sums / terms(x, axis), np.float32)


def deviations(x: np.ndarray, axis: Axis = None) -> tuple[np.ndarray, np.ndarray]:
    """x - mean(x) over `axis`, and the sums of its squares, float64 with the axes kept.

    A mean rounded to float32 may miss by more than numbers that lie close together differ: then
    what was rounded off is subtracted, too.
    """
    count = terms(x, axis)
    middle = total(x, axis, True, wide=True) / count
    rounded = middle.astype(x.dtype if x.dtype == FLOAT32 else np.float64)
    apart = x - rounded
    squares = dot(apart, apart, axis, True)
    left = middle - rounded
    seen = (left * left * count > 1e-15 * squares) & (np.abs(left) > 1e-12 * np.abs(middle))
    if seen.any():
        apart = apart - left.astype(apart.dtype)
        squares = dot(apart, apart, axis, True)
    return apart, squares


def _lies_whole(x: np.ndarray) -> bool:
    """Whether the numbers of x lie together and are worth a call of the compiled sum."""
    worth = x.size >= SUM_WHOLE_MIN_NUMBERS and compiled()
    return worth and (x.flags.c_contiguous or x.flags.f_contiguous)


def terms(x: np.ndarray, axis: Axis) -> int:
    """How many numbers each sum over `axis` has."""
    return _terms(x, axes_of(x.ndim, axis))


def _terms(x: np.ndarray, axes: tuple[int, ...]) -> int:
    count = 1
    for a in axes:
        count *= x.shape[a]
    return count


def _sums(u: np.ndarray, v: np.ndarray | None, axes: tuple[int, ...], keepdims: bool) -> np.ndarray:
    """The sums in float64 of u over axes; of u v, where v is given."""
    if v is None and 0 in u.strides and _stretched(u):
        return _of_stretched(u, axes, keepdims)
    from . import fast

    plan = _plan(u.shape, u.strides, axes)
    first = np.ascontiguousarray(u.transpose(plan.order))
    second = None if v is None else np.ascontiguousarray(v.transpose(plan.order))
    found = fast.matrices(first, second, plan.rows, plan.columns)
    if plan.left:
        found = found.reshape(plan.runs).sum(plan.left)
    found = found.reshape(plan.kept).transpose(plan.back)
    return np.expand_dims(found, axes) if keepdims else found


class _Plan(NamedTuple):
    """How an array is summed: as matrices (rows, columns), one after another in memory."""

    order: tuple[int, ...]  # of the axes in memory
    rows: int
    columns: int
    runs: tuple[int, ...]  # the lengths of what the sums over rows have for axes,
    left: tuple[int, ...]  # which of them are to be summed yet,
    kept: tuple[int, ...]  # the lengths of what is left then,
    back: tuple[int, ...]  # and its order in the result


@functools.lru_cache(maxsize=256)
def _plan(shape: tuple[int, ...], strides: tuple[int, ...], axes: tuple[int, ...]) -> _Plan:
    order = tuple(sorted(range(len(shape)), key=lambda a: -abs(strides[a])))
    runs = _runs([shape[a] for a in order], [a in axes for a in order])
    columns = runs.pop()[0] if runs and not runs[-1][1] else 1
    rows = runs.pop()[0] if runs and runs[-1][1] else 1
    kept = [a for a in order if a not in axes]
    return _Plan(
        order, rows, columns,
        runs=(*(n for n, _ in runs), columns),
        left=tuple(i for i, (_, summed) in enumerate(runs) if summed),
        kept=tuple(shape[a] for a in kept),
        back=tuple(sorted(range(len(kept)), key=lambda i: kept[i])),
    )  # fmt: skip


def _stretched(x: np.ndarray) -> tuple[int, ...]:
    """The axes along which one number is all there is, as `np.broadcast_to` makes them."""
    return tuple(a for a, step in enumerate(x.strides) if step == 0 and x.shape[a] > 1)


def _of_stretched(x: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> np.ndarray:
    """The sums of an array with stretched axes, from one number of each."""
    stretched = _stretched(x)
    once = x[tuple(slice(0, 1) if a in stretched else slice(None) for a in range(x.ndim))]
    found = total(once, axes, True, wide=True)
    found = found * _terms(x, tuple(a for a in axes if a in stretched))
    found = np.broadcast_to(found, [1 if a in axes else n for a, n in enumerate(x.shape)])
    return found if keepdims else found.squeeze(axes)


def _runs(shape: list[int], summed: list[bool]) -> list[tuple[int, bool]]:
    """Axes in memory order as (length, summed or kept), neighbours of one kind as one."""
    runs: list[tuple[int, bool]] = []
    for n, is_summed in zip(shape, summed, strict=True):
        if runs and runs[-1][1] == is_summed:
            runs[-1] = runs[-1][0] * n, is_summed
        elif n != 1:
            runs.append((n, is_summed))
    return runs
