"""What a painting costs: content, style, and roughness, normalised as in the course.

Features are what one layer of a network makes of one picture, (1, C, H, W) or (C, H, W). All costs
are single numbers that can be differentiated to the features, and through them to the picture.
Source: Gatys, Ecker and Bethge, "Image style transfer using convolutional neural networks", 2016,
equations 1 to 7, with the constants of the course.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.ops.linalg import gram
from minidl.ops.reduce import squared_norm
from minidl.ops.registry import as_tensors
from minidl.tensor import Tensor, as_tensor

Features = Any  # a Tensor, or what one can be made from
LAYER_WEIGHT = 0.2  # lambda of each of five style layers


@checked
def gram_matrix(features: Numbers) -> Tensor:
    """G_kk' = sum_ij a_ijk a_ijk': which channels are active together, (C, C).

    It does not know where: with the positions shuffled, it is the same.
    Raises ValueError for anything but features of one picture, and TypeError where they are not
    floats.
    """
    return gram(_one_picture("gram_matrix", features))


@checked
def content_cost(content: Numbers, generated: Numbers) -> Tensor:
    """J_content = 1/(4 nH nW nC) sum (a_C - a_G)^2, of features of one shape.

    Raises ValueError where the shapes differ.
    """
    wanted, made = (_one_picture("content_cost", f) for f in (content, generated))
    if wanted.shape != made.shape:
        raise ValueError(
            f"content_cost: given features of shapes {wanted.shape} and {made.shape}, expected one "
            "shape: compute both at the same size of picture and layer"
        )
    return squared_norm(made - wanted) * (1 / (4 * made.size))


def masked_content_cost(content: Features, generated: Features, mask: np.ndarray) -> Tensor:
    """`content_cost` with each place's share of it: 1/(4 nH nW nC) sum m_ij (a_C - a_G)^2.

    mask: (nH, nW), 0 and more. With 1 everywhere it is `content_cost`.
    """
    wanted, made = (_one_picture("masked_content_cost", f) for f in (content, generated))
    apart = (made - wanted) * np.sqrt(mask, dtype=made.dtype)
    return squared_norm(apart) * (1 / (4 * made.size))


@checked
def style_layer_cost(style: Numbers, generated: Numbers) -> Tensor:
    """J_style of one layer: 1/(2 nH nW nC)^2 sum (G_S - G_G)^2.

    The style picture may have another size: each Gram matrix is divided by 2 nH nW nC with its own
    nH and nW, which is the same formula where they agree.
    Raises ValueError where the numbers of channels differ.
    """
    wanted, made = (normalised_gram(f, "style_layer_cost") for f in (style, generated))
    if wanted.shape != made.shape:
        raise ValueError(
            f"style_layer_cost: given features of {len(wanted)} and {len(made)} channels, expected "
            "as many: take both from the same layer"
        )
    return squared_norm(made - wanted)


@checked
def style_cost(
    style: Mapping[str, Features],
    generated: Mapping[str, Features],
    weights: Mapping[str, float] | None = None,
) -> Tensor:
    """J_style = sum_l lambda_l J_style[l], over features by layer.

    weights: lambda of every layer to count; without it 0.2 for all layers of `style`.
    Raises ValueError where a layer is missing or nothing is to be counted.
    """
    weights = dict.fromkeys(style, LAYER_WEIGHT) if weights is None else weights
    missing = [n for n in weights if n not in style or n not in generated]
    if missing or not weights:
        raise ValueError(
            f"style_cost: given features of style {_listed(style)} and generated "
            f"{_listed(generated)}, expected both for {_listed(weights)}"
        )
    costs = [style_layer_cost(style[n], generated[n]) * float(w) for n, w in weights.items()]
    return sum(costs[1:], start=costs[0])


@checked
def total_cost(content: Numbers, style: Numbers, alpha: float = 10, beta: float = 40) -> Tensor:
    """J = alpha J_content + beta J_style, of the two costs."""
    ours, theirs = as_tensors("total_cost", (content, style))
    return ours * alpha + theirs * beta


@checked
def total_variation(image: Numbers) -> Tensor:
    """How rough a picture is: the mean over its pixels of the squared steps to the right and down.

    image: (1, C, H, W) or (C, H, W); the squares of all channels are summed. Large for
    checkerboards and speckle, small for edges, which are few.
    """
    x = _one_picture("total_variation", image)
    down, right = x[:, 1:] - x[:, :-1], x[:, :, 1:] - x[:, :, :-1]
    return (squared_norm(down) + squared_norm(right)) * (1 / (x.shape[1] * x.shape[2]))


@checked
def fine_detail(image: Numbers) -> Tensor:
    """How much detail of two or three pixels a picture has: specks, and the lattice of the descent.

    The mean over its pixels of the squared fourth differences (a - 4 b + 6 c - 4 d + e of five
    neighbours) to the right and down, all channels summed: a frequency of f cycles a pixel counts
    by (2 - 2 cos(2 pi f))^4, which is 256 at a half, 81 at a third, 1 at a sixth.
    image: (1, C, H, W) or (C, H, W), at least 5 pixels on each side. Raises ValueError for fewer.
    """
    x = _one_picture("fine_detail", image)
    if min(x.shape[1:]) < 5:
        raise ValueError(f"fine_detail: given shape {x.shape}, expected at least 5 pixels each way")
    down, right = _fourth_differences(x)
    return (squared_norm(down) + squared_norm(right)) * (1 / (x.shape[1] * x.shape[2]))


def masked_fine_detail(image: Features, mask: np.ndarray) -> Tensor:
    """`fine_detail` with each pixel's share of it.

    mask: (H, W), 0 and more. With 1 everywhere it is `fine_detail`.
    """
    x = _one_picture("masked_fine_detail", image)
    down, right = _fourth_differences(x)
    roots = np.sqrt(mask, dtype=x.dtype)
    cost = squared_norm(down * roots[2:-2]) + squared_norm(right * roots[:, 2:-2])
    return cost * (1 / (x.shape[1] * x.shape[2]))


def _fourth_differences(x: Tensor) -> tuple[Tensor, Tensor]:
    """Of five neighbours to the bottom and to the right; the pixel is the middle one."""
    down, right = (_second_difference(_second_difference(x, axis), axis) for axis in (1, 2))
    return down, right


def _second_difference(x: Tensor, axis: int) -> Tensor:
    """a - 2 b + c of three neighbours along an axis, which becomes two places shorter."""
    before, middle, after = (
        x[(slice(None),) * axis + (slice(i, x.shape[axis] - 2 + i),)] for i in range(3)
    )
    return before - middle * 2 + after


def normalised_gram(
    features: Features, name: str = "normalised_gram", scale: float = 1.0
) -> Tensor:
    """G / (2 nH nW nC): J_style of a layer is the squared distance of two of these.

    scale: what the features are multiplied by first.
    """
    x = _one_picture(name, features)
    return gram(x) * (scale**2 / (2 * x.size))


def _one_picture(name: str, features: Features) -> Tensor:
    """(C, H, W) floats."""
    x = as_tensor(features)
    if x.dtype.kind != "f":
        raise TypeError(f"{name}: given {x.dtype} values, expected floats (features of a layer)")
    shape = x.shape[1:] if x.ndim == 4 and x.shape[0] == 1 else x.shape
    if len(shape) != 3 or not np.prod(shape):
        raise ValueError(
            f"{name}: given shape {x.shape}, expected (1, C, H, W) or (C, H, W), one picture"
        )
    return x if x.ndim == 3 else x.reshape(shape)


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "nothing"
