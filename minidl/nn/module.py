"""Module: parameters, buffers and smaller modules, found by attribute."""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar

import numpy as np

from minidl.arguments import DType, checked
from minidl.nn import storage
from minidl.nn.drawing import drawn
from minidl.nn.fitting import Mismatch, State, check_state, fit
from minidl.nn.hidden import ends_in, holds
from minidl.nn.inputs import adopted
from minidl.tensor import Tensor, as_tensor, thaw

_GROWING = (list, dict, deque)
Self = TypeVar("Self", bound="Module")


class Parameter(Tensor):
    """A Tensor that a Module trains: `requires_grad` unless told otherwise."""

    __slots__ = ()

    @checked
    def __init__(
        self, data: Any, requires_grad: bool = True, *, dtype: DType | None = None
    ) -> None:
        super().__init__(data, requires_grad, dtype=dtype)


class Module:
    """A part of a network. Subclasses set attributes in `__init__` and define `forward`.

    What an attribute holds says what it is: a Parameter is trained, an array is a buffer (saved
    with the model, not trained), a Module is a part with its own. Names that begin with "_" are
    private to the object and neither saved nor searched. A list, dict or other container with
    modules or parameters in it is refused (TypeError) when it becomes an attribute, when the module
    is searched, and when it is called.
    """

    training: bool = True
    _optional: ClassVar[tuple[str, ...]] = ()  # buffers that a state dict may do without

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define forward(self, ...)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """forward(...), to which arrays of floats come in the dtype of the parameters."""
        for name, value in self._public():
            if isinstance(value, _GROWING) and ends_in(value, _is_trained):
                self._refuse_hidden(name, value)
        args = tuple(adopted(value, self.parameters) for value in args)
        return self.forward(
            *args, **{n: adopted(value, self.parameters) for n, value in kwargs.items()}
        )

    def _as_input(self, x: Any) -> Tensor:
        """x as a Tensor, as a call takes it."""
        return as_tensor(adopted(x, self.parameters))

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            self._refuse_hidden(name, value)
            self._refuse_loss(name, value)
        super().__setattr__(name, value)

    def _refuse_loss(self, name: str, value: Any) -> None:
        """Raises TypeError where something untrained would take the place of a parameter."""
        old = vars(self).get(name)
        if isinstance(old, Parameter) and not (value is None or isinstance(value, Parameter)):
            raise TypeError(
                f"{type(self).__name__}.{name}: given {type(value).__name__} in place of a "
                f"Parameter of shape {old.shape}; write .{name}.data = array, or give nn.Parameter"
            )

    # What is in it

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes of this one, with their names."""
        return ((n, v) for n, v in self._public() if isinstance(v, Module))

    @checked
    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, each once: "" for this one, then "conv", "body.0", ..."""
        return self._walk(prefix, set())

    def _walk(
        self, prefix: str, seen: set[int], again: bool = False
    ) -> Iterator[tuple[str, Module]]:
        """again: a module that is in two places is found in both (but not inside itself)."""
        if id(self) in seen:
            return
        seen.add(id(self))
        self._refuse_strays()
        yield prefix, self
        for name, child in self.named_children():
            yield from child._walk(_joined(prefix, name), seen, again)
        if again:
            seen.discard(id(self))

    def modules(self) -> Iterator[Module]:
        """This module and all inside it."""
        return (module for _, module in self.named_modules())

    @checked
    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Every parameter once, under its dotted name."""
        return self._named(Parameter, prefix)

    def parameters(self) -> Iterator[Tensor]:
        """Every parameter once: what an optimiser is given."""
        return (parameter for _, parameter in self.named_parameters())

    @checked
    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, np.ndarray]]:
        """Every buffer once, under its dotted name."""
        return self._named(np.ndarray, prefix)

    def _named(self, kind: type, prefix: str) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        for path, module in self.named_modules(prefix):
            for name, value in module._public():
                if isinstance(value, kind) and id(value) not in seen:
                    seen.add(id(value))
                    yield _joined(path, name), value

    def _refuse_strays(self) -> None:
        """Raises TypeError for what came into a container, or into the class, by the back door."""
        for name, value in self._public():
            self._refuse_hidden(name, value)
        own: Any = type(self)  # which mypy does not take for hashable
        for kind, name in _class_parts(own):
            if name not in vars(self):
                raise TypeError(
                    f"{kind}.{name}: an attribute of the class is shared by all its objects and "
                    f"not searched; write self.{name} = ... in __init__"
                )

    def _refuse_hidden(self, name: str, value: Any) -> None:
        """Raises TypeError for what looks as if it would be trained and would not be."""
        owner = type(self).__name__
        if holds(value, _is_trained):
            raise TypeError(
                f"{owner}.{name}: a {type(value).__name__} would hide its modules and parameters; "
                "use nn.ModuleList or nn.Sequential, or one attribute each"
            )
        if type(value) is Tensor and _is_trained(value):
            raise TypeError(
                f"{owner}.{name}: a Tensor with requires_grad is not trained; make it an "
                "nn.Parameter, or keep it under a name that begins with _"
            )

    def _own_parameters(self) -> Iterator[Parameter]:
        return (value for _, value in self._public() if isinstance(value, Parameter))

    def _public(self) -> Iterator[tuple[str, Any]]:
        return ((n, v) for n, v in vars(self).items() if not n.startswith("_"))

    # Its state

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all parameters and buffers, by name: later training does not change them.

        What is shared (a tied weight, a module in two places) stands under each of its names.
        """
        return {name: _values(value).copy() for name, value in self._everything().items()}

    def _everything(self) -> dict[str, Tensor | np.ndarray]:
        """Every parameter, then every buffer, under all of its names."""
        places = list(self._walk("", set(), again=True))
        return {
            _joined(path, name): value
            for kind in (Parameter, np.ndarray)
            for path, module in places
            for name, value in module._public()
            if isinstance(value, kind)
        }

    @checked
    def load_state_dict(self, state: State, strict: bool = True) -> Mismatch:
        """Copies arrays into the parameters and buffers of these names, in this module's dtypes.

        What is shared needs one of its names. Everything is checked first: where something does not
        fit, nothing is changed. Raises KeyError for missing or unexpected names (unless
        strict=False, which returns them), ValueError for wrong shapes, for NaN, or for different
        values of one shared parameter, and TypeError for values that cannot be converted.
        """
        check_state(type(self).__name__, state)
        own = self._everything()
        mismatch = Mismatch(self._missing(own, state), [n for n in state if n not in own])
        if strict and any(mismatch):
            raise KeyError(mismatch.explained(type(self).__name__))
        fitting: dict[int, tuple[str, np.ndarray]] = {}
        for name in (n for n in own if n in state):
            array = fit(name, state[name], own[name])
            first, other = fitting.setdefault(id(own[name]), (name, array))
            if not np.array_equal(array, other, equal_nan=True):
                raise ValueError(f"{first} and {name} are one parameter, given different values")
        for name, value in own.items():
            if id(value) in fitting:
                self._replace(name, fitting[id(value)][1])
        return mismatch

    def _missing(self, own: Mapping[str, Any], state: Mapping[str, Any]) -> list[str]:
        """Names without a value in `state`, under this name or another one of the same."""
        given = {id(own[name]) for name in own if name in state}
        optional = {
            _joined(path, name)
            for path, module in self._walk("", set(), again=True)
            for name in module._optional
        }
        return [n for n, value in own.items() if id(value) not in given and n not in optional]

    def _replace(self, name: str, array: np.ndarray) -> None:
        """Puts a new array under a dotted name; a graph that still holds the old one keeps it."""
        *path, last = name.split(".")
        owner = self
        for part in path:
            owner = vars(owner)[part]
        value = vars(owner)[last]
        if isinstance(value, Tensor):
            value.data = array
        else:
            setattr(owner, last, array)

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the state dict to a safetensors file (see `nn.save`)."""
        storage.save(self, path)

    @checked
    def load(self: Self, path: str | os.PathLike[str], strict: bool = True) -> Self:
        """Reads what `save` wrote into this module; returns the module.

        Raises FileNotFoundError or ValueError, naming the file, and leaves the module as it was.
        """
        state = storage.load(path)
        try:
            self.load_state_dict(state, strict)
        except (KeyError, ValueError, TypeError) as error:
            raise ValueError(f"{path} does not fit this model: {error.args[0]}") from error
        return self

    # Switches

    @checked
    def train(self: Self, mode: bool = True) -> Self:
        """Sets training behaviour (dropout drops, batch norm measures) in all parts."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Sets evaluation behaviour in all parts."""
        return self.train(False)

    @checked
    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Freezes (False) or frees (True) every parameter."""
        for parameter in self.parameters():
            if requires_grad:
                thaw(parameter)
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Forgets the gradient of every parameter."""
        for parameter in self.parameters():
            parameter.grad = None

    @checked
    def astype(self: Self, dtype: DType) -> Self:
        """Converts all floating parameters and buffers, in place; gradients are forgotten."""
        kind = np.dtype(dtype)
        if kind not in (np.float32, np.float64):
            raise TypeError(f"astype: given {kind}, expected float32 or float64")
        self.zero_grad()
        for name, array in self.state_dict().items():
            if array.dtype.kind == "f":
                self._replace(name, array.astype(kind))
        return self

    # How it reads

    def extra_repr(self) -> str:
        """What `repr` shows between the brackets: a layer's sizes and options."""
        return ""

    def __repr__(self) -> str:
        return drawn(self)


def _values(value: Tensor | np.ndarray) -> np.ndarray:
    return value._array if isinstance(value, Tensor) else value


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _is_trained(value: Any) -> bool:
    """Whether it is trained as an attribute of a module, or looks as if it would be."""
    if isinstance(value, (Module, Parameter)):
        return True
    return type(value) is Tensor and value.requires_grad and value.is_leaf


@functools.lru_cache(maxsize=1024)  # every search of a network asks it of every part
def _class_parts(kind: type) -> list[tuple[str, str]]:
    """(class, name) of the attributes of a class and its bases that hold something trained."""
    return [
        (base.__name__, name)
        for base in kind.__mro__
        for name, value in vars(base).items()
        if not name.startswith("_") and (_is_trained(value) or holds(value, _is_trained))
    ]
