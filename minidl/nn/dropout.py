"""Layers that leave values out at random while training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import minidl.functional as F
from minidl.arguments import checked
from minidl.nn.module import Module
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor


class Dropout(Module):
    """In training, sets values to 0 with probability p and divides the rest by 1 - p.

    inplace: taken as PyTorch's takes it; results are new arrays here. seed: of its own; without one
    it draws from the default generator (`nn.manual_seed`).
    """

    @checked
    def __init__(self, p: float = 0.5, inplace: bool = False, *, seed: Seed = None) -> None:
        name = type(self).__name__
        if not 0 <= p <= 1:
            raise ValueError(f"{name}: given p = {p}, expected a probability from 0 to 1")
        self.p = p
        self._rng = None if seed is None else generator(seed)

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        drop: Callable[..., Tensor] = getattr(F, type(self).__name__.lower())
        return drop(x, self.p, self.training, seed=generator(self._rng))

    def extra_repr(self) -> str:
        """The probability."""
        return str(self.p)


class Dropout1d(Dropout):
    """`Dropout` of whole channels of signals (N, C, L)."""


class Dropout2d(Dropout):
    """`Dropout` of whole channels of pictures (N, C, H, W)."""


class Dropout3d(Dropout):
    """`Dropout` of whole channels of volumes (N, C, D, H, W)."""
