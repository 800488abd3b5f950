"""Limiting the size of gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from minidl.arguments import checked
from minidl.kernels.sums import dot
from minidl.optim.optimizer import check_params
from minidl.tensor import Tensor

SAFE = 1e-280  # a sum of squares above it has lost nothing that counts to underflow


@checked
def clip_grad_norm(
    params: Iterable[Tensor], max_norm: float, *, error_if_nonfinite: bool = False
) -> float:
    """Scales all gradients together so that their Euclidean length is at most max_norm.

    Returns the length before. Parameters without a gradient count as 0. No square overflows or
    vanishes: the length is infinite or NaN only where a gradient is, or where float64 ends.
    error_if_nonfinite: raise RuntimeError then, and change nothing. Without it, as in PyTorch, an
    infinite gradient makes all finite ones 0 and itself NaN, and a NaN makes all of them NaN.
    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks",
    2013, algorithm 1.
    """
    if not max_norm >= 0:
        raise ValueError(f"clip_grad_norm: given max_norm={max_norm}, expected at least 0")
    checked = check_params("clip_grad_norm", params)
    with_grad = [p for p in checked if p.grad is not None]
    grads = [np.asarray(p.grad) for p in with_grad]
    scale, rest = _length(grads)
    length = scale * rest
    if error_if_nonfinite and not math.isfinite(length):
        raise RuntimeError(
            f"clip_grad_norm: the length of {len(grads)} gradients is {length}; find where it came "
            "from with minidl.detect_anomaly(), or pass error_if_nonfinite=False to scale by it"
        )
    if not length <= max_norm:
        for parameter, grad in zip(with_grad, grads, strict=True):
            parameter.grad = _scaled(grad, max_norm, scale, rest)
    return length


def _length(grads: list[np.ndarray]) -> tuple[float, float]:
    """The length of all together as a product (scale, rest): 1 and itself, mostly."""
    with np.errstate(over="ignore"):
        squares = sum(float(dot(g, g)) for g in grads)
    if SAFE < squares < math.inf or squares != squares:
        return 1.0, math.sqrt(squares)
    peak = max((float(np.abs(g).max(initial=0)) for g in grads), default=0.0)
    if not 0 < peak < math.inf:
        return 1.0, peak
    scaled = (g.astype(np.float64) / peak for g in grads)
    return peak, math.sqrt(sum(float(dot(g, g)) for g in scaled))


def _scaled(grad: np.ndarray, max_norm: float, scale: float, rest: float) -> np.ndarray:
    """grad * max_norm / (scale rest), by a factor that the gradient's dtype can hold."""
    factor = max_norm / scale / rest
    if factor == 0 or np.finfo(grad.dtype).tiny <= factor < np.finfo(grad.dtype).max:
        return grad * factor
    return (grad.astype(np.float64) / scale / rest * max_norm).astype(grad.dtype)
