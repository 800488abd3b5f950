"""Winograd convolution of 3x3 filters at stride 1: the gradient to the filters.

The forward is linear in U, one tile after another: M = V U. Its transpose is dU = sum over tiles of
V^T D with D = A dy A^T, and the filters' own gradient is G^T dU G, once at the end.
"""

from __future__ import annotations

import numpy as np

from . import threads
from .geometry import ConvSpec, Shape, channels_last
from .micro import COLUMNS
from .totals import Accumulator
from .winograd import WIDE, plan
from .winograd_kernels import CHUNK, Job, shared_inputs
from .winograd_weight_kernels import accumulate_blocks, gradient_panels, turn_back_panels

PERIOD = 64  # blocks of up to 64 tiles that are added up in float32


def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The same as `loops.conv_weight_grad`."""
    gw = np.zeros(kernel_shape, np.float32)
    if not (g.size and x.size):
        return gw
    x_last, g_last = channels_last(x), channels_last(g)
    (top, _), (left, _) = spec.padding
    panels = -(-kernel_shape[0] // COLUMNS)
    with threads.exclusive:
        wide = kernel_shape[0] * kernel_shape[1] > WIDE
        job = plan(x_last, g_last, gw, (top, left), wide=wide, gradient=True)
        if wide:
            _by_panels(job, panels)
        else:
            _by_blocks(job, panels)
    return gw


def _by_blocks(job: Job, panels: int) -> None:
    blocks = -(-job.tiles // job.block)
    team = min(threads.get_num_threads(), blocks)
    found = Accumulator(team, (job.u_stride // 4,), blocks // team, PERIOD)
    job = job._replace(u=found.sums.ctypes.data, u_stride=found.sums.strides[0])
    threads.run(accumulate_blocks, blocks, job, found.job(), fixed=True)
    total = found.result()
    threads.run(turn_back_panels, panels, job._replace(u=total.ctypes.data))


def _by_panels(job: Job, panels: int) -> None:
    for first in range(0, job.tiles, job.block):
        part = job._replace(first=first, tiles=min(job.tiles, first + job.block))
        threads.run(shared_inputs, -(-(part.tiles - first) // CHUNK), part)
        threads.run(gradient_panels, panels, part)
