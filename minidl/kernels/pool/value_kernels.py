"""Max pooling without a gradient to come, compiled: the maxima alone, and not where they were.

So a vector of channels stays in a register while the window is looked through.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import LANES, load1, next_item, store1, vload, vset, vstore

from .simd import vmax

LOWEST = np.float32(-np.inf)


class Maxima(NamedTuple):
    """Addresses of x (N, *size, channels) and y (N, *out, channels), and for each of three axes."""

    x: int
    y: int
    channels: int
    size: tuple[int, int, int]
    out: tuple[int, int, int]
    window: tuple[int, int, int]
    stride: tuple[int, int, int]
    dilation: tuple[int, int, int]
    before: tuple[int, int, int]


@inner
def reach(job, axis, place):
    """Where the window of a place begins, and its first place inside and the end of them."""
    start, step = place * job.stride[axis] - job.before[axis], job.dilation[axis]
    low = 0 if start >= 0 else (-start + step - 1) // step
    return start, low, min(job.window[axis], (job.size[axis] - start + step - 1) // step)


@kernel
def max_value_rows(thread, counter, count, job):
    """Rows of y."""
    depth, height = job.out[0], job.out[1]
    pixel = 4 * job.channels
    while True:
        row = next_item(counter)
        if row >= count:
            return
        n, d, h = row // (depth * height), row // height % depth, row % height
        deep, high = reach(job, 0, d), reach(job, 1, h)
        image = n * job.size[0]
        for w in range(job.out[2]):
            to = job.y + (row * job.out[2] + w) * pixel
            maximum(job, image, deep, high, reach(job, 2, w), to)


@inner
def maximum(job, image, deep, high, wide, to):
    """All channels of one place, a vector at a time, and the last ones one by one."""
    whole = job.channels // LANES * LANES
    pixel = 4 * job.channels
    across = job.dilation[2] * pixel
    for c in range(0, 4 * whole, 4 * LANES):
        best = vset(LOWEST)
        for d in range(deep[1], deep[2]):
            plane = (image + deep[0] + d * job.dilation[0]) * job.size[1]
            for h in range(high[1], high[2]):
                line = (plane + high[0] + h * job.dilation[1]) * job.size[2] + wide[0]
                at = job.x + line * pixel + c
                for w in range(wide[1], wide[2]):
                    best = vmax(best, vload(at + w * across))
        vstore(to + c, best)
    for c in range(4 * whole, pixel, 4):
        one = LOWEST
        for d in range(deep[1], deep[2]):
            plane = (image + deep[0] + d * job.dilation[0]) * job.size[1]
            for h in range(high[1], high[2]):
                line = (plane + high[0] + h * job.dilation[1]) * job.size[2] + wide[0]
                for w in range(wide[1], wide[2]):
                    value = load1(job.x + line * pixel + w * across + c)
                    if value > one or value != value:
                        one = value
        store1(to + c, one)
