"""What every loss ends and begins with: its reduction, and the check of shapes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from minidl.arguments import Numbers, said
from minidl.ops.registry import as_tensors
from minidl.tensor import Tensor

Reduction = Literal["mean", "sum", "none"]


ClassWeight = Annotated[
    Any,
    said(Numbers, 'an array of numbers or None (other options by name, as in reduction="none")'),
]


def reduce(values: Tensor, reduction: Reduction) -> Tensor:
    """The mean of all values, their sum, or the values themselves."""
    check_reduction(reduction)
    return values if reduction == "none" else getattr(values, reduction)()


def check_reduction(reduction: Any) -> None:
    """Raises ValueError for what is no reduction."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'given reduction {reduction!r}, expected "mean", "sum" or "none"')


def same_shape(name: str, input: Any, target: Any) -> tuple[Tensor, Tensor]:
    """Both as tensors; ValueError unless they have one shape."""
    x, _ = as_tensors(name, (input, target))
    _, t = as_tensors(name, (x, target))  # of two arrays, the input decides on the dtype
    if x.shape != t.shape:
        raise ValueError(
            f"{name}: given input {x.shape} and target {t.shape}; their shapes must be equal"
        )
    return x, t


def per_class(name: str, what: str, weight: Any, classes: int, like: Tensor) -> Tensor:
    """`weight` as a tensor (classes,) of the dtype of `like`; ValueError for another shape."""
    if np.shape(weight) != (classes,):
        given = repr(weight) if isinstance(weight, str) else f"shape {np.shape(weight)}"
        raise ValueError(
            f"{name}: given {what} {given}, expected ({classes},), one number for each class "
            '(other options by name, as in reduction="none")'
        )
    return as_tensors(name, (like, weight))[1]
