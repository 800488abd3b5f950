"""YuNet, the network of the face detector: what it says of every place of a picture.

Wu, Peng and Yu, "YuNet: a tiny millisecond-level face detector", 2023. Depthwise separable blocks
(Howard and others, "MobileNets", 2017), three scales that are joined from the coarse to the fine
(a feature pyramid; Lin and others, 2017), and one small head at each.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from minidl.functional import fused
from minidl.functional.convolution import separable_conv2d
from minidl.models.replay import replayed
from minidl.nn import Conv2d, MaxPool2d, Module, Sequential
from minidl.tensor import Tensor

STRIDES = (8, 16, 32)  # pixels from one cell to the next, on the three scales
CHANNELS = 64
SAID = {"face": 1, "box": 4, "object": 1, "points": 10}  # numbers that a head says of each cell


class DepthwiseBlock(Module):
    """A 1x1 convolution that mixes the channels, then a 3x3 one in each channel by itself.

    It has about 9 times fewer weights than a 3x3 convolution of all channels.
    """

    def __init__(
        self, in_channels: int, channels: int, activation: Literal["relu"] | None = "relu"
    ) -> None:
        self.pointwise = Conv2d(in_channels, channels, 1, seed=0)
        self.depthwise = Conv2d(
            channels, channels, 3, padding=1, groups=channels, activation=activation, seed=0
        )

    def forward(self, x: Tensor) -> Tensor:
        """x (N, in_channels, H, W) to (N, channels, H, W)."""
        first, second = self.pointwise, self.depthwise
        watched = "forward" in {**vars(first), **vars(second)}  # as by `nn.summary`
        if watched or first.bias is None or second.bias is None:
            filtered: Tensor = second(first(x))
            return filtered
        return separable_conv2d(
            x, first.weight, first.bias, second.weight, second.bias, second.activation
        )


class Said(NamedTuple):
    """What the heads of one scale say of its cells: logits and offsets, (N, *, rows, columns)."""

    stride: int
    face: Tensor  # (N, 1, ...) logit: is it a face?
    box: Tensor  # (N, 4, ...) see `decode_boxes`
    object: Tensor  # (N, 1, ...) logit: does a box of a face have its centre here?
    points: Tensor  # (N, 10, ...) see `decode_points`


class FaceNetwork(Module):
    """Pictures (N, 3, H, W), 0 to 1, H and W multiples of 32, to what is said on three scales."""

    def __init__(self) -> None:
        c = CHANNELS
        stem = Conv2d(3, 16, 3, stride=2, padding=1, activation="relu", seed=0)
        self.fine = Sequential(
            stem, DepthwiseBlock(16, 16), MaxPool2d(2),
            DepthwiseBlock(16, 16), DepthwiseBlock(16, c),
            DepthwiseBlock(c, c), DepthwiseBlock(c, c), MaxPool2d(2),
            DepthwiseBlock(c, c), DepthwiseBlock(c, c),
        )  # fmt: skip
        self.middle = Sequential(MaxPool2d(2), DepthwiseBlock(c, c), DepthwiseBlock(c, c))
        self.coarse = Sequential(MaxPool2d(2), DepthwiseBlock(c, c), DepthwiseBlock(c, c))
        self.laterals = Sequential(*(DepthwiseBlock(c, c) for _ in STRIDES))
        self.shared = Sequential(*(DepthwiseBlock(c, c) for _ in STRIDES))
        said = sum(SAID.values())
        self.heads = Sequential(*(DepthwiseBlock(c, said, None) for _ in STRIDES))

    def forward(self, x: Tensor) -> list[Said]:
        """x to one `Said` for each of STRIDES."""
        said = replayed(self, self._said, x)
        return [_named(stride, values) for stride, values in zip(STRIDES, said, strict=True)]

    def _said(self, x: Tensor) -> list[Tensor]:
        """All that the head of each scale says, (N, 16, rows, columns)."""
        parts = zip(self.heads, self.shared, self.pyramid(x), strict=True)
        return [head(shared(level)) for head, shared, level in parts]

    def pyramid(self, x: Tensor) -> list[Tensor]:
        """Features (N, 64, H / s, W / s) for the strides s, each knowing of the coarser ones."""
        fine = self.fine(x)
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        lateral = list(self.laterals)
        coarse = lateral[2](coarse)
        middle = lateral[1](joined(middle, coarse))
        fine = lateral[0](joined(fine, middle))
        return [fine, middle, coarse]


def joined(fine: Tensor, coarse: Tensor) -> Tensor:
    """fine (N, C, 2 H, 2 W) + coarse (N, C, H, W), each value of which meets a block of 2 x 2."""
    if fused.allowed():
        return fused.enlarged(fine, coarse)
    n, c, h, w = coarse.shape
    blocks = fine.reshape(n, c, h, 2, w, 2) + coarse.reshape(n, c, h, 1, w, 1)
    return blocks.reshape(fine.shape)


def _named(stride: int, said: Tensor) -> Said:
    ends = np.cumsum([0, *SAID.values()])
    face, box, thing, points = (said[:, a:b] for a, b in pairwise(ends))
    return Said(stride, face, box, thing, points)
