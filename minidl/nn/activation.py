"""Nonlinearities as layers.

`inplace` is taken as PyTorch's layers take it, where it saves memory; results are new arrays here.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

import minidl.functional as F
from minidl.arguments import checked
from minidl.nn.module import Module, Parameter
from minidl.nn.options import positive
from minidl.tensor import Tensor


class _Activation(Module):
    @checked
    def __init__(self, inplace: bool = False) -> None:
        pass


class ReLU(_Activation):
    """max(x, 0)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.relu(x)


class LeakyReLU(Module):
    """x where positive, negative_slope * x elsewhere."""

    @checked
    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
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


class SiLU(_Activation):
    """x / (1 + e^-x)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.silu(x)


class Mish(_Activation):
    """x tanh(softplus(x))."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.mish(x)


class GELU(Module):
    """x P(X <= x) for X standard normal; `approximate="tanh"` takes a tanh for P."""

    @checked
    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        self.approximate = approximate

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.gelu(x, approximate=self.approximate)

    def extra_repr(self) -> str:
        """The option."""
        return f"approximate={self.approximate!r}"


class ELU(Module):
    """x where positive, alpha (e^x - 1) elsewhere."""

    @checked
    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.elu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        """The options."""
        return ", ".join(map(str, (self.alpha,)))


class CELU(Module):
    """x where positive, alpha (e^(x / alpha) - 1) elsewhere."""

    @checked
    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.celu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        """The options."""
        return ", ".join(map(str, (self.alpha,)))


class SELU(_Activation):
    """An elu scaled so that it keeps mean 0 and variance 1."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.selu(x)


class ReLU6(_Activation):
    """min(max(x, 0), 6)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.relu6(x)


class Hardtanh(Module):
    """x limited to [min_val, max_val]."""

    @checked
    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.hardtanh(x, min_val=self.min_val, max_val=self.max_val)

    def extra_repr(self) -> str:
        """The options."""
        return ", ".join(
            map(
                str,
                (
                    self.min_val,
                    self.max_val,
                ),
            )
        )


class Hardsigmoid(_Activation):
    """x / 6 + 1/2, limited to [0, 1]."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.hardsigmoid(x)


class Hardswish(_Activation):
    """x hardsigmoid(x)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.hardswish(x)


class Softsign(Module):
    """x / (1 + |x|)."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.softsign(x)


class LogSigmoid(Module):
    """log(1 / (1 + e^-x))."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.logsigmoid(x)


class Softplus(Module):
    """log(1 + e^(beta x)) / beta, the smooth relu; x itself where beta x is above the threshold."""

    @checked
    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = beta
        self.threshold = threshold

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.softplus(x, beta=self.beta, threshold=self.threshold)

    def extra_repr(self) -> str:
        """The options."""
        return ", ".join(
            map(
                str,
                (
                    self.beta,
                    self.threshold,
                ),
            )
        )


class PReLU(Module):
    """x where positive, weight x elsewhere: one learned weight, or one for each channel."""

    @checked
    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        positive("PReLU", num_parameters=num_parameters)
        self.weight = Parameter(np.full(num_parameters, init, np.float32))

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.prelu(x, self.weight)

    def extra_repr(self) -> str:
        """The number of weights."""
        return str(self.weight.size)


class Softmax(Module):
    """e^x / sum(e^x) along `axis`."""

    @checked
    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        """The axis."""
        return f"axis={self.axis}"


class LogSoftmax(Softmax):
    """log(softmax(x)) along `axis`."""

    def forward(self, x: Any) -> Tensor:
        """x to the same shape."""
        return F.log_softmax(x, axis=self.axis)
