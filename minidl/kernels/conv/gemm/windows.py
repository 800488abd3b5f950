"""The windows a convolution looks at, as rows of a matrix that is gathered a block at a time.

im2col writes the whole matrix of windows to memory; here a thread gathers as many rows as its cache
holds. Positions and source are treated as 3-D, (N, D, H, W), with axes of one place where there are
fewer. Along an axis, position p and tap t meet at p * step + offset[t] in the source, which covers
the forward, the gradient to the weights and (one residue of the stride at a time) to the input.
"""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner
from minidl.kernels.machine.simd import (
    LANES,
    copy_numbers,
    load_int,
    vload,
    vstore,
    zero_numbers,
)

RUN, CHUNK = 4 * 8, 5 * 8  # bytes of an entry in the tables below


class Windows(NamedTuple):
    """Where windows start and what is in them: addresses, sizes, and strides in numbers."""

    x: int  # source (N, depth, height, width, channels)
    x_end: int
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
    columns: int  # in the matrix of one group: taps * channels
    pixels: int  # 1: a row of the matrix is a pixel of the source, as it stands
    block: int  # positions in a block
    a: int  # room for gathered rows, (block, a_width) for each thread
    a_width: int
    a_stride: int  # bytes


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
    """Rows first .. first+count-1 of one chunk of columns, written to a[count, a_width].

    A row may be overrun by up to a vector, within a_width.
    """
    entry = win.chunks + chunk * CHUNK
    if win.pixels:
        start, size = load_int(entry + 16), load_int(entry + 24)
        pixel = win.x + (first * win.channels + group * win.group_channels + start) * 4
        for t in range(count):
            copy_numbers(pixel + t * win.channels * 4, a + t * win.a_width * 4, size)
        return
    first_run = win.runs + RUN * load_int(entry)
    end_run = win.runs + RUN * load_int(entry + 8)
    done = 0
    while done < count:
        n, d, h, w = place(win, first + done)
        length = min(count - done, win.out_width - w)
        to = a + done * win.a_width * 4
        _gather_line(win, n, d, h, w, length, group, first_run, end_run, to)
        done += length


@inner
def _gather_line(win, n, d, h, w, length, group, first_run, end_run, to):
    """Rows of positions that follow each other in width, one run of taps after the other.

    In that order a run may overrun its end: the next one is written later.
    """
    size, pixel = win.group_channels, win.channels * 4
    origin = win.x + group * size * 4
    for run in range(first_run, end_run, RUN):
        at_depth = d * win.step_depth + load_int(run)
        at_height = h * win.step_height + load_int(run + 8)
        taps = load_int(run + 24)
        count = taps * size
        outside = not (0 <= at_depth < win.depth and 0 <= at_height < win.height)
        line = origin + ((n * win.depth + at_depth) * win.height + at_height) * win.width * pixel
        at = w * win.step_width + load_int(run + 16)
        for t in range(length):
            row = to + t * win.a_width * 4
            source = line + at * pixel
            if outside:
                zero_numbers(row, count)
            elif at >= 0 and at + taps <= win.width and source + 4 * (count + LANES) <= win.x_end:
                for i in range(0, 4 * count, 4 * LANES):
                    vstore(row + i, vload(source + i))
            else:
                _gather_border(source, row, at, taps, size, win.width, pixel)
            at += win.step_width
        to += 4 * count


@inner
def _gather_border(source, to, at, taps, size, width, pixel):
    """One run that reaches over the border, or so near the end that it must not be overrun."""
    for i in range(taps):
        if 0 <= at + i < width:
            copy_numbers(source + i * pixel, to + i * size * 4, size)
        else:
            zero_numbers(to + i * size * 4, size)
