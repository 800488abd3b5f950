"""Layers that standardise their input."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

import minidl.functional as F
from minidl.arguments import Numbers, checked
from minidl.functional.windows import Sizes, lengths
from minidl.nn.module import Module, Parameter
from minidl.nn.options import positive
from minidl.tensor import Tensor, as_tensor


class _PerChannel(Module):
    """What layers with a scale, a shift and perhaps running statistics for each channel share."""

    ranks: ClassVar[tuple[int, ...]]
    _optional = ("num_batches_tracked",)

    @checked
    def __init__(
        self, num_features: int, eps: float, momentum: float | None, affine: bool, track: bool,
        bias: bool,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        positive(name, num_features=num_features)
        if momentum is not None and not 0 <= momentum <= 1:
            raise ValueError(f"{name}: given momentum={momentum}, expected 0 to 1, or None")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        ones, zeros = np.ones(num_features, np.float32), np.zeros(num_features, np.float32)
        self.weight = Parameter(ones) if affine else None
        self.bias = Parameter(zeros) if affine and bias else None
        self.running_mean = zeros.copy() if track else None
        self.running_var = ones.copy() if track else None
        self.num_batches_tracked = np.array(0) if track else None

    def _checked(self, x: Any) -> Tensor:
        t = as_tensor(x)
        if t.ndim not in self.ranks or t.shape[1] != self.num_features:
            axes = " or ".join(map(str, self.ranks))
            raise ValueError(
                f"{type(self).__name__}: given shape {t.shape}, expected {axes} axes and "
                f"{self.num_features} channels in axis 1"
            )
        return t

    def extra_repr(self) -> str:
        """The number of channels."""
        return str(self.num_features)


class _BatchNorm(_PerChannel):
    """Standardises each channel of (N, C, ...), then scales by weight (C,) and adds bias (C,).

    Training uses the batch's mean and variance and moves running_mean and running_var towards them
    by `momentum` (None: they become the mean over all batches); evaluation uses the running ones,
    or the batch's if track_running_stats is False.
    Source: Ioffe and Szegedy, "Batch normalization", 2015.
    """

    @checked
    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1,
        affine: bool = True, track_running_stats: bool = True, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias)

    @checked
    def forward(self, x: Numbers) -> Tensor:
        """x (N, num_features, ...) to the same shape."""
        measure = self.training or self.running_mean is None
        y = F.batch_norm(
            self._checked(x), self.running_mean, self.running_var, self.weight, self.bias, measure,
            self._pace(), self.eps,
        )  # fmt: skip
        self._count()
        return y

    def _pace(self) -> float:
        """How far running statistics move now; without a momentum they are the mean of all."""
        if self.momentum is not None or self.num_batches_tracked is None:
            return self.momentum or 0.0
        return 1 / (int(self.num_batches_tracked) + 1)

    def _count(self) -> None:
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked = np.asarray(self.num_batches_tracked + 1)


class BatchNorm1d(_BatchNorm):
    __doc__ = f"For (N, C) or (N, C, L).\n\n    {_BatchNorm.__doc__}"
    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    __doc__ = f"For (N, C, H, W).\n\n    {_BatchNorm.__doc__}"
    ranks = (4,)


class BatchNorm3d(_BatchNorm):
    __doc__ = f"For (N, C, D, H, W).\n\n    {_BatchNorm.__doc__}"
    ranks = (5,)


class _InstanceNorm(_PerChannel):
    """Standardises each channel of each example (N, C, ...); affine: then scales and shifts (C,).

    track_running_stats: training moves running statistics as in batch normalisation, and
    evaluation uses them (without momentum they stay, and batches are never counted, as in
    PyTorch); otherwise both measure. Source: Ulyanov et al., "Instance normalization", 2016.
    """

    @checked
    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1,
        affine: bool = False, track_running_stats: bool = False, *, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias)

    @checked
    def forward(self, x: Numbers) -> Tensor:
        """x (N, num_features, ...) to the same shape."""
        measure = self.training or self.running_mean is None
        return F.instance_norm(
            self._checked(x), self.running_mean, self.running_var, self.weight, self.bias, measure,
            self.momentum or 0.0, self.eps,
        )  # fmt: skip


class InstanceNorm1d(_InstanceNorm):
    __doc__ = f"For (N, C, L).\n\n    {_InstanceNorm.__doc__}"
    ranks = (3,)


class InstanceNorm2d(_InstanceNorm):
    __doc__ = f"For (N, C, H, W).\n\n    {_InstanceNorm.__doc__}"
    ranks = (4,)


class InstanceNorm3d(_InstanceNorm):
    __doc__ = f"For (N, C, D, H, W).\n\n    {_InstanceNorm.__doc__}"
    ranks = (5,)


class GroupNorm(Module):
    """Standardises num_groups groups of channels of each example, then scales and shifts (C,).

    Source: Wu and He, "Group normalization", 2018.
    """

    @checked
    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *,
        bias: bool = True,
    ) -> None:  # fmt: skip
        positive("GroupNorm", num_groups=num_groups, num_channels=num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: given num_groups={num_groups} and num_channels={num_channels}; groups "
                "must divide channels"
            )
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.weight = Parameter(np.ones(num_channels, np.float32)) if affine else None
        shift = affine and bias
        self.bias = Parameter(np.zeros(num_channels, np.float32)) if shift else None

    def forward(self, x: Any) -> Tensor:
        """x (N, num_channels, ...) to the same shape."""
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The numbers of groups and channels."""
        return f"{self.num_groups}, {self.num_channels}"


class LayerNorm(Module):
    """Standardises over the last axes, which have `normalized_shape`, then scales and shifts.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
    """

    @checked
    def __init__(
        self, normalized_shape: Sizes, eps: float = 1e-5, elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:  # fmt: skip
        self.normalized_shape = shape = lengths("LayerNorm", "normalized_shape", normalized_shape)
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


class LocalResponseNorm(Module):
    """x / (k + alpha m)^beta, m the mean square of `size` channels around."""

    @checked
    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: Any) -> Tensor:
        """x (N, C, ...) to the same shape."""
        return F.local_response_norm(x, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """The number of channels."""
        return str(self.size)
