"""The 29-layer residual network that turns an upright photograph of a face into 128 numbers."""

from __future__ import annotations

import numpy as np

import minidl.functional as F
from minidl import pad
from minidl.arguments import Numbers, checked
from minidl.functional import fused
from minidl.models.alignment import CHIP
from minidl.models.frozen import frozen
from minidl.models.replay import replayed, watched
from minidl.nn import Conv2d, Linear, Module, Sequential
from minidl.tensor import Tensor, as_tensor, no_grad

MEAN = (122.782, 117.001, 104.298)  # of red, green and blue, of 255, in the training pictures
DIMENSIONS = 128
_BATCH = 8  # chips that are encoded at once; the channels of more fit no cache


class ResidualBlock(Module):
    """relu(conv(relu(conv(x))) + x): what is learned is the difference to the input.

    Source: He and others, "Deep residual learning for image recognition", 2016, figure 2.
    """

    def __init__(self, channels: int) -> None:
        self.conv1 = Conv2d(channels, channels, 3, padding=1, activation="relu", seed=0)
        self.conv2 = Conv2d(channels, channels, 3, padding=1, seed=0)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, channels, H, W) to the same shape."""
        first, second = self.conv1(x), self.conv2
        if fused.allowed() and not watched(second) and second.bias is not None:
            return fused.residual(first, second.weight, second.bias, x, second.padding)
        return F.relu(second(first) + x)


class DownBlock(Module):
    """A residual block to half the height and width: the input is averaged over 2 x 2 on its way.

    Where the two sums have different shapes, the smaller is filled with zeros, in channels and at
    the right and lower edge.
    """

    def __init__(self, in_channels: int, channels: int) -> None:
        self.conv1 = Conv2d(in_channels, channels, 3, stride=2, activation="relu", seed=0)
        self.conv2 = Conv2d(channels, channels, 3, padding=1, seed=0)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, in_channels, H, W) to (N, channels, H', W')."""
        learned = self.conv2(self.conv1(x))
        if fused.allowed():
            return fused.averaged(learned, x)
        shortcut = F.avg_pool2d(x, 2)
        shape = np.maximum(learned.shape, shortcut.shape)
        return F.relu(_filled(learned, shape) + _filled(shortcut, shape))


def _filled(x: Tensor, shape: np.ndarray) -> Tensor:
    missing = [(0, int(n - have)) for n, have in zip(shape, x.shape, strict=True)]
    return pad(x, missing) if any(after for _, after in missing) else x


class FaceResNet(Module):
    """Chips (N, 3, 150, 150), floats 0 to 1, to encodings (N, 128); see `align` for the chips.

    Two photographs of one person are usually less than 0.6 apart (Euclidean). ResNet-34 of He and
    others (2016) with half of its filters and 29 convolutions, each followed by a batch norm that
    is folded into it; trained by Davis King on about three million faces with a loss that pulls
    people into balls of radius 0.6 (dlib_face_recognition_resnet_model_v1, public domain).
    Source, architecture: dlib, examples/dnn_face_recognition_ex.cpp.
    """

    def __init__(self) -> None:
        self.stem = Conv2d(3, 32, 7, stride=2, activation="relu", seed=0)
        self.blocks = Sequential(
            *(ResidualBlock(32) for _ in range(3)),
            DownBlock(32, 64), *(ResidualBlock(64) for _ in range(3)),
            DownBlock(64, 128), *(ResidualBlock(128) for _ in range(2)),
            DownBlock(128, 256), *(ResidualBlock(256) for _ in range(2)),
            DownBlock(256, 256),
        )  # fmt: skip
        self.head = Linear(256, DIMENSIONS, bias=False, seed=0)

    @classmethod
    def pretrained(cls) -> FaceResNet:
        """The network with the weights shipped with minidl, ready for use.

        Where they come from and what was measured: minidl/models/assets/README.md.
        """
        from minidl.models.photo_weights import resnet_weights

        network = cls()
        network.load_state_dict(resnet_weights())
        return frozen(network)

    @checked
    def forward(self, x: Numbers) -> Tensor:
        """x (N, 3, 150, 150), 0 to 1, to (N, 128)."""
        encodings: Tensor = self.head(self.features(x))
        return encodings

    @checked
    def features(self, x: Numbers) -> Tensor:
        """x (N, 3, 150, 150), 0 to 1, to the last block's channels, each averaged (N, 256)."""
        chips = as_tensor(x)
        if chips.shape[1:] != (3, CHIP, CHIP) or chips.dtype.kind != "f":
            raise ValueError(
                f"FaceResNet: given {chips.dtype} of shape {chips.shape}, expected floats "
                f"(N, 3, {CHIP}, {CHIP}), 0 to 1: chips that `models.align` made"
            )
        mean = np.array(MEAN, chips.dtype).reshape(3, 1, 1) / 255
        (last,) = replayed(self, self._last, chips - mean)
        return last.mean(axis=(2, 3))

    def _last(self, chips: Tensor) -> list[Tensor]:
        """The last block's channels."""
        return [self.blocks(F.max_pool2d(self.stem(chips), 3, 2))]

    @checked
    def encode(self, chips: Numbers) -> np.ndarray:
        """The encodings (N, 128) of chips (N, 3, 150, 150), or of a list of them; no graph."""
        given = np.asarray(chips)
        if not given.ndim:
            raise ValueError(f"given a single number, expected chips (N, 3, {CHIP}, {CHIP})")
        given = given if len(given) else np.zeros((0, 3, CHIP, CHIP), np.float32)
        given = given[None] if given.ndim == 3 else given
        with no_grad():
            parts = [self(given[i : i + _BATCH]).data for i in range(0, len(given), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, DIMENSIONS), np.float32)
