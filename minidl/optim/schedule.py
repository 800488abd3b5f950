"""Learning rates that change while training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minidl.optim.optimizer import Optimizer, check_number


class Schedule:
    """Sets `optimizer.lr` from how often `step` was called; subclasses define `rate`."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.initial_lr = optimizer.lr
        self.count = 0

    def rate(self, count: int) -> float:
        """The learning rate after `count` calls of `step`."""
        raise NotImplementedError

    def step(self) -> None:
        """Call after the optimiser's steps, once per epoch or batch, whichever it counts in."""
        self.count += 1
        self.optimizer.lr = self.rate(self.count)

    def state_dict(self) -> dict[str, float]:
        """The two numbers needed to go on later."""
        return {"count": self.count, "initial_lr": self.initial_lr}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state_dict()`; raises KeyError where a name is missing."""
        count, initial_lr = int(state["count"]), float(state["initial_lr"])
        self.count, self.initial_lr = count, initial_lr
        self.optimizer.lr = self.rate(count)


class StepLR(Schedule):
    """lr = initial_lr gamma^floor(count / step_size)."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.step_size = _at_least_one("step_size", step_size)
        self.gamma = check_number("gamma", gamma)

    def rate(self, count: int) -> float:
        """The learning rate after `count` calls of `step`."""
        return self.initial_lr * self.gamma ** (count // self.step_size)


class CosineLR(Schedule):
    """lr = eta_min + (initial_lr - eta_min) (1 + cos(pi count / T_max)) / 2, and eta_min after.

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5, one period.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer)
        self.T_max = _at_least_one("T_max", T_max)
        self.eta_min = check_number("eta_min", eta_min)

    def rate(self, count: int) -> float:
        """The learning rate after `count` calls of `step`."""
        done = min(count / self.T_max, 1)
        return self.eta_min + (self.initial_lr - self.eta_min) * (1 + math.cos(math.pi * done)) / 2


def _at_least_one(name: str, value: int) -> int:
    if value < 1:
        raise ValueError(f"given {name}={value}, expected at least 1")
    return value
