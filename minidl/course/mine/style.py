"""Where exercise set 08 takes over: Gram matrices and the costs of a painting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.course.mine.graph import scalar_with_gradients
from minidl.course.mine.seams import forward, function
from minidl.style.costs import _one_picture
from minidl.tensor import Tensor, as_tensor

Array = np.ndarray


@forward("gram", "ex08.gram_matrix", "ex08.gram_vjp", place="style.gram_matrix and its gradient")
def _gram(original: Callable, mine: Callable, mine_vjp: Callable) -> Callable:
    def gram(x: Array) -> Any:
        if x.ndim != 3:
            return original(x)
        return mine(x), (lambda g: mine_vjp(x, g),)

    return gram


@function(
    "minidl.style.costs.content_cost",
    "ex08.content_cost",
    "ex08.content_cost_grad",
    place="style.content_cost and its gradient",
)
def _content_cost(original: Callable, mine: Callable, mine_grad: Callable) -> Callable:
    def both(content: Array, generated: Array) -> tuple[Array, Array]:
        gradient = mine_grad(content, generated)
        return -gradient, gradient  # the cost knows only the difference of the two

    def content_cost(content: Any, generated: Any) -> Tensor:
        two = tuple(_one_picture("content_cost", f) for f in (content, generated))
        if two[0].shape != two[1].shape:
            return original(content, generated)  # which says what is wrong
        return scalar_with_gradients("content_cost", mine, both, two, tuple(t.data for t in two))

    return content_cost


@function(
    "minidl.style.costs.style_layer_cost",
    "ex08.style_layer_cost",
    "ex08.style_layer_cost_grad",
    place="style.style_layer_cost and its gradient",
)
def _style_layer_cost(original: Callable, mine: Callable, mine_grad: Callable) -> Callable:
    def both(style: Array, generated: Array) -> tuple[Array, Array]:
        return mine_grad(generated, style), mine_grad(style, generated)

    def style_layer_cost(style: Any, generated: Any) -> Tensor:
        two = tuple(_one_picture("style_layer_cost", f) for f in (style, generated))
        if len(two[0]) != len(two[1]):
            return original(style, generated)
        arrays = tuple(t.data for t in two)
        return scalar_with_gradients("style_layer_cost", mine, both, two, arrays)

    return style_layer_cost


@function("minidl.style.costs.total_cost", "ex08.total_cost", place="style.total_cost")
def _total_cost(original: Callable, mine: Callable) -> Callable:
    def total_cost(content: Any, style: Any, alpha: float = 10, beta: float = 40) -> Tensor:
        two = as_tensor(content), as_tensor(style)
        arguments = (two[0].item(), two[1].item(), float(alpha), float(beta))
        return scalar_with_gradients("total_cost", mine, lambda *_: (alpha, beta), two, arguments)

    return total_cost


@function(
    "minidl.style.costs.total_variation",
    "ex08.total_variation",
    "ex08.total_variation_grad",
    place="style.total_variation and its gradient",
)
def _total_variation(original: Callable, mine: Callable, mine_grad: Callable) -> Callable:
    def total_variation(image: Any) -> Tensor:
        x = _one_picture("total_variation", image)

        def gradients(pixels: Array) -> tuple[Array]:
            return (mine_grad(pixels),)

        return scalar_with_gradients("total_variation", mine, gradients, (x,), (x.data,))

    return total_variation
