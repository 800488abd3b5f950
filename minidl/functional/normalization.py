"""Batch and layer normalisation, points on the unit sphere, and dropout."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minidl.functional.windows import Sizes
from minidl.kernels.channels import moments
from minidl.ops.batch_norm import batch_standardize
from minidl.ops.length import unit
from minidl.ops.reduce import standardize
from minidl.ops.registry import as_tensors
from minidl.seeding import generator
from minidl.tensor import Tensor, as_tensor


def batch_norm(
    input: Any, running_mean: np.ndarray | None, running_var: np.ndarray | None,
    weight: Any = None, bias: Any = None, training: bool = False, momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Standardises each channel of input (N, C, ...) over all other axes, then scales and shifts.

    Training uses the batch's own mean and variance and moves the running ones towards them, in
    place, by `momentum` (the unbiased variance, as in PyTorch); evaluation uses the running ones.
    Source: Ioffe and Szegedy, "Batch normalization", 2015, algorithm 1.
    """
    x = _like("batch_norm", input, weight, bias)
    if x.ndim < 2:
        raise ValueError(f"batch_norm: given shape {x.shape}, expected (N, C, ...)")
    per_feature = {
        "running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias,
    }  # fmt: skip
    _check_given("batch_norm", x, x.shape[1:2], **per_feature)
    if training:
        measured = moments(x.data)
        _update_running(x.shape, measured, running_mean, running_var, momentum)
        ones, zeros = np.ones(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
        scale = ones if weight is None else weight
        return batch_standardize(x, scale, zeros if bias is None else bias, eps, measured)
    if running_mean is None or running_var is None:
        raise ValueError("batch_norm: training=False needs running_mean and running_var")
    per_channel = (1, -1, *[1] * (x.ndim - 2))
    deviation = np.sqrt(running_var + eps)
    y = (x - running_mean.reshape(per_channel)) / deviation.reshape(per_channel)
    return _affine(y, weight, bias, per_channel)


def _update_running(
    shape: tuple[int, ...], measured: tuple[np.ndarray, np.ndarray], mean: np.ndarray | None,
    var: np.ndarray | None, momentum: float,
) -> None:  # fmt: skip
    count = math.prod(shape) // shape[1]
    if count < 2:
        raise ValueError(
            f"batch_norm: given one value per channel (shape {shape}); training needs at least "
            "two to measure a variance"
        )
    if mean is not None:
        mean += momentum * (measured[0].astype(mean.dtype) - mean)
    if var is not None:
        var += momentum * ((measured[1] * (count / (count - 1))).astype(var.dtype) - var)


def layer_norm(
    input: Any, normalized_shape: Sizes, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Standardises over the last axes, which must have `normalized_shape`, then scales and shifts.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016, equation 4.
    """
    x = _like("layer_norm", input, weight, bias)
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if x.shape[x.ndim - len(shape) :] != shape:
        raise ValueError(f"layer_norm: given {x.shape}, expected it to end in {shape}")
    _check_given("layer_norm", x, shape, weight=weight, bias=bias)
    return _affine(standardize(x, tuple(range(-len(shape), 0)), eps), weight, bias, shape)


def _like(name: str, input: Any, *params: Any) -> Tensor:
    """The input as a tensor; a constant one adopts the dtype of the parameters."""
    return as_tensors(name, (input, *(p for p in params if p is not None)))[0]


def _check_given(name: str, x: Tensor, shape: tuple[int, ...], **params: Any) -> None:
    """Raises unless x has fractions to keep, and each parameter given has this shape."""
    if x.dtype.kind != "f":
        raise TypeError(
            f"{name} needs float32 or float64, given {x.dtype} of shape {x.shape}: convert it "
            "first, for instance with x.astype(np.float32)"
        )
    for param, value in params.items():
        if value is not None and np.shape(value) != shape:
            raise ValueError(f"{name}: given {param} of shape {np.shape(value)}, expected {shape}")


def _affine(y: Tensor, weight: Any, bias: Any, shape: tuple[int, ...]) -> Tensor:
    if weight is not None:
        y = y * as_tensors("weight", (y, weight))[1].reshape(shape)
    return y if bias is None else y + as_tensors("bias", (y, bias))[1].reshape(shape)


def normalize(input: Any, axis: int = 1, eps: float = 1e-12) -> Tensor:
    """input / max(|input|, eps), Euclidean length along `axis`: points on the unit sphere.

    No length overflows or vanishes on the way. A zero vector stays zero and passes no gradient (one
    of 1 / eps, as PyTorch has it, would throw it anywhere). A vector with an infinite entry has no
    direction: it becomes NaN there and 0 elsewhere, as in PyTorch.
    """
    return unit(as_tensor(input), axis, eps)


def dropout(
    input: Any, p: float = 0.5, training: bool = True, *,
    seed: int | np.random.Generator | None = None,
) -> Tensor:  # fmt: skip
    """Sets values to 0 with probability p and divides the others by 1 - p; evaluation: nothing.

    Without a seed it draws from the default generator (`nn.manual_seed`).
    Source: Srivastava et al., "Dropout", 2014.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: given p = {p}, expected a probability from 0 to 1")
    x = as_tensor(input)
    if not training or p == 0:
        return x
    keep = generator(seed).random(x.shape, dtype=np.float32) >= p
    scale = 0.0 if p == 1 else 1 / (1 - p)
    return x * (keep * scale)
