"""Pictures of another size: interpolation, and channels that become places."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from minidl.arguments import Numbers, checked, spelt
from minidl.functional import adaptive
from minidl.functional.windows import Sizes, per_axis
from minidl.kernels.resample import Reads
from minidl.ops.resample import resample
from minidl.tensor import Tensor, as_tensor

Mode = Literal["nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area"]
Scale = float | Sequence[float]

_RANKS = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
CUBIC = -0.75  # the free parameter of Keys' kernel, as PyTorch and OpenCV choose it


@checked
def interpolate(
    input: Numbers, size: Sizes | None = None, scale_factor: Scale | None = None,
    mode: Mode = "nearest", align_corners: bool | None = None,
) -> Tensor:  # fmt: skip
    """Input (N, C, ...) with another number of places along its spatial axes.

    size: an int or one per axis; or scale_factor: the result has floor(n scale_factor) places.
    mode: "nearest", "nearest-exact" (which counts from the middle of a place), "area" (means), and
    "linear", "bilinear", "trilinear" for one, two, three axes, "bicubic" for two.
    align_corners: the first and last places of both lie on each other, instead of their borders
    (for the linear and cubic modes only).
    Source of the cubic: Keys, "Cubic convolution interpolation", 1981, equation 15.
    """
    x = as_tensor(input)
    rank = x.ndim - 2
    _check(x.shape, mode, align_corners)
    sizes, steps = _sizes(x.shape, size, scale_factor)
    if mode == "area":
        pool: Callable[..., Tensor] = getattr(adaptive, f"adaptive_avg_pool{rank}d")
        return pool(x, sizes)
    reads = (
        Reads(axis, *_reads(mode, x.shape[axis], count, step, bool(align_corners)))
        for axis, (count, step) in enumerate(zip(sizes, steps, strict=True), 2)
    )
    return resample(x, reads=tuple(reads))


def _check(shape: tuple[int, ...], mode: str, align_corners: bool | None) -> None:
    expected = _RANKS.get(mode)
    if mode not in ("nearest", "nearest-exact", "area", *_RANKS):
        raise ValueError(
            f"interpolate: given mode {mode!r}, expected 'nearest', 'nearest-exact', 'area' or one "
            f"of {[*_RANKS]}"
        )
    if not 3 <= len(shape) <= 5 or (expected and len(shape) != expected + 2):
        axes = f"{expected} spatial axes" if expected else "one to three spatial axes"
        raise ValueError(
            f"interpolate: given shape {shape} and mode {mode!r}, expected (N, C, ...) with {axes}"
        )
    if align_corners is not None and not expected:
        raise ValueError(
            f"interpolate: given align_corners={align_corners} with mode {mode!r}, which has no "
            f"use for it; only {[*_RANKS]} have"
        )


def _sizes(
    shape: tuple[int, ...], size: Sizes | None, scale: Scale | None
) -> tuple[tuple[int, ...], list[float]]:
    """How many places each axis gets, and how far they are apart in the input."""
    spatial = shape[2:]
    if (size is None) == (scale is None):
        raise ValueError(
            f"interpolate: given size={spelt(size)} and scale_factor={spelt(scale)}, expected one "
            "of them"
        )
    if scale is None:
        sizes = per_axis("interpolate", "size", len(spatial), size, 1)
        return sizes, [n / m for n, m in zip(spatial, sizes, strict=True)]
    factors = list(scale) if isinstance(scale, Sequence) else [scale] * len(spatial)
    if len(factors) != len(spatial) or any(
        not math.isfinite(f) or math.floor(n * f) < 1 for n, f in zip(spatial, factors, strict=True)
    ):
        raise ValueError(
            f"interpolate: given scale_factor={scale} for shape {shape}, expected a number or "
            f"{len(spatial)} of them that leave at least one place"
        )
    sizes = tuple(math.floor(n * f) for n, f in zip(spatial, factors, strict=True))
    return sizes, [1 / f for f in factors]


@functools.lru_cache(maxsize=64)
def _reads(
    mode: str, size: int, count: int, step: float, align: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Which places of an axis each new one reads, (T, count), and with which weights."""
    i = np.arange(count)
    if mode.startswith("nearest"):
        middle = 0.5 if mode == "nearest-exact" else 0.0
        near = np.floor((i + middle) * np.float32(step))  # float32 as PyTorch: it decides on ties
        return np.minimum(near.astype(np.int64), size - 1)[None], None
    at = i * ((size - 1) / max(count - 1, 1)) if align else (i + 0.5) * step - 0.5
    taps = _cubic if mode == "bicubic" else _linear
    at = at if mode == "bicubic" else np.maximum(at, 0)
    first = np.floor(at).astype(np.int64)
    offsets, weights = taps(at - first)
    return np.clip(first + offsets[:, None], 0, size - 1), weights


def _linear(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(2), np.stack([1 - t, t])


def _cubic(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights of the four places around, t from the second of them."""

    def near(d: np.ndarray) -> np.ndarray:
        result: np.ndarray = ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1
        return result

    def far(d: np.ndarray) -> np.ndarray:
        result: np.ndarray = ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC
        return result

    return np.arange(-1, 3), np.stack([far(t + 1), near(t), near(1 - t), far(2 - t)])


@checked
def pixel_shuffle(input: Numbers, upscale_factor: int) -> Tensor:
    """(N, C r^2, H, W) to (N, C, H r, W r): every r^2 channels become a block of r by r places.

    Source: Shi et al., "Real-time single image super-resolution", 2016, equation 4.
    """
    x, r = _checked("pixel_shuffle", input, "upscale_factor", upscale_factor)
    n, c, h, w = x.shape
    if c % (r * r):
        raise ValueError(f"pixel_shuffle: given shape {x.shape}, expected a multiple of {r * r} "
                         "channels")  # fmt: skip
    split = x.reshape(n, c // (r * r), r, r, h, w)
    return split.transpose(0, 1, 4, 2, 5, 3).reshape(n, c // (r * r), h * r, w * r)


@checked
def pixel_unshuffle(input: Numbers, downscale_factor: int) -> Tensor:
    """The reverse of `pixel_shuffle`: (N, C, H r, W r) to (N, C r^2, H, W)."""
    x, r = _checked("pixel_unshuffle", input, "downscale_factor", downscale_factor)
    n, c, h, w = x.shape
    if h % r or w % r:
        raise ValueError(f"pixel_unshuffle: given shape {x.shape}, expected sides divisible by {r}")
    split = x.reshape(n, c, h // r, r, w // r, r)
    return split.transpose(0, 1, 3, 5, 2, 4).reshape(n, c * r * r, h // r, w // r)


def _checked(name: str, input: Any, what: str, factor: int) -> tuple[Tensor, int]:
    x = as_tensor(input)
    if x.ndim != 4:
        raise ValueError(f"{name}: given shape {x.shape}, expected (N, C, H, W)")
    return x, per_axis(name, what, 1, factor, 1)[0]
