"""Convolution, rung 2: unfold the input into a matrix, and let one matrix product do the sum.

`im2col` copies, for every output position, the window of the input it looks at into one row. The
convolution is then `columns @ weights.T`, its gradient to the weights `g.T @ columns`, and its
gradient to the input `col2im(g @ weights)`: `col2im` adds each row back to where it came from.

Exact to rounding in float32 and float64, for one to three spatial axes; the price is that the
columns hold every input value once per tap. K. Chellapilla et al., "High Performance Convolutional
Neural Networks for Document Processing", 2006.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape, elements, result_shape
from minidl.kernels.layout import channels_first
from minidl.kernels.machine.trace import traced
from minidl.kernels.matmul.product import product


@traced("im2col")
def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, *out) of x (N, C, *spatial), w (K, C/groups, *kernel), bias (K,); ReLU if asked.

    One matrix product per group.
    """
    n, k, *out = result_shape(x.shape, w.shape, spec)
    rows = im2col(x, w.shape[2:], spec) @ _weights(w, spec.groups).swapaxes(1, 2)  # (G, P, K/G)
    y = rows.swapaxes(0, 1).reshape(n, *out, k)
    if bias is not None:
        y = y + bias
    if activation == "relu":
        y = np.maximum(y, 0)
    return channels_first(y)


@traced("im2col")
def residual_forward(
    x: np.ndarray, w: np.ndarray, bias: np.ndarray | None, skip: np.ndarray, spec: ConvSpec
) -> np.ndarray:
    """relu(y + skip), y (N, K, *out) as of `conv_forward` and skip of its shape."""
    return np.maximum(conv_forward(x, w, bias, spec) + skip, 0)


def separable_forward(
    x: np.ndarray,
    mix: np.ndarray,
    shift: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray,
    activation: str | None = None,
) -> np.ndarray:
    """y (N, K, H, W) of x (N, C, H, W), mixed by mix (K, C, 1, 1), filtered by w (K, 1, 3, 3)."""
    filters = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1), groups=len(w))
    mixed = conv_forward(x, mix, shift, ConvSpec.default(2))
    return conv_forward(mixed, w, bias, filters, activation)


@traced("im2col")
def conv_input_grad(g: np.ndarray, w: np.ndarray, spec: ConvSpec, input_shape: Shape) -> np.ndarray:
    """The gradient to x (N, C, *spatial), from g (N, K, *out) and w (K, C/groups, *kernel).

    One matrix product per group, then `col2im`.
    """
    columns = _gradient_rows(g, spec.groups) @ _weights(w, spec.groups)  # (G, P, C/G * taps)
    return col2im(columns, input_shape, w.shape[2:], spec)


@traced("im2col")
def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """The gradient to w (K, C/groups, *kernel), from g (N, K, *out) and x (N, C, *spatial).

    One matrix product per group.
    """
    columns = im2col(x, kernel_shape[2:], spec)
    gw = product(_gradient_rows(g, spec.groups).swapaxes(1, 2), columns)  # (G, K/G, C/G * taps)
    return gw.reshape(kernel_shape)


def im2col(x: np.ndarray, kernel: Shape, spec: ConvSpec) -> np.ndarray:
    """The windows of x (N, C, *spatial) as rows: (groups, N * positions, C/groups * taps)."""
    spatial = tuple(range(2, x.ndim))
    spec.output_shape(x.shape[2:], kernel)
    padded = np.pad(x, ((0, 0), (0, 0), *spec.padding))
    reach = tuple(d * (k - 1) + 1 for d, k in zip(spec.dilation, kernel, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, spatial)
    every = tuple(slice(None, None, s) for s in (1, 1, *spec.stride, *spec.dilation))
    windows = windows[every]  # (N, C, *out, *kernel)
    n, c, *rest = windows.shape
    grouped = windows.reshape(n, spec.groups, c // spec.groups, *rest)
    positions = range(3, 3 + spec.rank)
    taps = range(3 + spec.rank, 3 + 2 * spec.rank)
    grouped = grouped.transpose(1, 0, *positions, 2, *taps)
    columns = (c // spec.groups) * elements(kernel)
    return grouped.reshape(spec.groups, -1, columns)


def col2im(columns: np.ndarray, shape: Shape, kernel: Shape, spec: ConvSpec) -> np.ndarray:
    """The adjoint of `im2col`: adds every row back to the window of (N, C, *spatial) it shows."""
    n, c, *spatial = shape
    out = spec.output_shape(tuple(spatial), kernel)
    padded = [size + sum(pad) for size, pad in zip(spatial, spec.padding, strict=True)]
    total = np.zeros((spec.groups, n, *padded, c // spec.groups), columns.dtype)
    windows = columns.reshape(spec.groups, n, *out, c // spec.groups, *kernel)
    for tap in np.ndindex(*kernel):
        total[(slice(None), slice(None), *_places(tap, out, spec))] += windows[(..., *tap)]
    inside = (slice(b, b + s) for s, (b, _) in zip(spatial, spec.padding, strict=True))
    total = np.moveaxis(total[(slice(None), slice(None), *inside)], 0, -2)  # (N, *spatial, G, C/G)
    return channels_first(total.reshape(n, *spatial, c))


def _places(tap: Shape, out: Shape, spec: ConvSpec) -> tuple[slice, ...]:
    """Where in the padded input this tap lies, over all output positions."""
    axes = zip(tap, out, spec.stride, spec.dilation, strict=True)
    return tuple(slice(t * d, t * d + s * (o - 1) + 1, s) for t, o, s, d in axes)


def _weights(w: np.ndarray, groups: int) -> np.ndarray:
    """w (K, C/G, *kernel) as matrices (G, K/G, C/G * taps)."""
    return w.reshape(groups, w.shape[0] // groups, -1)


def _gradient_rows(g: np.ndarray, groups: int) -> np.ndarray:
    """g (N, K, *out) as matrices (G, N * positions, K/G)."""
    n, k, *out = g.shape
    split = g.reshape(n, groups, k // groups, elements(tuple(out)))
    return split.transpose(1, 0, 3, 2).reshape(groups, -1, k // groups)
