"""Normalisation over the batch, the picture, groups of channels, or the last axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.functional.pooling import avg_pool2d
from minidl.functional.windows import Sizes, lengths, per_axis
from minidl.kernels.passes.channels import moments
from minidl.kernels.sums import deviations, terms
from minidl.kernels.sums import mean as array_mean
from minidl.ops.batch_norm import batch_standardize
from minidl.ops.elementwise import maximum
from minidl.ops.length import unit
from minidl.ops.reduce import standardize
from minidl.ops.registry import as_tensors
from minidl.ops.shape import pad
from minidl.tensor import Tensor, as_tensor


@checked
def batch_norm(
    input: Numbers, running_mean: np.ndarray | None, running_var: np.ndarray | None, weight: Numbers
    | None = None, bias: Numbers | None = None, training: bool = False, momentum: float = 0.1, eps:
    float = 1e-5,
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
        _check_enough(x.shape)
        measured = moments(x._array)
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


def _check_enough(shape: tuple[int, ...]) -> None:
    count = math.prod((shape[0], *shape[2:]))
    if count < 2:
        raise ValueError(
            f"batch_norm: given {'one value' if count else 'no values'} per channel (shape {shape})"
            "; training needs at least two to measure a variance"
        )


def _update_running(
    shape: tuple[int, ...], measured: tuple[np.ndarray, np.ndarray], mean: np.ndarray | None,
    var: np.ndarray | None, momentum: float,
) -> None:  # fmt: skip
    count = math.prod(shape) // shape[1]
    if mean is not None:
        mean += momentum * (measured[0].astype(mean.dtype) - mean)
    if var is not None:
        var += momentum * ((measured[1] * (count / (count - 1))).astype(var.dtype) - var)


@checked
def layer_norm(
    input: Numbers,
    normalized_shape: Sizes,
    weight: Numbers | None = None,
    bias: Numbers | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Standardises over the last axes, which must have `normalized_shape`, then scales and shifts.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016, equation 4.
    """
    x = _like("layer_norm", input, weight, bias)
    shape = lengths("layer_norm", "normalized_shape", normalized_shape)
    if x.shape[x.ndim - len(shape) :] != shape:
        raise ValueError(f"layer_norm: given {x.shape}, expected it to end in {shape}")
    _check_given("layer_norm", x, shape, weight=weight, bias=bias)
    last = x.ndim - 1 if len(shape) == 1 else tuple(range(-len(shape), 0))
    return _affine(standardize(x, last, eps), weight, bias, shape)


@checked
def instance_norm(
    input: Numbers, running_mean: np.ndarray | None = None, running_var: np.ndarray | None = None,
    weight: Numbers | None = None, bias: Numbers | None = None, use_input_stats: bool = True,
    momentum: float = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Standardises each channel of each example of input (N, C, ...), then scales and shifts.

    use_input_stats=False uses running_mean and running_var instead; otherwise those given are moved
    towards the means over the batch, in place. Source: Ulyanov et al., "Instance normalization",
    2016, equation 2.
    """
    x = _like("instance_norm", input, weight, bias)
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    if x.ndim < 3 or math.prod(x.shape[2:]) < 2:
        raise ValueError(
            f"instance_norm: given shape {x.shape}, expected (N, C, ...) with at least two places "
            "to measure a variance"
        )
    parameters = {"weight": weight, "bias": bias}
    running = {"running_mean": running_mean, "running_var": running_var}
    _check_given("instance_norm", x, x.shape[1:2], **parameters, **running)
    over = tuple(range(2, x.ndim))
    if running_mean is not None:
        running_mean += momentum * (array_mean(x._array, over).mean(0) - running_mean)
    if running_var is not None:
        running_var += momentum * (_variance(x._array, over).mean(0) - running_var)
    return _affine(standardize(x, over, eps), weight, bias, (-1, *[1] * len(over)))


def _variance(x: np.ndarray, axis: tuple[int, ...]) -> np.ndarray:
    """The unbiased variance over `axis`, in float64."""
    return deviations(x, axis)[1].squeeze(axis) / (terms(x, axis) - 1)


@checked
def group_norm(
    input: Numbers,
    num_groups: int,
    weight: Numbers | None = None,
    bias: Numbers | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Standardises num_groups groups of channels of each example (N, C, ...), scales and shifts.

    weight, bias: (C,). Source: Wu and He, "Group normalization", 2018, section 3.
    """
    x = _like("group_norm", input, weight, bias)
    (groups,) = per_axis("group_norm", "num_groups", 1, num_groups, 1)
    if x.ndim < 2 or x.shape[1] % groups:
        raise ValueError(
            f"group_norm: given shape {x.shape} and num_groups={groups}, expected (N, C, ...) with "
            "num_groups dividing C"
        )
    _check_given("group_norm", x, x.shape[1:2], weight=weight, bias=bias)
    y = standardize(x.reshape(x.shape[0], groups, -1), -1, eps).reshape(x.shape)
    return _affine(y, weight, bias, (-1, *[1] * (x.ndim - 2)))


@checked
def local_response_norm(
    input: Numbers, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """x / (k + alpha m)^beta, m the mean square of `size` channels around; input (N, C, ...).

    Source: Krizhevsky et al., "ImageNet classification with deep networks", 2012, section 3.3
    (where alpha is alpha / size).
    """
    x = as_tensor(input)
    per_axis("local_response_norm", "size", 1, size, 1)
    if x.ndim < 3:
        raise ValueError(f"local_response_norm: given shape {x.shape}, expected (N, C, ...)")
    squares = (x * x).reshape(x.shape[0], 1, x.shape[1], -1)
    around = pad(squares, ((0, 0), (0, 0), (size // 2, (size - 1) // 2), (0, 0)))
    mean = avg_pool2d(around, (size, 1), 1).reshape(x.shape)
    return x / (mean * alpha + k) ** beta


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


@checked
def normalize(input: Any, p: float = 2.0, axis: int = 1, eps: float = 1e-12) -> Tensor:
    """input / max(|input|, eps), |.| the p-norm along `axis`: points on the unit sphere.

    p: 2 (Euclidean length), any other number above 0, or np.inf (the largest).
    """
    x = as_tensor(input)
    return unit(x, axis, eps) if p == 2 else x / maximum(_length(x, p, axis), eps)


def _length(x: Tensor, p: float, axis: int) -> Tensor:
    """(sum |x|^p)^(1/p) along `axis`, the largest |x| for infinite p; kept as an axis of 1."""
    if not p > 0:
        raise ValueError(f"normalize: given p={p}, expected a number above 0")
    if p == np.inf:
        return x.abs().max(axis, True)
    _check_given("normalize", x, ())
    total = (x.abs() ** p).sum(axis, True) if p != 1 else x.abs().sum(axis, True)
    return maximum(total, np.finfo(x.dtype).tiny) ** (1 / p)  # so that 0 has a finite gradient


@checked
def cosine_similarity(x1: Any, x2: Any, axis: int = 1, eps: float = 1e-8) -> Tensor:
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `axis`, -1 to 1; shapes broadcast."""
    a, b = as_tensors("cosine_similarity", (x1, x2))
    return (normalize(a, 2.0, axis, eps) * normalize(b, 2.0, axis, eps)).sum(axis)
