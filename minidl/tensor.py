"""The Tensor: an array that remembers how it was made, and the backward walk over that memory.

This file knows no operation by name. An operation (see `minidl.ops`) hands `record` its result and
one vector-Jacobian product (vjp) per input; `Tensor.backward` walks those from end to start.
"""

from __future__ import annotations

import contextlib
import contextvars
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from minidl import anomaly
from minidl.arguments import NUMBERS_ONLY, DType, Numbers, checked, spelt
from minidl.kernels.layout import copied, like
from minidl.kernels.machine.kept import immutable, is_immutable
from minidl.kernels.machine.ownership import is_lone
from minidl.kernels.passes.elementwise import add, add_up
from minidl.locked import read_only

Axis = int | tuple[int, ...] | None
Vjp = Callable[[np.ndarray], np.ndarray]

_recording = contextvars.ContextVar("minidl_recording", default=True)


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Inside `with no_grad():` (or under `@no_grad()`) operations record no graph."""
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


def is_recording() -> bool:
    """Whether operations record a graph here (False inside `no_grad`)."""
    return _recording.get()


class _ReadOnly:
    """Keeps an array, and the one it is a view of, read-only while some graph holds this object."""

    __slots__ = ("__weakref__", "array", "base", "views")

    def __init__(self, array: np.ndarray, base: _ReadOnly | None) -> None:
        self.array, self.base = array, base
        self.views: list[np.ndarray] = []  # to be released after `array`, and not before
        array.flags.writeable = False

    def __del__(self) -> None:
        if self.base is not None:
            self.base.views += [self.array, *self.views]
            return
        with contextlib.suppress(ValueError):  # someone else made the memory read-only
            for array in (self.array, *self.views):
                array.flags.writeable = True


_guards: weakref.WeakValueDictionary[int, _ReadOnly] = weakref.WeakValueDictionary()


def _protect(array: np.ndarray) -> _ReadOnly | None:
    """The guard that keeps the memory of `array` read-only; None where it already is for good."""
    guard = _guards.get(id(array))
    if guard is None:
        guard = _protect(array.base) if isinstance(array.base, np.ndarray) else None
        if array.flags.writeable:
            guard = _guards[id(array)] = _ReadOnly(array, guard)
    return guard


class _Node:
    """How a tensor was made: the op's name, its inputs, one vjp per input, and their guards.

    line: where in the user's code, under `detect_anomaly`.
    """

    __slots__ = ("guards", "inputs", "line", "op", "vjps")

    def __init__(self, op: str, inputs: tuple[Tensor, ...], vjps: tuple[Vjp | None, ...]) -> None:
        self.op = op
        self.inputs = inputs
        self.vjps = vjps
        self.guards = [_protect(t._array) for t in inputs]
        self.line = anomaly.users_line() if anomaly.is_watching() else ""

    @property
    def freed(self) -> bool:
        return not self.vjps

    def free(self) -> None:
        self.inputs, self.vjps, self.guards = (), (), []


class Tensor:
    """An n-dimensional array that operations can be differentiated through.

    data: anything NumPy can read. It is copied, so later changes to the original do not reach the
    tensor. float32 and float64 arrays, and integer and boolean ones, keep their dtype; Python
    numbers and lists of floats become float32.
    requires_grad: collect `.grad` here when `backward` is called on something computed from this.

    While a graph holds a tensor, its `.data` is read-only: an in-place change would silently make
    the gradient wrong, so NumPy refuses it. After `backward` it can be written again.
    """

    __slots__ = ("__weakref__", "_array", "_node", "grad", "requires_grad")

    _array: np.ndarray  # the values as operations read them; `data` is the same for users
    grad: np.ndarray | None

    @checked
    def __init__(
        self, data: Any, requires_grad: bool = False, *, dtype: DType | None = None
    ) -> None:
        self._init(own(data, dtype), requires_grad)

    def _init(self, array: np.ndarray, requires_grad: bool, node: _Node | None = None) -> None:
        if requires_grad and array.dtype.kind != "f":
            raise TypeError(
                f"given requires_grad=True for {array.dtype} of shape {array.shape}; "
                "only float32 and float64 have gradients: pass dtype=np.float32"
            )
        self._array = array
        self.grad = None
        self.requires_grad = requires_grad
        self._node = node

    @classmethod
    def _wrap(cls, array: np.ndarray, node: _Node | None = None) -> Tensor:
        """A tensor around `array` itself, not a copy."""
        out = Tensor.__new__(Tensor)
        out._init(array, node is not None, node)
        return out

    # What it is

    @property
    def data(self) -> np.ndarray:
        """The values; read-only while a graph holds them. Assigning replaces the array."""
        return read_only(self._array)

    @data.setter
    def data(self, array: Any) -> None:
        self._array = np.asarray(array)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    @property
    def ndim(self) -> int:
        return self._array.ndim

    @property
    def size(self) -> int:
        return self._array.size

    @property
    def dtype(self) -> np.dtype:
        return self._array.dtype

    @property
    def is_leaf(self) -> bool:
        """True for a tensor that no recorded operation made: the ones that collect `.grad`."""
        return self._node is None

    def numpy(self) -> np.ndarray:
        """The values, as the array itself (not a copy)."""
        return self.data

    def item(self) -> float | int | bool:
        """The only value, as a Python number. Raises ValueError unless there is exactly one."""
        if self.size != 1:
            raise ValueError(f"item() needs a tensor of one value, given shape {self.shape}")
        number: float | int | bool = self._array.item()
        return number

    def detach(self) -> Tensor:
        """The same values without their history; shares memory."""
        return Tensor._wrap(self._array)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._array, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            f"a Tensor (shape {self.shape}) is not changed in place: its gradient would be wrong; "
            "make a new one, for instance with minidl.where, or write to t.data outside a graph"
        )

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(f"the truth of a tensor of shape {self.shape} is ambiguous: reduce it")
        return bool(self._array)

    def __repr__(self) -> str:
        values = np.array2string(self._array, precision=4, separator=", ", prefix="Tensor(")
        made = f", op={self._node.op}" if self._node else ""
        grad = ", requires_grad=True" if self.requires_grad and self.is_leaf else ""
        return f"Tensor({values}, shape={self.shape}, dtype={self.dtype}{made}{grad})"

    # The backward walk

    @checked
    def backward(self, grad: Numbers | None = None) -> None:
        """Adds d(self)/d(leaf) to the `.grad` of every leaf this tensor was computed from.

        grad: d(objective)/d(self), of this tensor's shape; may be left out for a single value.
        The graph is freed on the way. Raises RuntimeError where there is no graph (any more).
        """
        if not self.requires_grad:
            raise RuntimeError(
                f"backward() on a tensor of shape {self.shape} that depends on nothing with "
                "requires_grad=True (or was computed under no_grad)"
            )
        pending = {id(self): [self._seed(grad)]}
        order = _topological_order(self)
        while order:  # each is let go of when it is done with: it may be the last to know it
            tensor = order.pop()
            given = pending.pop(id(tensor), None)
            if given is not None:
                tensor._receive(given, pending)

    def _seed(self, grad: ArrayLike | Tensor | None) -> np.ndarray:
        if grad is None:
            if self.size != 1:
                raise ValueError(
                    f"backward() without a gradient needs a single value, given shape {self.shape}:"
                    " reduce it first, or pass backward(grad) of that shape"
                )
            return np.ones_like(self._array)
        seed = np.asarray(grad, dtype=self.dtype)
        if seed.shape != self.shape:
            raise ValueError(f"backward(grad): given shape {seed.shape}, expected {self.shape}")
        if anomaly.is_watching():
            anomaly.check_given("the gradient given to backward()", seed)
        return seed

    def _receive(self, given: list[np.ndarray], pending: dict[int, list[np.ndarray]]) -> None:
        """Takes the whole gradient of this tensor: keeps it (a leaf) or passes it to the inputs.

        given: a list of this gradient alone; `pending` holds such lists. What nobody else has a
        hold of can be told so, and is kept without a copy.
        """
        node = self._node
        if node is None:
            self._keep(given)
            return
        g = like(given[0], self._array)  # turned once, not by every vjp that meets both
        watching = anomaly.is_watching()
        for number, (tensor, vjp) in enumerate(zip(node.inputs, node.vjps, strict=True)):
            if vjp is None:
                continue
            part = np.asarray(vjp(g))
            if part.dtype != tensor.dtype:
                raise TypeError(
                    f"{node.op}: the gradient of its input {tensor.shape} is {part.dtype}, the "
                    f"input {tensor.dtype}; a vjp keeps the dtype"
                )
            if watching:
                arrays = [t._array for t in node.inputs]
                anomaly.check_gradient(node.op, part, arrays, number, node.line)
            seen = pending.get(id(tensor))
            pending[id(tensor)] = [part if seen is None else add_up(seen, part)]
            if watching:
                anomaly.check_given("a sum of gradients", pending[id(tensor)][0])
        node.free()

    def _keep(self, given: list[np.ndarray]) -> None:
        """Adds a gradient to `.grad`, which is an array of its own that can be written to."""
        if self.grad is not None:
            self.grad = np.asarray(add(self.grad, given[0]))
        else:
            self.grad = given[0] if is_lone(given) else copied(given[0], self._array)

    def zero_grad(self) -> None:
        """Forgets `.grad`."""
        self.grad = None

    if TYPE_CHECKING:  # what minidl.ops adds; written down for editors and type checkers only
        T: Tensor

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __xor__(self, other: Any) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __getitem__(self, key: Any) -> Tensor: ...
        def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def norm(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def var(self, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Tensor: ...
        def std(self, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Tensor: ...
        def prod(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def cumsum(self, axis: int) -> Tensor: ...
        def logsumexp(self, axis: Axis = None, keepdims: bool = False) -> Tensor: ...
        def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor: ...
        def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor: ...
        def squeeze(self, axis: Axis = None) -> Tensor: ...
        def unsqueeze(self, axis: int) -> Tensor: ...
        def flatten(self, start_axis: int = 0, end_axis: int = -1) -> Tensor: ...
        def split(self, split_size: Any, axis: int = 0) -> tuple[Tensor, ...]: ...
        def reshape(self, *shape: Any) -> Tensor: ...
        def transpose(self, *axes: Any) -> Tensor: ...
        def broadcast_to(self, shape: tuple[int, ...]) -> Tensor: ...
        def astype(self, dtype: Any) -> Tensor: ...
        def exp(self) -> Tensor: ...
        def log(self) -> Tensor: ...
        def sqrt(self) -> Tensor: ...
        def tanh(self) -> Tensor: ...
        def abs(self) -> Tensor: ...
        def relu(self) -> Tensor: ...
        def sigmoid(self) -> Tensor: ...
        def clip(self, low: float | None = None, high: float | None = None) -> Tensor: ...
        def softmax(self, axis: int = -1) -> Tensor: ...
        def log_softmax(self, axis: int = -1) -> Tensor: ...


NUMBERS_ONLY.add(Tensor)


def own(data: Any, dtype: DTypeLike | None = None) -> np.ndarray:
    """A private copy of `data` as an array minidl can compute with."""
    if isinstance(data, Tensor):
        data = data._array
    array = _as_array(data)
    if array.dtype.kind in "fiub" and dtype is not None:
        array = array.astype(dtype, copy=False)
    elif array.dtype.kind == "f" and not isinstance(data, (np.ndarray, np.generic)):
        array = array.astype(np.float32)
    if array.dtype.kind in "biu" or array.dtype in (np.float32, np.float64):
        return array
    raise TypeError(
        f"a Tensor holds float32, float64, integers or booleans, given {spelt(data)}: convert it "
        "first, for instance with dtype=np.float32"
    )


def _as_array(data: Any) -> np.ndarray:
    try:
        return np.array(data)
    except ValueError as error:  # NumPy's own speaks of inhomogeneous parts
        lengths = sorted({len(part) for part in data if hasattr(part, "__len__")})
        raise ValueError(
            f"a Tensor needs parts of one shape, given a {type(data).__name__} of {len(data)} parts"
            f" of lengths {lengths}: pad or cut them, or make one tensor of each"
        ) from error


@checked
def tensor(data: Any, requires_grad: bool = False, *, dtype: DType | None = None) -> Tensor:
    """`Tensor(data, requires_grad)`, under the name PyTorch users look for."""
    return Tensor(data, requires_grad, dtype=dtype)


def freeze(tensor: Tensor) -> None:
    """Puts values that nothing can change in place of a tensor's: kernels may then keep what they
    work out from them. Another array can still be assigned to `tensor.data`.
    """
    tensor._array = immutable(tensor._array)


def thaw(tensor: Tensor) -> None:
    """Takes back `freeze`."""
    if is_immutable(tensor._array):
        tensor._array = tensor._array.copy()


def as_tensor(value: Any) -> Tensor:
    """`value` itself if it is a Tensor, else a Tensor made from it."""
    return value if isinstance(value, Tensor) else Tensor._wrap(own(value))


def record(op: str, out: np.ndarray, inputs: tuple[Tensor, ...], vjps: tuple[Vjp, ...]) -> Tensor:
    """Wraps an op's result, remembering its inputs and vjps if a gradient may be asked for."""
    if anomaly.is_watching():
        anomaly.check_result(op, out, [t.data for t in inputs])
    differentiable = out.dtype.kind == "f" and any(t.requires_grad for t in inputs)
    if not (_recording.get() and differentiable):
        return Tensor._wrap(out)
    wanted = tuple(vjp if t.requires_grad else None for t, vjp in zip(inputs, vjps, strict=True))
    out.flags.writeable = False
    return Tensor._wrap(out, _Node(op, inputs, wanted))


def _topological_order(root: Tensor) -> list[Tensor]:
    """Every tensor `root` was computed from, inputs before results, without recursion."""
    order: list[Tensor] = []
    entered: set[int] = set()
    stack: list[tuple[Tensor, bool]] = [(root, False)]
    while stack:
        tensor, inputs_done = stack.pop()
        if inputs_done:
            order.append(tensor)
        elif id(tensor) not in entered:
            entered.add(id(tensor))
            stack.append((tensor, True))
            stack.extend((t, False) for t in _inputs(tensor) if t.requires_grad)
    return order


def _inputs(tensor: Tensor) -> tuple[Tensor, ...]:
    node = tensor._node
    if node is None:
        return ()
    if node.freed:
        raise RuntimeError(
            f"backward() through the result of {node.op!r} (shape {tensor.shape}) a second time: "
            "its graph was freed by the first; compute it again, or add the losses before one call"
        )
    return node.inputs
