"""MobileNet v2: a network of few multiplications, which says of an artwork how it is painted.

Sandler and others, "MobileNetV2: inverted residuals and linear bottlenecks", 2018, table 2, with
every batch norm folded into the convolution before it.
"""

from __future__ import annotations

import minidl.functional as F
from minidl.nn import Conv2d, Linear, Module, ReLU6, Sequential
from minidl.tensor import Tensor

# Expansion, channels, blocks, and the stride of the first of them: table 2 of the paper.
STAGES = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip
STEM, LAST = 32, 1280  # channels of the first and of the last convolution
GRID = 32  # pixels from one place of the last maps to the next

# What TensorFlow calls "same" at stride 2, for an even number of places.
_AFTER = ((0, 1), (0, 1))


class InvertedResidual(Module):
    """More channels, a 3x3 filter in each by itself, fewer channels; added to what came in.

    The shortcut joins the ends, which are thin, and the last convolution has no ReLU, which would
    lose too much of so few channels. expansion: how many times more channels; with 1 there is no
    first convolution. Added only where stride is 1 and the channels are as many as before.
    """

    def __init__(self, in_channels: int, channels: int, expansion: int, stride: int) -> None:
        inner = in_channels * expansion
        self.expand = (
            Sequential(Conv2d(in_channels, inner, 1, seed=0), ReLU6()) if expansion > 1 else None
        )
        self.depthwise = Conv2d(
            inner, inner, 3, stride, 1 if stride == 1 else _AFTER, groups=inner, seed=0
        )
        self.project = Conv2d(inner, channels, 1, seed=0)
        self.added = stride == 1 and in_channels == channels

    def forward(self, x: Tensor) -> Tensor:
        """x (N, in_channels, H, W) to (N, channels, H / stride, W / stride)."""
        inner = x if self.expand is None else self.expand(x)
        y: Tensor = self.project(F.relu6(self.depthwise(inner)))
        return y + x if self.added else y


class MannerNetwork(Module):
    """Artworks (N, 3, H, W), 0 to 1, H and W multiples of 32, to their manners (N, 100).

    The features of MobileNet v2, each averaged over the picture, and one linear layer. Where a
    feature is does not matter to it, as it does not matter to a Gram matrix.
    Source: Ghiasi and others, "Exploring the structure of a real-time, arbitrary neural artistic
    stylization network", 2017, section 2.2, with MobileNet for their Inception.
    """

    def __init__(self, numbers: int) -> None:
        self.stem = Conv2d(3, STEM, 3, 2, _AFTER, seed=0)
        before, blocks = STEM, []
        for expansion, channels, count, stride in STAGES:
            for i in range(count):
                blocks.append(InvertedResidual(before, channels, expansion, 1 if i else stride))
                before = channels
        self.blocks = Sequential(*blocks)
        self.last = Conv2d(before, LAST, 1, seed=0)
        self.head = Linear(LAST, numbers, bias=False, seed=0)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W), 0 to 1, to (N, numbers)."""
        maps = F.relu6(self.last(self.blocks(F.relu6(self.stem(x)))))
        manner: Tensor = self.head(maps.mean(axis=(2, 3)))
        return manner
