"""Convolutions, one at a time: forward, gradient to the input, gradient to the weight."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from benchmarks import layouts
from benchmarks.job import Contest, Job
from minidl.kernels.conv import conv_forward, conv_input_grad, conv_weight_grad, separable_forward
from minidl.kernels.geometry import ConvSpec, result_shape

TARGETS = {"forward": 0.45, "to input": 0.50, "to weight": 0.60}
FIRST_LAYER = dict.fromkeys(TARGETS, 1.0)  # of three channels Winograd has little to save
VGG = [
    (3, 64, 256), (64, 64, 256), (64, 128, 128), (128, 128, 128),
    (128, 256, 64), (256, 256, 64), (256, 512, 32), (512, 512, 32),
]  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A convolution of x (N, C, *spatial) with w (K, C / groups, *kernel)."""

    name: str
    x: tuple[int, ...]
    w: tuple[int, ...]
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def rank(self) -> int:
        return len(self.x) - 2

    @property
    def spec(self) -> ConvSpec:
        pairs = ((self.padding, self.padding),) * self.rank
        return ConvSpec((self.stride,) * self.rank, pairs, (1,) * self.rank, self.groups)

    @property
    def flops(self) -> float:
        return 2.0 * math.prod(result_shape(self.x, self.w, self.spec)) * math.prod(self.w[1:])


OTHERS = [
    Shape("1x1, 256->256@64", (1, 256, 64, 64), (256, 256, 1, 1)),
    Shape("5x5 stride 2, 32->64@128", (4, 32, 128, 128), (64, 32, 5, 5), 2, 2),
    Shape("depthwise 3x3, 128@64", (4, 128, 64, 64), (128, 1, 3, 3), 1, 1, 128),
    Shape("1-D, 64->64@4096, 9 taps", (16, 64, 4096), (64, 64, 9), 1, 4),
    Shape("3-D 3x3x3, 32->32@32", (2, 32, 32, 32, 32), (32, 32, 3, 3, 3), 1, 1),
]


def jobs() -> Iterator[Job]:
    """Every convolution job: the layers of VGG, then the other shapes."""
    for c, k, size in VGG:
        shape = Shape(f"3x3, {c}->{k}@{size}", (1, c, size, size), (k, c, 3, 3), 1, 1)
        yield from _three("vgg", shape, FIRST_LAYER if c == 3 else TARGETS)
    for shape in OTHERS:
        yield from _three("shapes", shape, dict.fromkeys(TARGETS, 1.0))
    yield Job("shapes", "1x1 and depthwise 3x3 in one, 64@160", 0.8, _separable)
    yield Job("shapes", "transposed 4x4 stride 2, 64->32@32 forward", 1.0, _transposed)


def _three(group: str, shape: Shape, targets: dict[str, float]) -> Iterator[Job]:
    makers: dict[str, Callable[[Shape], Contest]] = {
        "forward": _forward,
        "to input": _to_input,
        "to weight": _to_weight,
    }
    for what, make in makers.items():
        yield Job(group, f"{shape.name} {what}", targets[what], partial(make, shape))


def _arrays(shape: Shape) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x, w, bias and a gradient to y."""
    rng = np.random.default_rng(0)
    g = layouts.ours(rng, result_shape(shape.x, shape.w, shape.spec))
    w = rng.standard_normal(shape.w, dtype=np.float32)
    return layouts.ours(rng, shape.x), w, rng.standard_normal(shape.w[0], dtype=np.float32), g


def _forward(shape: Shape) -> Contest:
    x, w, bias, _ = _arrays(shape)
    convolve = getattr(torch.nn.functional, f"conv{shape.rank}d")
    theirs = {
        name: partial(
            convolve, layouts.theirs(x, layout), layouts.theirs(w, layout), torch.tensor(bias),
            shape.stride, shape.padding, 1, shape.groups,
        )
        for name, layout in layouts.formats(shape.rank).items()
    }  # fmt: skip
    return Contest(partial(conv_forward, x, w, bias, shape.spec), theirs, shape.flops)


def _to_input(shape: Shape) -> Contest:
    _, w, _, g = _arrays(shape)
    ours = partial(conv_input_grad, g, w, shape.spec, shape.x)
    return Contest(ours, _backward(shape, wanted=0), shape.flops)


def _to_weight(shape: Shape) -> Contest:
    x, _, _, g = _arrays(shape)
    ours = partial(conv_weight_grad, g, x, shape.spec, shape.w)
    return Contest(ours, _backward(shape, wanted=1), shape.flops)


def _backward(shape: Shape, wanted: int) -> dict[str, Callable[[], torch.Tensor]]:
    """PyTorch's own backward function, asked for one of its gradients only."""
    x, w, _, g = _arrays(shape)
    rank, mask = shape.rank, [i == wanted for i in range(3)]

    def call(arrays: tuple[torch.Tensor, ...]) -> torch.Tensor:
        return torch.ops.aten.convolution_backward(
            *arrays, None, [shape.stride] * rank, [shape.padding] * rank, [1] * rank,
            False, [0] * rank, shape.groups, mask,
        )[wanted]  # fmt: skip

    return {
        name: partial(call, tuple(layouts.theirs(a, layout) for a in (g, x, w)))
        for name, layout in layouts.formats(rank).items()
    }


def _separable() -> Contest:
    rng = np.random.default_rng(0)
    x = layouts.ours(rng, (1, 64, 160, 160))
    shapes = (64, 64, 1, 1), (64,), (64, 1, 3, 3), (64,)
    weights = [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]

    def theirs(layout: torch.memory_format) -> Callable[[], torch.Tensor]:
        given = layouts.theirs(x, layout)
        mix, shift, w, bias = (torch.tensor(a) for a in weights)
        f = torch.nn.functional
        return lambda: f.conv2d(f.conv2d(given, mix, shift), w, bias, 1, 1, 1, 64)

    formats = {name: theirs(layout) for name, layout in layouts.formats(2).items()}
    return Contest(partial(separable_forward, x, *weights), formats, 2.0 * x.size * (64 + 9))


def _transposed() -> Contest:
    rng = np.random.default_rng(0)
    x, w = layouts.ours(rng, (8, 64, 32, 32)), rng.standard_normal((64, 32, 4, 4), dtype=np.float32)
    spec = ConvSpec((2, 2), ((1, 1), (1, 1)), (1, 1))
    theirs = {
        name: partial(
            torch.nn.functional.conv_transpose2d,
            layouts.theirs(x, layout), layouts.theirs(w, layout), None, 2, 1,
        )
        for name, layout in layouts.formats(2).items()
    }  # fmt: skip
    ours = partial(conv_input_grad, x, w, spec, (8, 32, 64, 64))
    return Contest(ours, theirs, 2.0 * x.size * w[0].size)
