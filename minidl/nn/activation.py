"""Nonlinearities as layers."""

from __future__ import annotations

from typing import Any

import minidl.functional as F
from minidl.nn.module import Module
from minidl.ops.registry import numpy_axes
from minidl.tensor import Tensor


class ReLU(Module):
    """max(x, 0)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.relu(x)


class LeakyReLU(Module):
    """x where positive, negative_slope * x elsewhere."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.leaky_relu(x, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return str(self.negative_slope)


class Sigmoid(Module):
    """1 / (1 + e^-x)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.sigmoid(x)


class Tanh(Module):
    """The hyperbolic tangent."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.tanh(x)


class Softplus(Module):
    """log(1 + e^x), the smooth relu."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.softplus(x)


class Softmax(Module):
    """e^x / sum(e^x) along `axis`."""

    @numpy_axes
    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        """The axis."""
        return f"axis={self.axis}"
