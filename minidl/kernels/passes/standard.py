"""Standardisation over axes: what layer, instance and group normalisation are made of.

Where those axes are the last in memory, each mean and variance belongs to a line of numbers that
lie together: the compiled kernels go through such a line while it is in the nearest cache. Where
they are those of the places of pictures, channels-last, it belongs to a channel (`channels`).
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.addresses import address
from minidl.kernels.machine.sizes import LINE_MIN_NUMBERS, LONE_LINE_NUMBERS, PASS_ITEM_NUMBERS
from minidl.kernels.machine.trace import traced
from minidl.kernels.sums import Axis, axes_of, deviations, dot, mean, terms

from . import channels


@traced()
def standardize(x: np.ndarray, axis: Axis, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """y = (x - mean) / sqrt(var + eps) over `axis`, and 1 / sqrt(var + eps) with the axes kept.

    Equal numbers give exactly 0.
    """
    count = terms(x, axis)
    if channels.is_fast(x) and _over_places(x, axis):
        middle, var = channels.moments(x, each=True)
        inverse = 1 / np.sqrt(var + eps)
        return channels.scale(x, middle, inverse), _as_places(inverse.astype(np.float32), x)
    if not (_large(x) and _in_lines(x, axis)):
        apart, squares = deviations(x, axis)
        inverse = (1 / np.sqrt(squares / count + eps)).astype(x.dtype)
        return apart * inverse, inverse
    from . import standard_kernels as kernels

    axes = axes_of(x.ndim, axis)
    y = results.empty(x.shape)
    inverse = np.empty([1 if a in axes else n for a, n in enumerate(x.shape)], np.float32)
    at = address(x), address(y), address(inverse)
    job = kernels.Lines(*at, lines=x.size // count, length=count, eps=eps)
    _run(kernels.standardize_lines, job)
    return y, inverse


@traced()
def standardize_grad(g: np.ndarray, y: np.ndarray, inverse: np.ndarray, axis: Axis) -> np.ndarray:
    """(g - mean(g) - y mean(g y)) inverse, means over `axis`; g and y of one shape.

    Source: Ioffe and Szegedy, "Batch normalization", 2015, section 3, simplified.
    """
    count = terms(y, axis)
    if channels.is_fast(y) and g.dtype == y.dtype and _over_places(y, axis):
        factor = inverse.reshape(y.shape[:2]).astype(np.float64)
        mean_g, along = channels.sums(g, y, np.zeros_like(factor)) / count
        return channels.blend(g, factor, y, -factor * along, -factor * mean_g)
    if not all(_large(v) and _in_lines(v, axis) for v in (g, y)):
        along = (dot(g, y, axis, True) / count).astype(g.dtype)
        result: np.ndarray = (g - mean(g, axis, True) - y * along) * inverse
        return result
    from . import standard_kernels as kernels

    target = results.empty(y.shape)
    at = address(g), address(y), address(inverse), address(target)
    job = kernels.LinesGrad(*at, lines=y.size // count, length=count)
    _run(kernels.standardize_lines_grad, job)
    return target


def _large(x: np.ndarray) -> bool:
    return x.dtype == np.float32 and x.size >= LINE_MIN_NUMBERS and compiled()


def _in_lines(x: np.ndarray, axis: Axis) -> bool:
    """Whether `axis` are the last axes, and x is contiguous."""
    return x.flags.c_contiguous and _are_last(x.ndim, axis)


@functools.lru_cache(maxsize=256)
def _are_last(ndim: int, axis: Axis) -> bool:
    axes = axes_of(ndim, axis)
    return sorted(axes) == list(range(ndim - len(axes), ndim))


def _over_places(x: np.ndarray, axis: Axis) -> bool:
    """Whether `axis` are those of places, of pictures (N, C, *spatial) that are channels-last."""
    if x.ndim < 3 or x.flags.c_contiguous or sorted(axes_of(x.ndim, axis)) != [*range(2, x.ndim)]:
        return False
    return x.transpose(0, *range(2, x.ndim), 1).flags.c_contiguous


def _as_places(per_channel: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(N, C) with an axis of length 1 for each axis of places."""
    return per_channel.reshape(*per_channel.shape, *[1] * (x.ndim - 2))


def _run(kernel: Any, job: Any) -> None:
    alone = job.lines * job.length < LONE_LINE_NUMBERS
    items = -(-job.lines // max(1, PASS_ITEM_NUMBERS // job.length))
    with threads.exclusive:
        threads.run(kernel, items, job, threads=1 if alone else None)
