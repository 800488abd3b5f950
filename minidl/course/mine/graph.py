"""A learner's value and gradient, two functions of arrays, as one node of the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.course.mine.places import Function
from minidl.tensor import Tensor, record

Array = np.ndarray


def scalar_with_gradients(
    name: str,
    value: Function,
    gradients: Function,
    tensors: tuple[Tensor, ...],
    arguments: tuple[Any, ...],
) -> Tensor:
    """A loss as a node of the graph, from a function for its value and one for all its gradients.

    gradients(*arguments) gives one array for each tensor; it is called once, when first asked.
    """
    found: list[Any] = []

    def gradient(i: int) -> Callable[[Array], Array]:
        def vjp(g: Array) -> Array:
            if not found:
                found.extend(gradients(*arguments))
            return np.asarray(g * found[i], tensors[i].dtype)

        return vjp

    out = np.asarray(value(*arguments), tensors[0].dtype)
    return record(name, out, tensors, tuple(gradient(i) for i in range(len(tensors))))
