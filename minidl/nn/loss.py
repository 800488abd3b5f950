"""Losses as modules; the formulas stand in `minidl.functional`."""

from __future__ import annotations

from typing import Any

import numpy as np

import minidl.functional as F
from minidl.arguments import Numbers, checked
from minidl.functional.losses import check_smoothing
from minidl.functional.reduction import ClassWeight, Reduction, check_reduction
from minidl.nn.module import Module
from minidl.tensor import Tensor


class _Loss(Module):
    @checked
    def __init__(self, *, reduction: Reduction = "mean") -> None:
        check_reduction(reduction)
        self.reduction: Reduction = reduction


class _WeightedLoss(_Loss):
    """weight: kept with the model as a buffer, where one is given."""

    @checked
    def __init__(self, weight: ClassWeight | None = None, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.weight = _array(weight)


class CrossEntropyLoss(_WeightedLoss):
    """-log softmax(logits)[target]: logits (N, K, ...), integer targets (N, ...) in [0, K).

    weight (K,), ignore_index and label_smoothing are those of `F.cross_entropy`.
    """

    @checked
    def __init__(
        self, weight: ClassWeight | None = None, *, ignore_index: int = -100, reduction: Reduction =
        "mean", label_smoothing: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(weight, reduction=reduction)
        check_smoothing("CrossEntropyLoss", label_smoothing)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )  # fmt: skip


class NLLLoss(_WeightedLoss):
    """-input[target]: log-probabilities (N, K, ...), integer targets (N, ...) in [0, K)."""

    @checked
    def __init__(
        self,
        weight: Numbers | None = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class MSELoss(_Loss):
    """(input - target)^2, both of one shape."""

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """|input - target|, both of one shape."""

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """e^2 / (2 beta) where |e| < beta, |e| - beta / 2 elsewhere, e = input - target."""

    @checked
    def __init__(self, *, reduction: Reduction = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """e^2 / 2 where |e| < delta, delta (|e| - delta / 2) elsewhere, e = input - target."""

    @checked
    def __init__(self, *, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class BCELoss(_WeightedLoss):
    """-[t log p + (1 - t) log(1 - p)], probabilities p and targets t in [0, 1]."""

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """-[t log s(x) + (1 - t) log(1 - s(x))], s the sigmoid, targets t in [0, 1].

    pos_weight: multiplies the part of t; broadcasts.
    """

    @checked
    def __init__(
        self,
        weight: Numbers | None = None,
        *,
        reduction: Reduction = "mean",
        pos_weight: Numbers | None = None,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.pos_weight = _array(pos_weight)

    def forward(self, input: Any, target: Any) -> Tensor:
        """The loss, reduced."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


def _array(weight: Any) -> np.ndarray | None:
    return None if weight is None else np.asarray(weight)
