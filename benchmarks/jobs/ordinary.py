"""The same steps as people write them: plain calls of `F`, batches (N, C, H, W) from a loader.

Nothing is fused and nothing is channels-last beforehand, on either side; PyTorch is also given its
channels-last layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
import torch

import minidl.functional as F
from benchmarks import layouts
from benchmarks.job import Call, Contest, Job
from benchmarks.jobs import siamese, style
from minidl import Tensor, nn, optim

BATCH, SIZE, WIDTHS, CLASSES = 64, 32, (3, 32, 32, 64, 64), 10
POOLED = {2, 4}  # after these convolutions
FEATURES = WIDTHS[-1] * (SIZE // 4) ** 2


def jobs() -> Iterator[Job]:
    """A style step, a Siamese step and a training step of a small VGG."""
    group = "as people write it"
    yield Job(group, "style step at 256", 1.1 * style.target(256), partial(_style, 256))
    yield Job(group, "Siamese step, 96 of 3 x 64 x 64", 0.77, _siamese)
    yield Job(group, "training a small VGG, 64 of 3 x 32 x 32", 0.70, _vgg)


def convolve(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A convolution, and then ReLU."""
    return F.relu(F.conv2d(x, w, b, padding=1))


def gram(features: Tensor) -> Tensor:
    """F F^T / (C H W) of features (1, C, H, W), as a product of matrices."""
    _, c, h, w = features.shape
    flat = features.reshape(c, h * w)
    return flat @ flat.T * (1 / (c * h * w))


def loaded(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers of `layouts.ours`, in the order in which a loader gives them."""
    return np.ascontiguousarray(layouts.ours(rng, shape))


def _style(size: int) -> Contest:
    picture = lambda *given: np.ascontiguousarray(style.image(*given))  # noqa: E731
    return style.contest(size, style.our_step(size, convolve, gram, picture))


def _siamese() -> Contest:
    return siamese.contest(siamese.our_step(loaded, convolve))


def _vgg() -> Contest:
    theirs = {name: _their_vgg(layout) for name, layout in layouts.formats(2).items()}
    return Contest(_our_vgg(), theirs)


def _labels() -> np.ndarray:
    return np.random.default_rng(2).integers(0, CLASSES, BATCH)


def _weights() -> list[np.ndarray]:
    """Weight and bias of the convolutions and of the linear layer (He)."""
    rng, weights = np.random.default_rng(0), []
    for shape in [*((k, c, 3, 3) for c, k in pairwise(WIDTHS)), (CLASSES, FEATURES)]:
        scale = np.float32(np.sqrt(2 / np.prod(shape[1:])))
        weights += [
            rng.standard_normal(shape, dtype=np.float32) * scale,
            np.zeros(shape[0], np.float32),
        ]
    return weights


def _our_vgg() -> Call:
    """A call that trains the network by one step and gives the loss before it."""
    params = [nn.Parameter(w) for w in _weights()]
    optimizer = optim.SGD(params, lr=0.01, momentum=0.9)
    pictures = loaded(np.random.default_rng(1), (BATCH, 3, SIZE, SIZE))
    labels = _labels()

    def step() -> np.ndarray:
        optimizer.zero_grad()
        h = Tensor(pictures)
        for number, (w, b) in enumerate(zip(params[:-2:2], params[1:-2:2], strict=True), 1):
            h = convolve(h, w, b)
            h = F.max_pool2d(h, 2) if number in POOLED else h
        loss = F.cross_entropy(F.linear(h.reshape(BATCH, FEATURES), *params[-2:]), labels)
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def _their_vgg(layout: torch.memory_format) -> Call:
    """The same by PyTorch."""
    params = [torch.tensor(w) for w in _weights()]
    params = [p.contiguous(memory_format=layout) if p.ndim == 4 else p for p in params]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.SGD(params, lr=0.01, momentum=0.9)
    pictures = torch.tensor(loaded(np.random.default_rng(1), (BATCH, 3, SIZE, SIZE)))
    labels, f = torch.tensor(_labels()), torch.nn.functional

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        h = pictures.contiguous(memory_format=layout)
        for number, (w, b) in enumerate(zip(params[:-2:2], params[1:-2:2], strict=True), 1):
            h = f.relu(f.conv2d(h, w, b, padding=1))
            h = f.max_pool2d(h, 2) if number in POOLED else h
        loss = f.cross_entropy(f.linear(h.reshape(BATCH, FEATURES), *params[-2:]), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step
