"""Convolutions of rank 1 to 3, and the transposed one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.functional.windows import Padding, Sizes, conv_spec, transposed_shape
from minidl.ops.conv import convolution, convolution_transpose, separable_convolution
from minidl.ops.registry import as_tensors
from minidl.ops.shape import pad
from minidl.tensor import Tensor

Activation = Literal["relu"] | None


@checked
def conv1d(
    input: Numbers, weight: Numbers, bias: Numbers | None = None, stride: Sizes = 1, padding:
    Padding = 0, dilation: Sizes = 1, groups: int = 1, *, activation: Activation = None,
) -> Tensor:  # fmt: skip
    """`conv2d` along one axis: input (N, C, L), weight (K, C / groups, R)."""
    return _conv(1, input, weight, bias, stride, padding, dilation, groups, activation)


@checked
def conv2d(
    input: Numbers, weight: Numbers, bias: Numbers | None = None, stride: Sizes = 1, padding:
    Padding = 0, dilation: Sizes = 1, groups: int = 1, *, activation: Activation = None,
) -> Tensor:  # fmt: skip
    """Cross-correlation of input (N, C, H, W) with weight (K, C / groups, R, S), plus bias (K,).

    y[n, k, i, j] = bias[k] + sum over c, r, s of
        weight[k, c, r, s] * input[n, c, i * stride + r * dilation - padding, ...]
    stride, dilation: an int or one per axis, at least 1.
    padding: zeros around the image: an int, one per axis, a (before, after) pair per axis, "valid"
    (none), or "same" (output as large as the input; stride 1 only).
    activation: "relu" applies it while the result is still in registers.
    Raises ValueError where ranks, channels or options do not fit.

    float32 convolutions of 3x3 at stride 1 without dilation or groups, and their gradients, go
    through Winograd's algorithm, which computes 4x4 results from 6x6 inputs together: each is off
    by up to about 1e-5 of the largest value there (times the weights), not of its own, and a NaN or
    infinity makes all results it shares a tile with NaN, not only those that look at it. The way
    out where that matters: float64, or MINIDL_KERNELS=plain in the environment; both are direct
    sums.
    """
    return _conv(2, input, weight, bias, stride, padding, dilation, groups, activation)


def separable_conv2d(
    input: Tensor, mix: Tensor, shift: Tensor, weight: Tensor, bias: Tensor,
    activation: Activation = None,
) -> Tensor:  # fmt: skip
    """A 1x1 convolution of input (N, C, H, W), and a 3x3 one in each of its channels by itself.

    `conv2d(conv2d(input, mix, shift), weight, bias, padding=1, groups=K)` in one pass, for mix
    (K, C, 1, 1), weight (K, 1, 3, 3), shift and bias (K,). Raises ValueError for other shapes.
    Source: Howard and others, "MobileNets", 2017, section 3.1.
    """
    k, c = mix.shape[:2]
    given = [t.shape for t in (mix, shift, weight, bias)]
    if given != [(k, c, 1, 1), (k,), (k, 1, 3, 3), (k,)] or input.ndim != 4 or input.shape[1] != c:
        raise ValueError(
            f"separable_conv2d: given input {input.shape} and weights {given}, expected "
            "(N, C, H, W) and (K, C, 1, 1), (K,), (K, 1, 3, 3), (K,)"
        )
    return separable_convolution(input, mix, shift, weight, bias, activation=activation)


@checked
def conv3d(
    input: Numbers, weight: Numbers, bias: Numbers | None = None, stride: Sizes = 1, padding:
    Padding = 0, dilation: Sizes = 1, groups: int = 1, *, activation: Activation = None,
) -> Tensor:  # fmt: skip
    """`conv2d` along three axes: input (N, C, D, H, W), weight (K, C / groups, T, R, S)."""
    return _conv(3, input, weight, bias, stride, padding, dilation, groups, activation)


def _conv(
    rank: int, input: Any, weight: Any, bias: Any, stride: Sizes, padding: Padding,
    dilation: Sizes, groups: int, activation: Activation,
) -> Tensor:  # fmt: skip
    name = f"conv{rank}d"
    x, w, *b = as_tensors(name, _given(input, weight, bias))
    spec = conv_spec(name, rank, x.shape, w.shape, stride, padding, dilation, groups)
    _check_bias(name, bias, w.shape[0])
    if activation not in (None, "relu"):
        raise ValueError(f'{name}: given activation {activation!r}, expected None or "relu"')
    return convolution(x, w, *b, spec=spec, activation=activation)


def _given(input: Any, weight: Any, bias: Any) -> tuple[Any, ...]:
    return (input, weight) if bias is None else (input, weight, bias)


def _check_bias(name: str, bias: Any, channels: int) -> None:
    if bias is not None and np.shape(bias) != (channels,):
        raise ValueError(f"{name}: given bias of shape {np.shape(bias)}, expected ({channels},)")


@checked
def conv_transpose1d(
    input: Numbers, weight: Numbers, bias: Numbers | None = None, stride: Sizes = 1, padding:
    Padding = 0, output_padding: Sizes = 0, groups: int = 1, dilation: Sizes = 1,
) -> Tensor:  # fmt: skip
    """`conv_transpose2d` along one axis: input (N, C, L), weight (C, K / groups, R)."""
    return _conv_transpose(
        1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )  # fmt: skip


@checked
def conv_transpose2d(
    input: Numbers, weight: Numbers, bias: Numbers | None = None, stride: Sizes = 1, padding:
    Padding = 0, output_padding: Sizes = 0, groups: int = 1, dilation: Sizes = 1,
) -> Tensor:  # fmt: skip
    """The gradient of `conv2d` with respect to its input, used forward ("deconvolution").

    input (N, C, H, W), weight (C, K / groups, R, S), bias (K,); the result is (N, K, H', W') with
    H' = (H - 1) stride - 2 padding + dilation (R - 1) + output_padding + 1.
    output_padding: less than the stride or the dilation.
    Source: Dumoulin and Visin, "A guide to convolution arithmetic", 2016, section 4.
    """
    return _conv_transpose(
        2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )  # fmt: skip


@checked
def conv_transpose3d(
    input: Numbers, weight: Numbers, bias: Numbers | None = None, stride: Sizes = 1, padding:
    Padding = 0, output_padding: Sizes = 0, groups: int = 1, dilation: Sizes = 1,
) -> Tensor:  # fmt: skip
    """`conv_transpose2d` along three axes: input (N, C, D, H, W), weight (C, K / groups, ...)."""
    return _conv_transpose(
        3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )  # fmt: skip


def _conv_transpose(
    rank: int, input: Any, weight: Any, bias: Any, stride: Sizes, padding: Padding,
    output_padding: Sizes, groups: int, dilation: Sizes,
) -> Tensor:  # fmt: skip
    name = f"conv_transpose{rank}d"
    x, w, *b = as_tensors(name, _given(input, weight, bias))
    spec, shape = transposed_shape(
        name, rank, x.shape, w.shape, stride, padding, output_padding, groups, dilation
    )
    _check_bias(name, bias, shape[1])
    beyond = [max(0, -after) for _, after in spec.padding]  # where no window reaches: bias alone
    if not any(beyond):
        return convolution_transpose(x, w, *b, spec=spec, output_shape=shape[2:])
    spec = replace(spec, padding=tuple((before, max(0, after)) for before, after in spec.padding))
    reached = tuple(n - m for n, m in zip(shape[2:], beyond, strict=True))
    y = convolution_transpose(x, w, spec=spec, output_shape=reached)
    y = pad(y, ((0, 0), (0, 0), *((0, m) for m in beyond)))
    return y if bias is None else y + b[0].reshape(-1, *[1] * rank)
