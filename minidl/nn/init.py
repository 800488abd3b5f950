"""How weights begin: arrays drawn so that signals keep their size from layer to layer.

Weights have shape (out, in, *kernel). With r the product of the kernel's sizes, a unit sums
fan_in = in * r values, and each input reaches fan_out = out * r units.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from minidl.arguments import checked
from minidl.seeding import Seed, generator

Shape = tuple[int, ...]
Mode = Literal["fan_in", "fan_out"]


@checked
def kaiming_normal(
    shape: Shape, seed: Seed = None, *, negative_slope: float = 0.0, mode: Mode = "fan_in"
) -> np.ndarray:
    """float32 values from N(0, std^2), std = sqrt(2 / ((1 + negative_slope^2) fan)).

    Keeps the variance of signals through (leaky) relu layers. Source: He et al., "Delving deep into
    rectifiers", 2015, equations 10, 14 and 15.
    """
    return _normal(shape, _kaiming_std(shape, negative_slope, mode), seed)


@checked
def kaiming_uniform(
    shape: Shape, seed: Seed = None, *, negative_slope: float = 0.0, mode: Mode = "fan_in"
) -> np.ndarray:
    """`kaiming_normal` with values uniform in [-b, b), b = sqrt(3) std."""
    return uniform(shape, math.sqrt(3) * _kaiming_std(shape, negative_slope, mode), seed)


@checked
def xavier_normal(shape: Shape, seed: Seed = None, *, gain: float = 1.0) -> np.ndarray:
    """float32 values from N(0, std^2), std = gain sqrt(2 / (fan_in + fan_out)).

    A compromise between keeping signals and keeping gradients, for tanh-like layers. Source: Glorot
    and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010,
    equation 12.
    """
    return _normal(shape, _xavier_std(shape, gain), seed)


@checked
def xavier_uniform(shape: Shape, seed: Seed = None, *, gain: float = 1.0) -> np.ndarray:
    """`xavier_normal` with values uniform in [-b, b), b = sqrt(3) std (the paper's equation 16)."""
    return uniform(shape, math.sqrt(3) * _xavier_std(shape, gain), seed)


@checked
def uniform(shape: Shape, bound: float, seed: Seed = None) -> np.ndarray:
    """float32 values uniform in [-bound, bound)."""
    if not 0 <= bound < math.inf:
        raise ValueError(f"uniform: given bound={bound}, expected a finite number of at least 0")
    return generator(seed).uniform(-bound, bound, shape).astype(np.float32)


@checked
def fans(shape: Shape) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight. Raises ValueError for fewer than two axes, or empty ones."""
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(
            f"given weight shape {shape}, expected (out, in, *kernel), each at least 1"
        )
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def _normal(shape: Shape, std: float, seed: Seed) -> np.ndarray:
    return (generator(seed).standard_normal(shape) * std).astype(np.float32)


def _kaiming_std(shape: Shape, negative_slope: float, mode: Mode) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'given mode {mode!r}, expected "fan_in" or "fan_out"')
    fan = fans(shape)[mode == "fan_out"]
    return math.sqrt(2 / ((1 + negative_slope**2) * fan))


def _xavier_std(shape: Shape, gain: float) -> float:
    return gain * math.sqrt(2 / sum(fans(shape)))
