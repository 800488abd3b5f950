"""Losses as modules; the formulas stand in `minidl.functional`."""

from __future__ import annotations

from typing import Any

import minidl.functional as F
from minidl.functional.losses import Reduction
from minidl.nn.module import Module
from minidl.tensor import Tensor


class _Loss(Module):
    def __init__(self, reduction: Reduction = "mean") -> None:
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f'given reduction {reduction!r}, expected "mean", "sum" or "none"')
        self.reduction: Reduction = reduction


class CrossEntropyLoss(_Loss):
    """-log softmax(logits)[target]: logits (N, K), integer targets (N,) in [0, K)."""

    def __init__(self, reduction: Reduction = "mean", *, label_smoothing: float = 0.0) -> None:
        super().__init__(reduction)
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.cross_entropy(input, target, self.reduction, label_smoothing=self.label_smoothing)


class MSELoss(_Loss):
    """(input - target)^2, both of one shape."""

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.mse_loss(input, target, self.reduction)


class BCEWithLogitsLoss(_Loss):
    """-[t log s(x) + (1 - t) log(1 - s(x))], s the sigmoid, targets t in [0, 1]."""

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.binary_cross_entropy_with_logits(input, target, self.reduction)
