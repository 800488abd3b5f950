"""Where exercise set 02 takes over: convolution of images, its gradients, max pooling.

Only what the exercises ask for: one stride and one padding for both axes, no dilation, no groups.
Everything else stays with the library.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.course.mine.places import Function, forward, function
from minidl.kernels.geometry import ConvSpec

Array = np.ndarray
Shape = tuple[int, ...]


def simple(spec: ConvSpec, rank: int) -> bool:
    """Whether the options are one stride and one padding for `rank` axes, and nothing else."""
    paddings = {n for pair in spec.padding for n in pair}
    dense = set(spec.dilation) == {1} and spec.groups == 1
    return spec.rank == rank and dense and len(set(spec.stride)) == len(paddings) == 1


def _options(spec: ConvSpec) -> tuple[int, int]:
    return spec.stride[0], spec.padding[0][0]


@function("minidl.kernels.conv.conv_forward", "ex02.conv2d_im2col", place="F.conv2d")
def _conv_forward(original: Function, mine: Function) -> Function:
    def conv_forward(
        x: Array, w: Array, bias: Array | None, spec: ConvSpec, activation: str | None = None
    ) -> Array:
        if not simple(spec, rank=2):
            result: Array = original(x, w, bias, spec, activation)
            return result
        y = mine(x, w, np.zeros(len(w), w.dtype) if bias is None else bias, *_options(spec))
        return np.asarray(np.maximum(y, 0) if activation == "relu" else y, x.dtype)

    return conv_forward


@function(
    "minidl.kernels.conv.conv_input_grad",
    "ex02.conv2d_input_grad",
    place="F.conv2d's gradient to its input",
)
def _conv_input_grad(original: Function, mine: Function) -> Function:
    def conv_input_grad(g: Array, w: Array, spec: ConvSpec, input_shape: Shape) -> Array:
        if not simple(spec, rank=2):
            result: Array = original(g, w, spec, input_shape)
            return result
        return np.asarray(mine(g, w, input_shape, *_options(spec)), g.dtype)

    return conv_input_grad


@function(
    "minidl.kernels.conv.conv_weight_grad",
    "ex02.conv2d_weight_grad",
    place="F.conv2d's gradient to its weights",
)
def _conv_weight_grad(original: Function, mine: Function) -> Function:
    def conv_weight_grad(g: Array, x: Array, spec: ConvSpec, kernel_shape: Shape) -> Array:
        if not simple(spec, rank=2):
            result: Array = original(g, x, spec, kernel_shape)
            return result
        return np.asarray(mine(g, x, kernel_shape[2:], *_options(spec)), g.dtype)

    return conv_weight_grad


@forward(
    "max_pool", "ex02.max_pool2d", "ex02.max_pool2d_grad", place="F.max_pool2d and its gradient"
)
def _max_pool(original: Function, mine: Function, mine_grad: Function) -> Function:
    def max_pool(x: Array, kernel: Shape, spec: ConvSpec) -> Any:
        size, stride = kernel[0], spec.stride[0]
        if not simple(spec, rank=2) or spec.padding[0][0] or len(set(kernel)) > 1:
            return original(x, kernel, spec)
        return mine(x, size, stride), (lambda g: mine_grad(g, x, size, stride),)

    return max_pool
