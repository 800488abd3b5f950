"""Layers that standardise their input, and dropout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

import minidl.functional as F
from minidl.functional.windows import Sizes
from minidl.nn.module import Module, Parameter
from minidl.nn.options import positive
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor


class _BatchNorm(Module):
    """Standardises each channel of (N, C, ...), then scales by weight (C,) and adds bias (C,).

    Training uses the batch's mean and variance and moves running_mean and running_var towards them
    by `momentum`; evaluation uses the running ones, or the batch's if track_running_stats is False.
    Source: Ioffe and Szegedy, "Batch normalization", 2015.
    """

    ranks: ClassVar[tuple[int, ...]]

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:  # fmt: skip
        positive(type(self).__name__, num_features=num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        ones, zeros = np.ones(num_features, np.float32), np.zeros(num_features, np.float32)
        self.weight = Parameter(ones) if affine else None
        self.bias = Parameter(zeros) if affine else None
        self.running_mean = zeros.copy() if track_running_stats else None
        self.running_var = ones.copy() if track_running_stats else None

    def forward(self, x: Any) -> Tensor:
        """x (N, num_features, ...) to the same shape."""
        t = as_tensor(x)
        if t.ndim not in self.ranks or t.shape[1] != self.num_features:
            axes = " or ".join(map(str, self.ranks))
            raise ValueError(
                f"{type(self).__name__}: given shape {t.shape}, expected {axes} axes and "
                f"{self.num_features} channels in axis 1"
            )
        measure = self.training or self.running_mean is None
        return F.batch_norm(
            t, self.running_mean, self.running_var, self.weight, self.bias, measure, self.momentum,
            self.eps,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The number of channels."""
        return str(self.num_features)


class BatchNorm1d(_BatchNorm):
    __doc__ = f"For (N, C) or (N, C, L).\n\n    {_BatchNorm.__doc__}"
    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    __doc__ = f"For (N, C, H, W).\n\n    {_BatchNorm.__doc__}"
    ranks = (4,)


class BatchNorm3d(_BatchNorm):
    __doc__ = f"For (N, C, D, H, W).\n\n    {_BatchNorm.__doc__}"
    ranks = (5,)


class LayerNorm(Module):
    """Standardises over the last axes, which have `normalized_shape`, then scales and shifts.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
    """

    def __init__(
        self, normalized_shape: Sizes, eps: float = 1e-5, elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:  # fmt: skip
        if not isinstance(normalized_shape, Sequence):
            normalized_shape = (normalized_shape,)
        for size in normalized_shape:
            positive("LayerNorm", normalized_shape=size)
        self.normalized_shape = shape = tuple(normalized_shape)
        self.eps = eps
        self.weight = Parameter(np.ones(shape, np.float32)) if elementwise_affine else None
        shift = elementwise_affine and bias
        self.bias = Parameter(np.zeros(shape, np.float32)) if shift else None

    def forward(self, x: Any) -> Tensor:
        """x (..., *normalized_shape) to the same shape."""
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The shape it standardises over."""
        return str(self.normalized_shape)


class Dropout(Module):
    """In training, sets values to 0 with probability p and divides the rest by 1 - p.

    seed: for its own choices; without one it draws from the default generator (`nn.manual_seed`).
    """

    def __init__(self, p: float = 0.5, *, seed: Seed = None) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: given p = {p}, expected a probability from 0 to 1")
        self.p = p
        self._rng = None if seed is None else generator(seed)

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.dropout(x, self.p, self.training, seed=generator(self._rng))

    def extra_repr(self) -> str:
        """The probability."""
        return str(self.p)
