"""Where a kernel lands: strides, padding, dilation and the shapes they give, for any rank.

Along one axis, output position `p` and tap `t` of the kernel meet at input position

    i = p * stride + t * dilation - padding_before

and whatever falls outside the input counts as zero. Convolution and pooling follow from that.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

Shape = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ConvSpec:
    """How a convolution walks over its input: one entry per spatial axis.

    stride, dilation: steps of at least 1. padding: zeros `(before, after)` each axis.
    groups: into how many independent groups the channels are split.
    """

    stride: Shape
    padding: Pairs
    dilation: Shape
    groups: int = 1

    @classmethod
    def default(cls, rank: int) -> ConvSpec:
        """What `F.conv2d` does unasked: stride 1, no padding, no dilation, one group."""
        return cls((1,) * rank, ((0, 0),) * rank, (1,) * rank)

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.stride)

    def output_shape(self, spatial: Shape, kernel: Shape) -> Shape:
        """Spatial shape of the output, from that of the input and of the kernel."""
        axes = zip(spatial, kernel, self.stride, self.padding, self.dilation, strict=True)
        shape = tuple(output_size(n, k, s, p, d) for n, k, s, p, d in axes)
        if min(shape) < 1:
            raise ValueError(
                f"a kernel of {kernel} with dilation {self.dilation} does not fit in an input of "
                f"{spatial} with padding {self.padding}: use a larger input or more padding"
            )
        return shape


def output_size(
    size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int
) -> int:
    """Output length along one axis: floor((size + padding - dilation (kernel - 1) - 1)/stride) + 1.

    Below 1 where the kernel does not fit.
    """
    return (size + sum(padding) - dilation * (kernel - 1) - 1) // stride + 1


@functools.lru_cache(maxsize=1024)
def result_shape(x: Shape, w: Shape, spec: ConvSpec) -> Shape:
    """Shape (N, K, *out) of the convolution of x (N, C, *spatial) with w (K, C/groups, *kernel)."""
    return (x[0], w[0], *spec.output_shape(x[2:], w[2:]))


def three_axes(values: tuple, fill: int | tuple[int, int]) -> tuple:
    """Spatial values of rank 1 to 3, with `fill` put in front up to rank 3."""
    return (fill,) * (3 - len(values)) + tuple(values)


def elements(shape: Shape) -> int:
    """How many elements an array of this shape has."""
    return math.prod(shape)
