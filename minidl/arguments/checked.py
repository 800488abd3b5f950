"""Calls held to a function's annotations."""

from __future__ import annotations

import builtins
import functools
import inspect
import re
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, ParamSpec, TypeVar

from minidl.arguments.kinds import BY_NAME, REFUSED, Kind, kind_of

P = ParamSpec("P")
R = TypeVar("R")

_names: set[str] = set()  # of all functions whose arguments are checked
_LONGEST = 60  # letters of what was given
# What arguments are called in PyTorch, and here, where axes are named as in NumPy.
_NAMED_HERE = {
    "dim": "axis", "dims": "axis", "keepdim": "keepdims", "start_dim": "start_axis",
    "end_dim": "end_axis", "correction": "ddof", "unbiased": "ddof",
}  # fmt: skip


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """`function`, refusing arguments that are not what its annotations say.

    ValueError for a number or a word that is none of those expected, else TypeError. Errors that
    it raises itself and that do not name it get its name in front.
    """
    signature = Signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        given = signature.read(args, options)
        try:
            return function(*given, **options)
        except (TypeError, ValueError) as error:
            told = explained(signature.name(args), error)
            if told is error:
                raise
            raise told from error

    return call


def checked_fields(record: type[R]) -> type[R]:
    """A dataclass whose fields are held to their annotations when it is made."""
    setattr(record, "__init__", checked(record.__init__))  # noqa: B010
    return record


class Signature:
    """The arguments of a function, with what kind each is. Its annotations are read when needed.

    arrays: so many leading arguments are left to the function (None: all that go by place).
    """

    def __init__(self, function: Callable[..., Any], arrays: int | None = 0) -> None:
        self.function, self.arrays = function, arrays
        own = function.__name__
        self.own = own if own.startswith("__") else own.removeprefix("_")
        _names.add(self.own)
        parameters = list(inspect.signature(function).parameters.values())
        self.bound = bool(parameters) and parameters[0].name in ("self", "cls")
        self.parameters = {p.name: p for p in parameters}

    def name(self, args: Sequence[Any]) -> str:
        """The function as a user calls it, for these arguments: "conv2d", "Linear", "SGD.step"."""
        if not self.bound or not args:
            return self.own
        owner = args[0] if isinstance(args[0], type) else type(args[0])
        return owner.__name__ if self.own == "__init__" else f"{owner.__name__}.{self.own}"

    @functools.cached_property
    def kinds(self) -> dict[str, Kind | None]:
        """By name, what each argument must be; None for anything."""
        left = len(self.parameters) if self.arrays is None else self.arrays + self.bound
        return {
            name: None
            if i < left and p.kind is not p.KEYWORD_ONLY
            else kind_of(_evaluated(self.function, p.annotation))
            for i, (name, p) in enumerate(self.parameters.items())
        }

    @functools.cached_property
    def _places(self) -> tuple[tuple[str, Kind | None], ...]:
        by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return tuple((n, self.kinds[n]) for n, p in self.parameters.items() if p.kind in by_place)

    @functools.cached_property
    def _takes_any_name(self) -> bool:
        return bool(inspect.unwrap(self.function).__code__.co_flags & inspect.CO_VARKEYWORDS)

    def read(self, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments as the function takes them; `options` is changed in place."""
        changed: list[Any] | None = None
        for i, ((name, kind), value) in enumerate(zip(self._places, args, strict=False)):
            if kind is not None and type(value) not in kind.quick:
                taken = self._taken(args, name, kind, value)
                if taken is not value:
                    changed = list(args) if changed is None else changed
                    changed[i] = taken
        for value in args[len(self._places) :]:  # of *values, which are only looked at
            self._look(args, value)
        for name, value in options.items():
            if name not in self.kinds and not self._takes_any_name:
                raise self._unknown(args, name, value)
            kind = self.kinds.get(name)
            if kind is not None and type(value) not in kind.quick:
                options[name] = self._taken(args, name, kind, value)
        return args if changed is None else tuple(changed)

    def _look(self, args: Sequence[Any], value: Any) -> None:
        name = next((n for n, p in self.parameters.items() if p.kind is p.VAR_POSITIONAL), "")
        kind = self.kinds.get(name)
        if kind is not None:
            self._taken(args, name, kind, value)

    def _taken(self, args: Sequence[Any], name: str, kind: Kind, value: Any) -> Any:
        taken = kind.read(value)
        if taken is REFUSED:
            word = isinstance(value, str) and "'" in kind.expected  # another one was expected
            other = isinstance(value, Real) and "number" in kind.expected
            error = ValueError if word or other else TypeError
            raise error(f"{self.name(args)}: given {name}={spelt(value)}, expected {kind.expected}")
        return taken

    def _unknown(self, args: Sequence[Any], name: str, value: Any) -> TypeError:
        who = self.name(args)
        if name == "inplace":
            return TypeError(f"{who}: given inplace={value!r}; nothing is changed in place: use "
                             "the result")  # fmt: skip
        if name in _NAMED_HERE:
            return TypeError(
                f"{who}: given {name}=, which PyTorch says; axes are named as in NumPy here: write "
                f"{_NAMED_HERE[name]}="
            )
        known = ", ".join(n for n in self.parameters if n not in ("self", "cls"))
        return TypeError(f"{who}: given {name}={spelt(value)}, expected only {known}")


def _evaluated(function: Callable[..., Any], annotation: Any) -> Any:
    """An annotation as the object it names."""
    if not isinstance(annotation, str):
        return annotation
    return eval(annotation, {}, _Names(inspect.unwrap(function).__globals__))


class _Names(dict[str, Any]):
    """The names that a file knows; Any for what it imports for type checkers only."""

    def __missing__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by debuggers
            raise KeyError(name)
        return getattr(builtins, name, None) or BY_NAME.get(name, Any)


def spelt(value: Any) -> str:
    """A value as one short line: arrays by dtype and shape, others as they are written."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape == () and not hasattr(value, "__setitem__"):  # a number of NumPy's
        value = value.item()
    elif isinstance(shape, tuple) and dtype is not None:
        return f"{type(value).__name__} of {dtype} and shape {shape}"
    words = " ".join(repr(value).split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."


def explained(name: str, error: Exception, shape: tuple[int, ...] | None = None) -> Exception:
    """An error of the function of this name: in one line, and saying the name where it is ours.

    What NumPy says of an axis (of `shape`) is said in our words.
    """
    axis, ndim = getattr(error, "axis", None), getattr(error, "ndim", None)
    if axis is not None and ndim is not None:  # NumPy's AxisError
        reach = f"-{ndim} to {ndim - 1}" if ndim else "none: it has no axes"
        of = f"of {ndim} axes" if shape is None else f"for shape {shape}"
        return ValueError(f"{name}: given axis {axis} {of}, expected {reach}")
    message = str(error)
    if type(error) not in (TypeError, ValueError):  # it has a kind, and words, of its own
        return error
    if error.args != (message,) or not ("given" in message or "expected" in message):
        return error
    line = " ".join(message.split("\n"))
    inner, _, rest = line.partition(": ")
    if inner == "style" or any(re.search(rf"\b{part}\b", line) for part in name.split(".")):
        error.args = (line,)
    else:  # the user called this function, not one that it calls
        error.args = (f"{name}: {rest if inner.rpartition('.')[2] in _names else line}",)
    return error
