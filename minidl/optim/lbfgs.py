"""L-BFGS: many steps on one unchanging objective, with curvature learned from gradients."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.optim.groups import Option, Params
from minidl.optim.line_search import Trial, strong_wolfe
from minidl.optim.objective import Limits, Objective, Point
from minidl.optim.optimizer import Closure, Optimizer

Callback = Callable[[int], Any]
EPSILON = float(np.finfo(np.float64).eps)
FIRST_MOVE = 0.01  # how far values go at first, as a share of the distance between bounds


class LBFGS(Optimizer):
    """Minimises a closure over all parameters together.

    An iteration goes along -H g: g is the gradient, H an estimate of the inverse of the Hessian
    that is never written down, only applied, from the last pairs of steps and changes of the
    gradient. How far it goes, a line search says.

    One `step` is a minimisation of its own: curvature is not kept from one to the next, so give it
    many iterations. The search runs in float64 around the closure, which computes in the
    parameters' own dtype. Parameters with requires_grad=False stay as they are.

    max_iter: iterations in a step, each one evaluation or a few. history_size: pairs kept; Byrd and
    others recommend 3 to 7, and 10 or 15 painted no cheaper pictures, in more time.
    tolerance_grad: stops when no entry of the gradient is larger, of values that no bound holds.
    tolerance_change: stops when the loss improves by less, relative to its size.
    bounds: (low, high) for every value, None for no bound; pixels have (0, 1). Values that the
    gradient pushes against a bound stay there, the others go along the line until they meet one.
    The first step is short, whatever the size of the loss: a hundredth of the distance between two
    bounds for a value on average, else 1 for all of them together.
    Sources: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization",
    1989; for bounds Bertsekas, "Projected Newton methods for optimization problems with simple
    constraints", 1982.
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
        super().__init__(
            params, lr=1.0, max_iter=max_iter, history_size=history_size,
            tolerance_grad=tolerance_grad, tolerance_change=tolerance_change,
        )  # fmt: skip
        if len(self.param_groups) > 1:
            raise ValueError("LBFGS: given several groups; it minimises over all parameters as one")
        if max_iter < 1 or history_size < 1:
            raise ValueError(
                f"LBFGS: given max_iter={max_iter} and history_size={history_size}, expected both "
                "at least 1"
            )
        low, high = bounds or (None, None)
        if low is not None and high is not None and not low < high:
            raise ValueError(f"LBFGS: given bounds={bounds}, expected the lower one first")
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
        objective = Objective(closure, [p for p in self.params if p.requires_grad], self.bounds)
        try:
            self._minimize(objective, callback or (lambda number: None))
        finally:
            objective.move_to(objective.best)
        if objective.trouble:
            warnings.warn(
                f"LBFGS: {objective.trouble}; the parameters are the best found, with a loss of "
                f"{objective.least:g}. minidl.detect_anomaly() names the operation it began with",
                RuntimeWarning,
                stacklevel=2,
            )
        return objective.least

    def _minimize(self, objective: Objective, callback: Callback) -> None:
        import threadpoolctl

        # NumPy's BLAS threads would spin while the closure computes (docs/decisions.md)
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            point, curvature = objective.begin(), Curvature(self.history_size)
            for number in range(1, self.max_iter + 1):
                before, found = point, self._downhill(objective, point, curvature)
                if found is None:
                    return
                point = found
                try:
                    callback(number)
                except StopIteration:
                    return
                size = max(abs(before.loss), abs(point.loss))
                if before.loss - point.loss <= self.tolerance_change * size:
                    return

    def _downhill(self, objective: Objective, point: Point, curvature: Curvature) -> Point | None:
        """A lower point, from which `curvature` has learned; None where there is none.

        Where the estimate leads nowhere, it is forgotten, and the search goes along the gradient.
        """
        free = objective.free(point)
        downhill = -point.gradient if free is None else np.where(free, -point.gradient, 0.0)
        if np.abs(downhill).max() <= self.tolerance_grad:
            return None
        for _ in range(2):
            known = bool(curvature.pairs)
            direction = curvature.applied(downhill)
            if free is not None:
                direction[~free] = 0
            first = 1.0 if known else _first_step(objective, downhill)
            found = _search(objective, point, direction, first)
            if found is not None:
                curvature.learn(found.x - point.x, found.gradient - point.gradient)
            if found is not None or not known:
                return found
            curvature.pairs.clear()
        return None


class Curvature:
    """The last steps s and the changes y of the gradient that they brought: H y = s, about.

    most: pairs that are kept.
    """

    def __init__(self, most: int) -> None:
        self.pairs: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=most)
        self.scale = 1.0  # s y / y y of the last pair: H before anything is known of directions

    def learn(self, s: np.ndarray, y: np.ndarray) -> None:
        """Keeps a pair, unless the ground does not curve upwards along it: H would not, either."""
        product, square = float(s @ y), float(y @ y)
        if product > EPSILON * square:
            self.pairs.append((s, y, 1 / product))
            self.scale = product / square

    def applied(self, g: np.ndarray) -> np.ndarray:
        """H g, by the recursion of two loops (Nocedal, 1980): back over the pairs, and forth."""
        q, shares = g.copy(), []
        for s, y, inverse in reversed(self.pairs):
            shares.append(inverse * float(s @ q))
            q -= shares[-1] * y
        q *= self.scale if self.pairs else 1.0
        for (s, y, inverse), share in zip(self.pairs, reversed(shares), strict=True):
            q += (share - inverse * float(y @ q)) * s
        return q


def _first_step(objective: Objective, downhill: np.ndarray) -> float:
    """How far along the gradient to go while nothing is known of the objective's curvature."""
    length = float(np.sqrt(downhill @ downhill))
    if objective.low is None or objective.high is None:
        return min(1.0, 1 / length)
    return FIRST_MOVE * (objective.high - objective.low) * float(np.sqrt(downhill.size)) / length


def _search(
    objective: Objective, point: Point, direction: np.ndarray, first: float
) -> Point | None:
    """A lower point along a line, whose values stop where they meet a bound; None if none is."""
    slope = float(point.gradient @ direction)
    if not slope < 0:
        return None

    def at(step: float) -> Trial:
        along = point.x + step * direction
        x = objective.inside(along)
        found = objective.evaluate(x)
        if not objective.bounded:
            return Trial(step, found, float(found.gradient @ direction), step * slope)
        moving = np.where(x == along, direction, 0.0)
        promised = float(point.gradient @ (x - point.x))
        return Trial(step, found, float(found.gradient @ moving), promised)

    trial = strong_wolfe(at, Trial(0.0, point, slope, 0.0), first)
    return None if trial is None else trial.point
