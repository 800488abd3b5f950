"""Matrix products."""

from __future__ import annotations

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.kernels import matmul as kernel
from minidl.kernels.matmul.product import product
from minidl.ops.registry import Vjps, add_methods, as_tensors, each, normal, op, unbroadcast
from minidl.ops.remembered import Remembered
from minidl.tensor import Tensor

Array = np.ndarray


@op(
    each(
        normal((2, 3), (3, 4)),
        normal((3,), (3,)),
        normal((2, 3), (3,)),
        normal((3,), (3, 4)),
        normal((5, 1, 2, 3), (4, 3, 2)),
    ),
    arrays=2,
    methods=("__matmul__",),
)
def matmul(a: Array, b: Array) -> tuple[Array, Vjps]:
    """a @ b as NumPy defines it: (..., n, k) @ (..., k, m), and vectors on either side.

    In a Gram matrix written so, x @ x.T, both gradients are one product where g is symmetric.
    """
    _check_inner(a, b)
    left, right = a.reshape(1, -1) if a.ndim == 1 else a, b.reshape(-1, 1) if b.ndim == 1 else b

    def whole(g: Array) -> Array:
        """The gradient with the axes that vector operands removed put back."""
        g = g[..., None] if b.ndim == 1 else g
        return g[..., None, :] if a.ndim == 1 else g

    def to_a(g: Array) -> Array:
        return unbroadcast(_product(whole(g), right.swapaxes(-1, -2)), left.shape).reshape(a.shape)

    twins = a.ndim == b.ndim == 2 and kernel.is_transpose(a, b)
    once = Remembered(to_a)

    def to_b(g: Array) -> Array:
        if twins and np.array_equal(g, g.T):
            return once(g).T
        return unbroadcast(_product(left.swapaxes(-1, -2), whole(g)), right.shape).reshape(b.shape)

    return _product(a, b), (once if twins else to_a, to_b)


@op(each(normal((3, 4)), normal((4, 2, 3))))
def gram(x: Array) -> tuple[Array, Vjps]:
    """G[k, k'] = sum over positions of x[k] x[k'], for x (C, ...): x x^T of shape (C, C).

    The gradient is one product, (g + g^T) x, where `x @ x.T` would take two.
    """
    flat = x.reshape(len(x), -1)  # (C, positions)
    return kernel.gram(flat), (lambda g: _product(g + g.T, flat).reshape(x.shape),)


def _product(a: Array, b: Array) -> Array:
    """a @ b, on every thread where it is large."""
    return kernel.matmul(a, b) if a.ndim == b.ndim == 2 else product(a, b)


def _check_inner(a: Array, b: Array) -> None:
    if not (a.ndim and b.ndim) or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"matmul: given shapes {a.shape} and {b.shape}; the last axis of the first must equal "
            "the second to last of the second"
        )


add_methods(__rmatmul__=lambda self, other: matmul(other, self))


@checked
def linear(input: Numbers, weight: Numbers, bias: Numbers | None = None) -> Tensor:
    """input @ weight^T + bias: (..., in) with weight (out, in) and bias (out,) to (..., out)."""
    x, w = as_tensors("linear", (input, weight))
    if w.ndim != 2 or not x.ndim or x.shape[-1] != w.shape[1]:
        raise ValueError(
            f"linear: given input {x.shape} and weight {w.shape}; the weight is (out, in) and the "
            "input's last axis must be `in`"
        )
    if bias is not None and np.shape(bias) != w.shape[:1]:  # another shape might broadcast
        raise ValueError(f"linear: given bias of shape {np.shape(bias)}, expected {w.shape[:1]}")
    y = matmul(x, w.T)
    return y if bias is None else y + bias
