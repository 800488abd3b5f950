"""How much of each pooling window is inside the input, and how its places are numbered."""

from __future__ import annotations

import numpy as np

from minidl.kernels.geometry import ConvSpec


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
    """The offset of each window's first place inside the input (*out), 0 where none is."""
    first, some = np.zeros(out, np.int64), np.ones(out, bool)
    for axis, (size, steps) in enumerate(zip(spatial, out, strict=True)):
        places = inside(size, steps, axis, kernel, spec)
        first = first * kernel[axis] + _along(places.argmax(1), axis, len(out))
        some = some & _along(np.any(places, axis=1), axis, len(out))
    return first * some


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
