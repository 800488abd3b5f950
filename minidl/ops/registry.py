"""Where operations are registered: one decorator, one list.

An operation is a function from arrays to `(result, vjps)`: the value, and for every array input the
function that takes the gradient of the result to the gradient of that input (its vector-Jacobian
product). `@op` registers it, makes it take and return Tensors, and may make it a Tensor method.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from minidl.arguments import Signature, explained
from minidl.kernels.sums import total
from minidl.tensor import Tensor, Vjp, own, record

Vjps = tuple[Vjp, ...]
Result = TypeVar("Result")
Forward = Callable[..., tuple[np.ndarray, Vjps]]


@dataclass(frozen=True)
class Sample:
    """Arguments to try an op on: arrays are differentiated, keywords are passed as they are."""

    arrays: tuple[np.ndarray, ...]
    options: dict[str, Any]


@dataclass(frozen=True)
class Op:
    """A registered operation and the inputs its gradient is checked on.

    forward: what every call looks up, so that another one can take its place (`course.use_mine`).
    own: the one it was registered with.
    """

    name: str
    function: Callable[..., Tensor]
    samples: Callable[[np.random.Generator], Sequence[Sample]]
    forward: Forward
    own: Forward


OPS: dict[str, Op] = {}
_SINGLE, _DOUBLE = {np.dtype(np.float32)}, {np.dtype(np.float64)}


def op(
    samples: Callable[[np.random.Generator], Sequence[Sample]],
    *,
    arrays: int | None = 1,
    broadcasts: bool = False,
    methods: Sequence[str] = (),
) -> Callable[[Forward], Callable[..., Tensor]]:
    """Registers `forward(*arrays, **options) -> (result, vjps)` as an operation on Tensors.

    samples: `rng -> [Sample, ...]`, small float64 inputs for the gradient check.
    arrays: how many leading arguments are arrays (None: all positional ones).
    broadcasts: the arrays broadcast against each other, so gradients are summed back to shape.
    methods: names under which Tensor gets it too.
    """

    def register(forward: Forward) -> Callable[..., Tensor]:
        name = forward.__name__
        signature = Signature(forward, arrays)

        @functools.wraps(forward)
        def apply(*args: Any, **options: Any) -> Tensor:
            if options or arrays is None or len(args) > arrays:
                args = signature.read(args, options)
            count = len(args) if arrays is None else arrays
            if len(args) < count:  # given by keyword they would bypass the graph
                raise TypeError(f"{name}: given {len(args)} arrays, expected {count}, positional")
            inputs = as_tensors(name, args[:count])
            values = [t._array for t in inputs]
            if broadcasts:
                check_broadcast(name, values)
            try:
                out, vjps = OPS[name].forward(*values, *args[count:], **options)
            except (ValueError, TypeError) as error:  # NumPy's says neither operation nor shapes
                raise _explained(name, values, error) from error
            _check_dtype(name, values, out)
            if broadcasts:
                vjps = tuple(map(_summed_to, vjps, (v.shape for v in values)))
            return record(name, np.asarray(out), inputs, vjps)

        OPS[name] = Op(name, apply, samples, forward, forward)
        add_methods(**dict.fromkeys(methods, apply))
        return apply

    return register


def untouched() -> bool:
    """Whether every operation is the library's own, and not one that took its place."""
    return all(entry.forward is entry.own for entry in OPS.values())


def add_methods(**functions: Any) -> None:
    """Gives Tensor these methods (or properties)."""
    for name, function in functions.items():
        setattr(Tensor, name, function)


def as_tensors(name: str, args: Sequence[Any]) -> tuple[Tensor, ...]:
    """Tensors as they are; constants adopt the dtype of the float tensors among them.

    Raises TypeError where float32 and float64 tensors meet: nothing changes dtype silently.
    """
    dtypes = {a._array.dtype if isinstance(a, Tensor) else None for a in args}
    if dtypes in (_SINGLE, _DOUBLE):
        return tuple(args)  # most calls
    floats = {a.dtype for a in args if isinstance(a, Tensor) and a.dtype.kind == "f"}
    if len(floats) > 1:
        raise TypeError(
            f"{name}: given tensors of float32 and float64; convert one of them, for instance "
            "with t.astype(np.float32)"
        )
    try:
        tensors = [a if isinstance(a, Tensor) else _constant(a, floats) for a in args]
    except (TypeError, ValueError) as error:  # of what is no number
        raise explained(name.removeprefix("_"), error) from error.__cause__
    dtype = next(iter(floats), None) or _leading(tensors)
    return tuple(
        t if dtype is None else _adopting(a, t, dtype) for a, t in zip(args, tensors, strict=True)
    )


def _constant(value: Any, floats: set[np.dtype]) -> Tensor:
    array = own(value, next(iter(floats), None))
    array.flags.writeable = False  # nobody else has it: no graph needs to guard it
    return Tensor._wrap(array)


def _leading(tensors: Sequence[Tensor]) -> np.dtype | None:
    """The dtype of the first array of floats, or else of the first float, if there is one."""
    floats = [t for t in tensors if t.dtype.kind == "f"]
    return next((t.dtype for t in sorted(floats, key=lambda t: not t.ndim)), None)


def _adopting(given: Any, tensor: Tensor, dtype: np.dtype) -> Tensor:
    """A tensor of whole numbers, or a single constant, in the dtype of what it meets."""
    if tensor.dtype == dtype or (tensor.dtype.kind == "f" and (tensor.ndim or given is tensor)):
        return tensor
    return Tensor._wrap(tensor._array.astype(dtype))


def _check_dtype(name: str, values: list[np.ndarray], out: np.ndarray) -> None:
    """Raises TypeError where an op promotes float32, so that its author learns which op it is."""
    if values and out.dtype == values[0].dtype:
        return
    given = {v.dtype for v in values if v.dtype.kind == "f"}
    if given and out.dtype.kind == "f" and out.dtype not in given and name != "astype":
        raise TypeError(
            f"{name}: its result is {out.dtype} for {', '.join(map(str, given))}; an operation "
            "keeps the dtype of its inputs (a NumPy scalar, unlike a Python number, promotes)"
        )


def check_broadcast(name: str, values: list[np.ndarray]) -> None:
    """Raises ValueError, naming the operation, unless the arrays broadcast with each other."""
    try:
        np.broadcast(*values)
    except ValueError:
        shapes, public = " and ".join(str(v.shape) for v in values), name.removeprefix("_")
        raise ValueError(
            f"{public}: given shapes {shapes}; counted from the end, lengths must be equal or 1"
        ) from None


def _explained(name: str, values: list[np.ndarray], error: Exception) -> Exception:
    """Our own error as it is (it says what was given or expected); NumPy's in our words."""
    told = explained(name.removeprefix("_"), error, values[0].shape)
    if told is not error or any(w in str(error) for w in ("given", "expected", "argument")):
        return told
    shapes, public = " and ".join(str(v.shape) for v in values), name.removeprefix("_")
    if isinstance(error, TypeError):
        kinds = " and ".join(str(v.dtype) for v in values)
        return TypeError(f"{public}: given {kinds} of shape {shapes}, expected floats: convert "
                         "them, for instance with x.astype(np.float32)")  # fmt: skip
    if any(not v.size for v in values):
        return ValueError(f"{public}: given shape {shapes}, expected at least one value")
    return ValueError(f"{public}: given shape {shapes}; {error}")


def _summed_to(vjp: Vjp, shape: tuple[int, ...]) -> Vjp:
    return lambda g: unbroadcast(vjp(g), shape)


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The reverse of broadcasting: sums `g` over the axes that were stretched from `shape`."""
    if g.shape == shape:
        return g
    added = tuple(range(g.ndim - len(shape)))
    stretched = tuple(
        len(added) + i for i, n in enumerate(shape) if n == 1 and g.shape[len(added) + i] != 1
    )
    return total(g, added + stretched).reshape(shape)


def normal(*shapes: tuple[int, ...], **options: Any) -> Callable[[np.random.Generator], Sample]:
    """A Sample of standard normal arrays of these shapes."""
    return lambda rng: Sample(tuple(rng.standard_normal(s) for s in shapes), options)


def positive(*shapes: tuple[int, ...], **options: Any) -> Callable[[np.random.Generator], Sample]:
    """A Sample of arrays with values in [0.5, 2)."""
    return lambda rng: Sample(tuple(rng.uniform(0.5, 2.0, s) for s in shapes), options)


def each(
    *makers: Callable[[np.random.Generator], Sample],
) -> Callable[[np.random.Generator], Sequence[Sample]]:
    """The samples these makers give, in order."""
    return lambda rng: [make(rng) for make in makers]
