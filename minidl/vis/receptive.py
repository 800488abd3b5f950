"""Which pixels a unit sees: size, stride and offset of receptive fields, and exact boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from minidl import nn
from minidl.arguments import checked
from minidl.functional.windows import pairs
from minidl.nn import Module
from minidl.vis.chain import up_to

_WINDOWS = (
    nn.Conv1d, nn.Conv2d, nn.Conv3d,
    nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d,
    nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d,
)  # fmt: skip
# Parts whose value at a place depends on that place alone (batch norm: when not training).
_POINTWISE = (
    nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.Dropout, nn.Identity, nn.LeakyReLU, nn.ReLU,
    nn.Sigmoid, nn.Softplus, nn.Tanh,
)  # fmt: skip


class Window(NamedTuple):
    """One layer along one axis; before and after: the padding."""

    kernel: int
    stride: int
    before: int
    after: int
    dilation: int

    def outputs(self, length: int) -> int:
        """How many units it makes of `length` values."""
        span = self.dilation * (self.kernel - 1) + 1
        return (length + self.before + self.after - span) // self.stride + 1

    def inputs(self, units: np.ndarray, length: int) -> np.ndarray:
        """The values, sorted, that any of `units` reads; the padding is not one of them."""
        taps = np.arange(self.kernel) * self.dilation - self.before
        read = np.unique(units[:, None] * self.stride + taps)
        return read[(read >= 0) & (read < length)]


@dataclass(frozen=True)
class ReceptiveField:
    """What the units of a layer see. Per axis: unit 0 sees `size` pixels from pixel `offset` on,
    unit 1 as many from `offset + stride` on, and so on. A negative offset: from the padding on.

    windows: per axis, the layers from the input on.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: tuple[int, ...]
    windows: tuple[tuple[Window, ...], ...]

    def __repr__(self) -> str:
        return f"ReceptiveField(size={self.size}, stride={self.stride}, offset={self.offset})"

    @checked
    def window(self, position: Sequence[int]) -> tuple[slice, ...]:
        """The box of a unit before clipping: always `size` wide, and maybe partly in the padding.

        position: the unit's place in its map, one number per axis.
        """
        starts = [
            o + p * s
            for o, p, s in zip(self.offset, self._checked(position), self.stride, strict=True)
        ]
        return tuple(slice(a, a + n) for a, n in zip(starts, self.size, strict=True))

    @checked
    def box(self, position: Sequence[int], input_shape: Sequence[int]) -> tuple[slice, ...]:
        """The smallest box of the input with all that the unit at `position` sees.

        input_shape: an image's (C, H, W) or its spatial part (H, W);
        `image[(..., *field.box((3, 4), image.shape))]` cuts the box out. Exact at the border, too:
        clipping `window` is not enough where a strided layer does not reach the last pixels, or
        dilation steps over some.
        A unit that sees nothing but padding has an empty box.
        Raises ValueError for a position that is not in the map of such an input.
        """
        seen = self.pixels(position, input_shape)
        if not all(map(len, seen)):
            return (slice(0, 0),) * len(seen)
        return tuple(slice(int(axis[0]), int(axis[-1]) + 1) for axis in seen)

    @checked
    def pixels(self, position: Sequence[int], input_shape: Sequence[int]) -> tuple[np.ndarray, ...]:
        """Per axis, the pixels (sorted) that the unit sees; they are fewer than the box's where
        strides or dilations leave gaps. `np.ix_(*pixels)` selects them all.
        """
        shape = self._spatial(input_shape)
        outside = [
            p for p, n in zip(self._checked(position), self.map_shape(shape), strict=True) if p >= n
        ]
        if outside:
            raise ValueError(
                f"given position {tuple(position)}, but an input of {shape} gives a map of "
                f"{self.map_shape(shape)}"
            )
        return tuple(map(_seen, self.windows, position, shape))

    @checked
    def map_shape(self, input_shape: Sequence[int]) -> tuple[int, ...]:
        """The spatial shape of the layer's map for an input of this shape."""
        return tuple(
            _lengths(windows, n)[-1]
            for windows, n in zip(self.windows, self._spatial(input_shape), strict=True)
        )

    @checked
    def inside(self, input_shape: Sequence[int]) -> tuple[slice, ...]:
        """The part of the map whose windows lie wholly in an input of this shape."""
        first = [-(o // s) for o, s in zip(self.offset, self.stride, strict=True)]
        beyond = [
            (n - size - o) // s + 1
            for n, size, o, s in zip(
                self._spatial(input_shape), self.size, self.offset, self.stride, strict=True
            )
        ]
        return tuple(slice(a, max(a, b)) for a, b in zip(first, beyond, strict=True))

    def _spatial(self, shape: Sequence[int]) -> tuple[int, ...]:
        if len(shape) < len(self.size) or min(shape) < 0:
            raise ValueError(f"given input shape {tuple(shape)}, expected {len(self.size)} axes")
        return tuple(shape[-len(self.size) :])

    def _checked(self, position: Sequence[int]) -> Sequence[int]:
        if len(position) != len(self.size) or not all(
            isinstance(p, Integral) and p >= 0 for p in position
        ):
            raise ValueError(
                f"given position {position!r}, expected {len(self.size)} numbers of at least 0"
            )
        return position


@checked
def receptive_field(network: Module, layer: str | None = None) -> ReceptiveField:
    """What the units of a layer see of the input.

    network: an nn.Sequential of convolutions, pools and pointwise parts, a VGG or a FaceEncoder.
    layer: the name of one of its parts ("conv3_3"; in a Sequential without names "4"); the last
    when None. From the input on, each layer adds, along each axis,
    size += dilation (kernel - 1) stride, offset -= padding stride, and then stride *= its stride.
    Raises ValueError for an unknown layer, TypeError for parts that see all at once (Linear).
    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    2019, equations 1 to 3.
    """
    layers = [
        _windows(name, part)
        for name, part in up_to(network, layer)
        if not isinstance(part, _POINTWISE)
    ]
    ranks = {len(windows) for windows in layers} or {2}
    if len(ranks) > 1:
        raise ValueError(
            f"given layers for {sorted(ranks)} axes in one chain, expected the same number for all"
        )
    axes = tuple(zip(*layers, strict=True)) or ((),) * ranks.pop()
    size, stride, offset = zip(*map(_along, axes), strict=True)
    return ReceptiveField(size, stride, offset, axes)


def _windows(name: str, part: Any) -> tuple[Window, ...]:
    """A layer, axis by axis."""
    if not isinstance(part, _WINDOWS):
        raise TypeError(
            f"{name} is {type(part).__name__}, which has no receptive field in pixels: expected "
            "convolutions, pools and pointwise parts up to the layer; ask for one before it"
        )
    dilation = getattr(part, "dilation", (1,) * part.rank)
    padding = pairs(name, part.kernel_size, part.stride, dilation, part.padding)
    return tuple(
        Window(k, s, before, after, d)
        for k, s, (before, after), d in zip(
            part.kernel_size, part.stride, padding, dilation, strict=True
        )
    )


def _along(windows: Sequence[Window]) -> tuple[int, int, int]:
    """(size, stride, offset) of a stack of layers along one axis."""
    size, stride, offset = 1, 1, 0
    for window in windows:
        offset -= window.before * stride
        size += window.dilation * (window.kernel - 1) * stride
        stride *= window.stride
    return size, stride, offset


def _lengths(windows: Sequence[Window], length: int) -> list[int]:
    """The length of the input, and after each layer."""
    lengths = [length]
    for window in windows:
        lengths.append(max(window.outputs(lengths[-1]), 0))
    return lengths


def _seen(windows: Sequence[Window], position: int, length: int) -> np.ndarray:
    """The input values, sorted, that reach one unit: backwards, layer by layer."""
    units = np.array([position])
    lengths = _lengths(windows, length)
    for window, before in zip(reversed(windows), reversed(lengths[:-1]), strict=True):
        units = window.inputs(units, before)
    return units
