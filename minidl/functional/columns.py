"""Windows of pictures as columns, and back."""

from __future__ import annotations

import math

from minidl.arguments import Numbers, checked
from minidl.functional.windows import Padding, Sizes, check_fits, check_rank, pairs, per_axis
from minidl.kernels.geometry import ConvSpec
from minidl.ops import columns
from minidl.tensor import Tensor, as_tensor

Geometry = tuple[tuple[int, ...], ConvSpec]


@checked
def unfold(
    input: Numbers, kernel_size: Sizes, dilation: Sizes = 1, padding: Padding = 0, stride: Sizes = 1
) -> Tensor:
    """Every window of input (N, C, H, W) as a column: (N, C R S, L) for L windows of R by S.

    A convolution is a matrix product with it: weight.reshape(K, -1) @ unfold(x, ...).
    """
    x = as_tensor(input)
    check_rank("unfold", 2, x.shape)
    kernel, spec = _geometry("unfold", kernel_size, dilation, padding, stride)
    check_fits("unfold", x.shape, kernel, spec)
    return columns.unfold(x, kernel, spec)


@checked
def fold(
    input: Numbers, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Padding =
    0, stride: Sizes = 1,
) -> Tensor:  # fmt: skip
    """The adjoint of `unfold`: columns (N, C R S, L) added up to a picture (N, C, *output_size).

    Where windows overlap their values add up, so it is no inverse.
    """
    x = as_tensor(input)
    spatial = per_axis("fold", "output_size", 2, output_size, 1)
    kernel, spec = _geometry("fold", kernel_size, dilation, padding, stride)
    check_fits("fold", (1, 1, *spatial), kernel, spec)
    windows = math.prod(spec.output_shape(spatial, kernel))
    if x.ndim != 3 or x.shape[1] % math.prod(kernel) or x.shape[2] != windows:
        raise ValueError(
            f"fold: given columns {x.shape} for {spatial} and windows of {kernel}; expected "
            f"(N, C * {math.prod(kernel)}, {windows})"
        )
    return columns.fold(x, spatial, kernel, spec)


def _geometry(
    name: str, kernel_size: Sizes, dilation: Sizes, padding: Padding, stride: Sizes
) -> Geometry:
    kernel = per_axis(name, "kernel_size", 2, kernel_size, 1)
    steps = per_axis(name, "stride", 2, stride, 1)
    rates = per_axis(name, "dilation", 2, dilation, 1)
    return kernel, ConvSpec(steps, pairs(name, kernel, steps, rates, padding), rates)
