"""Reductions over axes, and standardisation (which is made of them)."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.ops.registry import OPS, Vjps, add_methods, each, normal, op
from minidl.tensor import Tensor, as_tensor

Array = np.ndarray
Result = tuple[Array, Vjps]
Axis = int | tuple[int, ...] | None

_samples = each(
    normal((2, 3)),
    normal((2, 3, 4), axis=1),
    normal((2, 3, 4), axis=(0, -1), keepdims=True),
)


def _spread(g: Array, x: Array, axis: Axis) -> Array:
    """A reduction's gradient (with or without the reduced axes), stretched over x."""
    return np.broadcast_to(g.reshape(_kept(x.shape, axis)), x.shape)


def _kept(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    axes = _axes(len(shape), axis)
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def _left(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    axes = _axes(len(shape), axis)
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def _axes(ndim: int, axis: Axis) -> tuple[int, ...]:
    if axis is None or ndim == 0:  # NumPy sums a single value over axis 0, too
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def _count(x: Array, axis: Axis) -> int:
    return int(np.prod([x.shape[a] for a in _axes(x.ndim, axis)]))


@op(_samples, methods=("sum",))
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The sum over `axis` (all axes when None)."""
    y = x.sum(axis, keepdims=keepdims)
    return y, (lambda g: _spread(g, x, axis),)


@op(_samples, methods=("mean",))
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The mean over `axis` (all axes when None)."""
    y = x.mean(axis, keepdims=keepdims)
    return y, (lambda g: _spread(g / _count(x, axis), x, axis),)


@op(_samples, methods=("max",))
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The maximum over `axis`; equal maxima share the gradient."""
    return _extreme(x, x.max(axis, keepdims=keepdims), axis)


@op(_samples, methods=("min",))
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The minimum over `axis`; equal minima share the gradient."""
    return _extreme(x, x.min(axis, keepdims=keepdims), axis)


def _extreme(x: Array, y: Array, axis: Axis) -> Result:
    chosen = x == y.reshape(_kept(x.shape, axis))

    def vjp(g: Array) -> Array:
        shares = chosen / chosen.sum(axis, keepdims=True).astype(x.dtype)
        return _spread(g, x, axis) * shares

    return y, (vjp,)


@op(
    each(normal((2, 3)), normal((2, 3, 4), axis=(0, 2)), normal((3, 4), axis=1, ddof=1)),
    methods=("var",),
)
def var(x: Array, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Result:
    """The variance over `axis`, divided by n - ddof (NumPy's default: 0)."""
    if _count(x, axis) <= ddof:
        raise ValueError(
            f"var: given {_count(x, axis)} values along axis {axis} of {x.shape} and ddof={ddof}; "
            "needs more values than ddof"
        )
    centred = x - x.mean(axis, keepdims=True)
    scale = 2 / (_count(x, axis) - ddof)
    y = x.var(axis, ddof=ddof, keepdims=keepdims)
    return y, (lambda g: _spread(g, x, axis) * centred * scale,)


@op(
    each(normal((2, 3)), normal((2, 3, 4), axis=(0, 2)), normal((3, 4), axis=1, ddof=1)),
    methods=("std",),
)
def std(x: Array, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Result:
    """The square root of `var`; its gradient where all values are equal is taken as 0."""
    variance, (to_x,) = OPS["var"].forward(x, axis, ddof, keepdims)
    y = np.sqrt(variance)
    return y, (lambda g: to_x(g / (2 * np.where(y == 0, 1, y)).astype(x.dtype)),)


@op(_samples, methods=("norm",))
def norm(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The Euclidean length over `axis`; its gradient where the length is 0 is taken as 0."""
    kept = np.sqrt(np.sum(x * x, axis=axis, keepdims=True))
    safe = np.where(kept == 0, 1, kept)
    y = kept if keepdims else kept.squeeze(axis)
    return y, (lambda g: _spread(g, x, axis) * (x / safe),)


@op(_samples, methods=("prod",))
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The product over `axis` (all axes when None); its gradient is right where values are 0."""

    def vjp(g: Array) -> Array:
        axes = _axes(x.ndim, axis)
        last = tuple(range(-len(axes), 0))
        moved = np.moveaxis(x, axes, last)
        flat = moved.reshape(*moved.shape[: moved.ndim - len(axes)], -1)
        others = (_before(flat) * _before(flat[..., ::-1])[..., ::-1]).reshape(moved.shape)
        return _spread(g, x, axis) * np.moveaxis(others, last, axes)

    return x.prod(axis, keepdims=keepdims), (vjp,)


def _before(x: Array) -> Array:
    """The product of all that stand before each value along the last axis."""
    return np.cumprod(np.concatenate([np.ones_like(x[..., :1]), x[..., :-1]], -1), -1)


@op(each(normal((2, 3), axis=1), normal((2, 3, 4), axis=-2)), methods=("cumsum",))
def cumsum(x: Array, axis: int) -> Result:
    """The sums of each value and those before it along `axis`."""
    return np.cumsum(x, axis), (lambda g: np.flip(np.cumsum(np.flip(g, axis), axis), axis),)


@op(_samples, methods=("logsumexp",))
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """log(sum(e^x)) over `axis` (all axes when None); nothing overflows. Gradient: the softmax."""
    high = x.max(axis, keepdims=True)
    shift = np.where(np.isfinite(high), high, 0).astype(x.dtype)
    e = np.exp(x - shift)
    total = e.sum(axis, keepdims=True)
    with np.errstate(divide="ignore"):  # the logarithm of nothing but e^-inf is -inf
        kept = np.log(total) + shift
    y = kept.reshape(kept.shape if keepdims else _left(x.shape, axis))
    return y, (lambda g: _spread(g, x, axis) * (e / np.where(total == 0, 1, total)),)


@op(each(normal((2, 3)), normal((3,))))
def squared_norm(x: Array) -> Result:
    """The sum of all squares, in one pass."""
    flat = x.ravel("K")  # in the order in which they lie in memory
    return np.dot(flat, flat), (lambda g: (2 * g) * x,)


@op(each(normal((4, 3), axis=0), normal((2, 3, 4), axis=(0, 2), eps=0.1)))
def standardize(x: Array, axis: Axis = None, eps: float = 1e-5) -> Result:
    """(x - mean) / sqrt(var + eps) over `axis`: the core of batch and layer normalisation.

    The gradient, with y the result and means over `axis`: (g - mean(g) - y mean(g y)) / std
    (Ioffe and Szegedy, 2015, section 3, simplified).
    """
    inverse = 1 / np.sqrt(x.var(axis, keepdims=True) + x.dtype.type(eps))
    y = (x - x.mean(axis, keepdims=True)) * inverse

    def vjp(g: Array) -> Array:
        along = (g * y).mean(axis, keepdims=True)
        return (g - g.mean(axis, keepdims=True) - y * along) * inverse

    return y, (vjp,)


@checked
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Where the maximum is along `axis` (in the flattened tensor when None): the first, int64."""
    return Tensor._wrap(np.asarray(np.argmax(as_tensor(x)._array, axis, keepdims=keepdims)))


@checked
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Where the minimum is along `axis` (in the flattened tensor when None): the first, int64."""
    return Tensor._wrap(np.asarray(np.argmin(as_tensor(x)._array, axis, keepdims=keepdims)))


add_methods(argmax=argmax, argmin=argmin)
