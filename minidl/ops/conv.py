"""Convolution and transposed convolution as differentiable operations, over `minidl.kernels`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minidl.kernels import conv as kernel
from minidl.kernels.choice import compiled
from minidl.kernels.geometry import ConvSpec, Shape, result_shape
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.passes.channels import bias_grad
from minidl.kernels.passes.elementwise import relu_grad
from minidl.ops.registry import Sample, Vjps, op
from minidl.ops.remembered import Remembered

_CONV_FORWARD = kernel.conv_forward  # another one may take its place (`course.use_mine`)

_SPECS: list[tuple[Shape, Shape, ConvSpec]] = [  # shapes of x and w
    ((2, 2, 7), (3, 2, 3), ConvSpec((1,), ((1, 1),), (1,))),
    ((1, 4, 9), (4, 2, 2), ConvSpec((2,), ((0, 2),), (3,), groups=2)),
    ((2, 3, 5, 4), (2, 3, 3, 3), ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))),
    ((1, 4, 6, 5), (6, 2, 3, 2), ConvSpec((2, 3), ((2, 1), (0, 1)), (1, 2), groups=2)),
    ((2, 3, 4, 4), (3, 1, 3, 3), ConvSpec((1, 1), ((1, 1), (0, 0)), (1, 1), groups=3)),
    ((1, 2, 4, 3, 5), (2, 2, 2, 3, 1), ConvSpec((1, 2, 3), ((1, 0), (1, 1), (0, 0)), (2, 1, 1))),
]


def _samples(rng: np.random.Generator) -> Sequence[Sample]:
    def drawn(*shapes: Shape, **options: Any) -> Sample:
        return Sample(tuple(rng.standard_normal(shape) for shape in shapes), options)

    x, w, spec = _SPECS[2]
    biased = [drawn(x, w, w[:1], spec=spec) for x, w, spec in _SPECS]
    return [*biased, drawn(x, w, spec=spec, activation="relu")]


@op(_samples, arrays=None)
def convolution(
    x: np.ndarray,
    w: np.ndarray,
    *bias: np.ndarray,
    spec: ConvSpec,
    activation: str | None = None,
) -> tuple[np.ndarray, Vjps]:
    """The cross-correlation y[n, k, p] = bias[k] + sum over c, t of x[n, c, i(p, t)] w[k, c, t].

    x: (N, C, *spatial), one to three spatial axes; w: (K, C/groups, *kernel); bias: (K,), may be
    left out. activation: None or "relu", applied in the same pass over the result.
    """
    if x.dtype == np.float32 and compiled():  # turned once, for both calls that want it so
        x = channels_first(channels_last(x))
    y = kernel.conv_forward(x, w, bias[0] if bias else None, spec, activation)
    before = Remembered(lambda g: relu_grad(g, y) if activation == "relu" else g)
    vjps = (
        lambda g: kernel.conv_input_grad(before(g), w, spec, x.shape),
        lambda g: kernel.conv_weight_grad(before(g), x, spec, w.shape),
        lambda g: bias_grad(before(g)),
    )
    return y, vjps[: 2 + len(bias)]


def _separable_samples(rng: np.random.Generator) -> Sequence[Sample]:
    shapes = (2, 3, 4, 5), (2, 3, 1, 1), (2,), (2, 1, 3, 3), (2,)
    arrays = tuple(rng.standard_normal(shape) for shape in shapes)
    return [Sample(arrays, {}), Sample(arrays, {"activation": "relu"})]


@op(_separable_samples, arrays=None)
def separable_convolution(
    x: np.ndarray,
    mix: np.ndarray,
    shift: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray,
    *,
    activation: str | None = None,
) -> tuple[np.ndarray, Vjps]:
    """A 1x1 convolution, and then a 3x3 filter for each channel; the shape stays.

    x: (N, C, H, W); mix: (K, C, 1, 1), shift: (K,); w: (K, 1, 3, 3), bias: (K,). What lies between
    the two is not kept: the gradients work it out again.
    """
    if x.dtype == np.float32 and compiled():
        x = channels_first(channels_last(x))
    first, second = ConvSpec.default(2), ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1), len(w))
    if kernel.conv_forward is _CONV_FORWARD:
        y = kernel.separable_forward(x, mix, shift, w, bias, activation)
    else:
        mixed = kernel.conv_forward(x, mix, shift, first)
        y = kernel.conv_forward(mixed, w, bias, second, activation)
    before = Remembered(lambda g: relu_grad(g, y) if activation == "relu" else g)
    between = Remembered(lambda g: kernel.conv_input_grad(before(g), w, second, g.shape))

    def to_filters(g: np.ndarray) -> np.ndarray:
        mixed = kernel.conv_forward(x, mix, shift, first)
        return kernel.conv_weight_grad(before(g), mixed, second, w.shape)

    return y, (
        lambda g: kernel.conv_input_grad(between(g), mix, first, x.shape),
        lambda g: kernel.conv_weight_grad(between(g), x, first, mix.shape),
        lambda g: bias_grad(between(g)),
        to_filters,
        lambda g: bias_grad(before(g)),
    )


def _transposed_samples(rng: np.random.Generator) -> Sequence[Sample]:
    samples = []
    for x, w, spec in _SPECS:
        shapes = result_shape(x, w, spec), w, x[1:2]
        arrays = tuple(rng.standard_normal(shape) for shape in shapes)
        samples.append(Sample(arrays, {"spec": spec, "output_shape": x[2:]}))
    return samples


@op(_transposed_samples, arrays=None)
def convolution_transpose(
    x: np.ndarray, w: np.ndarray, *bias: np.ndarray, spec: ConvSpec, output_shape: Shape
) -> tuple[np.ndarray, Vjps]:
    """The adjoint of `convolution` in its input: a convolution run backwards, upwards in size.

    x: (N, K, *spatial); w: (K, C/groups, *kernel); bias: (C,), may be left out; the result is
    (N, C, *output_shape), where a convolution of `spec` takes `output_shape` to `spatial`.
    """
    shape = (x.shape[0], w.shape[1] * spec.groups, *output_shape)
    y = kernel.conv_input_grad(x, w, spec, shape)
    if bias:
        y += bias[0].reshape(-1, *[1] * spec.rank)
    vjps = (
        lambda g: kernel.conv_forward(g, w, None, spec),
        lambda g: kernel.conv_weight_grad(x, g, spec, w.shape),
        bias_grad,
    )
    return y, vjps[: 2 + len(bias)]
