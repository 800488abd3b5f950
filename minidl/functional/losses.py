"""Losses, reduced to one value unless told otherwise."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from minidl.ops.activation import log_softmax, softplus
from minidl.ops.registry import as_tensors
from minidl.tensor import Tensor, as_tensor

Reduction = Literal["mean", "sum", "none"]


def mse_loss(input: Any, target: Any, reduction: Reduction = "mean") -> Tensor:
    """(input - target)^2, reduced; both of one shape."""
    x = _same_shape("mse_loss", input, target)
    error = x - target
    return _reduce(error * error, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, reduction: Reduction = "mean"
) -> Tensor:
    """-[t log s(x) + (1 - t) log(1 - s(x))], s the sigmoid, targets t in [0, 1], reduced.

    Computed as softplus(x) - t x, which no logit overflows.
    """
    x = _same_shape("binary_cross_entropy_with_logits", input, target)
    return _reduce(softplus(x) - x * target, reduction)


def cross_entropy(
    input: Any, target: Any, reduction: Reduction = "mean", *, label_smoothing: float = 0.0
) -> Tensor:
    """-log softmax(input)[target]: logits (N, K) with integer labels (N,) in [0, K).

    label_smoothing: that share of every target, from 0 to 1, is spread evenly over the K classes.
    Raises ValueError for what is out of range or shapes that do not fit, TypeError for labels that
    are not integers.
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(
            f"cross_entropy: given label_smoothing={label_smoothing}, expected a share from 0 to 1"
        )
    logits = as_tensor(input)
    labels = np.asarray(target)
    _check_labels(logits.shape, labels)
    log_p = log_softmax(logits, axis=1)
    losses = -log_p[np.arange(len(labels)), labels]  # not a product: a logit of -inf times 0 is NaN
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing * log_p.mean(axis=1)
    return _reduce(losses, reduction)


def _check_labels(shape: tuple[int, ...], labels: np.ndarray) -> None:
    if labels.dtype.kind not in "iu":
        raise TypeError(f"cross_entropy: given {labels.dtype} targets, expected integer labels")
    if len(shape) != 2 or labels.shape != shape[:1]:
        raise ValueError(
            f"cross_entropy: given logits {shape} and targets {labels.shape}, "
            "expected (N, K) and (N,)"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= shape[1]):
        raise ValueError(
            f"cross_entropy: given labels from {labels.min()} to {labels.max()}, expected 0 to "
            f"{shape[1] - 1} for logits of shape {shape}"
        )


def _same_shape(name: str, input: Any, target: Any) -> Tensor:
    x, _ = as_tensors(name, (input, target))
    if x.shape != np.shape(target):
        raise ValueError(f"{name}: given input {x.shape} and target {np.shape(target)}; "
                         "their shapes must be equal")  # fmt: skip
    return x


def _reduce(values: Tensor, reduction: Reduction) -> Tensor:
    if reduction == "none":
        return values
    if reduction not in ("mean", "sum"):
        raise ValueError(f'given reduction {reduction!r}, expected "mean", "sum" or "none"')
    return getattr(values, reduction)()
