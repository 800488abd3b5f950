"""The nonlinearities of networks, and the two softmaxes."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from minidl.kernels.passes import elementwise as kernel
from minidl.kernels.passes import softmax as exponents
from minidl.ops.registry import OPS, Vjps, each, normal, op, unbroadcast

Array = np.ndarray
Result = tuple[Array, Vjps]

_samples = each(normal((2, 3)), normal((4, 3, 2)))
_along_axis = each(normal((2, 3)), normal((4, 3, 2), axis=1), normal((5,), axis=0))


@op(_samples, methods=("relu",))
def relu(x: Array) -> Result:
    """max(x, 0), with gradient 0 at 0; NaN stays NaN and passes the gradient."""
    y = kernel.relu(x)
    return y, (lambda g: kernel.relu_grad(g, y),)


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


@op(each(normal((2, 3)), normal((4, 3), beta=2.0, threshold=1.0)))
def softplus(x: Array, beta: float = 1.0, threshold: float = 20.0) -> Result:
    """log(1 + e^(beta x)) / beta, the smooth relu; x itself where beta x is above the threshold."""
    scaled = beta * x
    far = scaled > threshold
    y = np.where(far, x, np.logaddexp(scaled, x.dtype.type(0)) / beta).astype(x.dtype)
    return y, (lambda g: g * np.where(far, 1, _sigmoid(scaled)).astype(x.dtype),)


@op(_samples)
def logsigmoid(x: Array) -> Result:
    """log(1 / (1 + e^-x)); exact for large |x|."""
    return -np.logaddexp(-x, x.dtype.type(0)), (lambda g: g * _sigmoid(-x),)


@op(_samples)
def silu(x: Array) -> Result:
    """x / (1 + e^-x), also called swish. Source: Ramachandran et al., 2017."""
    s = _sigmoid(x)
    return x * s, (lambda g: g * s * (1 + x * (1 - s)),)


@op(_samples)
def mish(x: Array) -> Result:
    """x tanh(log(1 + e^x)). Source: Misra, "Mish", 2019."""
    t = np.tanh(np.logaddexp(x, x.dtype.type(0)))
    return x * t, (lambda g: g * (t + x * (1 - t * t) * _sigmoid(x)),)


@op(each(normal((2, 3)), normal((4, 3), approximate="tanh")))
def gelu(x: Array, approximate: Literal["none", "tanh"] = "none") -> Result:
    """x P(X <= x) for X standard normal; with "tanh", P is the one that a tanh comes close to:

    (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. Right to the last digits also where P is tiny.
    ValueError for another `approximate`. Source: Hendrycks and Gimpel, 2016, section 2.
    """
    p, slope = (_normal_cdf if approximate == "none" else _tanh_cdf)(x)
    return x * p, (lambda g: g * (p + x * slope),)


def _normal_cdf(x: Array) -> tuple[Array, Array]:
    """P(X <= x) and its derivative, the density."""
    from scipy.special import ndtr  # here, so that importing minidl does not load SciPy

    near = np.clip(x, -40, 40)  # the density is 0 in every dtype outside, and no square overflows
    return ndtr(x), np.exp(-near * near / 2) / math.sqrt(2 * math.pi)


def _tanh_cdf(x: Array) -> tuple[Array, Array]:
    """P by the tanh, and its derivative: (1 + tanh u) / 2 is the sigmoid of 2 u."""
    near = np.clip(x, -30, 30)  # P is 0 or 1 in every dtype outside, and no cube overflows
    scale = 2 * math.sqrt(2 / math.pi)
    p = _sigmoid(scale * (near + 0.044715 * near * near * near))
    return p, p * (1 - p) * scale * (1 + 3 * 0.044715 * near * near)


@op(each(normal((2, 3)), normal((4, 3), alpha=0.5)))
def elu(x: Array, alpha: float = 1.0) -> Result:
    """x where positive, alpha (e^x - 1) elsewhere. Source: Clevert et al., 2016, equation 15."""
    below = np.expm1(np.minimum(x, 0))
    slope = np.where(x > 0, 1, alpha * (below + 1)).astype(x.dtype)
    return np.where(x > 0, x, alpha * below).astype(x.dtype), (lambda g: g * slope,)


@op(each(normal((2, 3)), normal((4, 3), alpha=0.5)))
def celu(x: Array, alpha: float = 1.0) -> Result:
    """x where positive, alpha (e^(x / alpha) - 1) elsewhere. Source: Barron, 2017."""
    below = np.expm1(np.minimum(x / alpha, 0))
    slope = np.where(x > 0, 1, below + 1).astype(x.dtype)
    return np.where(x > 0, x, alpha * below).astype(x.dtype), (lambda g: g * slope,)


SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


@op(_samples)
def selu(x: Array) -> Result:
    """A scaled elu that keeps mean 0 and variance 1. Source: Klambauer et al., 2017, section 2."""
    y, (to_x,) = OPS["elu"].forward(x, SELU_ALPHA)
    return SELU_SCALE * y, (lambda g: SELU_SCALE * to_x(g),)


@op(each(normal((4, 3)), normal((4, 3), min_val=-0.5, max_val=0.25)))
def hardtanh(x: Array, min_val: float = -1.0, max_val: float = 1.0) -> Result:
    """x limited to [min_val, max_val], with gradient 0 from the limits on."""
    inside = (x > min_val) & (x < max_val)
    return np.clip(x, min_val, max_val), (lambda g: np.where(inside, g, 0),)


@op(_samples)
def relu6(x: Array) -> Result:
    """min(max(x, 0), 6), with gradient 0 at 0 and 6."""
    inside = (x > 0) & (x < 6)
    return np.clip(x, 0, 6), (lambda g: np.where(inside, g, 0),)


@op(_samples)
def hardsigmoid(x: Array) -> Result:
    """x / 6 + 1/2, limited to [0, 1]."""
    inside = (x > -3) & (x < 3)
    return np.clip(x + 3, 0, 6) / 6, (lambda g: np.where(inside, g / 6, 0),)


@op(_samples)
def hardswish(x: Array) -> Result:
    """x hardsigmoid(x). Source: Howard et al., "Searching for MobileNetV3", 2019, section 5.2."""
    slope = np.where(x < -3, 0, np.where(x <= 3, x / 3 + 0.5, 1)).astype(x.dtype)
    return x * (np.clip(x + 3, 0, 6) / 6), (lambda g: g * slope,)


@op(_samples)
def softsign(x: Array) -> Result:
    """x / (1 + |x|)."""
    below = 1 + np.abs(x)
    return x / below, (lambda g: g / (below * below),)


@op(each(normal((4, 3), threshold=0.2, value=-1.0)))
def threshold(x: Array, threshold: float, value: float) -> Result:
    """x where it is above the threshold, `value` elsewhere."""
    above = x > threshold
    return np.where(above, x, x.dtype.type(value)), (lambda g: np.where(above, g, 0),)


@op(each(normal((4, 3)), normal((4, 3), lambd=0.2)))
def hardshrink(x: Array, lambd: float = 0.5) -> Result:
    """x where |x| is above lambd, 0 elsewhere."""
    kept = np.abs(x) > lambd
    return np.where(kept, x, 0), (lambda g: np.where(kept, g, 0),)


@op(each(normal((4, 3)), normal((4, 3), lambd=0.2)))
def softshrink(x: Array, lambd: float = 0.5) -> Result:
    """x moved by lambd towards 0, and 0 within lambd of it."""
    kept = np.abs(x) > lambd
    return (x - np.sign(x) * lambd) * kept, (lambda g: np.where(kept, g, 0),)


@op(each(normal((2, 3, 4), (3,)), normal((5, 2), (1,))), arrays=2)
def prelu(x: Array, weight: Array) -> Result:
    """x where positive, weight x elsewhere: weight (1,), or (C,) for x (N, C, ...).

    Source: He et al., "Delving deep into rectifiers", 2015, equation 1.
    """
    if weight.ndim != 1 or weight.size not in (1, x.shape[1] if x.ndim > 1 else 1):
        raise ValueError(
            f"prelu: given input {x.shape} and weight {weight.shape}, expected (1,), or one for "
            "each channel in axis 1"
        )
    w = weight.reshape(-1, *[1] * max(0, x.ndim - 2)) if weight.size > 1 else weight
    below = np.minimum(x, 0)
    slope = np.where(x > 0, 1, w).astype(x.dtype)
    return np.where(x > 0, x, w * x), (
        lambda g: g * slope,
        lambda g: unbroadcast(g * below, w.shape).reshape(weight.shape),
    )


def _sigmoid(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-1.0 * x))


@op(_along_axis, methods=("softmax",))
def softmax(x: Array, axis: int = -1) -> Result:
    """e^x / sum(e^x) along `axis`; the maximum is subtracted first, so nothing overflows."""
    y = exponents.softmax(x, axis)
    return y, (lambda g: exponents.softmax_grad(g, y, axis),)


@op(_along_axis, methods=("log_softmax",))
def log_softmax(x: Array, axis: int = -1) -> Result:
    """log(softmax(x)) along `axis`, without forming the softmax."""
    y = exponents.log_softmax(x, axis)
    return y, (lambda g: exponents.log_softmax_grad(g, y, axis),)
