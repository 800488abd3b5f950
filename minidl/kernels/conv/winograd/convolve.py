"""Winograd convolution of 3x3 filters at stride 1: forward, and the gradient to the input.

The gradient to x is the same convolution of g with the filters turned round by 180 degrees, input
and output channels exchanged, and padding 2 - p where the forward had p. So both are one function.
Relative error about 1e-5 in float32, where the direct sum has 1e-7: the price of the additions.
"""

from __future__ import annotations

import functools

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape, result_shape
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, scratch, threads
from minidl.kernels.machine.addresses import to_skip
from minidl.kernels.machine.kept import is_immutable, prepared, room
from minidl.kernels.machine.micro import COLUMNS, ROWS
from minidl.kernels.machine.sizes import (
    CACHE_LINE_FLOATS,
    ITEMS_PER_THREAD,
    WINOGRAD_BLOCK_TILES,
    WINOGRAD_CACHED_WEIGHTS,
    WINOGRAD_ITEM_TILES,
    WINOGRAD_PANELWISE_TILES,
    WINOGRAD_PRIVATE_FLOATS,
    WINOGRAD_SHARED_FLOATS,
)
from minidl.kernels.machine.trace import traced

from .kernels import (
    PATCH,
    Job,
    filter_and_multiply,
    filter_panels,
    shared_inputs,
    tile_blocks,
)
from .tiles import POINTS


def suits(kernel: Shape, spec: ConvSpec) -> bool:
    """Whether a convolution with this spatial kernel shape and spec is one of ours."""
    return kernel == (3, 3) and spec.stride == spec.dilation == (1, 1) and spec.groups == 1


def wastes(x: Shape, spec: ConvSpec) -> bool:
    """Whether x (N, C, H, W) has so few tiles that most of what is multiplied is padding.

    For a vector of 36 points a block of the micro-kernel has ROWS tiles, and each of 9 taps of the
    direct sum ROWS positions; and of transformed weights there are four times more to read.
    """
    n, (h, w) = x[0], spec.output_shape(x[2:], (3, 3))
    tiles, positions = n * -(-h // 4) * -(-w // 4), n * h * w
    return 36 * scratch.rounded(tiles, ROWS) >= 9 * scratch.rounded(positions, ROWS)


@traced("winograd")
def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
    skip: np.ndarray | None = None,
) -> np.ndarray:
    """y (N, K, OH, OW) of x (N, C, H, W), w (K, C, 3, 3) and bias (K,) or None; ReLU if asked.

    skip: of the shape of y, added before the ReLU; K must fill vectors.
    """
    n, k, *out = result_shape(x.shape, w.shape, spec)
    y = results.empty((n, *out, k))
    (top, _), (left, _) = spec.padding
    relu, added = activation == "relu", None if skip is None else channels_last(skip)
    _convolve(channels_last(x), y, w, (top, left), bias=bias, relu=relu, skip=added)
    return channels_first(y)


@traced("winograd")
def conv_input_grad(
    g: np.ndarray,
    w: np.ndarray,
    spec: ConvSpec,
    input_shape: Shape,
) -> np.ndarray:
    """The gradient to x (N, C, H, W), from g (N, K, OH, OW) and w (K, C, 3, 3)."""
    n, c, *spatial = input_shape
    gx = results.empty((n, *spatial, c))
    (top, _), (left, _) = spec.padding
    _convolve(channels_last(g), gx, w, (2 - top, 2 - left), turned=True)
    return channels_first(gx)


def _convolve(
    x: np.ndarray,  # (N, H, W, C)
    y: np.ndarray,  # (N, OH, OW, K), written
    w: np.ndarray,
    corner: tuple[int, int],
    *,
    bias: np.ndarray | None = None,
    relu: bool = False,
    turned: bool = False,
    skip: np.ndarray | None = None,  # as y, added to it
) -> None:
    if not y.size:
        return
    outputs = y.shape[3]
    shift = np.zeros(scratch.rounded(outputs, COLUMNS), np.float32)
    if bias is not None:
        shift[:outputs] = bias
    w = np.ascontiguousarray(w)
    with threads.exclusive:
        wide = _many(w) and count_tiles(y) < WINOGRAD_PANELWISE_TILES
        job = plan(x, y, w, corner, wide=wide, turned=turned)._replace(
            bias=shift.ctypes.data, relu=int(relu), skip=to_skip(y, skip)
        )
        panels = shift.size // COLUMNS
        holds = x, y, shift, y if skip is None else skip
        if wide:
            _by_panels(job, panels, (*holds, w) if is_immutable(w) else None)
        else:
            job = _with_filters(job, w, panels)
            threads.run(tile_blocks, -(-job.tiles // job.block) * job.parts, job, holds=holds)


def _many(w: np.ndarray) -> bool:
    return w.shape[0] * w.shape[1] > WINOGRAD_CACHED_WEIGHTS


def _with_filters(job: Job, w: np.ndarray, panels: int) -> Job:
    """The job with all transformed filters at job.u; those of weights that cannot change stay."""
    if _many(w) or not is_immutable(w):
        threads.run(filter_panels, panels, job)
        return job

    def make() -> np.ndarray:
        u = room(panels * POINTS * job.u_point // 4)
        threads.run(filter_panels, panels, job._replace(u=u.ctypes.data))
        return u

    return job._replace(u=prepared(("winograd", job.turned), (w,), make).ctypes.data)


def plan(
    x: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    corner: tuple[int, int],
    *,
    wide: bool,
    turned: bool = False,
    gradient: bool = False,
) -> Job:
    """Sizes, strides and buffers of one call, for x (N, H, W, C) and y (N, OH, OW, K).

    w: the filters, (K, C, 3, 3), or (C, K, 3, 3) where `turned`. corner: padding above and to the
    left. gradient: U is a sum of the results (padded), not the transformed filters.
    """
    team, strides = threads.get_num_threads(), w.strides[:2]
    job, v, u, m = _sizes(x.shape, y.shape, strides, corner, team, wide, turned, gradient)
    at = w.ctypes.data
    return job._replace(
        x=x.ctypes.data,
        y=y.ctypes.data,
        stream=int(results.streams(y, in_order=False)),
        weights=at,
        weights_end=at + w.nbytes,
        v=scratch.buffer("v", v),
        u=scratch.buffer("u", u),
        m=scratch.buffer("m", m),
        patch=scratch.buffer("patch", 2 * PATCH * team),
    )


@functools.lru_cache(maxsize=512)
def _sizes(
    x: Shape, y: Shape, strides: Shape, corner: tuple[int, int], team: int,
    wide: bool, turned: bool, gradient: bool,
) -> tuple[Job, int, int, int]:  # fmt: skip
    """A job for x (N, H, W, C), y (N, OH, OW, K) without the addresses of a call.

    And how many floats the buffers v, u and m hold. strides: of the filters, along K and C.
    """
    _, height, width, channels = x
    n, out_height, out_width, outputs = y
    along_out, along_in = strides[::-1] if turned else strides
    tile_rows, tile_columns = -(-out_height // 4), -(-out_width // 4)
    tiles = n * tile_rows * tile_columns
    padded = scratch.rounded(channels, CACHE_LINE_FLOATS)
    panels = -(-outputs // COLUMNS)
    block = _shared_block(tiles, padded) if wide else _private_block(tiles, padded, team)
    # A line more than needed: points a power of two apart would fall on the same places in a cache.
    v_point, m_point = block * padded + CACHE_LINE_FLOATS, block * COLUMNS + CACHE_LINE_FLOATS
    u_point = (padded if gradient else channels) * COLUMNS + CACHE_LINE_FLOATS
    v, m, u = POINTS * v_point, POINTS * m_point, POINTS * u_point * (1 if wide else panels)
    job = Job(
        x=0,
        height=height,
        width=width,
        channels=channels,
        padded=padded,
        y=0,
        out_height=out_height,
        out_width=out_width,
        outputs=outputs,
        top=corner[0],
        left=corner[1],
        bias=0,
        relu=0,
        stream=0,
        skip=0,
        weights=0,
        weights_end=0,
        weights_in=along_in,
        weights_out=along_out,
        turned=int(turned),
        tile_rows=tile_rows,
        tile_columns=tile_columns,
        first=0,
        tiles=tiles,
        block=block,
        parts=min(panels, -(-team // max(1, -(-tiles // block)))),
        v=0,
        u=0,
        m=0,
        patch=0,
        v_point=4 * v_point,
        u_point=4 * u_point,
        m_point=4 * m_point,
        v_stride=4 * v,
        u_stride=4 * u,
        m_stride=4 * m,
    )
    return job, v if wide else v * team, u * team if wide or gradient else u, m * team


def count_tiles(y: np.ndarray) -> int:
    """Tiles of 4x4 outputs in y (N, OH, OW, K)."""
    return y.shape[0] * -(-y.shape[1] // 4) * -(-y.shape[2] // 4)


def _by_panels(job: Job, panels: int, holds: tuple[np.ndarray, ...] | None) -> None:
    for first in range(0, job.tiles, job.block):
        part = job._replace(first=first, tiles=min(job.tiles, first + job.block))
        items = -(-(part.tiles - first) // WINOGRAD_ITEM_TILES)
        threads.run(shared_inputs, items, part, holds=holds)
        threads.run(filter_and_multiply, panels, part, holds=holds)


def _private_block(tiles: int, padded: int, team: int) -> int:
    """Tiles per block that keep a thread's transformed tiles in its cache, and threads busy."""
    most = WINOGRAD_PRIVATE_FLOATS // (POINTS * padded)
    share = -(-tiles // (ITEMS_PER_THREAD * team))
    return max(ROWS, min(WINOGRAD_BLOCK_TILES, most, scratch.rounded(share, ROWS)) // ROWS * ROWS)


def _shared_block(tiles: int, padded: int) -> int:
    """Tiles per block of all threads: the same in every block, and within the cache."""
    most = max(ROWS, WINOGRAD_SHARED_FLOATS // (POINTS * padded))
    return scratch.rounded(-(-tiles // -(-tiles // most)), ROWS)
