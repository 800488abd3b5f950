"""Checking gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.seeding import generator
from minidl.tensor import Tensor


@checked
def gradcheck(
    fn: Callable[..., Tensor],
    *inputs: Numbers,
    eps: float = 1e-6,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    seed: int = 0,
) -> bool:
    """True if `fn`'s gradients equal central differences at `inputs`; otherwise raises.

    fn: takes as many Tensors as there are inputs and returns one Tensor, the same every call.
    inputs: arrays, computed with in float64; the graph is walked with a random gradient, so that
    every entry of the Jacobian counts.
    rtol, atol: central differences in float64 carry a truncation error of order eps^2 and a
    rounding error of order 1e-16 / eps, 1e-10 here; the defaults leave a wide margin.
    Raises AssertionError naming the input, the index and both values of the worst entry.
    """
    if not (eps > 0 and rtol >= 0 and atol >= 0):
        raise ValueError(
            f"gradcheck: given eps={eps}, rtol={rtol}, atol={atol}, expected eps above 0 and the "
            "others at least 0"
        )
    arrays = [np.array(x, dtype=np.float64) for x in inputs]
    tensors = [Tensor(x, requires_grad=True) for x in arrays]
    out = fn(*tensors)
    if not isinstance(out, Tensor):
        raise TypeError(f"gradcheck: fn returned {type(out).__name__}, expected a Tensor")
    direction = generator(seed).standard_normal(out.shape)
    out.backward(direction)

    def objective() -> float:
        return float(np.sum(fn(*map(Tensor, arrays)).data * direction))

    for number, (tensor, array) in enumerate(zip(tensors, arrays, strict=True)):
        found = np.zeros_like(array) if tensor.grad is None else tensor.grad
        _compare(number, found, _central_differences(objective, array, eps), rtol, atol)
    return True


def _central_differences(objective: Callable[[], float], x: np.ndarray, eps: float) -> np.ndarray:
    """d objective / d x, moving one entry of x at a time (and putting it back)."""
    out = np.empty_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + eps
        above = objective()
        x[index] = kept - eps
        out[index] = (above - objective()) / (2 * eps)
        x[index] = kept
    return out


def _compare(
    number: int, found: np.ndarray, expected: np.ndarray, rtol: float, atol: float
) -> None:
    error = np.abs(found - expected) - (atol + rtol * np.abs(expected))
    if error.size and not error.max() <= 0:  # `not <=` also catches NaN
        at = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
        raise AssertionError(
            f"gradcheck: the gradient of input {number} (shape {found.shape}) at {at} is "
            f"{found[at]:.6g}; finite differences give {expected[at]:.6g}"
        )
