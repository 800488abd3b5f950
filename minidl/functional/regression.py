"""Losses between numbers, reduced to one value unless told otherwise."""

from __future__ import annotations

from minidl.arguments import Numbers, checked
from minidl.functional.reduction import Reduction, reduce, same_shape
from minidl.ops.elementwise import huber
from minidl.tensor import Tensor


@checked
def mse_loss(input: Numbers, target: Numbers, *, reduction: Reduction = "mean") -> Tensor:
    """(input - target)^2, reduced; both of one shape."""
    x, t = same_shape("mse_loss", input, target)
    error = x - t
    return reduce(error * error, reduction)


@checked
def l1_loss(input: Numbers, target: Numbers, *, reduction: Reduction = "mean") -> Tensor:
    """|input - target|, reduced; both of one shape."""
    x, t = same_shape("l1_loss", input, target)
    return reduce((x - t).abs(), reduction)


@checked
def smooth_l1_loss(
    input: Numbers, target: Numbers, *, reduction: Reduction = "mean", beta: float = 1.0
) -> Tensor:
    """e^2 / (2 beta) where |e| < beta, |e| - beta / 2 elsewhere, e = input - target, reduced.

    beta: at least 0; with 0 it is `l1_loss`. Source: Girshick, "Fast R-CNN", 2015, equation 3.
    """
    x, t = same_shape("smooth_l1_loss", input, target)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: given beta={beta}, expected at least 0")
    error = x - t
    return reduce(huber(error, beta) / beta if beta else error.abs(), reduction)


@checked
def huber_loss(
    input: Numbers, target: Numbers, *, reduction: Reduction = "mean", delta: float = 1.0
) -> Tensor:
    """e^2 / 2 where |e| < delta, delta (|e| - delta / 2) elsewhere, e = input - target, reduced.

    delta: above 0. Source: Huber, "Robust estimation of a location parameter", 1964.
    """
    x, t = same_shape("huber_loss", input, target)
    if not delta > 0:
        raise ValueError(f"huber_loss: given delta={delta}, expected above 0")
    return reduce(huber(x - t, delta), reduction)
