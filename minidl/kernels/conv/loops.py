"""Convolution, rung 1: the definition, as loops that can be read.

One output value is a sum over channels and taps; its gradients are the same sum read in the two
other directions. So all three functions walk the same list of meetings (output position, tap, input
position), and differ only in which of the three arrays they add to. Slow: thousands of times slower
than the fast rung. The other rungs are tested against it.

Here as in the other rungs, x is (N, C, *spatial), w is (K, C/groups, *kernel), y and its gradient g
are (N, K, *out), with one to three spatial axes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape, result_shape
from minidl.kernels.machine.trace import traced


@traced("loops")
def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
) -> np.ndarray:
    """y[n, k, p] = bias[k] + sum over c, t of x[n, c, i(p, t)] w[k, c, t]; then ReLU if asked."""
    y = np.zeros(result_shape(x.shape, w.shape, spec), x.dtype)
    for n, k, c, j in _channels(x.shape[0], w, spec.groups):
        for p, t, i in meetings(spec, x.shape[2:], w.shape[2:]):
            y[n, k][p] += x[n, c][i] * w[k, j][t]
    if bias is not None:
        y += bias.reshape(-1, *[1] * spec.rank)
    return np.maximum(y, 0) if activation == "relu" else y


@traced("loops")
def conv_input_grad(g: np.ndarray, w: np.ndarray, spec: ConvSpec, input_shape: Shape) -> np.ndarray:
    """gx[n, c, i] = sum of g[n, k, p] w[k, c, t] over every k, p, t that meet at i."""
    gx = np.zeros(input_shape, g.dtype)
    for n, k, c, j in _channels(g.shape[0], w, spec.groups):
        for p, t, i in meetings(spec, input_shape[2:], w.shape[2:]):
            gx[n, c][i] += g[n, k][p] * w[k, j][t]
    return gx


@traced("loops")
def conv_weight_grad(
    g: np.ndarray, x: np.ndarray, spec: ConvSpec, kernel_shape: Shape
) -> np.ndarray:
    """gw[k, c, t] = sum of g[n, k, p] x[n, c, i(p, t)] over every image n and position p.

    kernel_shape: the shape of w, (K, C/groups, *kernel).
    """
    gw = np.zeros(kernel_shape, g.dtype)
    for n, k, c, j in _channels(g.shape[0], gw, spec.groups):
        for p, t, i in meetings(spec, x.shape[2:], kernel_shape[2:]):
            gw[k, j][t] += g[n, k][p] * x[n, c][i]
    return gw


def meetings(spec: ConvSpec, spatial: Shape, kernel: Shape) -> Iterator[tuple[Shape, Shape, Shape]]:
    """Every output position p and tap t with the input position i they meet at, if it is inside."""
    for p in np.ndindex(*spec.output_shape(spatial, kernel)):
        for t in np.ndindex(*kernel):
            i = tuple(
                p[a] * spec.stride[a] + t[a] * spec.dilation[a] - spec.padding[a][0]
                for a in range(spec.rank)
            )
            if all(0 <= i[a] < spatial[a] for a in range(spec.rank)):
                yield p, t, i


def _channels(images: int, w: np.ndarray, groups: int) -> Iterator[tuple[int, int, int, int]]:
    """Image n, output channel k, input channel c and its place j in the weights of k's group."""
    outputs, inputs = w.shape[:2]
    for n, k, j in np.ndindex(images, outputs, inputs):
        group = k // (outputs // groups)
        yield n, k, group * inputs + j, j
