"""Reductions over axes, and standardisation (which is made of them)."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.kernels import sums as kernel
from minidl.kernels.passes import standard as passes
from minidl.kernels.sums import axes_of, deviations, dot, terms, total
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
    axes = axes_of(len(shape), axis)
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def _left(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    axes = axes_of(len(shape), axis)
    return tuple(n for i, n in enumerate(shape) if i not in axes)


@op(_samples, methods=("sum",))
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The sum over `axis` (all axes when None), added up in float64."""
    return total(x, axis, keepdims), (lambda g: _spread(g, x, axis),)


@op(_samples, methods=("mean",))
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The mean over `axis` (all axes when None), added up in float64."""
    y = kernel.mean(x, axis, keepdims)
    return y, (lambda g: _spread(g / terms(x, axis), x, axis),)


@op(_samples, methods=("max",))
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The maximum over `axis`, NaN where one is; equal maxima (or NaNs) share the gradient."""
    return _extreme(x, x.max(axis, keepdims=keepdims), axis)


@op(_samples, methods=("min",))
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The minimum over `axis`, NaN where one is; equal minima (or NaNs) share the gradient."""
    return _extreme(x, x.min(axis, keepdims=keepdims), axis)


def _extreme(x: Array, y: Array, axis: Axis) -> Result:
    kept = y.reshape(_kept(x.shape, axis))
    chosen = (x == kept) | ((x != x) & (kept != kept))

    def vjp(g: Array) -> Array:
        shares = _spread(g, x, axis) / chosen.sum(axis, keepdims=True).astype(x.dtype)
        result: Array = np.where(
            chosen, shares, x.dtype.type(0)
        )  # an infinite g times 0 would be NaN
        return result

    return y, (vjp,)


@op(
    each(normal((2, 3)), normal((2, 3, 4), axis=(0, 2)), normal((3, 4), axis=1, ddof=1)),
    methods=("var",),
)
def var(x: Array, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Result:
    """The variance over `axis`, divided by n - ddof (NumPy's default: 0).

    Squares of distances from the mean, added up in float64: equal numbers have exactly 0.
    """
    count = terms(x, axis)
    if count <= ddof:
        raise ValueError(
            f"var: given {count} values along axis {axis} of {x.shape} and ddof={ddof}; "
            "needs more values than ddof"
        )
    apart, squares = deviations(x, axis)
    y = (squares if keepdims else squares.squeeze(axis)) / (count - ddof)
    scale = 2 / (count - ddof)
    return y.astype(apart.dtype), (lambda g: _spread(g, x, axis) * apart * scale,)


@op(
    each(normal((2, 3)), normal((2, 3, 4), axis=(0, 2)), normal((3, 4), axis=1, ddof=1)),
    methods=("std",),
)
def std(x: Array, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Result:
    """The square root of `var`; its gradient where all values are equal is taken as 0."""
    variance, (to_x,) = OPS["var"].forward(x, axis, ddof, keepdims)
    y = np.sqrt(variance)
    return y, (lambda g: to_x(g / (2 * np.where(y == 0, 1, y)).astype(x.dtype)),)


@op(_samples, methods=("prod",))
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """The product over `axis` (all axes when None); its gradient is right where values are 0."""

    def vjp(g: Array) -> Array:
        axes = axes_of(x.ndim, axis)
        last = tuple(range(-len(axes), 0))
        moved = np.moveaxis(x, axes, last)
        flat = moved.reshape(*moved.shape[: moved.ndim - len(axes)], -1)
        others = (_before(flat) * _before(flat[..., ::-1])[..., ::-1]).reshape(moved.shape)
        result: Array = _spread(g, x, axis) * np.moveaxis(others, last, axes)
        return result

    return x.prod(axis, keepdims=keepdims), (vjp,)


def _before(x: Array) -> Array:
    """The product of all that stand before each value along the last axis."""
    return np.cumprod(np.concatenate([np.ones_like(x[..., :1]), x[..., :-1]], -1), -1)


@op(each(normal((2, 3), axis=1), normal((2, 3, 4), axis=-2)), methods=("cumsum",))
def cumsum(x: Array, axis: int) -> Result:
    """The sums of each value and those before it along `axis`."""
    return _running(x, axis), (lambda g: np.flip(_running(np.flip(g, axis), axis), axis),)


def _running(x: Array, axis: int) -> Array:
    return np.cumsum(x, axis, dtype=np.float64).astype(x.dtype)


@op(_samples, methods=("logsumexp",))
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Result:
    """log(sum(e^x)) over `axis` (all axes when None); nothing overflows. Gradient: the softmax."""
    high = x.max(axis, keepdims=True)
    shift = np.where(np.isfinite(high), high, 0).astype(x.dtype)
    e = np.exp(x - shift)
    whole = total(e, axis, True)
    with np.errstate(divide="ignore"):  # the logarithm of nothing but e^-inf is -inf
        kept = np.log(whole) + shift
    y = kept.reshape(kept.shape if keepdims else _left(x.shape, axis))
    return y, (lambda g: _spread(g, x, axis) * (e / np.where(whole == 0, 1, whole)),)


@op(each(normal((2, 3)), normal((3,))))
def squared_norm(x: Array) -> Result:
    """The sum of all squares, in one pass and in float64."""
    if x.dtype == np.float64:
        flat = x.ravel("K")  # in the order in which they lie in memory
        return np.dot(flat, flat), (lambda g: (2 * g) * x,)
    return dot(x, x).astype(x.dtype), (lambda g: (2 * g) * x,)


@op(each(normal((4, 3), axis=0), normal((2, 3, 4), axis=(0, 2), eps=0.1)))
def standardize(x: Array, axis: Axis = None, eps: float = 1e-5) -> Result:
    """(x - mean) / sqrt(var + eps) over `axis`: the core of batch and layer normalisation.

    The gradient, with y the result and means over `axis`: (g - mean(g) - y mean(g y)) / std
    (Ioffe and Szegedy, 2015, section 3, simplified).
    """
    y, inverse = passes.standardize(x, axis, eps)
    return y, (lambda g: passes.standardize_grad(g, y, inverse, axis),)


@checked
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Where the maximum is along `axis` (in the flattened tensor when None): the first, int64."""
    return Tensor._wrap(np.asarray(np.argmax(as_tensor(x)._array, axis, keepdims=keepdims)))


@checked
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Where the minimum is along `axis` (in the flattened tensor when None): the first, int64."""
    return Tensor._wrap(np.asarray(np.argmin(as_tensor(x)._array, axis, keepdims=keepdims)))


add_methods(argmax=argmax, argmin=argmin)
