"""From one picture downhill to a cheaper one: L-BFGS or Adam on the pixels, within 0 and 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minidl import optim
from minidl.style.objective import Objective
from minidl.style.settings import Settings
from minidl.tensor import Tensor

OnStep = Callable[[int, "Descent"], bool]


class _Ended(Exception):
    """Somebody said that this step was the last."""


class Descent:
    """A picture on its way down: `best` so far and its cost, and the costs where it was last.

    picture: (3, H, W), values from 0 to 1. on_step: is called with the number of each step, 0 for
    the picture it begins with; where it returns True, that was the last.
    """

    def __init__(self, objective: Objective, picture: np.ndarray, on_step: OnStep) -> None:
        self.objective, self.on_step = objective, on_step
        self.pixels = Tensor(picture[None].clip(0, 1), requires_grad=True)
        self.best, self.least = self.pixels.data[0], np.inf
        self.cost, self.parts = np.inf, dict[str, float]()
        self.evaluations = 0
        self.ended = False

    def run(self, settings: Settings, steps: int) -> None:
        """Takes `steps` steps, or fewer where nothing better is found."""
        try:
            if steps == 0:
                self.evaluate()
            elif settings.optimizer == "adam":
                self._adam(steps, settings.learning_rate)
            else:
                self._lbfgs(steps)
        except _Ended:
            self.ended = True

    def evaluate(self) -> float:
        """The cost of the pixels now; their gradient is left in `pixels.grad`.

        Raises ValueError where the cost is not a finite number.
        """
        self.pixels.grad = None
        cost, self.parts = self.objective(self.pixels)
        self.cost = cost.item()
        if not np.isfinite(self.cost):
            raise ValueError(f"style: the cost is {self.cost}; make alpha and beta smaller")
        cost.backward()
        if self.cost < self.least:
            self.least, self.best = self.cost, self.pixels.data[0].copy()
        self.evaluations += 1
        if self.evaluations == 1:
            self._say(0)
        return self.cost

    def _say(self, step: int) -> None:
        if self.on_step(step, self):
            raise _Ended

    def _adam(self, steps: int, learning_rate: float) -> None:
        """A step is one evaluation; pixels that leave 0 to 1 are put back."""
        optimizer = optim.Adam([self.pixels], lr=learning_rate)
        self.evaluate()
        for step in range(1, steps + 1):
            optimizer.step()
            np.clip(self.pixels.data, 0, 1, out=self.pixels.data)
            self.evaluate()
            self._say(step)

    def _lbfgs(self, steps: int) -> None:
        """A step is an iteration, which never goes up: mostly one evaluation.

        Where rounding stops the search early, it begins again from the best picture, until that
        finds nothing better.
        """
        done = 0

        def count(number: int) -> None:
            nonlocal done
            done += 1
            self._say(done)

        before = np.inf
        while done < steps and self.least <= before:
            before = np.nextafter(self.least, -np.inf)
            search = optim.LBFGS(
                [self.pixels], steps - done, tolerance_grad=0, tolerance_change=0, bounds=(0, 1)
            )
            search.step(self.evaluate, count)
