"""Operations that move values without changing them."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from minidl.arguments import REFUSED, DType, checked, spelt, whole
from minidl.kernels.layout import order_of
from minidl.ops.registry import (
    Sample,
    Vjps,
    add_methods,
    each,
    normal,
    op,
    unbroadcast,
)
from minidl.tensor import Tensor, Vjp, as_tensor

Array = np.ndarray
Result = tuple[Array, Vjps]


@op(each(normal((2, 6), shape=(3, 4)), normal((2, 3, 4), shape=(2, -1))))
def _reshape(x: Array, shape: tuple[int, ...]) -> Result:
    """The same values, in row-major order, in another shape."""
    return x.reshape(shape), (lambda g: g.reshape(x.shape),)


def reshape(x: Any, *shape: Any) -> Tensor:
    """The same values, in row-major order, in another shape; one length may be -1."""
    return _reshape(x, shape=_flat_tuple("reshape", shape))


@checked
def squeeze(x: Any, axis: int | tuple[int, ...] | None = None) -> Tensor:
    """x without the axes of length 1 (all of them when None), as NumPy's."""
    t = as_tensor(x)
    axes = range(t.ndim) if axis is None else _axes("squeeze", axis, t.ndim)
    long = [a for a in axes if t.shape[a] != 1]
    if axis is not None and long:
        raise ValueError(f"squeeze: given axis={axis} of shape {t.shape}, expected length 1 there")
    return reshape(t, *(n for a, n in enumerate(t.shape) if n != 1 or a not in axes))


@checked
def unsqueeze(x: Any, axis: int) -> Tensor:
    """x with a new axis of length 1 at `axis` (`x[:, None]` for axis 1)."""
    t = as_tensor(x)
    (at,) = _axes("unsqueeze", axis, t.ndim + 1)
    return reshape(t, *t.shape[:at], 1, *t.shape[at:])


@checked
def flatten(x: Any, start_axis: int = 0, end_axis: int = -1) -> Tensor:
    """x with the axes from start_axis to end_axis joined into one, in row-major order."""
    t = as_tensor(x)
    if not t.ndim:
        return reshape(t, 1)
    first, last = _axes("flatten", (start_axis, end_axis), t.ndim)
    if first > last:
        raise ValueError(f"flatten: given axes {start_axis} to {end_axis} of shape {t.shape}")
    joined = math.prod(t.shape[first : last + 1])
    return reshape(t, *t.shape[:first], joined, *t.shape[last + 1 :])


@checked
def split(x: Any, split_size: int | Sequence[int], axis: int = 0) -> tuple[Tensor, ...]:
    """x cut along `axis`: into parts of one size (the last may be shorter) or of these sizes."""
    t = as_tensor(x)
    (at,) = _axes("split", axis, t.ndim)
    size = split_size
    sizes = [size] * -(-t.shape[at] // size) if isinstance(size, int) and size > 0 else size
    if not isinstance(sizes, Sequence) or (isinstance(size, Sequence) and sum(size) != t.shape[at]):
        raise ValueError(
            f"split: given {size} for axis {axis} of shape {t.shape}, expected a size of at least "
            f"1, or sizes that add up to {t.shape[at]}"
        )
    edges = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    return tuple(t[(slice(None),) * at + (slice(a, b),)] for a, b in pairwise(edges))


def _axes(name: str, axis: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """Axes counted from the front; ValueError where one is not there."""
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not all(-ndim <= a < ndim for a in axes):
        raise ValueError(f"{name}: given axis {axis}, which a shape of {ndim} axes does not have")
    return tuple(a % ndim for a in axes)


@op(each(normal((2, 3, 4), axes=(2, 0, 1)), normal((2, 3), axes=None)))
def _transpose(x: Array, axes: tuple[int, ...] | None) -> Result:
    """Axes in another order (reversed when None)."""
    back = None if axes is None else tuple(np.argsort([a % x.ndim for a in axes]))
    return x.transpose(axes), (lambda g: g.transpose(back),)


def transpose(x: Any, *axes: Any) -> Tensor:
    """The axes in another order, reversed when none is given: `t.transpose(1, 0)`."""
    return _transpose(
        x, axes=_flat_tuple("transpose", axes) if axes and axes[0] is not None else None
    )


def _flat_tuple(name: str, values: tuple[Any, ...]) -> tuple[int, ...]:
    """The whole numbers given one by one, or as one list, tuple or array."""
    many = len(values) == 1 and (isinstance(values[0], (list, tuple)) or np.ndim(values[0]) == 1)
    found = tuple(whole(v) for v in (values[0] if many else values))
    if REFUSED in found:
        given = ", ".join(map(spelt, values))
        raise TypeError(f"{name}: given {given}, expected whole numbers, as in {name}(1, 0)")
    return found


@op(each(normal((3, 1), shape=(2, 3, 4)), normal((), shape=(2,))), methods=("broadcast_to",))
def broadcast_to(x: Array, shape: tuple[int, ...]) -> Result:
    """x stretched to `shape` by NumPy's broadcasting rules."""
    return np.broadcast_to(x, shape).copy(), (lambda g: unbroadcast(g, x.shape),)


def _getitem_samples(rng: np.random.Generator) -> list[Sample]:
    keys: list[Any] = [
        1,
        (slice(None), slice(0, 3, 2)),
        (..., None, -1),
        np.array([0, 1, 1, 0]),
        (np.array([0, 1, 1]), np.array([2, 2, 2])),
        rng.random((2, 4)) < 0.5,
    ]
    return [Sample((rng.standard_normal((2, 4)),), {"key": key}) for key in keys]


@op(_getitem_samples)
def _getitem(x: Array, key: Any) -> Result:
    """x[key]: slices, integers, integer arrays (repeats add up in the gradient), boolean masks."""

    def vjp(g: Array) -> Array:
        if _is_distinct(key):
            out = np.zeros_like(x)
            out[key] = g
            return out
        sums = np.zeros(x.shape)  # float64: one place may be chosen a million times
        np.add.at(sums, key, g.astype(np.float64))
        return sums.astype(x.dtype)

    return x[key], (vjp,)


def _is_distinct(key: Any) -> bool:
    """Whether no place is chosen twice: there are no integer arrays among the parts of the key."""
    parts = key if isinstance(key, tuple) else (key,)
    basic = (int, np.integer, slice)
    return all(p is None or p is ... or isinstance(p, basic) or _is_mask(p) for p in parts)


def _is_mask(part: Any) -> bool:
    return isinstance(part, np.ndarray) and part.dtype == bool


def _plain_key(key: Any) -> Any:
    """The key without Tensors; arrays are copied, as the backward walk reads them again."""
    if isinstance(key, tuple):
        return tuple(_plain_key(part) for part in key)
    if isinstance(key, Tensor):
        return key._array.copy()
    return copy.deepcopy(key) if isinstance(key, (np.ndarray, list)) else key


def getitem(x: Tensor, key: Any) -> Tensor:
    """x[key], with NumPy's basic and advanced indexing.

    Raises IndexError where there is no such place, TypeError where `key` is no index.
    """
    plain = _plain_key(key)
    try:
        return _getitem(x, key=plain)
    except (IndexError, TypeError, ValueError) as error:
        raise _no_index(x, key, str(error)) from None


def _no_index(x: Tensor, key: Any, said: str) -> Exception:
    shown = ", ".join(map(spelt, key)) if isinstance(key, tuple) else spelt(key)
    given = f"Tensor[...]: given [{shown}] for shape {x.shape}"
    if "out of bounds" in said or "too many indices" in said or "did not match" in said:
        return IndexError(f"{given}, expected places within it")
    return TypeError(
        f"{given}, expected whole numbers, slices, ..., None, or arrays of whole numbers or of "
        "True and False"
    )


@op(each(normal((2, 3), (2, 1), axis=1), normal((2,), (3,), (1,))), arrays=None)
def _concatenate(*arrays: Array, axis: int = 0) -> Result:
    """The arrays one after another along `axis`."""
    y = np.concatenate(arrays, axis)
    edges = np.cumsum([0, *(a.shape[axis] for a in arrays)])
    return y, tuple(_slice(axis % y.ndim, a, b) for a, b in pairwise(edges))


def _slice(axis: int, start: int, stop: int) -> Vjp:
    key = (slice(None),) * axis + (slice(start, stop),)
    return lambda g: g[key]


@checked
def concatenate(tensors: Sequence[Any], axis: int | None = 0) -> Tensor:
    """Tensors of equal shape (but for `axis`) one after another along `axis`; None: flattened."""
    if axis is None:
        return concatenate([flatten(t) for t in _some(tensors, "concatenate")])
    return _concatenate(*_some(tensors, "concatenate"), axis=axis)


@checked
def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors of one shape, side by side along a new axis."""
    parts = [as_tensor(t) for t in _some(tensors, "stack")]
    at = np.lib.array_utils.normalize_axis_index(axis, parts[0].ndim + 1)
    return _concatenate(*(reshape(t, *t.shape[:at], 1, *t.shape[at:]) for t in parts), axis=at)


def _some(tensors: Sequence[Any], name: str) -> list[Any]:
    if not len(tensors):
        raise ValueError(f"{name}: given no tensors, expected at least one")
    return list(tensors)


Width = int | tuple[int, int] | Sequence[tuple[int, int]]


@op(each(normal((2, 3), width=((1, 0), (0, 2))), normal((4,), width=1, value=3.0)))
def pad(x: Array, width: Width, value: float = 0.0) -> Result:
    """x with `width` more values on each side, as in np.pad: an int, a pair, or a pair per axis."""
    pairs = _pairs(width, x.ndim)
    if any(n < 0 or n != int(n) for pair in pairs for n in pair):
        raise ValueError(f"pad: given width {width}, expected whole numbers of at least 0")
    sizes = [n + sum(pair) for n, pair in zip(x.shape, pairs, strict=True)]
    inside = tuple(slice(before, before + n) for (before, _), n in zip(pairs, x.shape, strict=True))
    order = order_of(x)  # in memory as x is: channels-last features stay so
    y = np.full([sizes[axis] for axis in order], value, x.dtype).transpose(np.argsort(order))
    y[inside] = x
    return y, (lambda g: g[inside],)


def _pairs(width: Width, axes: int) -> list[list[int]]:
    """How many values go before and behind on each axis."""
    try:
        pairs: list[list[int]] = np.broadcast_to(np.asarray(width), (axes, 2)).tolist()
    except ValueError:
        raise ValueError(
            f"pad: given width {width}, expected an int, a pair, or a pair for each of {axes} axes"
        ) from None
    return pairs


@op(each(normal((2, 3), dtype=np.float64)), methods=("astype",))
def astype(x: Array, dtype: DType) -> Result:
    """x converted to `dtype`; the gradient is converted back, and ends where it is no float."""
    kind = np.dtype(dtype)
    if kind.kind not in "biu" and kind not in (np.float32, np.float64):
        raise TypeError(f"astype: given {kind}, expected float32, float64, an integer or bool")
    return x.astype(dtype), (lambda g: g.astype(x.dtype),)


add_methods(
    reshape=reshape, transpose=transpose, T=property(transpose), squeeze=squeeze,
    unsqueeze=unsqueeze, flatten=flatten, split=split, __getitem__=getitem,
)  # fmt: skip
