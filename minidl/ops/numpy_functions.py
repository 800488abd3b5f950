"""NumPy's own functions on Tensors: `np.exp(t)` is `t.exp()`, `np.mean(t, 0)` is `t.mean(0)`.

Where minidl has the operation, the result is a Tensor with its gradient. Everything else is worked
out from the values alone, and refused where that would silently lose a gradient.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.arguments import spelt
from minidl.ops import elementwise, linalg, logic
from minidl.ops import shape as shape_ops
from minidl.ops.registry import add_methods
from minidl.tensor import Tensor, is_recording

_UFUNCS: dict[np.ufunc, Callable[..., Tensor]] = {
    np.add: elementwise.add,
    np.subtract: elementwise.sub,
    np.multiply: elementwise.mul,
    np.divide: elementwise.div,
    np.power: elementwise.pow,
    np.square: lambda t: elementwise.mul(t, t),
    np.maximum: elementwise.maximum,
    np.minimum: elementwise.minimum,
    np.negative: elementwise.neg,
    np.exp: elementwise.exp,
    np.log: elementwise.log,
    np.sqrt: elementwise.sqrt,
    np.tanh: elementwise.tanh,
    np.absolute: elementwise.abs,
    np.matmul: linalg.matmul,
    np.less: logic.lt,
    np.less_equal: logic.le,
    np.greater: logic.gt,
    np.greater_equal: logic.ge,
    np.equal: logic.eq,
    np.not_equal: logic.ne,
    np.bitwise_and: logic.both,
    np.bitwise_or: logic.either,
    np.bitwise_xor: logic.one,
    np.invert: logic.invert,
    np.left_shift: logic.shift,
    np.right_shift: logic.shift,
}

# NumPy's function, the Tensor's method, and NumPy's names for what the method calls otherwise.
_FUNCTIONS: dict[Any, tuple[str, dict[str, str]]] = {
    **{
        getattr(np, name): (name, {})
        for name in ("sum", "mean", "max", "min", "var", "std", "prod", "cumsum", "argmax",
                     "argmin", "abs", "squeeze", "broadcast_to")
    },
    np.amax: ("max", {}),
    np.amin: ("min", {}),
    np.linalg.norm: ("norm", {}),
    np.clip: ("clip", {"a_min": "low", "a_max": "high", "min": "low", "max": "high"}),
    np.expand_dims: ("unsqueeze", {}),
    np.ravel: ("flatten", {}),
}  # fmt: skip
_RESHAPING: dict[Any, Callable[..., Tensor]] = {
    np.reshape: lambda t, shape: shape_ops.reshape(t, shape),
    np.transpose: lambda t, axes=None: shape_ops.transpose(t, axes),
    np.concatenate: shape_ops.concatenate,
    np.stack: shape_ops.stack,
    np.where: elementwise.where,
}


def _ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """What NumPy calls for `np.exp(t)`, and for an array `a` in `a * t`."""
    ours = _UFUNCS.get(ufunc)
    if ours is not None and method == "__call__" and not options:
        return ours(*inputs)
    return _from_values(ufunc.__name__, getattr(ufunc, method), inputs, options)


def _function(self: Tensor, function: Any, types: Any, args: Any, options: Any) -> Any:
    """What NumPy calls for `np.mean(t)`."""
    if function is np.shape:  # asked often, by every layer
        return self.shape
    if function in _RESHAPING and _fits(_RESHAPING[function], args, options):
        return _RESHAPING[function](*args, **options)
    if function in _FUNCTIONS:
        method, names = _FUNCTIONS[function]
        ours = getattr(Tensor, method)
        tensor, *rest = _bound(function, args, options).items()
        renamed = {names.get(name, name): value for name, value in rest}
        if _fits(ours, (tensor[1],), renamed):
            return ours(tensor[1], **renamed)
    return _from_values(function.__name__, function, args, options)


def _bound(function: Any, args: Any, options: Any) -> dict[str, Any]:
    """What was given, by NumPy's names; what has NumPy's default value is left out."""
    signature = inspect.signature(function)
    given = signature.bind(*args, **options).arguments
    defaults = {name: p.default for name, p in signature.parameters.items()}
    return {name: value for name, value in given.items() if value is not defaults[name]}


def _fits(ours: Callable[..., Any], args: Any, options: Any) -> bool:
    try:
        inspect.signature(ours).bind(*args, **options)
    except TypeError:
        return False
    return True


def _from_values(name: str, function: Any, args: Any, options: Any) -> Any:
    """NumPy's answer for the values; TypeError where a gradient would be lost with it."""
    graph = is_recording() and _wants_gradient([*args, *options.values()])
    if graph and options.get("out") is not None:
        raise TypeError(
            f"np.{name}: an array cannot take the result of a tensor that requires a gradient; "
            "write a = a + t instead of a += t, or use t.data for the values alone"
        )
    values = _values(args)
    try:
        out = function(*values, **{key: _values(value) for key, value in options.items()})
    except (TypeError, ValueError) as error:
        shapes = "broadcast" in str(error)
        expected = "shapes that broadcast" if shapes else "what NumPy's function takes"
        given = ", ".join(map(spelt, values))
        raise type(error)(f"np.{name}: given {given}, expected {expected}") from error
    if graph and getattr(out, "dtype", np.dtype(bool)).kind == "f":
        raise TypeError(
            f"np.{name}, called like this, has no gradient in minidl, and a tensor given requires "
            "one: use t.data for the values alone, or operations of minidl"
        )
    return out


def _values(value: Any) -> Any:
    """The same with arrays in the place of Tensors, in lists and tuples too."""
    if isinstance(value, Tensor):
        return value.data
    return type(value)(map(_values, value)) if type(value) in (list, tuple) else value


def _wants_gradient(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.requires_grad
    return isinstance(value, (list, tuple)) and any(map(_wants_gradient, value))


add_methods(__array_ufunc__=_ufunc, __array_function__=_function)
