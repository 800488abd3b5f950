"""3x3 filters of each channel by itself at stride 1, and the same after a 1x1 convolution.

The second is a depthwise separable convolution (Howard and others, "MobileNets", 2017): the first
one mixes the channels, and what it gives goes from there to the filters without leaving the cache.
"""

from __future__ import annotations

import functools

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, scratch, threads
from minidl.kernels.machine.kept import prepared, room
from minidl.kernels.machine.micro import COLUMNS, ROWS
from minidl.kernels.machine.simd import LANES
from minidl.kernels.machine.sizes import CACHE_LINE_FLOATS, LONE_CONV_PRODUCTS, SEPARABLE_BANDS
from minidl.kernels.machine.trace import traced

from .separable_kernels import LINES, Separable, filter_bands

SAME = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))


def suits(kernel_shape: Shape, spec: ConvSpec) -> bool:
    """Whether filters (K, 1, 3, 3) go over a picture of K channels and leave its size."""
    alone = kernel_shape[0] == spec.groups and kernel_shape[1] == 1
    return alone and kernel_shape[2:] == (3, 3) and _is_same(spec)


def _is_same(spec: ConvSpec) -> bool:
    return (spec.stride, spec.padding, spec.dilation) == (SAME.stride, SAME.padding, SAME.dilation)


@traced("separable")
def separable_forward(
    x: np.ndarray,
    mix: np.ndarray,
    shift: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, H, W) of x (N, C, H, W): filtered by w (K, 1, 3, 3), after mix (K, C, 1, 1)."""
    weights = prepared("separable", (mix, shift, w, bias), lambda: _packed(mix, shift, w, bias))
    return _filtered(x, weights, mix.shape[:2], True, activation)


def filter_forward(
    x: np.ndarray, w: np.ndarray, bias: np.ndarray | None, activation: str | None = None
) -> np.ndarray:
    """y (N, K, H, W) of x, of the same shape: every channel filtered by its w (K, 1, 3, 3)."""
    return _filtered(x, _joined(_filters(w, bias)), (len(w), len(w)), False, activation)


def _filtered(
    x: np.ndarray, weights: np.ndarray, sizes: Shape, mixed: bool, activation: str | None
) -> np.ndarray:
    x = channels_last(x)
    n, height, width, channels = x.shape
    places = _places(channels)
    y = results.empty((n, height, width, sizes[0]))
    if not y.size:
        return channels_first(y)
    with threads.exclusive:
        team = threads.get_num_threads()
        job, products = _plan(x.shape, sizes[0], mixed, team)
        at = weights.ctypes.data
        job = job._replace(
            x=x.ctypes.data,
            mix=at + job.mix,
            shift=at + job.shift,
            table=places.ctypes.data,
            filters=at + job.filters,
            bias=at + job.bias,
            relu=int(activation == "relu"),
            y=y.ctypes.data,
            stream=int(results.streams(y, in_order=False)),
            lines=scratch.buffer("v", team * job.lines_stride // 4),
            room=scratch.buffer("a", team * job.room_stride // 4),
        )
        lone = products < LONE_CONV_PRODUCTS
        threads.run(filter_bands, n * job.bands, job, threads=1 if lone else None,
                    holds=(x, y, weights, places))  # fmt: skip
    return channels_first(y)


@functools.lru_cache(maxsize=256)
def _plan(shape: Shape, outputs: int, mixed: bool, team: int) -> tuple[Separable, int]:
    """Sizes for x (N, H, W, C), with places in the packed weights for their addresses.

    And how many products there are.
    """
    n, height, width, channels = shape
    panels = -(-outputs // COLUMNS) if mixed else 0
    padded = scratch.rounded(outputs, LANES)
    mix, shift = panels * channels * COLUMNS, panels * COLUMNS
    band = max(1, -(-n * height // (SEPARABLE_BANDS * team)))
    line = (max(width, ROWS) + 2) * padded + CACHE_LINE_FLOATS
    corner = scratch.rounded(max(ROWS * channels, LANES), CACHE_LINE_FLOATS)
    job = Separable(
        x=0,
        height=height,
        width=width,
        channels=channels,
        mixed=int(mixed),
        mix=0,
        shift=4 * mix,
        table=0,
        panels=panels,
        filters=4 * (mix + shift),
        bias=4 * (mix + shift + 9 * padded),
        relu=0,
        y=0,
        outputs=outputs,
        padded=padded,
        stream=0,
        band=min(band, height),
        bands=-(-height // min(band, height)),
        lines=0,
        line=4 * line,
        lines_stride=4 * LINES * line,
        room=0,
        room_stride=4 * corner,
    )
    return job, n * height * width * outputs * (9 + channels * mixed)


@functools.lru_cache(maxsize=64)
def _places(channels: int) -> np.ndarray:
    """Where each channel lies in a pixel, in bytes."""
    return np.arange(0, 4 * channels, 4, dtype=np.int64)


def _packed(mix: np.ndarray, shift: np.ndarray, w: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """All weights in one run: panels (panels, C, COLUMNS), their shift, then `_filters`."""
    outputs, channels = mix.shape[:2]
    panels = -(-outputs // COLUMNS)
    columns = np.zeros((channels + 1, panels * COLUMNS), np.float32)
    columns[:channels, :outputs] = mix.reshape(outputs, channels).T
    columns[channels, :outputs] = shift
    by_panel = columns[:channels].reshape(channels, panels, COLUMNS).swapaxes(0, 1)
    return _joined(by_panel, columns[channels], _filters(w, bias))


def _filters(w: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
    """The taps of filters (K, 1, 3, 3), then their bias: (10, padded)."""
    rows = np.zeros((10, scratch.rounded(len(w), LANES)), np.float32)
    rows[:9, : len(w)] = w.reshape(len(w), 9).T
    if bias is not None:
        rows[9, : len(w)] = bias
    return rows


def _joined(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate([p.reshape(-1) for p in parts], out=room(sum(p.size for p in parts)))
