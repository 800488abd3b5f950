"""Max and average pooling of rank 1 to 3, (N, C, *spatial) to (N, C, *windows)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minidl.kernels import pool
from minidl.kernels.geometry import ConvSpec
from minidl.ops.registry import Sample, Vjps, op
from minidl.tensor import Tensor, is_recording

Array = np.ndarray
Result = tuple[Array, Vjps]

_CASES: tuple[tuple[tuple[int, ...], tuple[int, ...], ConvSpec], ...] = (
    ((2, 3, 7), (2,), ConvSpec((2,), ((0, 0),), (1,), 1)),
    ((2, 2, 5, 6), (3, 2), ConvSpec((1, 2), ((1, 1), (0, 1)), (1, 1), 1)),
    ((1, 2, 4, 5, 4), (2, 2, 2), ConvSpec((2, 1, 3), ((1, 0), (0, 0), (1, 1)), (2, 1, 1), 1)),
)


def _distinct(rng: np.random.Generator) -> Sequence[Sample]:
    """Values 0.1 apart, so that a finite difference never changes which one is the maximum."""
    return [
        Sample(
            (rng.permutation(int(np.prod(shape))).reshape(shape) * 0.1,),
            {"kernel": kernel, "spec": spec},
        )
        for shape, kernel, spec in _CASES
    ]


def _both_counts(rng: np.random.Generator) -> Sequence[Sample]:
    return [
        Sample(sample.arrays, {**sample.options, "count_include_pad": count})
        for sample in _distinct(rng)
        for count in (True, False)
    ]


@op(_distinct)
def max_pool(x: Array, kernel: tuple[int, ...], spec: ConvSpec) -> Result:
    """The maximum of every window; its gradient goes to the first place that had it."""
    _check(x, kernel, spec)
    if not is_recording():  # nobody will ask for a gradient
        return pool.max_values(x, kernel, spec), ()
    y, where = pool.max_pool(x, kernel, spec)
    shape = x.shape
    return y, (lambda g: pool.max_pool_grad(g, where, kernel, spec, shape),)


def max_places(x: Tensor, kernel: tuple[int, ...], spec: ConvSpec) -> Tensor:
    """Where `max_pool` found its maxima: row-major indices of the spatial axes, int64."""
    _, offsets = pool.max_pool(x._array, kernel, spec)
    taps = np.unravel_index(offsets.astype(np.int64), kernel)
    axes = zip(taps, np.indices(offsets.shape[2:]), spec.stride, spec.dilation, spec.padding,
               strict=True)  # fmt: skip
    places = [tap * d + out * s - before for tap, out, s, d, (before, _) in axes]
    return Tensor._wrap(np.asarray(np.ravel_multi_index(places, x.shape[2:])))


@op(_both_counts)
def avg_pool(
    x: Array, kernel: tuple[int, ...], spec: ConvSpec, count_include_pad: bool = True
) -> Result:
    """The mean of every window; its gradient is shared out evenly."""
    _check(x, kernel, spec)
    y = pool.avg_pool(x, kernel, spec, count_include_pad)
    shape = x.shape
    return y, (lambda g: pool.avg_pool_grad(g, kernel, spec, shape, count_include_pad),)


def _check(x: Array, kernel: tuple[int, ...], spec: ConvSpec) -> None:
    if x.dtype.kind != "f":
        raise TypeError(
            f"pooling needs float32 or float64, given {x.dtype} of shape {x.shape}: "
            "convert it first, for instance with x.astype(np.float32)"
        )
    if not 1 <= len(kernel) == len(spec.stride) == x.ndim - 2 <= 3:
        raise ValueError(
            f"pooling: given input {x.shape} and window {tuple(kernel)}; expected (N, C, *spatial) "
            "with one window size for each of one to three spatial axes"
        )
