"""Max and average pooling, forward and gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch

from benchmarks import layouts
from benchmarks.job import Contest, Job
from minidl.kernels import pool
from minidl.kernels.geometry import ConvSpec

SHAPES = {
    # name: (x, window, stride, padding)
    "2x2, 64@256": ((1, 64, 256, 256), 2, 2, 0),
    "2x2, 96 x 32@64": ((96, 32, 64, 64), 2, 2, 0),
    "3x3 stride 2, 64@128": ((4, 64, 128, 128), 3, 2, 1),
    "1-D 4, 64@4096": ((16, 64, 4096), 4, 4, 0),
    "3-D 2x2x2, 32@32": ((2, 32, 32, 32, 32), 2, 2, 0),
}


def jobs() -> Iterator[Job]:
    """Every pooling job."""
    for kind in ("max", "avg"):
        for name in SHAPES:
            yield Job("pooling", f"{kind} {name} forward", 1.0, partial(_forward, kind, name))
            yield Job("pooling", f"{kind} {name} gradient", 1.0, partial(_gradient, kind, name))


def _setting(name: str) -> tuple[np.ndarray, tuple[int, ...], ConvSpec]:
    shape, window, stride, padding = SHAPES[name]
    rank = len(shape) - 2
    spec = ConvSpec((stride,) * rank, ((padding, padding),) * rank, (1,) * rank)
    return layouts.ours(np.random.default_rng(0), shape), (window,) * rank, spec


def _their_pool(kind: str, name: str) -> Callable[[torch.Tensor], torch.Tensor]:
    shape, window, stride, padding = SHAPES[name]
    function = getattr(torch.nn.functional, f"{kind}_pool{len(shape) - 2}d")
    return lambda x: function(x, window, stride, padding)


def _our_pool(kind: str, x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec) -> np.ndarray:
    return pool.max_pool(x, kernel, spec)[0] if kind == "max" else pool.avg_pool(x, kernel, spec)


def _forward(kind: str, name: str) -> Contest:
    x, kernel, spec = _setting(name)
    theirs = {
        layout: partial(_their_pool(kind, name), layouts.theirs(x, memory))
        for layout, memory in layouts.formats(len(kernel)).items()
    }
    return Contest(partial(_our_pool, kind, x, kernel, spec), theirs, tolerance=1e-6)


def _gradient(kind: str, name: str) -> Contest:
    """PyTorch's through `torch.autograd.grad` of a graph that is kept: no forward is timed."""
    x, kernel, spec = _setting(name)
    y = _our_pool(kind, x, kernel, spec)
    g = layouts.ours(np.random.default_rng(1), y.shape)
    if kind == "max":
        _, where = pool.max_pool(x, kernel, spec)
        ours = partial(pool.max_pool_grad, g, where, kernel, spec, x.shape)
    else:
        ours = partial(pool.avg_pool_grad, g, kernel, spec, x.shape)
    theirs = {
        layout: _kept_graph(_their_pool(kind, name), layouts.theirs(x, m), layouts.theirs(g, m))
        for layout, m in layouts.formats(len(kernel)).items()
    }
    return Contest(ours, theirs, tolerance=1e-5)


def _kept_graph(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, g: torch.Tensor
) -> Callable[[], torch.Tensor]:
    y = function(x.requires_grad_())
    return lambda: torch.autograd.grad(y, x, g, retain_graph=True)[0]
