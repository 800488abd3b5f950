"""The search for top patches: VGG-16 to conv4_3 with a heap for each of its 512 units.

On the other side is PyTorch's forward pass alone, and one maximum over its result, so that there is
something to compare. Of 8 pictures, k = 1: as many insertions and patches to cut per picture as in
the long search of 200 with k = 9, and more. Weights are random (He), which changes no time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from benchmarks import layouts
from benchmarks.job import Call, Contest, Job
from minidl import nn
from minidl.models import VGG
from minidl.vis import top_patches

LAYER, PICTURES, SIDE = "conv4_3", 8, 224


def jobs() -> Iterator[Job]:
    """The search over 8 pictures at 224."""
    yield Job("top patches", f"VGG-16 to {LAYER}, {PICTURES} at {SIDE}", 0.60, _contest)


def _contest() -> Contest:
    network = VGG(16, LAYER, seed=0).requires_grad_(False)
    rng = np.random.default_rng(0)
    pictures = rng.random((PICTURES, 3, SIDE, SIDE), np.float32)

    def ours() -> np.ndarray:
        return top_patches(network, LAYER, pictures, k=1, quiet=True).activations[:, 0]

    theirs = {
        name: _forward(network, pictures, layout) for name, layout in layouts.formats(2).items()
    }
    return Contest(ours, theirs, PICTURES * _flops(network))


def _forward(network: VGG, pictures: np.ndarray, layout: torch.memory_format) -> Call:
    """A call that gives the largest activation of every unit (512,), by PyTorch."""
    model = torch.nn.Sequential(*(_theirs(part) for part in network))
    model = model.to(memory_format=layout).eval()
    inputs = [layouts.theirs((p[None] - network.mean) / network.std, layout) for p in pictures]

    def forward() -> torch.Tensor:
        with torch.inference_mode():
            return torch.cat([model(x).amax((2, 3)) for x in inputs]).amax(0)

    return forward


def _theirs(part: nn.Module) -> torch.nn.Module:
    if isinstance(part, nn.Conv2d):
        layer = torch.nn.Conv2d(part.in_channels, part.out_channels, 3, padding=1)
        layer.weight.data, layer.bias.data = map(torch.tensor, (part.weight.data, part.bias.data))
        return layer
    return torch.nn.ReLU(inplace=True) if isinstance(part, nn.ReLU) else torch.nn.MaxPool2d(2)


def _flops(network: VGG) -> float:
    """Of one picture's convolutions."""
    total, side = 0.0, SIDE
    for part in network:
        if isinstance(part, nn.Conv2d):
            total += 2.0 * 9 * part.in_channels * part.out_channels * side * side
        elif not isinstance(part, nn.ReLU):
            side //= 2
    return total
