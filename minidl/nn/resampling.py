"""Layers that make pictures larger, or cut them into windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import minidl.functional as F
from minidl.arguments import checked
from minidl.functional.padding import PaddingMode
from minidl.functional.resampling import Mode, Scale
from minidl.functional.windows import Padding, Sizes
from minidl.nn.module import Module
from minidl.nn.options import unusual
from minidl.tensor import Tensor


class Upsample(Module):
    """`F.interpolate`: to a size, or by a factor (one of them)."""

    @checked
    def __init__(
        self, size: Sizes | None = None, scale_factor: Scale | None = None, mode: Mode = "nearest",
        align_corners: bool | None = None,
    ) -> None:  # fmt: skip
        self.size, self.scale_factor = size, scale_factor
        self.mode: Mode = mode
        self.align_corners = align_corners

    def forward(self, x: Any) -> Tensor:
        """x (N, C, ...) to (N, C, ...) with other axes."""
        return F.interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners)

    def extra_repr(self) -> str:
        """The size or factor, and the mode."""
        options = unusual(self, size=None, scale_factor=None, mode="nearest", align_corners=None)
        return ", ".join(options)


class PixelShuffle(Module):
    """(N, C r^2, H, W) to (N, C, H r, W r), r the upscale_factor."""

    @checked
    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, x: Any) -> Tensor:
        """x to a larger picture of fewer channels."""
        return F.pixel_shuffle(x, self.upscale_factor)


class PixelUnshuffle(Module):
    """(N, C, H r, W r) to (N, C r^2, H, W), r the downscale_factor."""

    @checked
    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, x: Any) -> Tensor:
        """x to a smaller picture of more channels."""
        return F.pixel_unshuffle(x, self.downscale_factor)


class Unfold(Module):
    """Every window as a column: (N, C, H, W) to (N, C R S, L)."""

    @checked
    def __init__(
        self, kernel_size: Sizes, dilation: Sizes = 1, padding: Padding = 0, stride: Sizes = 1
    ) -> None:
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, x: Any) -> Tensor:
        """x (N, C, H, W) to (N, C R S, L)."""
        return F.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)


class Fold(Module):
    """Columns added up to a picture: (N, C R S, L) to (N, C, *output_size)."""

    @checked
    def __init__(
        self, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Padding = 0,
        stride: Sizes = 1,
    ) -> None:  # fmt: skip
        self.output_size, self.kernel_size, self.dilation = output_size, kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, x: Any) -> Tensor:
        """x (N, C R S, L) to (N, C, *output_size)."""
        return F.fold(
            x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )


class _Pad2d(Module):
    mode: ClassVar[PaddingMode]

    @checked
    def __init__(self, padding: int | Sequence[int]) -> None:
        self.padding = [padding] * 4 if isinstance(padding, int) else list(padding)

    def forward(self, x: Any) -> Tensor:
        """x (N, C, H, W) to a larger picture."""
        return F.pad(x, self.padding, self.mode)

    def extra_repr(self) -> str:
        """How much on each side."""
        return str(tuple(self.padding))


class ZeroPad2d(_Pad2d):
    """Zeros around a picture: padding is an int, or (left, right, top, bottom)."""

    mode = "constant"


class ReflectionPad2d(_Pad2d):
    """A picture mirrored at its borders: padding is an int, or (left, right, top, bottom)."""

    mode = "reflect"


class ReplicationPad2d(_Pad2d):
    """The borders of a picture repeated: padding is an int, or (left, right, top, bottom)."""

    mode = "replicate"
