"""Values, or whole channels, left out at random while training."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.functional.windows import check_rank
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor


@checked
def dropout(input: Numbers, p: float = 0.5, training: bool = True, *, seed: Seed = None) -> Tensor:
    """Sets values to 0 with probability p and divides the others by 1 - p; evaluation: nothing.

    Without a seed it draws from the default generator (`nn.manual_seed`).
    Source: Srivastava et al., "Dropout", 2014.
    """
    x = as_tensor(input)
    return _dropped("dropout", x, x.shape, p, training, seed)


@checked
def dropout1d(
    input: Numbers, p: float = 0.5, training: bool = True, *, seed: Seed = None
) -> Tensor:
    """`dropout2d` for signals (N, C, L)."""
    return _channels(1, input, p, training, seed)


@checked
def dropout2d(
    input: Numbers, p: float = 0.5, training: bool = True, *, seed: Seed = None
) -> Tensor:
    """`dropout` of whole channels of pictures (N, C, H, W): neighbours in one tell the same."""
    return _channels(2, input, p, training, seed)


@checked
def dropout3d(
    input: Numbers, p: float = 0.5, training: bool = True, *, seed: Seed = None
) -> Tensor:
    """`dropout2d` for volumes (N, C, D, H, W)."""
    return _channels(3, input, p, training, seed)


def _channels(rank: int, input: Any, p: float, training: bool, seed: Seed) -> Tensor:
    x = as_tensor(input)
    check_rank(f"dropout{rank}d", rank, x.shape)
    return _dropped(f"dropout{rank}d", x, (*x.shape[:2], *[1] * rank), p, training, seed)


def _dropped(
    name: str, x: Tensor, shape: tuple[int, ...], p: float, training: bool, seed: Seed
) -> Tensor:
    """x with zeros drawn for `shape`, which broadcasts with it."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: given p = {p}, expected a probability from 0 to 1")
    if not training or p == 0:
        return x
    keep = generator(seed).random(shape, dtype=np.float32) >= p
    scale = 0.0 if p == 1 else 1 / (1 - p)
    return x * (keep * scale)
