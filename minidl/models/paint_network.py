"""The network that paints in one pass, in the manner that a few numbers say.

Down to a quarter of the height and width, five residual blocks, and up again; after each
convolution from the first block on stands an instance norm whose scale and shift come from the
manner: everything that an artwork decides is there.
Source: Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer and
super-resolution", 2016, table 1 of the supplement, for the shape; Dumoulin and others, 2017,
figure 4, for nearest neighbours and mirrored borders, which leave fewer lattices and frames.
"""

from __future__ import annotations

import minidl.functional as F
from minidl.models.narrow_conv import NarrowConv2d
from minidl.nn import ConditionalInstanceNorm2d, Conv2d, Module, ModuleList, Sequential
from minidl.tensor import Tensor

WIDTHS = (8, 16, 32)  # channels at the whole, at half and at a quarter of height and width
BLOCKS = 5
MANNER = 100  # numbers that say how to paint
SCALE = 4  # pixels from one place of the deepest maps to the next


def _halved(in_channels: int, channels: int) -> Conv2d:
    """A convolution to half the height and width, and a ReLU."""
    return Conv2d(in_channels, channels, 3, 2, 1, padding_mode="reflect", activation="relu", seed=0)


def _before_norm(in_channels: int, channels: int) -> Conv2d:
    """A convolution without a bias, which the norm after it would take away."""
    return Conv2d(in_channels, channels, 3, padding=1, bias=False, padding_mode="reflect", seed=0)


class MannerBlock(Module):
    """norm(conv(relu(norm(conv(x))))) + x, both norms as the manner says."""

    def __init__(self, channels: int, numbers: int) -> None:
        self.conv1 = _before_norm(channels, channels)
        self.norm1 = ConditionalInstanceNorm2d(channels, numbers, seed=0)
        self.conv2 = _before_norm(channels, channels)
        self.norm2 = ConditionalInstanceNorm2d(channels, numbers, seed=0)

    def forward(self, x: Tensor, manner: Tensor) -> Tensor:
        """x (N, channels, H, W) and manner (N, numbers) to the shape of x."""
        y = F.relu(self.norm1(self.conv1(x), manner))
        changed: Tensor = self.norm2(self.conv2(y), manner)
        return changed + x


class MannerConv(Module):
    """norm(conv(x)), x first enlarged by repeating its pixels, the norm as the manner says."""

    def __init__(self, conv: Conv2d, numbers: int, enlarge: int = 1) -> None:
        self.enlarge = enlarge
        self.conv = conv
        self.norm = ConditionalInstanceNorm2d(conv.out_channels, numbers, seed=0)

    def forward(self, x: Tensor, manner: Tensor) -> Tensor:
        """x (N, in_channels, H, W) to (N, channels, enlarge H, enlarge W)."""
        large = F.interpolate(x, scale_factor=float(self.enlarge)) if self.enlarge > 1 else x
        made: Tensor = self.norm(self.conv(large), manner)
        return made


class PaintNetwork(Module):
    """Photographs (N, 3, H, W), 0 to 1, and manners (N, 100) to paintings of the same shape."""

    def __init__(self) -> None:
        whole, half, quarter = WIDTHS
        self.contract = Sequential(
            NarrowConv2d(3, whole, 9, activation="relu"),
            _halved(whole, half),
            _halved(half, quarter),
        )
        self.blocks = ModuleList([MannerBlock(quarter, MANNER) for _ in range(BLOCKS)])
        self.expand = ModuleList(
            [
                MannerConv(_before_norm(quarter, half), MANNER, enlarge=2),
                MannerConv(_before_norm(half, whole), MANNER, enlarge=2),
            ]
        )
        self.last = MannerConv(NarrowConv2d(whole, 3, 9, bias=False), MANNER)

    def forward(self, x: Tensor, manner: Tensor) -> Tensor:
        """x (N, 3, H, W), H and W at least 8, and manner (N, 100) to (N, 3, H, W), 0 to 1."""
        y = self.contract(x)
        for block in self.blocks:
            y = block(y, manner)
        for part in self.expand:
            y = F.relu(part(y, manner))
        painted = F.sigmoid(self.last(y, manner))
        # A height or width that 4 does not divide was rounded up on the way.
        return painted[:, :, : x.shape[2], : x.shape[3]]
