"""The windows a convolution looks at, as rows of a matrix that is gathered a block at a time.

im2col writes the whole matrix of windows to memory; here a thread gathers as many rows as its cache
holds. Positions and source are treated as 3-D, (N, D, H, W), with axes of one place where there are
fewer. Along an axis, position p and tap t meet at p * step + offset[t] in the source, which covers
the forward, the gradient to the weights and (one residue of the stride at a time) to the input.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .jit import inner
from .simd import LANES, load1, load_int, store1, vload, vset, vstore

ZERO = np.float32(0)
RUN, CHUNK = 4 * 8, 5 * 8  # bytes of an entry in the tables below


class Windows(NamedTuple):
    """Where windows start and what is in them: addresses, sizes, and strides in numbers."""

    x: int  # source (N, depth, height, width, channels)
    depth: int
    height: int
    width: int
    channels: int
    group_channels: int
    groups: int
    out_depth: int  # positions (N, out_depth, out_height, out_width)
    out_height: int
    out_width: int
    positions: int  # how many there are in all
    step_depth: int  # in the source, from one position to the next
    step_height: int
    step_width: int
    runs: int  # table of int64: offset in depth, height and width; taps that follow in width
    chunks: int  # table of int64: first run, end run, first column, columns, columns padded before
    chunk_count: int
    columns: int  # of the matrix, for one group: taps * channels
    pixels: int  # 1: a row of the matrix is a pixel of the source, as it stands
    block: int  # positions in a block
    a: int  # room for gathered rows, (block, a_width) for each thread
    a_width: int
    a_stride: int  # bytes


@inner
def copy_numbers(source, to, count):
    """Copies `count` float32."""
    whole = count // LANES * LANES
    for i in range(0, whole, LANES):
        vstore(to + 4 * i, vload(source + 4 * i))
    for i in range(whole, count):
        store1(to + 4 * i, load1(source + 4 * i))


@inner
def zero_numbers(to, count):
    """Writes `count` zeros."""
    whole = count // LANES * LANES
    for i in range(0, whole, LANES):
        vstore(to + 4 * i, vset(ZERO))
    for i in range(whole, count):
        store1(to + 4 * i, ZERO)


@inner
def place(win, row):
    """Position number `row` as (image, depth, height, width)."""
    rest, w = divmod(row, win.out_width)
    rest, h = divmod(rest, win.out_height)
    n, d = divmod(rest, win.out_depth)
    return n, d, h, w


@inner
def following(win, n, d, h, w):
    """The position after this one."""
    w += 1
    if w == win.out_width:
        w = 0
        h += 1
        if h == win.out_height:
            h = 0
            d += 1
            if d == win.out_depth:
                d = 0
                n += 1
    return n, d, h, w


@inner
def gather(win, first, count, group, chunk, a):
    """Rows first .. first+count-1 of one chunk of columns, written to a[count, a_width]."""
    if win.pixels:
        start = load_int(win.chunks + chunk * CHUNK + 16)
        size = load_int(win.chunks + chunk * CHUNK + 24)
        pixel = win.x + (first * win.channels + group * win.group_channels + start) * 4
        for t in range(count):
            copy_numbers(pixel + t * win.channels * 4, a + t * win.a_width * 4, size)
        return
    n, d, h, w = place(win, first)
    first_run = win.runs + RUN * load_int(win.chunks + chunk * CHUNK)
    end_run = win.runs + RUN * load_int(win.chunks + chunk * CHUNK + 8)
    for t in range(count):
        _gather_row(win, n, d, h, w, group, first_run, end_run, a + t * win.a_width * 4)
        n, d, h, w = following(win, n, d, h, w)


@inner
def _gather_row(win, n, d, h, w, group, first_run, end_run, to):
    size = win.group_channels
    origin = win.x + group * size * 4
    d0, h0, w0 = d * win.step_depth, h * win.step_height, w * win.step_width
    for run in range(first_run, end_run, RUN):
        d, h = d0 + load_int(run), h0 + load_int(run + 8)
        w, taps = w0 + load_int(run + 16), load_int(run + 24)
        line = ((n * win.depth + d) * win.height + h) * win.width
        if not (0 <= d < win.depth and 0 <= h < win.height):
            zero_numbers(to, taps * size)
        elif w >= 0 and w + taps <= win.width:
            copy_numbers(origin + (line + w) * win.channels * 4, to, taps * size)
        else:
            for i in range(taps):
                at = to + i * size * 4
                if 0 <= w + i < win.width:
                    copy_numbers(origin + (line + w + i) * win.channels * 4, at, size)
                else:
                    zero_numbers(at, size)
        to += taps * size * 4
