"""L-BFGS: many steps on one unchanging objective, with curvature learned from gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from minidl.optim.optimizer import Closure, Optimizer
from minidl.tensor import Tensor

Limits = tuple[float | None, float | None]


class LBFGS(Optimizer):
    """Minimises a closure over all parameters together, by SciPy's L-BFGS-B.

    One `step` is a minimisation of its own: curvature is not kept from one to the next, so give it
    many iterations. The search runs in float64 around the closure, which computes in the
    parameters' own dtype. Parameters with requires_grad=False stay as they are.

    max_iter: iterations in a step, each one evaluation or a few. history_size: gradient pairs kept.
    tolerance_grad: stops when no entry of the gradient is larger. tolerance_change: stops when the
    loss improves by less, relative to its size.
    bounds: (low, high) for every value, None for no bound; pixels have (0, 1).
    Source: Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained
    optimization", 1995.
    """

    options = ("max_iter", "history_size", "tolerance_grad", "tolerance_change")

    def __init__(
        self, params: Iterable[Tensor], max_iter: int = 20, history_size: int = 10,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, *,
        bounds: Limits | None = None,
    ) -> None:  # fmt: skip
        super().__init__(params, 1.0)
        if max_iter < 1 or history_size < 1:
            raise ValueError(
                f"LBFGS: given max_iter={max_iter} and history_size={history_size}, expected both "
                "at least 1"
            )
        self.max_iter, self.history_size = max_iter, history_size
        self.tolerance_grad, self.tolerance_change = tolerance_grad, tolerance_change
        self.bounds = bounds

    def step(self, closure: Closure | None = None) -> float:  # type: ignore[override]
        """Minimises and returns the loss reached, which is never above the loss it began with
        (at the parameters given, moved inside the bounds).

        closure: computes the loss, calls `backward` on it and returns it, the same every time for
        the same parameters; gradients are forgotten before each call.
        Raises ValueError where the loss is not a finite number to begin with. Interrupted, it
        leaves the best parameters found so far.
        """
        from scipy.optimize import minimize

        if closure is None:
            raise TypeError("LBFGS.step needs a closure that computes the loss and calls backward")
        search = _Search(closure, [p for p in self.params if p.requires_grad])
        try:
            minimize(
                search, search.best, method="L-BFGS-B", jac=True,
                bounds=self._limits(),
                options={
                    "maxiter": self.max_iter, "maxcor": self.history_size,
                    "gtol": self.tolerance_grad, "ftol": self.tolerance_change,
                },
            )  # fmt: skip
        finally:
            search.move_to(search.best)
        return search.least

    def _limits(self) -> Any:
        from scipy.optimize import Bounds

        if self.bounds is None:
            return None
        low, high = self.bounds
        return Bounds(-np.inf if low is None else low, np.inf if high is None else high)


class _Search:
    """A closure over parameters as a function of one float64 vector, remembering the best point."""

    def __init__(self, closure: Closure, params: list[Tensor]) -> None:
        if not params:
            raise ValueError("LBFGS: every parameter has requires_grad=False")
        self.closure, self.params = closure, params
        self.ends = np.cumsum([p.size for p in params])
        self.best, self.least = self.position(), np.inf

    def __call__(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss at x and its gradient, both float64."""
        self.move_to(x)
        for parameter in self.params:
            parameter.grad = None
        loss = float(self.closure())
        if self.least == np.inf and not np.isfinite(loss):
            raise ValueError(f"LBFGS: the loss is {loss} to begin with, expected a finite number")
        if loss < self.least:
            self.best, self.least = x.copy(), loss
        return loss, self.gradient()

    def position(self) -> np.ndarray:
        return np.concatenate([np.ravel(p.data) for p in self.params], dtype=np.float64)

    def gradient(self) -> np.ndarray:
        grads = [p.grad for p in self.params]
        if all(g is None for g in grads):
            raise RuntimeError("LBFGS: the closure left no gradients; it must call loss.backward()")
        filled = [np.zeros(p.shape) if p.grad is None else p.grad for p in self.params]
        return np.concatenate([np.ravel(g) for g in filled], dtype=np.float64)

    def move_to(self, x: np.ndarray) -> None:
        parts: Any = np.split(x, self.ends[:-1])
        for parameter, part in zip(self.params, parts, strict=True):
            parameter.data = part.reshape(parameter.shape).astype(parameter.dtype)
