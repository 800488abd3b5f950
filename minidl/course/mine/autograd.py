"""Where exercise set 01 takes over: broadcasting backwards, products, the order of the walk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.course.mine.places import Function, forward, function
from minidl.tensor import Tensor, _inputs

Array = np.ndarray


@function("minidl.ops.registry.unbroadcast", "ex01.unbroadcast", place="broadcasting, backwards")
def _unbroadcast(original: Function, mine: Function) -> Function:
    return lambda g, shape: np.asarray(mine(g, shape), g.dtype)


@forward("mul", "ex01.mul_vjp", place="the gradient of a * b")
def _mul(original: Function, mine: Function) -> Function:
    def mul(a: Array, b: Array) -> Any:
        return a * b, (lambda g: mine(g, a, b)[0], lambda g: mine(g, a, b)[1])

    return mul


@forward("matmul", "ex01.matmul_vjp", place="the gradient of a @ b")
def _matmul(original: Function, mine: Function) -> Function:
    def matmul(a: Array, b: Array) -> Any:
        out, vjps = original(a, b)
        if not a.ndim == b.ndim == 2:  # the exercise is about two matrices
            return out, vjps
        return out, (lambda g: mine(g, a, b)[0], lambda g: mine(g, a, b)[1])

    return matmul


@function(
    "minidl.tensor._topological_order",
    "ex01.topological_order",
    place="the order in which backward() walks",
)
def _topological_order(original: Function, mine: Function) -> Function:
    def order(root: Tensor) -> list[Tensor]:
        known = {str(id(tensor)): tensor for tensor in original(root)}
        parents = {
            name: [str(id(t)) for t in _inputs(tensor) if t.requires_grad]
            for name, tensor in known.items()
        }
        return [known[name] for name in mine(parents, str(id(root)))]

    return order


@function(
    "minidl.gradients._central_differences",
    "ex01.numerical_gradient",
    place="the finite differences of gradcheck",
)
def _numerical_gradient(original: Function, mine: Function) -> Function:
    def central_differences(objective: Callable[[], float], x: Array, eps: float) -> Array:
        kept = x.copy()

        def at(values: Array) -> float:
            x[...] = values
            return objective()

        try:
            result: Array = mine(at, kept.copy(), eps)
            return result
        finally:
            x[...] = kept

    return central_differences
