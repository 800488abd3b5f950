"""Winograd convolution of 3x3 filters at stride 1: the gradient to the filters.

The forward is linear in U, one tile after another: M = V U. Its transpose is dU = sum over tiles of
V^T D with D = A dy A^T, and the filters' own gradient is G^T dU G, once at the end.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.conv.totals import Accumulator
from minidl.kernels.geometry import ConvSpec, Shape
from minidl.kernels.layout import channels_last
from minidl.kernels.machine import threads
from minidl.kernels.machine.micro import COLUMNS
from minidl.kernels.machine.sizes import (
    WINOGRAD_CACHED_WEIGHTS,
    WINOGRAD_ITEM_TILES,
    WINOGRAD_PERIOD_BLOCKS,
)
from minidl.kernels.machine.trace import traced

from .convolve import plan
from .kernels import Job, shared_inputs
from .weight_kernels import accumulate_blocks, gradient_panels, turn_back_panels


@traced("winograd")
def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The gradient to w (K, C, 3, 3), from g (N, K, OH, OW) and x (N, C, H, W)."""
    gw = np.zeros(kernel_shape, np.float32)
    if not (g.size and x.size):
        return gw
    x_last, g_last = channels_last(x), channels_last(g)
    (top, _), (left, _) = spec.padding
    panels = -(-kernel_shape[0] // COLUMNS)
    with threads.exclusive:
        wide = kernel_shape[0] * kernel_shape[1] > WINOGRAD_CACHED_WEIGHTS
        job = plan(x_last, g_last, gw, (top, left), wide=wide, gradient=True)
        if wide:
            _by_panels(job, panels)
        else:
            _by_blocks(job, panels)
    return gw


def _by_blocks(job: Job, panels: int) -> None:
    blocks = -(-job.tiles // job.block)
    team = min(threads.get_num_threads(), blocks)
    found = Accumulator(team, (job.u_stride // 4,), blocks // team, WINOGRAD_PERIOD_BLOCKS)
    job = job._replace(u=found.sums.ctypes.data, u_stride=found.sums.strides[0])
    threads.run(accumulate_blocks, blocks, job, found.job(), fixed=True)
    total = found.result()
    threads.run(turn_back_panels, panels, job._replace(u=total.ctypes.data))


def _by_panels(job: Job, panels: int) -> None:
    for first in range(0, job.tiles, job.block):
        part = job._replace(first=first, tiles=min(job.tiles, first + job.block))
        threads.run(shared_inputs, -(-(part.tiles - first) // WINOGRAD_ITEM_TILES), part)
        threads.run(gradient_panels, panels, part)
