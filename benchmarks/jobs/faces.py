"""Real photographs: finding the faces of one at 640 pixels, and encoding a face.

Both sides get the weights that ship with minidl. Detection is the network alone, from pixels to
what its heads say; decoding and suppression cost microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

from benchmarks import layouts
from benchmarks.job import Call, Contest, Job
from minidl import Tensor, nn, no_grad
from minidl.models import FaceDetector, FaceResNet
from minidl.models.alignment import CHIP
from minidl.models.face_resnet import MEAN

SIDE = 640


def jobs() -> Iterator[Job]:
    """Detection and encoding."""
    yield Job("faces", f"detection, YuNet at {SIDE}", 0.80, _detection)
    yield Job("faces", "encoding a face, ResNet-29 at 150", 0.60, partial(_encoding, 1))
    yield Job("faces", "encoding 16 faces, ResNet-29 at 150", 0.60, partial(_encoding, 16))


def _detection() -> Contest:
    network = FaceDetector.pretrained().network
    picture = np.random.default_rng(0).random((1, 3, SIDE, SIDE), np.float32)

    def ours() -> np.ndarray:
        with no_grad():
            said = network(Tensor(picture))
        return np.concatenate([value.data.ravel() for level in said for value in level[1:]])

    theirs = {
        name: _their_detector(network, picture, layout)
        for name, layout in layouts.formats(2).items()
    }
    return Contest(ours, theirs)


def _encoding(count: int) -> Contest:
    network = FaceResNet.pretrained()
    chips = np.random.default_rng(0).random((count, 3, CHIP, CHIP), np.float32)
    theirs = {
        name: _their_encoder(network, chips, layout) for name, layout in layouts.formats(2).items()
    }
    return Contest(lambda: network.encode(chips), theirs)


def _their_detector(network: Any, picture: np.ndarray, layout: torch.memory_format) -> Call:
    f = torch.nn.functional
    fine, middle, coarse = (
        _sequential(part, layout) for part in (network.fine, network.middle, network.coarse)
    )
    laterals, shared, heads = (
        [_block(block, layout) for block in part]
        for part in (network.laterals, network.shared, network.heads)
    )
    x = layouts.theirs(picture, layout)

    def up(value: torch.Tensor) -> torch.Tensor:
        return f.interpolate(value, scale_factor=2, mode="nearest")

    @torch.inference_mode()
    def detect() -> torch.Tensor:
        levels = [fine(x)]
        levels.append(middle(levels[0]))
        levels.append(coarse(levels[1]))
        levels[2] = laterals[2](levels[2])
        levels[1] = laterals[1](levels[1] + up(levels[2]))
        levels[0] = laterals[0](levels[0] + up(levels[1]))
        said = [head(part(level)) for head, part, level in zip(heads, shared, levels, strict=True)]
        parts = [value.split((1, 4, 1, 10), dim=1) for value in said]
        return torch.cat([value.reshape(-1) for level in parts for value in level])

    return detect


def _their_encoder(network: FaceResNet, chips: np.ndarray, layout: torch.memory_format) -> Call:
    f = torch.nn.functional
    stem = _convolution(network.stem, layout)
    blocks = [
        (_convolution(b.conv1, layout), _convolution(b.conv2, layout)) for b in network.blocks
    ]
    head = torch.tensor(network.head.weight.data)
    mean = torch.tensor(MEAN).reshape(3, 1, 1) / 255
    x = layouts.theirs(chips, layout)

    @torch.inference_mode()
    def encode() -> torch.Tensor:
        value = f.max_pool2d(stem(x - mean), 3, 2)
        for conv1, conv2 in blocks:
            learned = conv2(conv1(value))
            if conv1[0].stride == (1, 1):
                value = (learned + value).relu_()
                continue
            shortcut = f.avg_pool2d(value, 2)
            shape = [max(a, b) for a, b in zip(learned.shape, shortcut.shape, strict=True)]
            value = (_filled(learned, shape) + _filled(shortcut, shape)).relu_()
        return value.mean((2, 3)) @ head.T

    return encode


def _filled(x: torch.Tensor, shape: list[int]) -> torch.Tensor:
    missing = [n - have for n, have in zip(shape, x.shape, strict=True)]
    widths = [w for axis in reversed(missing) for w in (0, axis)]
    return torch.nn.functional.pad(x, widths) if any(missing) else x


def _sequential(parts: nn.Sequential, layout: torch.memory_format) -> torch.nn.Sequential:
    made = []
    for part in parts:
        if isinstance(part, nn.MaxPool2d):
            made.append(torch.nn.MaxPool2d(2))
        elif isinstance(part, nn.Conv2d):
            made.append(_convolution(part, layout))
        else:
            made.append(_block(part, layout))
    return torch.nn.Sequential(*made)


def _block(block: Any, layout: torch.memory_format) -> torch.nn.Sequential:
    return torch.nn.Sequential(
        _convolution(block.pointwise, layout), _convolution(block.depthwise, layout)
    )


def _convolution(ours: nn.Conv2d, layout: torch.memory_format) -> torch.nn.Sequential:
    """The same convolution, with its ReLU in place where it has one."""
    theirs = torch.nn.Conv2d(
        ours.in_channels, ours.out_channels, ours.kernel_size, ours.stride, ours.padding,
        groups=ours.groups,
    )  # fmt: skip
    theirs.weight.data = layouts.theirs(ours.weight.data, layout)
    theirs.bias.data = torch.tensor(ours.bias.data)
    return torch.nn.Sequential(theirs, *([torch.nn.ReLU(True)] if ours.activation else []))
