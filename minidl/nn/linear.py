"""Fully connected layers and changes of shape."""

from __future__ import annotations

import math
from typing import Any

import minidl.functional as F
from minidl.arguments import Numbers, checked
from minidl.nn import init
from minidl.nn.module import Module, Parameter
from minidl.nn.options import positive
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor


class Linear(Module):
    """y = x weight^T + bias: (..., in_features) to (..., out_features).

    weight (out, in) and bias (out,) begin uniform in +-1 / sqrt(in_features), as PyTorch's do.
    """

    @checked
    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, seed: Seed = None
    ) -> None:
        positive("Linear", in_features=in_features, out_features=out_features)
        rng = generator(seed)
        bound = 1 / math.sqrt(in_features)
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(init.uniform((out_features, in_features), bound, rng))
        self.bias = Parameter(init.uniform((out_features,), bound, rng)) if bias else None

    def forward(self, x: Any) -> Tensor:
        """x (..., in_features) to (..., out_features)."""
        return F.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes, and the bias where there is none."""
        return f"{self.in_features}, {self.out_features}" + (
            "" if self.bias is not None else ", bias=False"
        )


class Flatten(Module):
    """Joins the axes from start_axis to end_axis into one; by default all but the first."""

    @checked
    def __init__(self, start_axis: int = 1, end_axis: int = -1) -> None:
        self.start_axis, self.end_axis = start_axis, end_axis

    @checked
    def forward(self, x: Numbers) -> Tensor:
        """x (N, C, H, W) to (N, C * H * W)."""
        t = as_tensor(x)
        first, last = (a + t.ndim if a < 0 else a for a in (self.start_axis, self.end_axis))
        if not 0 <= first <= last < t.ndim:
            raise ValueError(
                f"Flatten: given shape {t.shape}, which has no axes {self.start_axis} to "
                f"{self.end_axis}"
            )
        return t.flatten(first, last)


class Identity(Module):
    """Gives back what it is given."""

    def forward(self, x: Any) -> Any:
        """x itself."""
        return x
