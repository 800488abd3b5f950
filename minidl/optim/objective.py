"""A closure over parameters as a function of one vector, for optimisers that search along lines."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minidl.optim.optimizer import Closure
from minidl.tensor import Tensor

Limits = tuple[float | None, float | None]


class Point(NamedTuple):
    """A place, and the loss and its gradient there; vectors are float64."""

    x: np.ndarray
    loss: float
    gradient: np.ndarray


class Objective:
    """The loss as a function of all parameters in one vector, with its best point so far.

    trouble: what was not finite, and at which evaluation: the first of that kind; "" so far.
    """

    def __init__(self, closure: Closure, params: list[Tensor], bounds: Limits | None) -> None:
        if not params:
            raise ValueError("LBFGS: every parameter has requires_grad=False")
        self.closure, self.params = closure, params
        self.low, self.high = bounds or (None, None)
        self.bounded = self.low is not None or self.high is not None
        self.ends = np.cumsum([p.size for p in params])
        self.best, self.least = self._position(), np.inf
        self.evaluations, self.trouble = 0, ""

    def begin(self) -> Point:
        """The point the parameters are at, moved inside the bounds."""
        self.best = self.inside(self.best)
        return self.evaluate(self.best)

    def inside(self, x: np.ndarray) -> np.ndarray:
        """The nearest place within the bounds."""
        return np.clip(x, self.low, self.high) if self.bounded else x

    def free(self, point: Point) -> np.ndarray | None:
        """Which values are not held by a bound that the gradient pushes them against; None: all."""
        if not self.bounded:
            return None
        free = np.ones(point.x.shape, bool)
        if self.low is not None:
            free &= (point.x > self.low) | (point.gradient < 0)
        if self.high is not None:
            free &= (point.x < self.high) | (point.gradient > 0)
        return free

    def evaluate(self, x: np.ndarray) -> Point:
        """The loss at x and its gradient. ValueError if the first are not finite."""
        self.move_to(x)
        for parameter in self.params:
            parameter.grad = None
        loss = float(self.closure())
        self.evaluations += 1
        self._check(loss, "the loss is {0}")
        gradient = self._gradient()
        self._check(gradient, "{1} of {2} values of the gradient are not finite")
        if loss < self.least:
            self.best, self.least = x, loss
        return Point(x, loss, gradient)

    def move_to(self, x: np.ndarray) -> None:
        """Puts the values of x into the parameters."""
        parts: Any = np.split(x, self.ends[:-1])
        for parameter, part in zip(self.params, parts, strict=True):
            parameter.data = part.reshape(parameter.shape).astype(parameter.dtype)

    def _check(self, values: Any, wrong: str) -> None:
        """Where values are not finite: raises at the start, and takes note later."""
        bad = np.size(values) - np.count_nonzero(np.isfinite(values))
        if not bad:
            return
        wrong = wrong.format(values, bad, np.size(values))
        if self.evaluations == 1:
            raise ValueError(f"LBFGS: {wrong} to begin with, expected finite numbers")
        self.trouble = self.trouble or f"{wrong} at evaluation {self.evaluations}"

    def _position(self) -> np.ndarray:
        return np.concatenate([np.ravel(p.data) for p in self.params], dtype=np.float64)

    def _gradient(self) -> np.ndarray:
        grads = [p.grad for p in self.params]
        if all(g is None for g in grads):
            raise RuntimeError("LBFGS: the closure left no gradients; it must call loss.backward()")
        filled = [np.zeros(p.shape) if p.grad is None else p.grad for p in self.params]
        return np.concatenate([np.ravel(g) for g in filled], dtype=np.float64)
