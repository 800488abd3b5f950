"""Depthwise convolution, compiled: every channel with its own filter, a vector of channels a time.

There is no matrix product here, only sums over the taps; a thread keeps one sum in a register and
walks the window. The last channels, fewer than a vector, are done one by one.
"""

from __future__ import annotations

from typing import NamedTuple

from .jit import inner, kernel
from .simd import LANES, load1, load_int, next_item, store1, vfma, vload, vrelu, vstore
from .windows import CHUNK, RUN, ZERO, following, place


class Filters(NamedTuple):
    """The filters and the result: addresses, and strides in bytes."""

    weights: int  # (taps, channels), written by the gradient: zero at first
    weights_stride: int  # from one thread's gradient to the next one's
    y: int  # first position of the result, and from there along each axis
    y_image: int
    y_depth: int
    y_height: int
    y_width: int
    bias: int  # (channels,)
    relu: int


@inner
def last_run(win):
    """Address just after the table of runs."""
    return win.runs + RUN * load_int(win.chunks + (win.chunk_count - 1) * CHUNK + 8)


@inner
def visible(win, run, n, d0, h0, w0):
    """The part of a run inside the source: its first and end tap, and the address of tap 0."""
    d, h = d0 + load_int(run), h0 + load_int(run + 8)
    w, taps = w0 + load_int(run + 16), load_int(run + 24)
    if not (0 <= d < win.depth and 0 <= h < win.height):
        return 0, 0, 0
    line = ((n * win.depth + d) * win.height + h) * win.width + w
    return max(0, -w), min(taps, win.width - w), win.x + line * win.channels * 4


@kernel
def filter_windows(thread, counter, count, win, job):
    """y[p, c] = bias[c] + sum over t of x[i(p, t), c] w[t, c]; an item is a block of positions."""
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first = item * win.block
        n, d, h, w = place(win, first)
        for _ in range(min(win.block, win.positions - first)):
            y = job.y + n * job.y_image + d * job.y_depth + h * job.y_height + w * job.y_width
            _filter_one(win, job, n, d, h, w, y)
            n, d, h, w = following(win, n, d, h, w)


@inner
def _filter_one(win, job, n, d, h, w, y):
    d0, h0, w0 = d * win.step_depth, h * win.step_height, w * win.step_width
    pixel = win.channels * 4
    whole = win.channels // LANES * LANES
    for c in range(0, 4 * whole, 4 * LANES):
        total = vload(job.bias + c)
        taps = job.weights + c
        for run in range(win.runs, last_run(win), RUN):
            low, high, x = visible(win, run, n, d0, h0, w0)
            for i in range(low, high):
                total = vfma(vload(x + i * pixel + c), vload(taps + i * pixel), total)
            taps += load_int(run + 24) * pixel
        vstore(y + c, vrelu(total) if job.relu else total)
    for c in range(4 * whole, pixel, 4):
        one = load1(job.bias + c)
        taps = job.weights + c
        for run in range(win.runs, last_run(win), RUN):
            low, high, x = visible(win, run, n, d0, h0, w0)
            for i in range(low, high):
                one += load1(x + i * pixel + c) * load1(taps + i * pixel)
            taps += load_int(run + 24) * pixel
        store1(y + c, ZERO if job.relu and one < ZERO else one)


@kernel
def filter_gradients(thread, counter, count, win, job):
    """Adds x[i(p, t), c] g[p, c] to the thread's gradient of w[t, c]; here y is g."""
    sums = job.weights + thread * job.weights_stride
    while True:
        item = next_item(counter)
        if item >= count:
            return
        first = item * win.block
        n, d, h, w = place(win, first)
        for _ in range(min(win.block, win.positions - first)):
            g = job.y + n * job.y_image + d * job.y_depth + h * job.y_height + w * job.y_width
            _accumulate_one(win, n, d, h, w, g, sums)
            n, d, h, w = following(win, n, d, h, w)


@inner
def _accumulate_one(win, n, d, h, w, g, sums):
    d0, h0, w0 = d * win.step_depth, h * win.step_height, w * win.step_width
    pixel = win.channels * 4
    whole = win.channels // LANES * LANES
    for run in range(win.runs, last_run(win), RUN):
        low, high, x = visible(win, run, n, d0, h0, w0)
        for i in range(low, high):
            at, to = x + i * pixel, sums + i * pixel
            for c in range(0, 4 * whole, 4 * LANES):
                vstore(to + c, vfma(vload(at + c), vload(g + c), vload(to + c)))
            for c in range(4 * whole, pixel, 4):
                store1(to + c, load1(to + c) + load1(at + c) * load1(g + c))
        sums += load_int(run + 24) * pixel
