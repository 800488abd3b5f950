"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.optim.groups import Option, Params
from minidl.optim.optimizer import Optimizer, check_number


class SGD(Optimizer):
    """g += weight_decay p;  b = momentum b + (1 - dampening) g;  p -= lr b.

    The first b is g itself. nesterov: p -= lr (g + momentum b) instead. These are PyTorch's rules:
    the learning rate multiplies the velocity, so changing it acts at once.
    Source: Sutskever et al., "On the importance of initialization and momentum", 2013.
    """

    options = ("lr", "momentum", "dampening", "weight_decay", "nesterov")
    momentum: Any = Option()
    dampening: Any = Option()
    weight_decay: Any = Option()
    nesterov: Any = Option()

    @checked
    def __init__(
        self, params: Params, lr: float = 1e-3, momentum: float = 0.0,
        dampening: float = 0.0, weight_decay: float = 0.0, nesterov: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            params, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
            nesterov=nesterov,
        )  # fmt: skip

    def _checked(self, numbers: dict[str, Any]) -> dict[str, Any]:
        for name in ("lr", "momentum", "weight_decay"):
            numbers[name] = check_number(name, numbers[name])
        if numbers["nesterov"] and (not numbers["momentum"] or numbers["dampening"]):
            raise ValueError("nesterov=True needs a momentum above 0 and dampening 0")
        return numbers

    def _buffers(self, group: Mapping[str, Any]) -> tuple[str, ...]:
        return ("velocity",) if group["momentum"] else ()

    def _update(self, p: np.ndarray, g: np.ndarray, t: int, *memory: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * p
        for b in memory:  # the velocity, if there is momentum
            b *= self.momentum
            b += g if t == 1 else (1 - self.dampening) * g
            g = g + self.momentum * b if self.nesterov else b
        p -= self.lr * g
