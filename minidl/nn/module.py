"""Module: parameters, buffers and smaller modules, found by attribute."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from minidl.nn import storage
from minidl.tensor import Tensor

Self = TypeVar("Self", bound="Module")


class Parameter(Tensor):
    """A Tensor that a Module trains: `requires_grad` unless told otherwise."""

    __slots__ = ()

    def __init__(
        self, data: Any, requires_grad: bool = True, *, dtype: DTypeLike | None = None
    ) -> None:
        super().__init__(data, requires_grad, dtype=dtype)


class Mismatch(NamedTuple):
    """Names that `load_state_dict(strict=False)` ignored."""

    missing: list[str]
    unexpected: list[str]


class Module:
    """A part of a network. Subclasses set attributes in `__init__` and define `forward`.

    What an attribute holds says what it is: a Parameter is trained, an array is a buffer (saved
    with the model, not trained), a Module is a part with its own. Names that begin with "_" are
    private to the object and neither saved nor searched.
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define forward(self, ...)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            _refuse_hidden(f"{type(self).__name__}.{name}", value)
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

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, each once: "" for this one, then "conv", "body.0", ..."""
        return self._walk(prefix, set())

    def _walk(self, prefix: str, seen: set[int]) -> Iterator[tuple[str, Module]]:
        if id(self) in seen:
            return
        seen.add(id(self))
        yield prefix, self
        for name, child in self.named_children():
            yield from child._walk(_joined(prefix, name), seen)

    def modules(self) -> Iterator[Module]:
        """This module and all inside it."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Every parameter once, under its dotted name."""
        return self._named(Parameter, prefix)

    def parameters(self) -> Iterator[Tensor]:
        """Every parameter once: what an optimiser is given."""
        return (parameter for _, parameter in self.named_parameters())

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

    def _public(self) -> Iterator[tuple[str, Any]]:
        return ((n, v) for n, v in vars(self).items() if not n.startswith("_"))

    # Its state

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all parameters and buffers, by name: later training does not change them."""
        entries = {name: p.data for name, p in self.named_parameters()} | dict(self.named_buffers())
        return {name: array.copy() for name, array in entries.items()}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> Mismatch:
        """Copies arrays into the parameters and buffers of these names, in this module's dtypes.

        Everything is checked first: where something does not fit, nothing is changed.
        Raises KeyError for missing or unexpected names (unless strict=False, which returns them),
        ValueError for wrong shapes and TypeError for values that cannot be converted.
        """
        own = dict(self.named_parameters()) | dict(self.named_buffers())
        mismatch = Mismatch([n for n in own if n not in state], [n for n in state if n not in own])
        if strict and any(mismatch):
            raise KeyError(_explain(type(self).__name__, mismatch))
        fitting = {n: _fit(n, state[n], own[n]) for n in own if n in state}
        for name, array in fitting.items():
            self._replace(name, array)
        return mismatch

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

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the state dict to a safetensors file (see `nn.save`)."""
        storage.save(self, path)

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

    def train(self: Self, mode: bool = True) -> Self:
        """Sets training behaviour (dropout drops, batch norm measures) in all parts."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Sets evaluation behaviour in all parts."""
        return self.train(False)

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Freezes (False) or frees (True) every parameter."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Forgets the gradient of every parameter."""
        for parameter in self.parameters():
            parameter.grad = None

    def astype(self: Self, dtype: DTypeLike) -> Self:
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
        lines = list(_tree("", self, 0))
        width = max(len(text) for text, _ in lines)
        rows = [f"{text:<{width}}  {count:>9,}" if count else text for text, count in lines]
        total = sum(p.size for p in self.parameters())
        if len(rows) == 1:
            return lines[0][0]
        return "\n".join([*rows, f"{'parameters':<{width}}  {total:>9,}"])


def _tree(name: str, module: Module, depth: int) -> Iterator[tuple[str, int]]:
    """Per module: its indented line, and how many parameters it holds itself."""
    label = f"{name}: " if name else ""
    text = f"{'  ' * depth}{label}{type(module).__name__}({module.extra_repr()})"
    yield text, sum(v.size for _, v in module._public() if isinstance(v, Parameter))
    for child_name, child in module.named_children():
        yield from _tree(child_name, child, depth + 1)


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _refuse_hidden(name: str, value: Any) -> None:
    """Raises TypeError for what looks as if it would be trained and would not be."""
    if isinstance(value, (list, tuple, dict)):
        inside = value.values() if isinstance(value, dict) else value
        if any(isinstance(v, (Module, Parameter)) for v in inside):
            raise TypeError(
                f"{name}: a {type(value).__name__} would hide its modules and parameters; use "
                "nn.ModuleList or nn.Sequential, or one attribute each"
            )
    elif type(value) is Tensor and value.requires_grad and value.is_leaf:
        raise TypeError(
            f"{name}: a Tensor with requires_grad is not trained; make it an nn.Parameter, or keep "
            "it under a name that begins with _"
        )


def _explain(owner: str, mismatch: Mismatch) -> str:
    parts = [f"{kind} {_some(names)}" for kind, names in mismatch._asdict().items() if names]
    return f"{owner}.load_state_dict: {'; '.join(parts)} (strict=False passes them over)"


def _some(names: list[str], most: int = 5) -> str:
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join([*names[:most], *more])


def _fit(name: str, given: Any, own: Tensor | np.ndarray) -> np.ndarray:
    """A private copy of `given` in the dtype of `own`, if it has its shape."""
    array = np.asarray(given)
    if array.shape != own.shape:
        raise ValueError(f"{name}: given shape {array.shape}, expected {own.shape}")
    if not np.can_cast(array.dtype, own.dtype, "same_kind"):
        raise TypeError(f"{name}: given {array.dtype}, expected {own.dtype}")
    return np.array(array, dtype=own.dtype, order="C")
