"""Pooling layers: two for any number of axes, and their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import minidl.functional as F
from minidl.functional.windows import Padding, Sizes, pairs, per_axis
from minidl.nn.module import Module
from minidl.nn.options import short, unusual
from minidl.tensor import Tensor


class _Pool(Module):
    rank: ClassVar[int]

    def __init__(self, kernel_size: Sizes, stride: Sizes | None, padding: Padding) -> None:
        name = type(self).__name__
        self.kernel_size = per_axis(name, "kernel_size", self.rank, kernel_size, 1)
        chosen = self.kernel_size if stride is None else stride
        self.stride = per_axis(name, "stride", self.rank, chosen, 1)
        pairs(
            name, self.kernel_size, self.stride, (1,) * self.rank, padding
        )  # raises what is wrong
        self.padding = padding

    def _function(self, kind: str) -> Callable[..., Tensor]:
        return getattr(F, f"{kind}_pool{self.rank}d")

    def extra_repr(self) -> str:
        """The window, and the options that are not the usual ones."""
        stride = [] if self.stride == self.kernel_size else [f"stride={short(self.stride)}"]
        return ", ".join([short(self.kernel_size), *stride, *unusual(self, padding=0)])


class _MaxPool(_Pool):
    """The maximum of every window; where several are equal the first takes the gradient.

    kernel_size: an int or one per axis. stride: the kernel size when None. padding: at most half
    the kernel, and never wins. dilation: the step between the values of a window.
    """

    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
        dilation: Sizes = 1,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding)
        self.dilation = per_axis(type(self).__name__, "dilation", self.rank, dilation, 1)

    def forward(self, x: Any) -> Tensor:
        """x (N, C, ...) to (N, C, ...) with smaller axes."""
        pool = self._function("max")
        return pool(x, self.kernel_size, self.stride, self.padding, self.dilation)


class _AvgPool(_Pool):
    """The mean of every window.

    kernel_size: an int or one per axis. stride: the kernel size when None. padding: at most half
    the kernel; its zeros count in the mean unless count_include_pad is False.
    """

    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
        count_include_pad: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def forward(self, x: Any) -> Tensor:
        """x (N, C, ...) to (N, C, ...) with smaller axes."""
        pool = self._function("avg")
        return pool(x, self.kernel_size, self.stride, self.padding, self.count_include_pad)


class MaxPool1d(_MaxPool):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_MaxPool.__doc__}"
    rank = 1


class MaxPool2d(_MaxPool):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_MaxPool.__doc__}"
    rank = 2


class MaxPool3d(_MaxPool):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_MaxPool.__doc__}"
    rank = 3


class AvgPool1d(_AvgPool):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_AvgPool.__doc__}"
    rank = 1


class AvgPool2d(_AvgPool):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_AvgPool.__doc__}"
    rank = 2


class AvgPool3d(_AvgPool):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_AvgPool.__doc__}"
    rank = 3
