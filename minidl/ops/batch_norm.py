"""Batch normalisation: a mean and a variance for every channel."""

from __future__ import annotations

import numpy as np

from minidl.kernels.passes.channels import blend, moments, scale, sums
from minidl.ops.registry import Vjps, each, normal, op

Array = np.ndarray


@op(each(normal((5, 3), (3,), (3,)), normal((2, 2, 3, 2), (2,), (2,))), arrays=3)
def batch_standardize(
    x: Array, weight: Array, bias: Array, eps: float = 1e-5,
    measured: tuple[Array, Array] | None = None,
) -> tuple[Array, Vjps]:  # fmt: skip
    """weight z + bias, z = (x - mean) / sqrt(var + eps), for x (N, C, ...), the others (C,).

    measured: mean and variance of x, where they are known already. The gradient to x, with means
    over all but channels: weight (g - mean(g) - z mean(g z)) / std (Ioffe and Szegedy, 2015,
    section 3, simplified).
    """
    mean, var = moments(x) if measured is None else measured
    inverse = 1 / np.sqrt(var + eps)
    factor, count = weight * inverse, x.size // x.shape[1]
    y = scale(x, mean, factor, bias)
    known: list[tuple[Array, Array]] = []

    def totals(g: Array) -> Array:
        """The sums of g and of g z, (2, C); the three gradients share one pass over g."""
        if not known or known[0][0] is not g:
            known[:] = [(g, sums(g, x, mean) * np.stack([np.ones_like(inverse), inverse]))]
        return known[0][1]

    def to_x(g: Array) -> Array:
        mean_g, mean_gz = totals(g) / count
        along = factor * inverse * mean_gz
        return blend(g, factor, x, -along, along * mean - factor * mean_g)

    return y, (to_x, lambda g: totals(g)[1].astype(g.dtype), lambda g: totals(g)[0].astype(g.dtype))
