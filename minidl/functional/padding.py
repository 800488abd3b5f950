"""Padding by a constant, or by what is in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.kernels.resample import Reads
from minidl.ops import shape
from minidl.ops.resample import resample
from minidl.tensor import Tensor, as_tensor

PaddingMode = Literal["constant", "reflect", "replicate", "circular"]


@checked
def pad(
    input: Numbers, pad: Sequence[int], mode: PaddingMode = "constant", value: float | None = None
) -> Tensor:
    """`input` with more values at its borders: pad = (before, after) of the last axis, then ...

    of the one before it, and so on: (left, right, top, bottom) for pictures. Negative ones crop.
    mode: "constant" (value, 0 when None), "reflect" (mirrored at the border value, which is not
    repeated), "replicate" (the border value), "circular" (from the other end).
    Raises ValueError for more than there is to reflect or to go round.
    """
    x = as_tensor(input)
    sides = _sides(x.shape, pad)
    if mode == "constant":
        return _constant(x, sides, 0.0 if value is None else value)
    if mode not in _PLACES:
        raise ValueError(f"pad: given mode {mode!r}, expected 'constant' or one of {[*_PLACES]}")
    if value is not None:
        raise ValueError(f"pad: given value={value} with mode {mode!r}, which has no use for it")
    if not x.size:
        raise ValueError(f"pad: given shape {x.shape} and mode {mode!r}, expected some values")
    reads = [
        Reads(axis, _places(mode, x.shape, axis, before, after)[None])
        for axis, (before, after) in enumerate(sides)
        if before or after
    ]
    return resample(x, reads=tuple(reads)) if reads else x


def _sides(given: tuple[int, ...], pad: Sequence[int]) -> list[tuple[int, int]]:
    flat = [*pad] if isinstance(pad, (Sequence, np.ndarray)) else []
    whole = all(isinstance(p, (int, np.integer)) for p in flat)
    if not flat or len(flat) % 2 or len(flat) > 2 * len(given) or not whole:
        raise ValueError(
            f"pad: given pad={pad!r} for shape {given}, expected whole numbers (before, after) for "
            "the last axis, then for the one before it, and so on"
        )
    pairs = [(before, after) for before, after in list(pairwise(flat))[::2]]
    return [*[(0, 0)] * (len(given) - len(pairs)), *reversed(pairs)]


def _constant(x: Tensor, sides: list[tuple[int, int]], value: float) -> Tensor:
    cut = tuple(
        slice(max(0, -before), n - max(0, -after))
        for n, (before, after) in zip(x.shape, sides, strict=True)
    )
    if any(s.stop <= s.start for s in cut):
        raise ValueError(f"pad: given shape {x.shape} and {sides}, nothing would be left")
    inner = x[cut] if any(n < 0 for side in sides for n in side) else x
    return shape.pad(inner, tuple((max(0, b), max(0, a)) for b, a in sides), value)


def _places(mode: str, given: tuple[int, ...], axis: int, before: int, after: int) -> np.ndarray:
    size = given[axis]
    most = {"reflect": size - 1, "circular": size}.get(mode, before + after)
    if min(before, after) < 0 or max(before, after) > most:
        raise ValueError(
            f"pad: given {before} and {after} for axis {axis} of shape {given}, mode {mode!r}; "
            f"expected at least 0" + (f" and at most {most}" if mode != "replicate" else "")
        )
    places: np.ndarray = _PLACES[mode](np.arange(-before, size + after), size)
    return places


_PLACES = {  # which place of an axis of n stands at i, inside and outside
    "reflect": lambda i, n: n - 1 - np.abs(n - 1 - np.abs(i)),
    "replicate": lambda i, n: np.clip(i, 0, n - 1),
    "circular": lambda i, n: i % n,
}
