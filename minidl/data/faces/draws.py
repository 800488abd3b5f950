"""Random numbers by counting: the same key always gives the same numbers, whoever else is drawn."""

from __future__ import annotations

import numpy as np

_STEP = np.uint64(0x9E3779B97F4A7C15)


def mixed(x: np.ndarray) -> np.ndarray:
    """uint64 -> uint64, scrambled: the finaliser of SplitMix64 (Steele and others, 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: np.ndarray = x ^ (x >> np.uint64(31))
    return result


def keys(*numbers: np.ndarray | int) -> np.ndarray:
    """One uint64 key for every row of the (broadcast) whole numbers."""
    key = np.zeros(1, np.uint64)
    for number in numbers:
        key = mixed(key * _STEP + np.asarray(number).astype(np.uint64) + _STEP)
    return key


class Draws:
    """Draws one number per key (N,), and another at every call."""

    def __init__(self, key: np.ndarray) -> None:
        self._key = key

    def uniform(self, low: float | np.ndarray = 0.0, high: float | np.ndarray = 1.0) -> np.ndarray:
        self._key = self._key + _STEP
        unit = (mixed(self._key) >> np.uint64(11)).astype(np.float64) / 2.0**53
        return low + (high - low) * unit

    def bell(self, low: float, high: float) -> np.ndarray:
        """Between two bounds, oftener in the middle: the mean of three uniform numbers."""
        result: np.ndarray = (
            self.uniform(low, high) + self.uniform(low, high) + self.uniform(low, high)
        ) / 3
        return result

    def chance(self, probability: float | np.ndarray) -> np.ndarray:
        """True with this probability."""
        return self.uniform() < probability

    def choice(self, weights: list[float]) -> np.ndarray:
        """A number 0 .. len(weights) - 1, with probabilities proportional to the weights."""
        steps = np.cumsum(weights) / np.sum(weights)
        return np.searchsorted(steps[:-1], self.uniform(), side="right")

    def sign(self) -> np.ndarray:
        return np.where(self.chance(0.5), 1.0, -1.0)

    def colour(self, low: float, high: float, saturation: float = 1.0) -> np.ndarray:
        """(N, 3): three uniform numbers, drawn towards their mean where saturation < 1."""
        free = np.stack([self.uniform(low, high) for _ in range(3)], axis=1)
        grey = free.mean(axis=1, keepdims=True)
        result: np.ndarray = grey + saturation * (free - grey)
        return result
