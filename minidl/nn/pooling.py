"""Pooling layers: two for any number of axes, and their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import minidl.functional as F
from minidl.arguments import checked
from minidl.functional.adaptive import OutputSize, output_sizes
from minidl.functional.windows import Padding, Sizes, pairs, per_axis
from minidl.nn.module import Module
from minidl.nn.options import short, unusual
from minidl.tensor import Tensor


class _Pool(Module):
    rank: ClassVar[int]

    @checked
    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None, padding: Padding, ceil_mode: bool
    ) -> None:
        name = type(self).__name__
        self.kernel_size = per_axis(name, "kernel_size", self.rank, kernel_size, 1)
        chosen = self.kernel_size if stride is None else stride
        self.stride = per_axis(name, "stride", self.rank, chosen, 1)
        ones = (1,) * self.rank
        pairs(name, self.kernel_size, self.stride, ones, padding)  # raises what is wrong
        self.padding, self.ceil_mode = padding, ceil_mode

    def _function(self, kind: str) -> Callable[..., Tensor]:
        function: Callable[..., Tensor] = getattr(F, f"{kind}_pool{self.rank}d")
        return function

    def extra_repr(self) -> str:
        """The window, and the options that are not the usual ones."""
        stride = [] if self.stride == self.kernel_size else [f"stride={short(self.stride)}"]
        return ", ".join(
            [short(self.kernel_size), *stride, *unusual(self, padding=0, ceil_mode=False)]
        )


class _MaxPool(_Pool):
    """The maximum of every window; where several are equal the first takes the gradient.

    kernel_size: an int or one per axis. stride: the kernel size when None. padding: at most half
    the window, and never wins. dilation: the step between the values of a window. return_indices:
    gives places, too. ceil_mode: windows may reach beyond the border.
    """

    @checked
    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
        dilation: Sizes = 1, return_indices: bool = False, ceil_mode: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.dilation = per_axis(type(self).__name__, "dilation", self.rank, dilation, 1)
        self.return_indices = return_indices

    def forward(self, x: Any) -> Any:
        """x (N, C, ...) to (N, C, ...) with smaller axes."""
        return self._function("max")(
            x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,
            self.return_indices,
        )  # fmt: skip


class _AvgPool(_Pool):
    """The mean of every window.

    kernel_size: an int or one per axis. stride: the kernel size when None. padding: at most half
    the kernel; its zeros count in the mean unless count_include_pad is False. ceil_mode: windows
    may reach beyond the border.
    """

    @checked
    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
        ceil_mode: bool = False, count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, x: Any) -> Tensor:
        """x (N, C, ...) to (N, C, ...) with smaller axes."""
        more = () if self.divisor_override is None else (self.divisor_override,)
        return self._function("avg")(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode,
            self.count_include_pad, *more,
        )  # fmt: skip


class _AdaptivePool(Module):
    rank: ClassVar[int]
    kind: ClassVar[str]

    @checked
    def __init__(self, output_size: OutputSize) -> None:
        output_sizes(type(self).__name__, output_size, (1,) * self.rank)  # raises what is wrong
        self.output_size = output_size

    def forward(self, x: Any) -> Tensor:
        """x (N, C, ...) to (N, C, *output_size)."""
        pool: Callable[..., Tensor] = getattr(F, f"adaptive_{self.kind}_pool{self.rank}d")
        return pool(x, self.output_size)

    def extra_repr(self) -> str:
        """The size of the result."""
        return repr(self.output_size)


class _AdaptiveAvgPool(_AdaptivePool):
    """The mean of as many windows per axis as output_size says (an int, or one per axis).

    None keeps an axis as it is. With 1 the mean of each channel, whatever the size of the input.
    """

    kind = "avg"


class _AdaptiveMaxPool(_AdaptivePool):
    """The maximum of as many windows per axis as output_size says (an int, or one per axis)."""

    kind = "max"


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

    @checked
    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Padding = 0,
        ceil_mode: bool = False, count_include_pad: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)


class AvgPool2d(_AvgPool):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_AvgPool.__doc__}"
    rank = 2


class AvgPool3d(_AvgPool):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_AvgPool.__doc__}"
    rank = 3


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_AdaptiveAvgPool.__doc__}"
    rank = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_AdaptiveAvgPool.__doc__}"
    rank = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_AdaptiveAvgPool.__doc__}"
    rank = 3


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    __doc__ = f"Along one axis, (N, C, L).\n\n    {_AdaptiveMaxPool.__doc__}"
    rank = 1


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    __doc__ = f"Along two axes, (N, C, H, W).\n\n    {_AdaptiveMaxPool.__doc__}"
    rank = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    __doc__ = f"Along three axes, (N, C, D, H, W).\n\n    {_AdaptiveMaxPool.__doc__}"
    rank = 3
