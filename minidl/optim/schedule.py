"""Learning rates that change while training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minidl.arguments import checked
from minidl.optim.optimizer import Optimizer, check_number


class Schedule:
    """Sets `lr` in every group of an optimiser from how often `step` was called.

    Subclasses define `rate`.
    """

    @checked
    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.initial_lrs = [group["lr"] for group in optimizer.param_groups]
        self.count = 0

    @checked
    def rate(self, count: int, initial_lr: float) -> float:
        """The learning rate after `count` calls of `step`, of a group that began with this one."""
        raise NotImplementedError

    def step(self) -> None:
        """Call after the optimiser's steps, once per epoch or batch, whichever it counts in."""
        self.count += 1
        self._set()

    def _set(self) -> None:
        for group, initial in zip(self.optimizer.param_groups, self.initial_lrs, strict=True):
            group["lr"] = self.rate(self.count, initial)

    def state_dict(self) -> dict[str, float]:
        """The numbers needed to go on later."""
        rates = {f"initial_lr{i or ''}": rate for i, rate in enumerate(self.initial_lrs)}
        return {"count": self.count, **rates}

    @checked
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state_dict()`; raises KeyError where a name is missing."""
        names = [f"initial_lr{i or ''}" for i in range(len(self.initial_lrs))]
        if missing := [name for name in ("count", *names) if name not in state]:
            raise KeyError(
                f"{type(self).__name__}.load_state_dict: missing {missing}, expected the state "
                "of the same schedule"
            )
        count, initial_lrs = int(state["count"]), [float(state[name]) for name in names]
        self.count, self.initial_lrs = count, initial_lrs
        self._set()


class StepLR(Schedule):
    """lr = initial_lr gamma^floor(count / step_size)."""

    @checked
    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.step_size = _at_least_one("step_size", step_size)
        self.gamma = check_number("gamma", gamma)

    @checked
    def rate(self, count: int, initial_lr: float) -> float:
        """The learning rate after `count` calls of `step`."""
        return initial_lr * self.gamma ** (count // self.step_size)


class CosineLR(Schedule):
    """lr = eta_min + (initial_lr - eta_min) (1 + cos(pi count / T_max)) / 2, and eta_min after.

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5, one period.
    """

    @checked
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer)
        self.T_max = _at_least_one("T_max", T_max)
        self.eta_min = check_number("eta_min", eta_min)

    @checked
    def rate(self, count: int, initial_lr: float) -> float:
        """The learning rate after `count` calls of `step`."""
        done = min(count / self.T_max, 1)
        return self.eta_min + (initial_lr - self.eta_min) * (1 + math.cos(math.pi * done)) / 2


def _at_least_one(name: str, value: int) -> int:
    if value < 1:
        raise ValueError(f"given {name}={value}, expected at least 1")
    return value
