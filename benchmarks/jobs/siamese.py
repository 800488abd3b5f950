"""One training step of a Siamese face encoder: triplet loss, backward, Adam.

A batch of 96 images of 3 x 64 x 64: 32 anchors, 32 positives, 32 negatives. Three blocks of
conv 3x3, ReLU and max pooling (32, 64, 128 channels), then a linear layer to 128 numbers of length
1. Schroff, Kalenichenko and Philbin, "FaceNet", 2015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import torch

import minidl.functional as F
from benchmarks import layouts
from benchmarks.job import Call, Contest, Job
from benchmarks.jobs.style import fused
from minidl import Tensor, nn, optim

BATCH, SIZE, WIDTHS, EMBEDDING, MARGIN = 96, 64, (3, 32, 64, 128), 128, 0.2
FEATURES = WIDTHS[-1] * (SIZE // 8) ** 2


def jobs() -> Iterator[Job]:
    """The training step."""
    yield Job("siamese", "training step, 96 of 3 x 64 x 64", 0.70, lambda: contest(our_step()))


def random_weights() -> list[np.ndarray]:
    """Weight and bias of three convolutions and of the linear layer (He)."""
    rng, weights = np.random.default_rng(0), []
    shapes = [(k, c, 3, 3) for c, k in pairwise(WIDTHS)]
    for shape in [*shapes, (EMBEDDING, FEATURES)]:
        scale = np.float32(np.sqrt(2 / np.prod(shape[1:])))
        weights.append(rng.standard_normal(shape, dtype=np.float32) * scale)
        weights.append(np.zeros(shape[0], np.float32))
    return weights


def our_step(
    pictures: Callable[..., np.ndarray] = layouts.ours,
    convolve: Callable[[Tensor, Tensor, Tensor], Tensor] = fused,
) -> Call:
    """A call that trains minidl's encoder by one step and gives the loss before it."""
    params = [nn.Parameter(w) for w in random_weights()]
    optimizer = optim.Adam(params)
    x = Tensor(pictures(np.random.default_rng(1), (BATCH, 3, SIZE, SIZE)))

    def step() -> np.ndarray:
        optimizer.zero_grad()
        h = x
        for w, b in zip(params[:6:2], params[1:6:2], strict=True):
            h = F.max_pool2d(convolve(h, w, b), 2)
        embedding = F.normalize(F.linear(h.reshape(BATCH, FEATURES), params[6], params[7]))
        loss = _triplet_loss(embedding, F.relu)
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def their_step(layout: torch.memory_format) -> Call:
    """The same by PyTorch, with its fused Adam, the fastest of its three."""
    params = [torch.tensor(w) for w in random_weights()]
    params = [p.contiguous(memory_format=layout) if p.ndim == 4 else p for p in params]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, fused=True)
    x = layouts.theirs(layouts.ours(np.random.default_rng(1), (BATCH, 3, SIZE, SIZE)), layout)
    f = torch.nn.functional

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        h = x
        for w, b in zip(params[:6:2], params[1:6:2], strict=True):
            h = f.max_pool2d(f.conv2d(h, w, b, padding=1).relu_(), 2)
        embedding = f.normalize(f.linear(h.reshape(BATCH, FEATURES), params[6], params[7]))
        loss = _triplet_loss(embedding, f.relu)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def _triplet_loss(embedding: Any, relu: Any) -> Any:
    """mean(max(|a - p|^2 - |a - n|^2 + margin, 0)); minidl and PyTorch read alike here."""
    third = BATCH // 3
    a, p, n = embedding[:third], embedding[third : 2 * third], embedding[2 * third :]
    return relu(((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1) + MARGIN).mean()


def contest(ours: Call) -> Contest:
    """Our step beside PyTorch's in both of its layouts."""
    theirs = {name: their_step(layout) for name, layout in layouts.formats(2).items()}
    flops, size = 0.0, SIZE
    for c, k in pairwise(WIDTHS):
        flops += 2.0 * BATCH * 9 * c * k * size * size * (2 if c == 3 else 3)
        size //= 2
    return Contest(ours, theirs, flops + 6.0 * BATCH * FEATURES * EMBEDDING)
