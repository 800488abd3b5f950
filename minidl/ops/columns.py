"""Windows as columns and back: `unfold` and its adjoint `fold`."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.kernels.conv.im2col import col2im, im2col
from minidl.kernels.geometry import ConvSpec, Shape, elements
from minidl.ops.registry import Sample, Vjps, op

Array = np.ndarray

_SPEC = ConvSpec((2, 1), ((1, 1), (0, 0)), (1, 2))
_KERNEL, _SHAPE = (3, 2), (2, 2, 5, 4)  # windows: 3 by 2


def _unfolding(rng: np.random.Generator) -> list[Sample]:
    options: dict[str, Any] = {"kernel": _KERNEL, "spec": _SPEC}
    return [Sample((rng.standard_normal(_SHAPE),), options)]


def _folding(rng: np.random.Generator) -> list[Sample]:
    options = {"spatial": _SHAPE[2:], "kernel": _KERNEL, "spec": _SPEC}
    return [Sample((rng.standard_normal((2, 2 * 6, 6)),), options)]


@op(_unfolding)
def unfold(x: Array, kernel: Shape, spec: ConvSpec) -> tuple[Array, Vjps]:
    """The windows of x (N, C, *spatial) as columns (N, C * places, windows)."""
    spatial = x.shape[2:]
    return _columns(x, kernel, spec), (lambda g: _image(g, spatial, kernel, spec),)


@op(_folding)
def fold(x: Array, spatial: Shape, kernel: Shape, spec: ConvSpec) -> tuple[Array, Vjps]:
    """Columns (N, C * places, windows) added up where they overlap, (N, C, *spatial)."""
    return _image(x, spatial, kernel, spec), (lambda g: _columns(g, kernel, spec),)


def _columns(x: Array, kernel: Shape, spec: ConvSpec) -> Array:
    rows = im2col(x, kernel, spec)  # (1, N * windows, C * places)
    return rows.reshape(len(x), -1, rows.shape[-1]).swapaxes(1, 2).copy()


def _image(columns: Array, spatial: Shape, kernel: Shape, spec: ConvSpec) -> Array:
    n, depth, _ = columns.shape
    rows = columns.swapaxes(1, 2).reshape(1, -1, depth)
    return col2im(rows, (n, depth // elements(kernel), *spatial), kernel, spec)
