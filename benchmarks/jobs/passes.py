"""Operations that do little with each number: what they cost is memory, and what lies around them.

Each row is a call and its gradient, on both sides through `backward` to the `.grad` of a tensor
that is made before: what is timed makes no copy of the input.
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
from minidl.kernels import layout

f = torch.nn.functional
IMAGES = (8, 64, 64, 64)
ROWS = {
    # name: (shape, minidl, PyTorch)
    "ReLU": (IMAGES, F.relu, f.relu),
    "add": (IMAGES, lambda x: x + x, lambda x: x + x),
    "multiply": (IMAGES, lambda x: x * x, lambda x: x * x),
    "batch norm": (
        IMAGES,
        lambda x: F.batch_norm(x, None, None, training=True),
        lambda x: f.batch_norm(x, None, None, training=True),
    ),
    "instance norm": (IMAGES, F.instance_norm, f.instance_norm),
    "layer norm, 96 x 128": (
        (96, 128),
        partial(F.layer_norm, normalized_shape=128),
        lambda x: f.layer_norm(x, (128,)),
    ),
    "layer norm, 4096 x 512": (
        (4096, 512),
        partial(F.layer_norm, normalized_shape=512),
        lambda x: f.layer_norm(x, (512,)),
    ),
    "softmax, 96 x 128": ((96, 128), partial(F.softmax, axis=1), partial(f.softmax, dim=1)),
    "softmax, 4096 x 512": ((4096, 512), partial(F.softmax, axis=1), partial(f.softmax, dim=1)),
    "resize to twice the size": (
        (4, 32, 64, 64),
        partial(F.interpolate, scale_factor=2, mode="bilinear"),
        partial(f.interpolate, scale_factor=2, mode="bilinear"),
    ),
    "sum over images and places": (IMAGES, lambda x: x.sum((0, 2, 3)), lambda x: x.sum((0, 2, 3))),
    "sum over rows, 500 x 100": ((500, 100), lambda x: x.sum(0), lambda x: x.sum(0)),
}


def jobs() -> Iterator[Job]:
    """Every operation, then dropout and a change of layout."""
    for name in ROWS:
        yield Job("passes", name, 1.0, partial(_contest, name))
    yield Job("passes", "dropout", 1.0, _dropout)
    yield Job("passes", "to channels-last, 4 MB", 1.0, _turn)


def _images(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if len(shape) > 2:
        return layouts.ours(rng, shape)
    return rng.standard_normal(shape, dtype=np.float32)


def _formats(shape: tuple[int, ...]) -> dict[str, torch.memory_format]:
    return layouts.formats(2) if len(shape) == 4 else layouts.formats(1)


def _contest(name: str) -> Contest:
    shape, ours, theirs = ROWS[name]
    x = _images(shape)
    g = _images(ours(Tensor(x)).shape, seed=1)
    both = {
        layout: _their_step(theirs, layouts.theirs(x, memory), layouts.theirs(g, _like(g, memory)))
        for layout, memory in _formats(shape).items()
    }
    return Contest(_our_step(ours, x, g), both, tolerance=1e-5)


def _like(g: np.ndarray, memory: torch.memory_format) -> torch.memory_format:
    return memory if g.ndim == 4 else torch.contiguous_format


def _our_step(function: Callable[[Tensor], Tensor], x: np.ndarray, g: np.ndarray) -> Call:
    given = Tensor(x, requires_grad=True)

    def step() -> Any:
        given.grad = None
        function(given).backward(g)
        return given.grad

    return step


def _their_step(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, g: torch.Tensor
) -> Call:
    given = x.detach().requires_grad_()

    def step() -> Any:
        given.grad = None
        function(given).backward(g)
        return given.grad

    return step


def _dropout() -> Contest:
    """Each side draws its own numbers; what is compared is the share that is kept."""
    x = np.ones((4096, 512), np.float32)
    ours = _our_step(partial(F.dropout, p=0.5), x, x)
    theirs = _their_step(partial(f.dropout, p=0.5), torch.tensor(x), torch.tensor(x))
    return Contest(lambda: ours().mean(), {"contiguous": lambda: theirs().mean()}, tolerance=0.01)


def _turn() -> Contest:
    x = np.random.default_rng(0).standard_normal((1, 64, 128, 128), dtype=np.float32)
    theirs = torch.tensor(x)
    turned = partial(theirs.contiguous, memory_format=torch.channels_last)
    return Contest(
        lambda: layout.channels_last(x), {"contiguous": lambda: turned().permute(0, 2, 3, 1)}
    )
