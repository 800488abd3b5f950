"""3x3 filters of each channel by itself, compiled; before them a 1x1 convolution, if asked.

A thread takes a band of lines of one picture. Three lines of what is filtered, with a pixel of
zeros at either end, stay in its cache: each new line is mixed from a line of x (or copied), takes
the place of the oldest, and one line of the result is written. So what lies between the two
convolutions is never written to memory, and filtering sees no border.
"""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import COLUMNS, ROWS
from minidl.kernels.machine.simd import (
    BYTES,
    LANES,
    copy_numbers,
    next_item,
    vfma,
    vload,
    vrelu,
    vstore,
    vstream,
    zero_numbers,
)

from .gemm.line_micro import micro_windows, micro_windows_narrow

LINES = 3  # that a 3x3 filter sees


class Separable(NamedTuple):
    """What the kernel needs: addresses, sizes in numbers, and strides in bytes."""

    x: int  # (N, height, width, channels)
    height: int
    width: int
    channels: int
    mixed: int  # 1: x goes through a 1x1 convolution first
    mix: int  # its weights, packed: (panels, channels, COLUMNS)
    shift: int  # its bias, (panels * COLUMNS,)
    table: int  # int64: where each channel lies in a pixel, in bytes
    panels: int
    filters: int  # (9, padded)
    bias: int  # (padded,)
    relu: int
    y: int  # (N, height, width, outputs)
    outputs: int
    padded: int  # outputs, rounded up to whole vectors
    stream: int  # 1: results are written past the caches
    band: int  # lines of an item
    bands: int  # in a picture
    lines: int  # room for LINES lines, for each thread
    line: int
    lines_stride: int
    room: int  # for ROWS pixels of x, and a vector, for each thread
    room_stride: int


@kernel
def filter_bands(thread, counter, count, job):
    """y = relu(filters * (mix x + shift) + bias), an item being a band of lines of one picture."""
    lines, room = job.lines + thread * job.lines_stride, job.room + thread * job.room_stride
    while True:
        item = next_item(counter)
        if item >= count:
            return
        n, band = divmod(item, job.bands)
        first = band * job.band
        above, here, below = lines, lines + job.line, lines + 2 * job.line
        for h in range(first - 1, min(job.height, first + job.band) + 1):
            fill_line(job, n, h, below, room)
            if h > first:
                y = job.y + (n * job.height + h - 1) * job.width * job.outputs * 4
                filter_line(job, above, here, below, y, room)
            above, here, below = here, below, above


@inner
def fill_line(job, n, h, line, room):
    """Line h of picture n, mixed if asked, between two pixels of zeros; zeros outside."""
    pixel, inside = job.padded * 4, line + job.padded * 4
    if not 0 <= h < job.height:
        zero_numbers(line, (job.width + 2) * job.padded)
        return
    source = job.x + (n * job.height + h) * job.width * job.channels * 4
    if job.mixed:
        mix_line(job, source, inside, room)
    elif job.padded == job.channels:
        copy_numbers(source, inside, job.width * job.channels)
    else:
        for w in range(job.width):
            copy_numbers(source + w * job.channels * 4, inside + w * pixel, job.channels)
    zero_numbers(line, job.padded)
    zero_numbers(inside + job.width * pixel, job.padded)


@inner
def mix_line(job, source, to, room):
    """All pixels of a line through the 1x1 convolution, ROWS at a time.

    The last ones reach back over what is done; of a line that is shorter, what lies behind it in
    `room` goes along.
    """
    step, pixel = job.channels * 4, job.padded * 4
    if job.width < ROWS:
        copy_numbers(source, room, job.width * job.channels)
        source = room
    for t in range(0, job.width, ROWS):
        first = max(0, min(t, job.width - ROWS))
        for panel in range(job.panels):
            b = job.mix + panel * job.channels * COLUMNS * 4
            bias, at = job.shift + panel * COLUMNS * 4, to + first * pixel + panel * COLUMNS * 4
            a = source + first * step
            if job.outputs - panel * COLUMNS <= LANES:
                micro_windows_narrow(a, step, job.table, b, bias, 0, at, pixel, job.channels)
            else:
                micro_windows(a, step, job.table, b, bias, 0, at, pixel, job.channels)


@inner
def filter_line(job, above, here, below, y, room):
    """A line of results from the three lines around it; a vector of channels at a time."""
    pixel, row = job.padded * 4, job.outputs * 4
    p2 = 2 * pixel
    for c in range(0, row, BYTES):
        at = job.filters + c
        f0, f1, f2 = vload(at), vload(at + pixel), vload(at + p2)
        f3, f4, f5 = vload(at + 3 * pixel), vload(at + 4 * pixel), vload(at + 5 * pixel)
        f6, f7, f8 = vload(at + 6 * pixel), vload(at + 7 * pixel), vload(at + 8 * pixel)
        bias = vload(job.bias + c)
        for w in range(job.width):
            i = w * pixel + c
            a, b, d = above + i, here + i, below + i
            t = vfma(vload(a + p2), f2, vfma(vload(a + pixel), f1, vfma(vload(a), f0, bias)))
            t = vfma(vload(b + p2), f5, vfma(vload(b + pixel), f4, vfma(vload(b), f3, t)))
            t = vfma(vload(d + p2), f8, vfma(vload(d + pixel), f7, vfma(vload(d), f6, t)))
            if job.relu:
                t = vrelu(t)
            to = y + w * row + c
            if job.stream:
                vstream(to, t)
            elif c + BYTES <= row:
                vstore(to, t)
            else:
                vstore(room, t)
                copy_numbers(room, to, (row - c) // 4)
