"""Depthwise convolution (as many groups as input channels), forward and gradients.

Where each channel has several filters (K = m C), the input's channels are repeated m times, which
makes it one filter for each channel; the gradient to the input is then the sum over the copies.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape, elements, result_shape, three_axes
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, scratch, threads
from minidl.kernels.machine.sizes import DEPTHWISE_PERIOD_POSITIONS, LONE_CONV_PRODUCTS
from minidl.kernels.machine.trace import traced

from . import separable
from .depthwise_kernels import Filters, filter_gradients, filter_windows
from .gemm.convolve import input_phases, tap_offsets
from .gemm.tables import windows
from .totals import Accumulator


def suits(kernel_shape: Shape, spec: ConvSpec) -> bool:
    """Whether weights of this shape (K, 1, *kernel) see one channel each."""
    return kernel_shape[1] == 1 and spec.groups > 1


@traced("depthwise")
def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, *out) of x (N, C, *spatial), w (K, 1, *kernel), bias (K,) or None; ReLU if asked."""
    if separable.suits(w.shape, spec):
        return separable.filter_forward(x, w, bias, activation)
    n, k, *out = result_shape(x.shape, w.shape, spec)
    y = results.empty((n, *out, k))
    offsets = tap_offsets(w, spec)
    _filter(_repeated(x, k), _taps(w), y, spec.stride, offsets, bias, activation == "relu")
    return channels_first(y)


@traced("depthwise")
def conv_input_grad(g: np.ndarray, w: np.ndarray, spec: ConvSpec, input_shape: Shape) -> np.ndarray:
    """The gradient to x (N, C, *spatial), from g (N, K, *out) and w (K, 1, *kernel)."""
    if separable.suits(w.shape, spec):
        return separable.filter_forward(g, w[:, :, ::-1, ::-1], None)
    n, c, *spatial = input_shape
    gx = results.empty((n, *spatial, w.shape[0]))
    g, taps, ones = channels_last(g), _taps(w), (1,) * spec.rank
    phases = list(input_phases(gx, w, spec))
    if sum(target.size for target, _, _ in phases) < gx.size:
        gx.fill(0)
    for target, ours, offsets in phases:
        _filter(g, np.ascontiguousarray(taps[ours]), target, ones, offsets)
    if w.shape[0] != c:
        gx = gx.reshape(n, *spatial, c, -1).sum(axis=-1)
    return channels_first(gx)


@traced("depthwise")
def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The gradient to w (K, 1, *kernel), from g (N, K, *out) and x (N, C, *spatial)."""
    k = kernel_shape[0]
    x, g = _repeated(x, k), channels_last(g)
    offsets = tap_offsets(np.empty(kernel_shape, np.int8), spec)
    with threads.exclusive:
        team = threads.get_num_threads() if g.size * len(offsets) > LONE_CONV_PRODUCTS else 1
        win, tables = windows(x, g.shape[1:-1], spec.stride, offsets, 1, team)
        lines = win.positions // win.out_width
        found = Accumulator(
            team, (len(offsets), k), win.positions // team, DEPTHWISE_PERIOD_POSITIONS
        )
        job = _job(found.sums[0], found.sums.strides[0], g, offsets, None, False)
        order = win, job, found.job()
        threads.run(filter_gradients, lines, *order, threads=team, fixed=True)
    del tables
    return np.ascontiguousarray(found.result().T).reshape(kernel_shape)


def _repeated(x: np.ndarray, outputs: int) -> np.ndarray:
    """x channels-last, each channel as often as it has filters."""
    x = channels_last(x)
    return x if x.shape[-1] == outputs else np.repeat(x, outputs // x.shape[-1], axis=-1)


def _taps(w: np.ndarray) -> np.ndarray:
    """w (K, 1, *kernel) as (taps, K)."""
    return np.ascontiguousarray(w.reshape(w.shape[0], elements(w.shape[2:])).T)


def _filter(
    x: np.ndarray,
    taps: np.ndarray,
    y: np.ndarray,
    steps: Shape,
    offsets: np.ndarray,
    bias: np.ndarray | None = None,
    relu: bool = False,
) -> None:
    """Filters x (N, *spatial, C) with taps (T, C) into y (N, *out, C), which may be strided."""
    shift = np.zeros(y.shape[-1], np.float32)
    if bias is not None:
        shift[:] = bias
    with threads.exclusive:
        win, tables = windows(x, y.shape[1:-1], steps, offsets, 1, threads.get_num_threads())
        job = _job(taps, 0, y, offsets, shift, relu)
        team = None if y.size * len(taps) > LONE_CONV_PRODUCTS else 1
        threads.run(filter_windows, win.positions // win.out_width, win, job, threads=team)
    del tables


def _job(
    taps: np.ndarray,
    stride: int,
    y: np.ndarray,
    offsets: np.ndarray,
    bias: np.ndarray | None,
    relu: bool,
) -> Filters:
    image, *along = y.strides[:-1]
    y_depth, y_height, y_width = three_axes(tuple(along), 0)
    return Filters(
        weights=taps.ctypes.data,
        weights_stride=stride,
        y=y.ctypes.data,
        y_image=image,
        y_depth=y_depth,
        y_height=y_height,
        y_width=y_width,
        bias=0 if bias is None else bias.ctypes.data,
        relu=int(relu),
        low=int(offsets[:, -1].min()),
        high=int(offsets[:, -1].max()) + 1,
        table=scratch.buffer("taps", threads.get_num_threads() * 4 * len(offsets)),
        table_stride=16 * len(offsets),
    )
