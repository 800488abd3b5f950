"""From what a user may write (ints, tuples, "same") to what kernels read, or a clear error."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np

from minidl.arguments import REFUSED, spelt, whole
from minidl.kernels.geometry import ConvSpec
from minidl.tensor import Tensor

_HERE = "its kind is checked here"
Sizes = Annotated[int | Sequence[int], _HERE]
Pairs = tuple[tuple[int, int], ...]
Padding = Annotated[
    int | Sequence[int] | Sequence[tuple[int, int]] | Literal["same", "valid"], _HERE
]

_AXES = {1: "(N, C, L)", 2: "(N, C, H, W)", 3: "(N, C, D, H, W)"}


def conv_spec(
    name: str, rank: int, x: tuple[int, ...], w: tuple[int, ...],
    stride: Sizes, padding: Padding, dilation: Sizes, groups: int,
) -> ConvSpec:  # fmt: skip
    """The checked geometry of a convolution of shapes x (N, C, ...) and w (K, C / groups, ...)."""
    read = _known_spec if all(map(_is_plain, (stride, padding, dilation, groups))) else _conv_spec
    return read(name, rank, x, w, stride, padding, dilation, groups)


def _is_plain(value: Any) -> bool:
    """Whether equal values of its kind are the same (1, 1.0 and True are not)."""
    kind = type(value)
    return kind is int or kind is str or (kind is tuple and all(map(_is_plain, value)))


def _conv_spec(
    name: str, rank: int, x: tuple[int, ...], w: tuple[int, ...],
    stride: Sizes, padding: Padding, dilation: Sizes, groups: int,
) -> ConvSpec:  # fmt: skip
    check_rank(name, rank, x)
    if len(w) != rank + 2 or min(w) < 1:
        raise ValueError(
            f"{name}: given weight {w}, expected {rank + 2} axes of at least 1: "
            "(out, in / groups, *kernel)"
        )
    if groups < 1 or x[1] != w[1] * groups or w[0] % groups:
        raise ValueError(
            f"{name}: given input {x} ({x[1]} channels), weight {w} and groups={groups}; expected "
            f"groups * {w[1]} input channels, and groups to divide the {w[0]} output channels"
        )
    steps = per_axis(name, "stride", rank, stride, 1)
    rates = per_axis(name, "dilation", rank, dilation, 1)
    spec = ConvSpec(steps, pairs(name, w[2:], steps, rates, padding), rates, int(groups))
    check_fits(name, x, w[2:], spec)
    return spec


_known_spec = functools.lru_cache(maxsize=1024)(_conv_spec)


def pool_spec(
    name: str, x: tuple[int, ...], kernel: tuple[int, ...],
    stride: Sizes | None, padding: Padding, dilation: Sizes, ceil_mode: bool = False,
) -> ConvSpec:  # fmt: skip
    """The checked geometry of a pooling of x (N, C, ...) by windows of `kernel`.

    ceil_mode: the padding after an axis grows until it holds every window that begins before it.
    """
    rank = len(kernel)
    check_rank(name, rank, x)
    steps = per_axis(name, "stride", rank, kernel if stride is None else stride, 1)
    rates = per_axis(name, "dilation", rank, dilation, 1)
    padded = pairs(name, kernel, steps, rates, padding)
    reach = [r * (k - 1) + 1 for r, k in zip(rates, kernel, strict=True)]
    if any(2 * max(pair) > k for pair, k in zip(padded, reach, strict=True)):
        raise ValueError(
            f"{name}: given padding {padding} for windows of {kernel}; padding is at most half "
            "the window, or some windows would see nothing"
        )
    if ceil_mode:
        axes = zip(x[2:], reach, steps, padded, strict=True)
        padded = tuple((p[0], _reaching(n, k, s, p)) for n, k, s, p in axes)
    spec = ConvSpec(steps, padded, rates, 1)
    check_fits(name, x, kernel, spec)
    return spec


def _reaching(size: int, reach: int, stride: int, padding: tuple[int, int]) -> int:
    """Padding after an axis with which the last window that begins before it fits in."""
    before, after = padding
    windows = -(-(size + before + after - reach) // stride) + 1
    if (windows - 1) * stride >= size + before:
        windows -= 1
    return max(after, (windows - 1) * stride + reach - size - before)


def transposed_shape(
    name: str, rank: int, x: tuple[int, ...], w: tuple[int, ...], stride: Sizes, padding: Padding,
    output_padding: Sizes, groups: int, dilation: Sizes,
) -> tuple[ConvSpec, tuple[int, ...]]:  # fmt: skip
    """The geometry of the convolution that a transposed one turns round, and the result's shape.

    Padding after an axis is less, and may be negative, where output_padding reaches the stride.
    """
    check_rank(name, rank, x)
    if (
        len(w) != rank + 2 or min(w) < 1 or w[0] != x[1]
        or groups < 1 or x[1] % groups
    ):  # fmt: skip
        raise ValueError(
            f"{name}: given input {x}, weight {w} and groups={groups}; expected weight "
            f"(in, out / groups, *kernel) with in = {x[1]}, divisible by groups"
        )
    steps = per_axis(name, "stride", rank, stride, 1)
    rates = per_axis(name, "dilation", rank, dilation, 1)
    extra = per_axis(name, "output_padding", rank, output_padding, 0)
    if any(e >= max(s, r) for e, s, r in zip(extra, steps, rates, strict=True)):
        raise ValueError(
            f"{name}: given output_padding {output_padding}; it must be smaller than the stride "
            f"{steps} or the dilation {rates}"
        )
    padded = pairs(name, w[2:], steps, rates, padding)
    size = tuple(
        (n - 1) * s - sum(p) + r * (k - 1) + e + 1
        for n, s, p, r, k, e in zip(x[2:], steps, padded, rates, w[2:], extra, strict=True)
    )
    if min(size) < 1:
        raise ValueError(f"{name}: given {x} and padding {padding}, the result would be {size}")
    sides = zip(padded, extra, steps, strict=True)
    cut = tuple((b, a - e if e >= s else a) for (b, a), e, s in sides)
    return ConvSpec(steps, cut, rates, int(groups)), (x[0], w[1] * int(groups), *size)


def window(name: str, rank: int, size: Sizes) -> tuple[int, ...]:
    """`size` as one positive int per spatial axis."""
    return per_axis(name, "kernel_size", rank, size, 1)


def lengths(name: str, what: str, value: Any) -> tuple[int, ...]:
    """`value`, an int or any number of them, as a tuple; each at least 1."""
    if type(value) is int and value > 0:
        return (value,)
    return per_axis(name, what, len(value) if _is_many(value) else 1, value, 1)


def per_axis(name: str, what: str, rank: int, value: Any, least: int) -> tuple[int, ...]:
    """`value` as a tuple of `rank` ints, each at least `least`."""
    values = [whole(v) for v in value] if _is_many(value) else [whole(value)] * rank
    if len(values) != rank or any(v is REFUSED or v < least for v in values):
        raise ValueError(
            f"{name}: given {what}={spelt(value)}, expected an int of at least {least} or {rank} "
            "of them"
        )
    return tuple(values)


def pairs(
    name: str, kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...],
    padding: Padding,
) -> Pairs:  # fmt: skip
    """`padding` as (before, after) per axis; "same" puts the odd zero after, as PyTorch does."""
    rank = len(kernel)
    if isinstance(padding, str) and padding == "valid":
        return ((0, 0),) * rank
    if isinstance(padding, str) and padding == "same":
        if any(s != 1 for s in stride):
            raise ValueError(
                f'{name}: given padding="same" with stride {stride}; it needs stride 1'
            )
        total = [r * (k - 1) for r, k in zip(dilation, kernel, strict=True)]
        return tuple((t // 2, t - t // 2) for t in total)
    given: Any = padding
    sides = list(given) if _is_many(given) else [given] * rank
    out = [[whole(p) for p in (side if _is_many(side) else (side, side))] for side in sides]
    if len(out) != rank or not all(map(_is_pair, out)):
        raise ValueError(
            f'{name}: given padding={spelt(padding)}, expected "same", "valid", an int of at least '
            f"0, {rank} of them, or {rank} pairs (before, after)"
        )
    return tuple((before, after) for before, after in out)


def _is_many(value: object) -> bool:
    if isinstance(value, (np.ndarray, Tensor)):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_pair(side: Sequence[Any]) -> bool:
    return len(side) == 2 and all(p is not REFUSED and p >= 0 for p in side)


def check_rank(name: str, rank: int, x: tuple[int, ...]) -> None:
    """Raises ValueError unless x is the shape of a batch with `rank` spatial axes."""
    if len(x) != rank + 2:
        raise ValueError(
            f"{name}: given input of shape {x}, expected {rank + 2} axes {_AXES[rank]}; "
            "add a batch axis to a single one with x[None]"
        )


def check_fits(name: str, x: tuple[int, ...], kernel: tuple[int, ...], spec: ConvSpec) -> None:
    """Raises ValueError unless the kernel fits in the padded axes of x (N, C, ...)."""
    for n, k, p, r in zip(x[2:], kernel, spec.padding, spec.dilation, strict=True):
        if n + sum(p) < r * (k - 1) + 1:
            raise ValueError(
                f"{name}: given input {x} with padding {spec.padding}; a kernel of {kernel} with "
                f"dilation {spec.dilation} does not fit in it"
            )
