"""Matrix products: square, a fully connected layer, and a Gram matrix."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from benchmarks.job import Contest, Job
from minidl import Tensor, no_grad

SHAPES = {
    "square 1024": (1024, 1024, 1024),
    "fully connected 96 x 8192 -> 128": (96, 8192, 128),
    "fully connected 256 x 1024 -> 1024": (256, 1024, 1024),
}
GRAMS = {"Gram 64@256": (64, 256 * 256), "Gram 512@32": (512, 32 * 32)}


def jobs() -> Iterator[Job]:
    """Every matrix product."""
    for name, shape in SHAPES.items():
        yield Job("matmul", name, 1.0, partial(_product, *shape))
    for name, gram in GRAMS.items():
        yield Job("matmul", name, 1.0, partial(_gram, *gram))


def _product(rows: int, depth: int, columns: int) -> Contest:
    rng = np.random.default_rng(0)
    a = rng.standard_normal((rows, depth), dtype=np.float32)
    b = rng.standard_normal((depth, columns), dtype=np.float32)
    ours = partial(_ours, Tensor(a), Tensor(b))
    theirs = {"contiguous": partial(torch.matmul, torch.tensor(a), torch.tensor(b))}
    return Contest(ours, theirs, 2.0 * rows * depth * columns)


def _gram(channels: int, places: int) -> Contest:
    """F F^T of features (C, H W); PyTorch has them with channels first, and with channels last."""
    features = np.random.default_rng(0).standard_normal((places, channels), dtype=np.float32)
    ours = Tensor(features).T
    last = torch.tensor(features).T
    theirs = {
        name: partial(torch.matmul, f, f.T)
        for name, f in {"contiguous": last.contiguous(), "channels_last": last}.items()
    }
    return Contest(partial(_ours, ours, ours.T), theirs, 2.0 * channels * channels * places)


@no_grad()
def _ours(a: Tensor, b: Tensor) -> np.ndarray:
    return (a @ b).data
