"""L-BFGS: many steps on one unchanging objective, with curvature learned from gradients."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.optim.groups import Option, Params
from minidl.optim.optimizer import Closure, Optimizer
from minidl.tensor import Tensor

Limits = tuple[float | None, float | None]
Callback = Callable[[int], Any]
EPSILON = float(np.finfo(np.float64).eps)  # SciPy gives the least improvement as multiples of it
FIRST_MOVE = 0.01  # how far values go at first, as a share of the distance between bounds


class LBFGS(Optimizer):
    """Minimises a closure over all parameters together, by SciPy's L-BFGS-B.

    One `step` is a minimisation of its own: curvature is not kept from one to the next, so give it
    many iterations. The search runs in float64 around the closure, which computes in the
    parameters' own dtype. Parameters with requires_grad=False stay as they are.

    max_iter: iterations in a step, each one evaluation or a few. history_size: gradient pairs kept;
    Byrd and others recommend 3 to 7, and 10 or 15 painted no cheaper pictures, in more time.
    tolerance_grad: stops when no entry of the gradient is larger. tolerance_change: stops when the
    loss improves by less, relative to its size.
    bounds: (low, high) for every value, None for no bound; pixels have (0, 1). Between two bounds
    L-BFGS-B would begin with a whole gradient, however large, so the loss is scaled for it until
    the first move is about a hundredth of the distance.
    Source: Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained
    optimization", 1995.
    """

    options = ("max_iter", "history_size", "tolerance_grad", "tolerance_change")
    max_iter: Any = Option()
    history_size: Any = Option()
    tolerance_grad: Any = Option()
    tolerance_change: Any = Option()

    @checked
    def __init__(
        self, params: Params, max_iter: int = 20, history_size: int = 7,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, *,
        bounds: Limits | None = None,
    ) -> None:  # fmt: skip
        import scipy.optimize  # here, so that no step has to wait for it

        super().__init__(
            params, lr=1.0, max_iter=max_iter, history_size=history_size,
            tolerance_grad=tolerance_grad, tolerance_change=tolerance_change,
        )  # fmt: skip
        if len(self.param_groups) > 1:
            raise ValueError("LBFGS: given several groups; it minimises over all parameters as one")
        self._scipy = scipy.optimize
        if max_iter < 1 or history_size < 1:
            raise ValueError(
                f"LBFGS: given max_iter={max_iter} and history_size={history_size}, expected both "
                "at least 1"
            )
        self.bounds = bounds

    @checked
    def step(  # type: ignore[override]
        self, closure: Closure | None = None, callback: Callback | None = None
    ) -> float:
        """Minimises and returns the loss reached, which is never above the loss it began with
        (at the parameters given, moved inside the bounds).

        closure: computes the loss, calls `backward` on it and returns it, the same every time for
        the same parameters; gradients are forgotten before each call.
        callback: is called after each iteration, with its number from 1; where it raises
        StopIteration, that was the last.
        Raises ValueError where the loss or its gradient is not finite to begin with; where it stops
        to be on the way, a RuntimeWarning says so, once. Interrupted, or led astray by NaN, it
        leaves the best parameters found so far.
        """
        if closure is None:
            raise TypeError("LBFGS.step needs a closure that computes the loss and calls backward")
        search = _Search(closure, [p for p in self.params if p.requires_grad], self.bounds)
        try:
            self._minimize(search, callback)
        finally:
            search.move_to(search.best)
        if search.trouble:
            warnings.warn(
                f"LBFGS: {search.trouble}; the parameters are the best found, with a loss of "
                f"{search.least:g}. minidl.detect_anomaly() names the operation it began with",
                RuntimeWarning,
                stacklevel=2,
            )
        return search.least

    def _minimize(self, search: _Search, callback: Callback | None) -> None:
        import threadpoolctl

        scale = search.begin()
        # SciPy's BLAS threads would spin while the closure computes (docs/decisions.md)
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            self._scipy.fmin_l_bfgs_b(
                search, search.best, bounds=self._limits(search.best.size),
                callback=_Counted(callback), maxiter=self.max_iter, m=self.history_size,
                pgtol=self.tolerance_grad * scale, factr=self.tolerance_change / EPSILON,
            )  # fmt: skip

    def _limits(self, count: int) -> list[Limits] | None:
        """The bounds of every value, as SciPy takes them soonest (docs/decisions.md)."""
        return None if self.bounds is None else [self.bounds] * count


class _Counted:
    """The caller's callback as SciPy calls it: with the number of the iteration."""

    def __init__(self, callback: Callback | None) -> None:
        self.callback, self.number = callback, 0

    def __call__(self, x: np.ndarray) -> None:
        self.number += 1
        if self.callback is not None:
            self.callback(self.number)


class _Search:
    """A closure over parameters as a function of one float64 vector, remembering the best point."""

    def __init__(self, closure: Closure, params: list[Tensor], bounds: Limits | None) -> None:
        if not params:
            raise ValueError("LBFGS: every parameter has requires_grad=False")
        self.closure, self.params = closure, params
        self.low, self.high = bounds or (None, None)
        self.ends = np.cumsum([p.size for p in params])
        self.best, self.least, self.scale = self.position(), np.inf, 1.0
        self.first: tuple[float, np.ndarray] | None = None
        self.evaluations, self.trouble = 0, ""

    def begin(self) -> float:
        """Evaluates the starting point, inside the bounds, and returns the scale of the loss."""
        if self.low is not None or self.high is not None:
            self.best = np.clip(self.best, self.low, self.high)
        _, gradient = self.first = self.evaluate(self.best)
        size = float(np.sqrt(np.mean(gradient**2)))
        if self.low is not None and self.high is not None and 0 < size < np.inf:
            self.scale = FIRST_MOVE * (self.high - self.low) / size
        return self.scale

    def __call__(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The scaled loss at x and its gradient, both float64; SciPy begins where `begin` did."""
        loss, gradient = self.first or self.evaluate(x)
        self.first = None
        gradient *= self.scale
        return loss * self.scale, gradient

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss at x and its gradient."""
        self.move_to(x)
        for parameter in self.params:
            parameter.grad = None
        loss = float(self.closure())
        self.evaluations += 1
        self._check(loss, "the loss is {0}")
        gradient = self.gradient()
        self._check(gradient, "{1} of {2} values of the gradient are not finite")
        if loss < self.least:
            self.best, self.least = x.copy(), loss
        return loss, gradient

    def _check(self, values: Any, wrong: str) -> None:
        """Where values are not finite: raises at the start, and takes note later."""
        bad = np.size(values) - np.count_nonzero(np.isfinite(values))
        if not bad:
            return
        wrong = wrong.format(values, bad, np.size(values))
        if self.evaluations == 1:
            raise ValueError(f"LBFGS: {wrong} to begin with, expected finite numbers")
        self.trouble = self.trouble or f"{wrong} at evaluation {self.evaluations}"

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
