"""Losses of classifiers, reduced to one value unless told otherwise."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.functional.reduction import (
    ClassWeight,
    Reduction,
    check_reduction,
    per_class,
    reduce,
    same_shape,
)
from minidl.ops.activation import log_softmax, softplus
from minidl.ops.classification import pick, probability_loss
from minidl.ops.elementwise import where
from minidl.ops.registry import as_tensors
from minidl.tensor import Tensor, as_tensor


@checked
def binary_cross_entropy_with_logits(
    input: Numbers, target: Numbers, weight: ClassWeight | None = None, *, reduction: Reduction =
    "mean", pos_weight: Numbers | None = None,
) -> Tensor:  # fmt: skip
    """-[t log s(x) + (1 - t) log(1 - s(x))], s the sigmoid, targets t in [0, 1], reduced.

    weight: multiplies every loss; pos_weight: multiplies the part of t; both broadcast.
    Computed as softplus(x) - t x, which no logit overflows.
    """
    x, t = same_shape("binary_cross_entropy_with_logits", input, target)
    if pos_weight is None:
        losses = softplus(x) - x * t
    else:
        more = as_tensors("binary_cross_entropy_with_logits", (x, pos_weight))[1] - 1
        losses = (1 - t) * x + (1 + more * t) * softplus(-x)
    return reduce(losses if weight is None else losses * weight, reduction)


@checked
def binary_cross_entropy(
    input: Numbers,
    target: Numbers,
    weight: ClassWeight | None = None,
    *,
    reduction: Reduction = "mean",
) -> Tensor:
    """-[t log p + (1 - t) log(1 - p)], probabilities p and targets t in [0, 1], reduced.

    Logarithms are at least -100, as in PyTorch; from logits, `binary_cross_entropy_with_logits` is
    exact. weight: multiplies every loss. Raises ValueError for p outside [0, 1].
    """
    p, t = same_shape("binary_cross_entropy", input, target)
    losses = probability_loss(p, t)
    return reduce(losses if weight is None else losses * weight, reduction)


@checked
def cross_entropy(
    input: Numbers, target: Numbers, weight: ClassWeight | None = None, *, ignore_index: int = -100,
    reduction: Reduction = "mean", label_smoothing: float = 0.0,
) -> Tensor:  # fmt: skip
    """-log softmax(input)[target]: logits (N, K, ...) with integer labels (N, ...) in [0, K).

    target: labels, or probabilities of the classes, of the shape of the logits.
    weight: (K,), multiplies the losses of each class; the mean is then over the weights, too.
    ignore_index: examples with this label count for nothing; all of them: the mean is NaN.
    label_smoothing: that share of every target, 0 to 1, is spread evenly over the K classes.
    Raises ValueError for labels out of range or shapes that do not fit, TypeError for labels that
    are not integers. Source of the smoothing: Szegedy et al., "Rethinking the Inception
    architecture", 2016, section 7.
    """
    check_smoothing("cross_entropy", label_smoothing)
    logits = as_tensor(input)
    if np.shape(target) == logits.shape and _dtype(target).kind == "f":
        log_p = log_softmax(logits, axis=1)
        return _from_probabilities(log_p, target, weight, reduction, label_smoothing)
    labels = np.asarray(target)
    _check_labels(logits.shape, labels, ignore_index)
    log_p = log_softmax(logits, axis=1)
    return _from_labels(
        "cross_entropy", log_p, labels, weight, ignore_index, reduction, label_smoothing
    )


@checked
def nll_loss(
    input: Numbers, target: Numbers, weight: ClassWeight | None = None, *, ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Tensor:  # fmt: skip
    """-input[target]: log-probabilities (N, K, ...) with integer labels (N, ...) in [0, K).

    `cross_entropy` without its softmax; its options mean the same.
    """
    log_p, labels = as_tensor(input), np.asarray(target)
    _check_labels(log_p.shape, labels, ignore_index, "nll_loss", "log-probabilities")
    return _from_labels("nll_loss", log_p, labels, weight, ignore_index, reduction, 0.0)


def _from_labels(
    name: str, log_p: Tensor, labels: np.ndarray, weight: Any, ignore_index: int,
    reduction: Reduction, smoothing: float,
) -> Tensor:  # fmt: skip
    check_reduction(reduction)
    kept = labels != ignore_index
    known = np.where(kept, labels, 0)
    losses = -pick(log_p, labels=known)  # not a product: a logit of -inf times 0 is NaN
    counts: Tensor | None = None
    if weight is not None:
        weights = per_class(name, "weight", weight, log_p.shape[1], log_p)
        counts = weights[known]
        losses = losses * counts
    if smoothing:
        scaled = log_p if weight is None else log_p * _per_channel(weights, log_p.ndim)
        losses = (1 - smoothing) * losses - smoothing / log_p.shape[1] * scaled.sum(axis=1)
    if not kept.all():
        losses = where(kept, losses, 0.0)
        counts = where(kept, 1.0 if counts is None else counts, 0.0)
    if counts is None or reduction != "mean":
        return reduce(losses, reduction)
    return losses.sum() / counts.astype(losses.dtype).sum()


def _from_probabilities(
    log_p: Tensor, target: Any, weight: Any, reduction: Reduction, smoothing: float
) -> Tensor:
    classes = log_p.shape[1]
    p = as_tensors("cross_entropy", (log_p, target))[1]
    if smoothing:
        p = (1 - smoothing) * p + smoothing / classes
    if weight is not None:
        weights = per_class("cross_entropy", "weight", weight, classes, log_p)
        p = p * _per_channel(weights, log_p.ndim)
    losses = -(where(p.data != 0, log_p, 0.0) * p).sum(axis=1)
    return reduce(losses, reduction)


def _per_channel(weights: Tensor, ndim: int) -> Tensor:
    return weights.reshape(-1, *[1] * (ndim - 2))


def _dtype(value: Any) -> np.dtype:
    return value.dtype if hasattr(value, "dtype") else np.asarray(value).dtype


def check_smoothing(name: str, label_smoothing: Any) -> None:
    """Raises ValueError unless it is a share of the target."""
    if not isinstance(label_smoothing, Real) or not 0 <= float(label_smoothing) <= 1:
        raise ValueError(f"{name}: given label_smoothing={label_smoothing!r}, expected from 0 to 1")


def _check_labels(
    shape: tuple[int, ...], labels: np.ndarray, ignore_index: int = -100,
    name: str = "cross_entropy", what: str = "logits",
) -> None:  # fmt: skip
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: given {labels.dtype} targets, expected integer labels")
    if len(shape) < 2 or labels.shape != (*shape[:1], *shape[2:]):
        raise ValueError(
            f"{name}: given {what} {shape} and targets {labels.shape}, "
            "expected (N, K) and (N,), or (N, K, ...) and (N, ...)"
        )
    known = labels[labels != ignore_index]
    if known.size and (known.min() < 0 or known.max() >= shape[1]):
        raise ValueError(
            f"{name}: given labels from {known.min()} to {known.max()}, expected 0 to "
            f"{shape[1] - 1} for {what} of shape {shape}"
        )
