"""Winograd convolution 3x3, stride 1, compiled: from tiles of x to tiles of y.

Two ways through the same steps, for a block of tiles at a time:

- few weights: the transformed filters U stay in the cache, and each thread takes blocks of tiles
  all the way from input to output;
- many weights: U would not fit anywhere. All threads transform one large block of tiles; then each
  takes panels of COLUMNS output channels, transforms only the filters of its panel, and multiplies.

In both, the products of one panel are turned into outputs while they are still in the cache.
"""

from __future__ import annotations

from typing import NamedTuple

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import COLUMNS, ROWS, VECTORS, micro
from minidl.kernels.machine.simd import BYTES, LANES, ZERO, load1, next_item, store1
from minidl.kernels.machine.sizes import WINOGRAD_ITEM_TILES

from .patches import copy_lanes, copy_patch
from .taps import TAPS_READ, nine_taps
from .tiles import POINTS, filter_tile, input_tile, output_tile

PATCH = 36 * LANES  # floats of one 6x6 patch of vectors; each thread has room for two


class Job(NamedTuple):
    """What the kernels need: addresses, sizes in numbers, and strides in bytes."""

    x: int
    height: int
    width: int
    channels: int
    padded: int  # channels rounded up to what the micro-kernel reads
    y: int
    out_height: int
    out_width: int
    outputs: int
    top: int  # padding above; negative where the result starts inside
    left: int
    bias: int
    relu: int
    stream: int  # 1: results are written past the caches
    skip: int  # bytes from a result to what is added to it, 0: nothing
    weights: int
    weights_end: int
    weights_in: int  # bytes from one input channel to the next
    weights_out: int  # bytes from one output channel to the next
    turned: int  # 1: rotated by 180 degrees
    tile_rows: int
    tile_columns: int
    first: int  # first tile of the block that all threads work on
    tiles: int  # where the block, or all work, ends
    block: int  # tiles in a block
    parts: int  # of the panels, each an item of its own where there are few blocks
    v: int
    u: int
    m: int
    patch: int
    v_point: int  # bytes from one of the 36 points to the next
    u_point: int
    m_point: int
    v_stride: int  # bytes from one thread's buffer to the next one's
    u_stride: int
    m_stride: int


@inner
def transform_inputs(job, first, count, v, slot, patch):
    """V of tiles first .. first+count-1 into v[36, block, padded], from place `slot` on."""
    temporary = patch + 4 * PATCH
    per_image = job.tile_rows * job.tile_columns
    down, across = job.width * job.channels * 4, job.channels * 4
    for t in range(count):
        n, inside = divmod(first + t, per_image)
        row, column = divmod(inside, job.tile_columns)
        top, left = 4 * row - job.top, 4 * column - job.left
        whole = top >= 0 and left >= 0 and top + 6 <= job.height and left + 6 <= job.width
        image = n * job.height * down
        for c in range(0, job.channels, LANES):
            lanes = job.channels - c
            at = image + 4 * c
            to = v + ((slot + t) * job.padded + c) * 4
            if whole and lanes >= LANES:
                corner = job.x + at + top * down + left * across
                input_tile(corner, down, across, temporary, to, job.v_point)
            else:
                image_at = job.x + at
                copy_patch(
                    image_at, job.height, job.width, job.channels, top, left, 6, lanes, patch
                )
                input_tile(patch, 6 * BYTES, BYTES, temporary, to, job.v_point)


@inner
def multiply_panel(v, u, m, count, job):
    """m[36, count, COLUMNS] = v[36, count, padded] @ u[36, channels, COLUMNS], in blocks."""
    for p in range(POINTS):
        rows, filters, products = v + p * job.v_point, u + p * job.u_point, m + p * job.m_point
        for t in range(0, count, ROWS):
            micro(
                rows + t * job.padded * 4,
                job.padded,
                filters,
                COLUMNS,
                products + t * COLUMNS * 4,
                COLUMNS,
                job.channels,
                0,
            )


@inner
def transform_outputs(job, first, count, panel, m, patch):
    """Writes the outputs of tiles first .. first+count-1 for one panel of channels."""
    temporary = patch + 4 * PATCH
    per_image = job.tile_rows * job.tile_columns
    across = job.outputs * 4
    down = job.out_width * across
    for t in range(count):
        n, inside = divmod(first + t, per_image)
        row, column = divmod(inside, job.tile_columns)
        rows = min(4, job.out_height - 4 * row)
        columns = min(4, job.out_width - 4 * column)
        corner = job.y + ((n * job.out_height + 4 * row) * job.out_width + 4 * column) * across
        for c in range(0, COLUMNS, LANES):
            k = panel * COLUMNS + c
            lanes = job.outputs - k
            if lanes <= 0:
                break
            at = m + (t * COLUMNS + c) * 4
            bias = job.bias + 4 * k
            y = corner + 4 * k
            if lanes >= LANES:
                output_tile(
                    at, job.m_point, temporary, y, down, across, rows, columns, bias, job.relu,
                    job.stream, job.skip,
                )  # fmt: skip
            else:
                output_tile(
                    at, job.m_point, temporary, patch, 4 * BYTES, BYTES, 4, 4, bias, job.relu, 0, 0
                )
                for i in range(rows):
                    for j in range(columns):
                        copy_lanes(patch + (4 * i + j) * BYTES, y + i * down + j * across, lanes)


@inner
def transform_filters(job, panel, u, patch):
    """u[36, channels, COLUMNS] of one panel of output channels; zeros past the last."""
    temporary = patch + 4 * PATCH
    step = COLUMNS * 4
    valid = min(COLUMNS, job.outputs - panel * COLUMNS)
    for tap in range(9):
        for lane in range(valid, COLUMNS):
            store1(patch + tap * step + 4 * lane, ZERO)
    for c in range(job.channels):
        source = job.weights + c * job.weights_in + panel * COLUMNS * job.weights_out
        for lane in range(0, valid, LANES):
            count = min(LANES, valid - lane)
            spread_taps(job, source + lane * job.weights_out, count, patch + 4 * lane)
        for lane in range(0, VECTORS * BYTES, BYTES):
            filter_tile(patch + lane, step, temporary, u + c * step + lane, job.u_point)


@inner
def spread_taps(job, source, count, patch):
    """The nine taps of `count` filters, into nine vectors, COLUMNS apart, in order or turned."""
    step = COLUMNS * 4
    first, along = (patch + 8 * step, -step) if job.turned else (patch, step)
    last_read = source + (LANES - 1) * job.weights_out + TAPS_READ * 4
    if count == LANES and last_read <= job.weights_end:
        nine_taps(source, job.weights_out, first, along)
        return
    for lane in range(count):
        for tap in range(9):
            value = load1(source + lane * job.weights_out + 4 * tap)
            store1(first + tap * along + 4 * lane, value)


@kernel
def filter_panels(thread, counter, count, job):
    """U of every panel, one after the other at job.u."""
    patch = job.patch + thread * 2 * 4 * PATCH
    while True:
        panel = next_item(counter)
        if panel >= count:
            return
        u = job.u + panel * POINTS * job.u_point
        transform_filters(job, panel, u, patch)


@kernel
def tile_blocks(thread, counter, count, job):
    """Few weights: blocks of tiles from input to output, with U ready at job.u.

    An item is a block, or a part of its panels: then its inputs are transformed for each part.
    """
    v, m = job.v + thread * job.v_stride, job.m + thread * job.m_stride
    patch = job.patch + thread * 2 * 4 * PATCH
    while True:
        item = next_item(counter)
        if item >= count:
            return
        b, part = divmod(item, job.parts)
        first = b * job.block
        size = min(job.block, job.tiles - first)
        transform_inputs(job, first, size, v, 0, patch)
        panels = (job.outputs + COLUMNS - 1) // COLUMNS
        for panel in range(part * panels // job.parts, (part + 1) * panels // job.parts):
            u = job.u + panel * POINTS * job.u_point
            multiply_panel(v, u, m, size, job)
            transform_outputs(job, first, size, panel, m, patch)


@kernel
def shared_inputs(thread, counter, count, job):
    """Many weights, first step: all threads transform the inputs of one block."""
    patch = job.patch + thread * 2 * 4 * PATCH
    while True:
        item = next_item(counter)
        if item >= count:
            return
        slot = item * WINOGRAD_ITEM_TILES
        first = job.first + slot
        size = min(WINOGRAD_ITEM_TILES, job.tiles - first)
        transform_inputs(job, first, size, job.v, slot, patch)


@kernel
def filter_and_multiply(thread, counter, count, job):
    """Many weights, second step: panels of output channels, from weights to output."""
    u, m = job.u + thread * job.u_stride, job.m + thread * job.m_stride
    patch = job.patch + thread * 2 * 4 * PATCH
    while True:
        panel = next_item(counter)
        if panel >= count:
            return
        size = job.tiles - job.first
        transform_filters(job, panel, u, patch)
        multiply_panel(job.v, u, m, size, job)
        transform_outputs(job, job.first, size, panel, m, patch)
