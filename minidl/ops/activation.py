"""The nonlinearities of networks, and the two softmaxes."""

from __future__ import annotations

import numpy as np

from minidl.kernels.reduce import dot, total
from minidl.ops.registry import Vjps, each, normal, op

Array = np.ndarray
Result = tuple[Array, Vjps]

_samples = each(normal((2, 3)), normal((4, 3, 2)))
_along_axis = each(normal((2, 3)), normal((4, 3, 2), axis=1), normal((5,), axis=0))


@op(_samples, methods=("relu",))
def relu(x: Array) -> Result:
    """max(x, 0), with gradient 0 at 0; NaN stays NaN and passes the gradient."""
    y = np.maximum(x, 0)
    return y, (lambda g: np.where(y <= 0, g.dtype.type(0), g),)


@op(each(normal((2, 3)), normal((4, 3), negative_slope=0.2)))
def leaky_relu(x: Array, negative_slope: float = 0.01) -> Result:
    """x where positive, negative_slope * x elsewhere."""
    slope = np.where(x > 0, 1, negative_slope).astype(x.dtype)
    return x * slope, (lambda g: g * slope,)


@op(_samples, methods=("sigmoid",))
def sigmoid(x: Array) -> Result:
    """1 / (1 + e^-x), to the last digits also where it is tiny; 0 where e^-x overflows."""
    y = _sigmoid(x)
    return y, (lambda g: g * y * (1 - y),)


@op(_samples)
def softplus(x: Array) -> Result:
    """log(1 + e^x), the smooth relu; exact for large |x|."""
    return np.logaddexp(x, x.dtype.type(0)), (lambda g: g * _sigmoid(x),)


def _sigmoid(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-1.0 * x))


@op(_along_axis, methods=("softmax",))
def softmax(x: Array, axis: int = -1) -> Result:
    """e^x / sum(e^x) along `axis`; the maximum is subtracted first, so nothing overflows."""
    e = np.exp(x - x.max(axis, keepdims=True))
    y = e / total(e, axis, True)
    return y, (lambda g: y * (g - dot(g, y, axis, True).astype(g.dtype)),)


@op(_along_axis, methods=("log_softmax",))
def log_softmax(x: Array, axis: int = -1) -> Result:
    """log(softmax(x)) along `axis`, without forming the softmax."""
    shifted = x - x.max(axis, keepdims=True)
    y = shifted - np.log(total(np.exp(shifted), axis, True))
    return y, (lambda g: g - np.exp(y) * total(g, axis, True),)
