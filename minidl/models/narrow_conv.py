"""A convolution to few channels, several neighbouring pixels of a row at a time."""

from __future__ import annotations

import minidl.functional as F
from minidl import concatenate, pad, stack
from minidl.nn import Conv2d
from minidl.tensor import Tensor

# Channels that are summed together: what a vector of 16 holds, nearly. Measured: 9x9 from 8 to 3
# channels at 384x384 takes 36 ms of a processor pixel by pixel, 11.5 five at a time, 14 ten at a
# time; from 3 to 8 channels 17 ms and, two at a time, 11.
TOGETHER = 16


class NarrowConv2d(Conv2d):
    """A `Conv2d` of mirrored borders and stride 1, with weights of the same names and shapes.

    A kernel computes a whole vector of output channels for each pixel; where there are only three,
    the rest of the vector is idle. Here P neighbouring pixels of a row become P times as many
    channels: the filter, once for each of them, moved along in a window that is P - 1 wider, and
    a stride of P. Zeros take part in the sums, so that a pixel that is infinite spoils its row's
    neighbours: for pictures, which are finite.
    """

    def __init__(
        self, in_channels: int, channels: int, kernel: int, bias: bool = True,
        activation: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            in_channels, channels, kernel, padding=kernel // 2, bias=bias, padding_mode="reflect",
            activation="relu" if activation == "relu" else None, seed=0,
        )  # fmt: skip
        self.pixels = max(1, TOGETHER // channels)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, in_channels, H, W) to (N, out_channels, H, W)."""
        width, count = x.shape[3], self.pixels
        beyond = -width % count  # pixels that are computed and cut off again
        padded = F.pad(x, self._sides, "reflect")
        moved = [pad(self.weight, [*[(0, 0)] * 3, (i, count - 1 - i)]) for i in range(count)]
        wide = stack(moved).reshape(-1, *moved[0].shape[1:])  # (P K, C, R, S + P - 1)
        bias = None if self.bias is None else concatenate([self.bias] * count)
        y = F.conv2d(
            padded, wide, bias, (1, count), [(0, 0), (0, beyond)], activation=self.activation
        )
        rows = y.transpose(0, 2, 3, 1).reshape(*y.shape[:1], y.shape[2], -1, self.out_channels)
        return rows[:, :, :width].transpose(0, 3, 1, 2)
