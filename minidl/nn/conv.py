"""Convolution layers: one for any number of axes, and its names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar, Literal

import minidl.functional as F
from minidl.arguments import checked
from minidl.functional.convolution import Activation
from minidl.functional.windows import Padding, Sizes, check_rank, pairs, per_axis
from minidl.nn import init
from minidl.nn.module import Module, Parameter
from minidl.nn.options import positive, short, unusual
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]


class _Conv(Module):
    """Cross-correlation with learned kernels: (N, in_channels, ...) to (N, out_channels, ...).

    kernel_size, stride, dilation: an int or one per axis. padding: an int, one per axis, a (before,
    after) pair per axis, "same" or "valid". groups: splits the channels into independent parts.
    padding_mode: "zeros", or "reflect", "replicate", "circular" (see `F.pad`).
    activation: "relu" is applied in the same pass.
    weight (out, in / groups, *kernel) and bias (out,) begin uniform in +-1 / sqrt(fan_in), fan_in
    the number of values a unit sums, as PyTorch's do.
    Outliers, NaN and infinities among the inputs of a 3x3 one: see `functional.conv2d`.
    Raises ValueError where sizes or options do not fit each other.
    """

    rank: ClassVar[int]

    @checked
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes = 1,
        padding: Padding = 0, dilation: Sizes = 1, groups: int = 1, bias: bool = True,
        padding_mode: PaddingMode = "zeros", *, activation: Activation = None, seed: Seed = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        _check_channels(name, in_channels, out_channels, groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(name, "kernel_size", self.rank, kernel_size, 1)
        self.stride = per_axis(name, "stride", self.rank, stride, 1)
        self.dilation = per_axis(name, "dilation", self.rank, dilation, 1)
        sides = pairs(name, self.kernel_size, self.stride, self.dilation, padding)
        if padding_mode not in ("zeros", "reflect", "replicate", "circular"):
            raise ValueError(
                f'{name}: given padding_mode={padding_mode!r}, expected "zeros", "reflect", '
                '"replicate" or "circular"'
            )
        self.padding_mode = padding_mode
        self._sides = [n for pair in reversed(sides) for n in pair]  # as F.pad takes them
        if activation not in (None, "relu"):
            raise ValueError(f'{name}: given activation={activation!r}, expected None or "relu"')
        self.padding, self.activation = padding, activation
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight, self.bias = _weights(shape, out_channels, bias, seed)

    def forward(self, x: Any) -> Tensor:
        """x (N, in_channels, ...) to (N, out_channels, ...)."""
        convolve: Callable[..., Tensor] = getattr(F, f"conv{self.rank}d")
        padding = self.padding
        if self.padding_mode != "zeros":
            x = as_tensor(x)
            check_rank(type(self).__name__, self.rank, x.shape)
            x, padding = F.pad(x, self._sides, self.padding_mode), 0
        return convolve(
            x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups,
            activation=self.activation,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the usual ones."""
        return _describe(
            self, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros", activation=None
        )


class Conv1d(_Conv):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_Conv.__doc__}"
    rank = 1


class Conv2d(_Conv):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_Conv.__doc__}"
    rank = 2


class Conv3d(_Conv):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_Conv.__doc__}"
    rank = 3


class _ConvTranspose(Module):
    """The gradient of a convolution used forward: (N, in_channels, ...) to a larger image.

    Along each axis (n - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1 long.
    weight (in, out / groups, *kernel) and bias (out,) begin uniform in +-1 / sqrt(fan), fan the
    number of weights of an output channel, as PyTorch's do. padding_mode: "zeros" only.
    """

    rank: ClassVar[int]

    @checked
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes = 1,
        padding: Padding = 0, output_padding: Sizes = 0, groups: int = 1, bias: bool = True,
        dilation: Sizes = 1, padding_mode: str = "zeros", *, seed: Seed = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        _check_channels(name, in_channels, out_channels, groups)
        if padding_mode != "zeros":
            raise ValueError(f'{name}: given padding_mode={padding_mode!r}, expected "zeros"')
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(name, "kernel_size", self.rank, kernel_size, 1)
        self.stride = per_axis(name, "stride", self.rank, stride, 1)
        self.dilation = per_axis(name, "dilation", self.rank, dilation, 1)
        self._sides = pairs(name, self.kernel_size, self.stride, self.dilation, padding)
        self.padding = padding
        self.output_padding = per_axis(name, "output_padding", self.rank, output_padding, 0)
        shape = (in_channels, out_channels // groups, *self.kernel_size)
        self.weight, self.bias = _weights(shape, out_channels, bias, seed)

    def forward(self, x: Any, output_size: Sizes | None = None) -> Tensor:
        """x (N, in_channels, ...) to (N, out_channels, ...).

        output_size: of the spatial axes; decides on output_padding. Raises ValueError for a size
        that no output_padding below the stride gives.
        """
        convolve: Callable[..., Tensor] = getattr(F, f"conv_transpose{self.rank}d")
        extra = self.output_padding if output_size is None else self._extra(x, output_size)
        return convolve(
            x, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )

    def _extra(self, x: Any, output_size: Sizes) -> tuple[int, ...]:
        """The output_padding that gives output_size."""
        name, shape = type(self).__name__, as_tensor(x).shape
        check_rank(name, self.rank, shape)
        sizes = per_axis(name, "output_size", self.rank, output_size, 1)
        axes = zip(
            shape[2:], self.stride, self._sides, self.dilation, self.kernel_size, strict=True
        )
        least = [(n - 1) * s - sum(p) + r * (k - 1) + 1 for n, s, p, r, k in axes]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
        if any(not a <= n <= b for a, n, b in zip(least, sizes, most, strict=True)):
            raise ValueError(
                f"{name}: given output_size {sizes} for input {shape}, expected from {least} to "
                f"{most}"
            )
        return tuple(n - a for n, a in zip(sizes, least, strict=True))

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the usual ones."""
        return _describe(self, stride=1, padding=0, output_padding=0, groups=1, dilation=1)


class ConvTranspose1d(_ConvTranspose):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_ConvTranspose.__doc__}"
    rank = 1


class ConvTranspose2d(_ConvTranspose):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_ConvTranspose.__doc__}"
    rank = 2


class ConvTranspose3d(_ConvTranspose):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_ConvTranspose.__doc__}"
    rank = 3


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
