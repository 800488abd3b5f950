"""Where arrays lie: what is said to kernels of them, and to arrays made of others, cheaply."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def address(array: np.ndarray) -> int:
    """Where the numbers begin; `array.ctypes.data` takes three times as long to say it."""
    at: int = array.__array_interface__["data"][0]
    return at


def to_skip(y: np.ndarray, skip: np.ndarray | None) -> int:
    """How far from a number of y the one lies that is added to it; 0 where there is none.

    The two lie in memory alike.
    """
    return 0 if skip is None else address(skip) - address(y)


def back(order: Sequence[int]) -> list[int]:
    """The order that undoes one of axes; `np.argsort(order)` takes five times as long."""
    places = [0] * len(order)
    for i, axis in enumerate(order):
        places[axis] = i
    return places
