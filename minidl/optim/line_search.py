"""How far to go along a line: the strong Wolfe conditions.

Source: Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 3.5 and 3.6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from minidl.optim.objective import Point

ENOUGH = 1e-4  # c1: the share of the promised decrease that a step must bring
FLATTER = 0.9  # c2: how much flatter the line must be where a step ends
MOST_TRIALS = 20  # in one search
FARTHEST = 10.0  # times the last step, at most, when the search goes on outwards
MARGIN = 0.1  # of an interval, that a trial inside of it keeps from its ends


class Trial(NamedTuple):
    """A point on the line: how far out, the loss's slope along the line there, and how much lower
    the slope at the start promised that the loss would be."""

    step: float
    point: Point
    slope: float
    promised: float

    @property
    def loss(self) -> float:
        return self.point.loss

    @property
    def finite(self) -> bool:
        """Whether loss and slope are numbers to go by."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.slope))


def strong_wolfe(at: Callable[[float], Trial], start: Trial, step: float) -> Trial | None:
    """A point that is low enough, and flat enough, or the lowest seen; None if none was lower.

    at: gives the trial of a step. start: the point at step 0, with a slope below 0. step: the first
    that is tried. Not-finite trials are taken for too far out.
    """
    low, trials = start, 0
    while trials < MOST_TRIALS:
        trial = at(step)
        trials += 1
        if not _enough(trial, start) or (low is not start and trial.loss >= low.loss):
            return _zoom(at, start, low, trial, MOST_TRIALS - trials)
        if _flat(trial, start):
            return trial
        if trial.slope >= 0:
            return _zoom(at, start, trial, low, MOST_TRIALS - trials)
        nearest, farthest = step + 0.01 * (step - low.step), FARTHEST * step
        low, step = trial, float(np.clip(_lowest(low, trial), nearest, farthest))
    return low


def _zoom(
    at: Callable[[float], Trial], start: Trial, low: Trial, high: Trial, trials: int
) -> Trial | None:
    """Such a point between two: `low`, the lowest that is low enough, and `high`."""
    for _ in range(trials):
        near, far = sorted((low.step, high.step))
        margin = MARGIN * (far - near)
        trial = at(float(np.clip(_lowest(low, high), near + margin, far - margin)))
        if not _enough(trial, start) or trial.loss >= low.loss:
            high = trial
            continue
        if _flat(trial, start):
            return trial
        if trial.slope * (high.step - low.step) >= 0:
            high = low
        low = trial
    return low if low is not start else None


def _enough(trial: Trial, start: Trial) -> bool:
    """The Armijo condition; `promised` is below 0."""
    return trial.finite and trial.loss <= start.loss + ENOUGH * trial.promised


def _flat(trial: Trial, start: Trial) -> bool:
    """The curvature condition."""
    return abs(trial.slope) <= -FLATTER * start.slope


def _lowest(a: Trial, b: Trial) -> float:
    """The step at which the cubic through both, with both slopes, is lowest (equation 3.59).

    The middle where it has no lowest point, or one trial is not finite.
    """
    middle = (a.step + b.step) / 2
    if not (a.finite and b.finite) or a.step == b.step:
        return middle
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    inner = d1**2 - a.slope * b.slope
    if not inner >= 0:
        return middle
    d2 = np.sign(b.step - a.step) * np.sqrt(inner)
    below = b.slope - a.slope + 2 * d2
    return float(b.step - (b.step - a.step) * (b.slope + d2 - d1) / below) if below else middle
