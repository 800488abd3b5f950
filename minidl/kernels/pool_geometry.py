"""Where pooling windows lie: sizes, and how much of each window is inside the input."""

from __future__ import annotations

import numpy as np

from minidl.kernels.geometry import ConvSpec


def output_size(shape: tuple[int, ...], kernel: tuple[int, ...], spec: ConvSpec) -> tuple[int, ...]:
    """How many windows fit along every axis of an input of `shape` (N, C, *spatial).

    floor((size + padding - dilation (kernel - 1) - 1) / stride) + 1. Raises ValueError for a
    window that does not fit into the padded input once.
    """
    padded = [n + sum(p) for n, p in zip(shape[2:], spec.padding, strict=True)]
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, spec.dilation, strict=True)]
    if any(k < 1 for k in kernel) or any(r > p for r, p in zip(reach, padded, strict=True)):
        raise ValueError(
            f"a pooling window of {tuple(kernel)} (reaching over {tuple(reach)} with its dilation) "
            f"does not fit into input {tuple(shape)}, padded to {tuple(padded)}: "
            "use a smaller window or more padding"
        )
    return tuple((p - r) // s + 1 for p, r, s in zip(padded, reach, spec.stride, strict=True))


def offset_dtype(kernel: tuple[int, ...]) -> type[np.uint8] | type[np.int32]:
    """The small integer that can hold an offset in a window: one byte for up to 256 places."""
    return np.uint8 if np.prod(kernel) <= 256 else np.int32


def inside(size: int, out: int, axis: int, kernel: tuple[int, ...], spec: ConvSpec) -> np.ndarray:
    """Which of the window's places along one axis are inside the input: booleans (out, kernel)."""
    start = np.arange(out) * spec.stride[axis] - spec.padding[axis][0]
    place = start[:, None] + np.arange(kernel[axis]) * spec.dilation[axis]
    return (place >= 0) & (place < size)


def first_inside(
    spatial: tuple[int, ...], out: tuple[int, ...], kernel: tuple[int, ...], spec: ConvSpec
) -> np.ndarray:
    """The offset of each window's first place inside the input, (*out)."""
    first = np.zeros(out, np.int64)
    for axis, (size, steps) in enumerate(zip(spatial, out, strict=True)):
        along = inside(size, steps, axis, kernel, spec).argmax(1)
        first = first * kernel[axis] + _along(along, axis, len(out))
    return first


def window_counts(
    spatial: tuple[int, ...],
    out: tuple[int, ...],
    kernel: tuple[int, ...],
    spec: ConvSpec,
    count_include_pad: bool,
) -> tuple[np.ndarray, ...]:
    """How many places each window averages over, as one factor per axis (their product counts)."""
    if count_include_pad:
        return tuple(np.full(steps, k) for steps, k in zip(out, kernel, strict=True))
    return tuple(
        np.maximum(inside(size, steps, axis, kernel, spec).sum(1), 1)
        for axis, (size, steps) in enumerate(zip(spatial, out, strict=True))
    )


def _along(values: np.ndarray, axis: int, rank: int) -> np.ndarray:
    return values.reshape([-1 if a == axis else 1 for a in range(rank)])
