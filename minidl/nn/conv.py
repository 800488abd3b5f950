"""Convolution layers: one for any number of axes, and its names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import minidl.functional as F
from minidl.functional.convolution import Activation
from minidl.functional.windows import Padding, Sizes, pairs, per_axis
from minidl.nn import init
from minidl.nn.module import Module, Parameter
from minidl.nn.options import positive, short, unusual
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor


class _Conv(Module):
    """Cross-correlation with learned kernels: (N, in_channels, ...) to (N, out_channels, ...).

    kernel_size, stride, dilation: an int or one per axis. padding: an int, one per axis, a (before,
    after) pair per axis, "same" or "valid". groups: splits the channels into independent parts.
    activation: "relu" is applied in the same pass.
    weight (out, in / groups, *kernel) and bias (out,) begin uniform in +-1 / sqrt(fan_in), fan_in
    the number of values a unit sums, as PyTorch's do.
    Outliers, NaN and infinities among the inputs of a 3x3 one: see `functional.conv2d`.
    Raises ValueError where sizes or options do not fit each other.
    """

    rank: ClassVar[int]

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes = 1,
        padding: Padding = 0, dilation: Sizes = 1, groups: int = 1, bias: bool = True, *,
        activation: Activation = None, seed: Seed = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        _check_channels(name, in_channels, out_channels, groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(name, "kernel_size", self.rank, kernel_size, 1)
        self.stride = per_axis(name, "stride", self.rank, stride, 1)
        self.dilation = per_axis(name, "dilation", self.rank, dilation, 1)
        pairs(name, self.kernel_size, self.stride, self.dilation, padding)  # raises what is wrong
        if activation not in (None, "relu"):
            raise ValueError(f'{name}: given activation {activation!r}, expected None or "relu"')
        self.padding, self.activation = padding, activation
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight, self.bias = _weights(shape, out_channels, bias, seed)

    def forward(self, x: Any) -> Tensor:
        """x (N, in_channels, ...) to (N, out_channels, ...)."""
        convolve: Callable[..., Tensor] = getattr(F, f"conv{self.rank}d")
        return convolve(
            x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups,
            activation=self.activation,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the usual ones."""
        return _describe(self, stride=1, padding=0, dilation=1, groups=1, activation=None)


class Conv1d(_Conv):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_Conv.__doc__}"
    rank = 1


class Conv2d(_Conv):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_Conv.__doc__}"
    rank = 2


class Conv3d(_Conv):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_Conv.__doc__}"
    rank = 3


class ConvTranspose2d(Module):
    """The gradient of a Conv2d used forward: (N, in_channels, H, W) to a larger image.

    The result is (H - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1 high.
    weight (in, out / groups, R, S) and bias (out,) begin uniform in +-1 / sqrt(out / groups R S).
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes = 1,
        padding: Padding = 0, output_padding: Sizes = 0, groups: int = 1, bias: bool = True,
        dilation: Sizes = 1, *, seed: Seed = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        _check_channels(name, in_channels, out_channels, groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(name, "kernel_size", 2, kernel_size, 1)
        self.stride = per_axis(name, "stride", 2, stride, 1)
        self.dilation = per_axis(name, "dilation", 2, dilation, 1)
        pairs(name, self.kernel_size, self.stride, self.dilation, padding)
        self.padding = padding
        self.output_padding = per_axis(name, "output_padding", 2, output_padding, 0)
        shape = (in_channels, out_channels // groups, *self.kernel_size)
        self.weight, self.bias = _weights(shape, out_channels, bias, seed)

    def forward(self, x: Any) -> Tensor:
        """x (N, in_channels, H, W) to (N, out_channels, H', W')."""
        return F.conv_transpose2d(
            x, self.weight, self.bias, self.stride, self.padding, self.output_padding, self.groups,
            self.dilation,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the usual ones."""
        return _describe(self, stride=1, padding=0, output_padding=0, groups=1, dilation=1)


def _check_channels(name: str, in_channels: int, out_channels: int, groups: int) -> None:
    positive(name, in_channels=in_channels, out_channels=out_channels, groups=groups)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"{name}: given {in_channels} channels in, {out_channels} out and groups={groups}; "
            "groups must divide both"
        )


def _weights(
    shape: tuple[int, ...], channels: int, bias: bool, seed: Seed
) -> tuple[Parameter, Parameter | None]:
    rng = generator(seed)
    bound = 1 / math.sqrt(init.fans(shape)[0])
    weight = Parameter(init.uniform(shape, bound, rng))
    return weight, Parameter(init.uniform((channels,), bound, rng)) if bias else None


def _describe(layer: Any, **usual: Any) -> str:
    sizes = f"{layer.in_channels}, {layer.out_channels}, kernel_size={short(layer.kernel_size)}"
    no_bias = ["bias=False"] if layer.bias is None else []
    return ", ".join([sizes, *unusual(layer, **usual), *no_bias])
