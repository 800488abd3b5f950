"""Winograd gradient to the weights, compiled: from tiles of x and of g to the 3x3 filters."""

from __future__ import annotations

from minidl.kernels.conv.totals import settle
from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import COLUMNS, ROWS, VECTORS, micro_transposed
from minidl.kernels.machine.simd import (
    BYTES,
    LANES,
    load1,
    next_item,
    store1,
)

from .kernels import PATCH, transform_inputs
from .patches import copy_patch
from .tiles import POINTS, filter_gradient_tile, gradient_tile


@inner
def transform_gradients(job, first, count, panel, d, patch):
    """D of tiles first .. first+count-1 for one panel of output channels: d[36, block, COLUMNS]."""
    temporary = patch + 4 * PATCH
    per_image = job.tile_rows * job.tile_columns
    across = job.outputs * 4
    down = job.out_width * across
    for t in range(count):
        n, inside = divmod(first + t, per_image)
        row, column = divmod(inside, job.tile_columns)
        top, left = 4 * row, 4 * column
        whole = top + 4 <= job.out_height and left + 4 <= job.out_width
        image = job.y + n * job.out_height * down
        for c in range(0, COLUMNS, LANES):
            k = panel * COLUMNS + c
            lanes = job.outputs - k
            to = d + (t * COLUMNS + c) * 4
            if whole and lanes >= LANES:
                corner = image + top * down + left * across + 4 * k
                gradient_tile(corner, down, across, temporary, to, job.m_point)
            elif lanes > 0:
                at = image + 4 * k
                copy_patch(
                    at, job.out_height, job.out_width, job.outputs, top, left, 4, lanes, patch
                )
                gradient_tile(patch, 4 * BYTES, BYTES, temporary, to, job.m_point)


@inner
def multiply_transposed(v, d, du, count, add, job):
    """du[36, padded, COLUMNS] (+)= v[36, block, padded]^T @ d[36, block, COLUMNS]."""
    for p in range(POINTS):
        inputs, gradients, products = v + p * job.v_point, d + p * job.m_point, du + p * job.u_point
        for c in range(0, job.channels, ROWS):
            micro_transposed(
                inputs + 4 * c,
                job.padded,
                gradients,
                COLUMNS,
                products + c * COLUMNS * 4,
                COLUMNS,
                count,
                add,
            )


@inner
def turn_back(job, panel, du, add, patch):
    """The gradient to the weights of one panel, from du[36, padded, COLUMNS]."""
    temporary = patch + 4 * PATCH
    step = COLUMNS * 4
    valid = min(COLUMNS, job.outputs - panel * COLUMNS)
    for c in range(job.channels):
        for lane in range(0, VECTORS * BYTES, BYTES):
            u = du + c * step + lane
            filter_gradient_tile(u, job.u_point, temporary, patch + lane, step)
        target = job.weights + c * job.weights_in + panel * COLUMNS * job.weights_out
        for lane in range(valid):
            for tap in range(9):
                at = target + lane * job.weights_out + 4 * tap
                value = load1(patch + tap * step + 4 * lane)
                if add:
                    value += load1(at)
                store1(at, value)


@kernel
def accumulate_blocks(thread, counter, count, job, totals):
    """Few weights: each thread sums dU of all panels over the blocks of tiles it takes."""
    v, d = job.v + thread * job.v_stride, job.m + thread * job.m_stride
    patch = job.patch + thread * 2 * 4 * PATCH
    sums = job.u + thread * job.u_stride
    panels = (job.outputs + COLUMNS - 1) // COLUMNS
    since = 0
    while True:
        b = next_item(counter)
        since = settle(thread, since, b >= count, totals) + 1
        if b >= count:
            return
        first = b * job.block
        size = min(job.block, job.tiles - first)
        transform_inputs(job, first, size, v, 0, patch)
        for panel in range(panels):
            transform_gradients(job, first, size, panel, d, patch)
            du = sums + panel * POINTS * job.u_point
            multiply_transposed(v, d, du, size, 1, job)


@kernel
def turn_back_panels(thread, counter, count, job):
    """Few weights, second step: the gradient to the weights from dU, panel by panel."""
    patch = job.patch + thread * 2 * 4 * PATCH
    while True:
        panel = next_item(counter)
        if panel >= count:
            return
        turn_back(job, panel, job.u + panel * POINTS * job.u_point, 0, patch)


@kernel
def gradient_panels(thread, counter, count, job):
    """Many weights: one block of tiles, with V ready at job.v; panels of output channels."""
    du, d = job.u + thread * job.u_stride, job.m + thread * job.m_stride
    patch = job.patch + thread * 2 * 4 * PATCH
    while True:
        panel = next_item(counter)
        if panel >= count:
            return
        size = job.tiles - job.first
        transform_gradients(job, job.first, size, panel, d, patch)
        multiply_transposed(job.v, d, du, size, 0, job)
        turn_back(job, panel, du, 1 if job.first else 0, patch)
