"""One step of neural style transfer: VGG-16 to conv5_1, its costs, and back to the image.

Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016. The
weights are random (He), which changes no time; both sides get the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

import minidl.functional as F
from benchmarks import layouts
from benchmarks.job import Call, Contest, Job
from minidl import Tensor
from minidl.kernels.machine.simd import LANES
from minidl.style import gram_matrix

CONVOLUTIONS = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512]
STYLE = {0, 2, 4, 7, 10}  # conv1_1, conv2_1, conv3_1, conv4_1, conv5_1
CONTENT = 8  # conv4_2
STYLE_WEIGHT, CONTENT_WEIGHT = 1e3, 1.0

Weights = list[tuple[np.ndarray, np.ndarray]]


def jobs() -> Iterator[Job]:
    """The style step at two sizes."""
    for size in (256, 384):
        yield Job(
            "style step", f"VGG-16 to conv5_1 at {size}", target(size), partial(_contest, size)
        )


def target(size: int) -> float:
    """The ratio to reach, by the numbers in a vector."""
    return {256: 0.35, 384: 0.30}[size] + (0 if LANES == 16 else 0.05)


def random_weights() -> Weights:
    """He-initialised (K, C, 3, 3) and small biases (K,)."""
    rng, channels, weights = np.random.default_rng(0), 3, []
    for k in CONVOLUTIONS:
        if k != "pool":
            w = rng.standard_normal((k, channels, 3, 3), dtype=np.float32)
            w *= np.float32(np.sqrt(2 / (9 * channels)))
            weights.append((w, rng.standard_normal(k, dtype=np.float32) * np.float32(0.05)))
            channels = k
    return weights


def image(size: int, grain: int = 1) -> np.ndarray:
    """Standard normal squares of `grain` pixels, (1, 3, size, size): fine to paint, coarse to copy.

    The two must look different, or the cost would be a difference of nearly equal numbers.
    """
    squares = layouts.ours(np.random.default_rng(grain), (1, 3, size // grain, size // grain))
    return np.repeat(np.repeat(squares, grain, axis=2), grain, axis=3)


def fused(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A convolution with its ReLU, in one call."""
    return F.conv2d(x, w, b, padding=1, activation="relu")


def our_gram(features: Tensor) -> Tensor:
    """F F^T / (C H W) of features (1, C, H, W), by the operation that `minidl.style` uses."""
    return gram_matrix(features) * (1 / features.size)


def our_step(
    size: int,
    convolve: Callable[[Tensor, Tensor, Tensor], Tensor] = fused,
    gram: Callable[[Tensor], Tensor] = our_gram,
    image: Callable[..., np.ndarray] = image,
) -> Call:
    """A call that gives the gradient of the style cost to the image, by minidl."""
    weights = [(Tensor(w), Tensor(b)) for w, b in random_weights()]
    targets = {}

    def features(x: Tensor) -> dict[int, Tensor]:
        found, number = {}, 0
        for kind in CONVOLUTIONS:
            if kind == "pool":
                x = F.max_pool2d(x, 2)
            else:
                x = convolve(x, *weights[number])
                found[number] = x
                number += 1
        return found

    def step() -> np.ndarray:
        x = Tensor(image_now, requires_grad=True)
        _cost(features(x), targets, gram).backward()
        assert x.grad is not None
        return x.grad

    image_now = image(size)
    targets = _targets(features(Tensor(image(size, 16))), gram)
    return step


def their_step(size: int, layout: torch.memory_format) -> Call:
    """The same by PyTorch; in-place ReLU, as torchvision's VGG has it."""
    weights = [(layouts.theirs(w, layout), torch.tensor(b)) for w, b in random_weights()]

    def features(x: torch.Tensor) -> dict[int, torch.Tensor]:
        found, number = {}, 0
        for kind in CONVOLUTIONS:
            if kind == "pool":
                x = torch.nn.functional.max_pool2d(x, 2)
            else:
                x = torch.nn.functional.conv2d(x, *weights[number], padding=1).relu_()
                found[number] = x
                number += 1
        return found

    def step() -> torch.Tensor:
        x = image_now.clone().requires_grad_()
        _cost(features(x), targets, _their_gram).backward()
        return x.grad

    image_now = layouts.theirs(image(size), layout)
    targets = _targets(features(layouts.theirs(image(size, 16), layout)), _their_gram)
    return step


def _their_gram(features: torch.Tensor) -> torch.Tensor:
    """F F^T / (C H W) of features (1, C, H, W) by PyTorch, as its users write it."""
    _, c, h, w = features.shape
    flat = features.reshape(c, h * w)
    return flat @ flat.T * (1 / (c * h * w))


def _targets(found: dict[int, Any], gram: Callable) -> dict[str, Any]:
    return {"style": {i: gram(found[i]) for i in STYLE}, "content": found[CONTENT]}


def _cost(found: dict[int, Any], targets: dict[str, Any], gram: Callable) -> Any:
    """STYLE_WEIGHT * sum over layers of mean((G - A)^2) + CONTENT_WEIGHT * mean((F - P)^2)."""
    cost = CONTENT_WEIGHT * ((found[CONTENT] - targets["content"]) ** 2).mean()
    for i in sorted(STYLE):
        cost = cost + STYLE_WEIGHT * ((gram(found[i]) - targets["style"][i]) ** 2).mean()
    return cost


def contest(size: int, ours: Call) -> Contest:
    """Our step beside PyTorch's in both of its layouts."""
    theirs = {name: their_step(size, layout) for name, layout in layouts.formats(2).items()}
    return Contest(ours, theirs, 2 * _forward_flops(size), tolerance=5e-3)


def _contest(size: int) -> Contest:
    return contest(size, our_step(size))


def _forward_flops(size: int) -> float:
    """Of the convolutions; their gradient to the input costs as much again."""
    total, channels = 0.0, 3
    for k in CONVOLUTIONS:
        if k == "pool":
            size //= 2
        else:
            total += 2.0 * 9 * channels * k * size * size
            channels = k
    return total
