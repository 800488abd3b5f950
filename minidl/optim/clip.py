"""Limiting the size of gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from minidl.arguments import checked
from minidl.optim.optimizer import check_params
from minidl.tensor import Tensor


@checked
def clip_grad_norm(params: Iterable[Tensor], max_norm: float) -> float:
    """Scales all gradients together so that their Euclidean length is at most max_norm.

    Returns the length before. Parameters without a gradient count as 0.
    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks",
    2013, algorithm 1.
    """
    if not max_norm >= 0:
        raise ValueError(f"clip_grad_norm: given max_norm={max_norm}, expected at least 0")
    checked = check_params("clip_grad_norm", params)
    grads = [(p, p.grad) for p in checked if p.grad is not None]
    length = math.sqrt(sum(float(np.sum(g * g, dtype=np.float64)) for _, g in grads))
    if length > max_norm:
        for parameter, grad in grads:
            parameter.grad = grad * (max_norm / length)
    return length
