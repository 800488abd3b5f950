"""Adam and AdamW."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.optim.groups import Option, Params
from minidl.optim.optimizer import Optimizer, check_number


class Adam(Optimizer):
    """m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
    p -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps).

    weight_decay: adds weight_decay p to g first (an L2 penalty; see AdamW for the other kind).
    Source: Kingma and Ba, "Adam", 2015, algorithm 1.
    """

    options = ("lr", "beta1", "beta2", "eps", "weight_decay")
    beta1: Any = Option()
    beta2: Any = Option()
    eps: Any = Option()
    weight_decay: Any = Option()

    @checked
    def __init__(
        self, params: Params, lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def _checked(self, numbers: dict[str, Any]) -> dict[str, Any]:
        if "betas" in numbers:
            numbers["beta1"], numbers["beta2"] = numbers.pop("betas")
        for name in ("beta1", "beta2"):
            numbers[name] = check_number("betas", numbers[name], below=1)
        for name in ("lr", "eps", "weight_decay"):
            numbers[name] = check_number(name, numbers[name])
        return numbers

    def _buffers(self, group: Mapping[str, Any]) -> tuple[str, ...]:
        return ("m", "v")

    def _update(self, p: np.ndarray, g: np.ndarray, t: int, *memory: np.ndarray) -> None:
        if self.weight_decay:
            g = self._decayed(p, g)
        m, v = memory
        m *= self.beta1
        scratch = g * (1 - self.beta1)
        m += scratch
        v *= self.beta2
        np.multiply(g, g, out=scratch)
        scratch *= 1 - self.beta2
        v += scratch
        root = math.sqrt(1 - self.beta2**t)  # taken out of the fraction, to save passes over p
        np.sqrt(v, out=scratch)
        scratch += self.eps * root
        np.divide(m, scratch, out=scratch)
        scratch *= self.lr * root / (1 - self.beta1**t)
        p -= scratch

    def _decayed(self, p: np.ndarray, g: np.ndarray) -> np.ndarray:
        """The gradient to use; may change p."""
        decayed: np.ndarray = g + self.weight_decay * p
        return decayed


class AdamW(Adam):
    """Adam whose weight decay acts on the parameters: p *= 1 - lr weight_decay, then Adam.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
    """

    @checked
    def __init__(
        self, params: Params, lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8, weight_decay: float = 1e-2,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)

    def _decayed(self, p: np.ndarray, g: np.ndarray) -> np.ndarray:
        p *= 1 - self.lr * self.weight_decay
        return g
