"""Elementwise arithmetic and functions, with broadcasting."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from minidl.arguments import Numbers, checked, said
from minidl.kernels.passes import elementwise as kernel
from minidl.ops.registry import (
    Sample,
    Vjps,
    add_methods,
    as_tensors,
    check_broadcast,
    each,
    normal,
    op,
    positive,
)
from minidl.tensor import Tensor

Array = np.ndarray
Result = tuple[Array, Vjps]

_WORDS = "a number or None; for limits of each value use minidl.maximum and minidl.minimum"
Limit = Annotated[float | None, said(float | None, _WORDS)]

_two = each(normal((2, 3), (2, 3)), normal((2, 1, 3), (4, 1)), normal((), (3,)))
_two_positive = each(positive((2, 3), (2, 3)), positive((2, 1, 3), (4, 1)), positive((3,), ()))
_one = each(normal((2, 3)), normal(()))
_one_positive = each(positive((2, 3)), positive(()))


@op(_two, arrays=2, broadcasts=True, methods=("__add__", "__radd__"))
def add(a: Array, b: Array) -> Result:
    """a + b."""
    return kernel.add(a, b), (lambda g: g, lambda g: g)


@op(_two, arrays=2, broadcasts=True, methods=("__sub__",))
def sub(a: Array, b: Array) -> Result:
    """a - b."""
    return a - b, (lambda g: g, lambda g: -g)


@op(_two, arrays=2, broadcasts=True, methods=("__mul__", "__rmul__"))
def mul(a: Array, b: Array) -> Result:
    """a * b."""
    return kernel.multiply(a, b), (
        lambda g: kernel.multiply(g, b),
        lambda g: kernel.multiply(g, a),
    )


@op(_two_positive, arrays=2, broadcasts=True, methods=("__truediv__",))
def div(a: Array, b: Array) -> Result:
    """a / b; d/db = -a / b^2."""
    y = a / b
    return y, (lambda g: g / b, lambda g: -g * y / b)


@op(_two_positive, arrays=2, broadcasts=True, methods=("__pow__",))
def pow(a: Array, b: Array) -> Result:
    """a ** b; d/da = b a^(b-1), d/db = a^b log a (0 where a is 0)."""
    y = a**b

    def to_base(g: Array) -> Array:
        slope = b * a ** np.where(b == 0, 1, b - 1).astype(b.dtype)
        result: Array = g * np.where(b == 0, a.dtype.type(0), slope)
        return result

    def to_exponent(g: Array) -> Array:
        slope = y * np.log(np.where(a == 0, 1, a).astype(a.dtype))
        result: Array = g * np.where((a == 0) & (b >= 0), a.dtype.type(0), slope)
        return result

    return y, (to_base, to_exponent)


@op(_two, arrays=2, broadcasts=True)
def maximum(a: Array, b: Array) -> Result:
    """The larger of a and b, NaN where either is.

    The gradient goes to the larger, also an infinite one; where they are equal each gets half of
    it, and where the result is NaN each gets all of it, as in PyTorch.
    """
    return np.maximum(a, b), (lambda g: _share(g, a, b), lambda g: _share(g, b, a))


@op(_two, arrays=2, broadcasts=True)
def minimum(a: Array, b: Array) -> Result:
    """The smaller of a and b, NaN where either is; gradients as those of `maximum`."""
    return np.minimum(a, b), (lambda g: _share(g, b, a), lambda g: _share(g, a, b))


def _share(g: Array, winner: Array, loser: Array) -> Array:
    """What the winner gets of g: compared, as the difference of two infinities is NaN."""
    half = g.dtype.type(0.5)
    return np.where(winner < loser, g.dtype.type(0), np.where(winner == loser, half * g, g))


@op(_one, methods=("__neg__",))
def neg(a: Array) -> Result:
    """-a."""
    return -a, (lambda g: -g,)


@op(_one, methods=("exp",))
def exp(a: Array) -> Result:
    """e^a."""
    y = np.exp(a)
    return y, (lambda g: g * y,)


@op(_one_positive, methods=("log",))
def log(a: Array) -> Result:
    """The natural logarithm."""
    return np.log(a), (lambda g: g / a,)


@op(_one_positive, methods=("sqrt",))
def sqrt(a: Array) -> Result:
    """The square root; its gradient at 0 is infinite (see `norm` for a safe length)."""
    y = np.sqrt(a)
    return y, (lambda g: g / (2 * y),)


@op(_one, methods=("tanh",))
def tanh(a: Array) -> Result:
    """The hyperbolic tangent."""
    y = np.tanh(a)
    return y, (lambda g: g * (1 - y * y),)


@op(_one, methods=("abs", "__abs__"))
def abs(a: Array) -> Result:
    """|a|, with gradient 0 at 0."""
    return np.abs(a), (lambda g: g * np.sign(a),)


@op(each(normal((4, 5), low=-0.5, high=0.5), normal((4,), low=None, high=0.3)), methods=("clip",))
def clip(a: Array, low: Limit = None, high: Limit = None) -> Result:
    """a limited to [low, high], numbers; the gradient passes inside, borders too, not at NaN."""
    inside = np.ones(a.shape, bool)
    if low is not None:
        inside &= a >= low
    if high is not None:
        inside &= a <= high
    unlimited = low is None and high is None  # which NumPy 2.0 refuses
    y = a.copy() if unlimited else np.clip(a, low, high)
    return y, (lambda g: np.where(inside, g, g.dtype.type(0)),)


@op(each(normal((4, 5), delta=0.5), normal((4,), delta=2.0)))
def huber(a: Array, delta: float = 1.0) -> Result:
    """a^2 / 2 where |a| < delta, delta (|a| - delta / 2) elsewhere; its slope is a, limited."""
    size = np.abs(a)
    y = np.where(size < delta, 0.5 * a * a, delta * (size - 0.5 * delta)).astype(a.dtype)
    return y, (lambda g: g * np.clip(a, -delta, delta),)


def _where_samples(rng: np.random.Generator) -> list[Sample]:
    choose = rng.random((2, 3)) < 0.5
    make = normal((2, 3), (3,), condition=choose)
    return [make(rng)]


@op(_where_samples, arrays=2, broadcasts=True)
def _where(a: Array, b: Array, *, condition: Numbers) -> Result:
    """a where `condition` holds, b elsewhere."""
    y = np.where(condition, a, b)
    return y, (lambda g: np.where(condition, g, 0), lambda g: np.where(condition, 0, g))


@checked
def where(condition: Numbers, a: Numbers, b: Numbers) -> Tensor:
    """a where `condition` (boolean, broadcast with both) holds, b elsewhere."""
    chosen = np.array(condition, dtype=bool)
    x, y = as_tensors("where", (a, b))
    check_broadcast("where", [chosen, x._array, y._array])
    return _where(x, y, condition=chosen)


add_methods(
    __rsub__=lambda self, other: sub(other, self),
    __rtruediv__=lambda self, other: div(other, self),
    __rpow__=lambda self, other: pow(other, self),
)
