"""Two maps of different sizes added up, compiled; see `joining`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import LANES, ZERO, next_item, vload, vrelu, vset, vstore


class Joint(NamedTuple):
    """Addresses, sizes (height, width, channels) of maps that are channels-last, and how they meet.

    Channels fill vectors. A place (h, w) of y meets the one of a, and the mean of window x window
    places of b from (h * step // repeats, w * step // repeats) on; outside of a map there are 0s.
    """

    a: int
    a_size: tuple[int, int, int]
    b: int
    b_size: tuple[int, int, int]
    y: int
    y_size: tuple[int, int, int]
    step: int
    repeats: int
    window: int
    relu: int


@inner
def pixel(at, size, n, h, w):
    """The address of a pixel; 0 where there is none."""
    if h >= size[0] or w >= size[1]:
        return 0
    return at + ((n * size[0] + h) * size[1] + w) * size[2] * 4


@kernel
def join_lines(thread, counter, count, job):
    """Lines of y."""
    height, width, channels = job.y_size
    size, window = job.b_size, job.window
    across, down = size[2] * 4, size[1] * size[2] * 4
    share = np.float32(1) / np.float32(window * window)
    while True:
        line = next_item(counter)
        if line >= count:
            return
        n, h = divmod(line, height)
        for w in range(width):
            top, left = h * job.step // job.repeats, w * job.step // job.repeats
            whole = top + window <= size[0] and left + window <= size[1]
            a = pixel(job.a, job.a_size, n, h, w)
            b = pixel(job.b, size, n, top, left) if whole else 0
            y = job.y + (line * width + w) * channels * 4
            for c in range(0, channels, LANES):
                value = vset(ZERO)
                if b and c < size[2]:
                    for i in range(window):
                        for j in range(window):
                            value = value + vload(b + i * down + j * across + 4 * c)
                    value = value * share
                if a and c < job.a_size[2]:
                    value = value + vload(a + 4 * c)
                if job.relu:
                    value = vrelu(value)
                vstore(y + 4 * c, value)
