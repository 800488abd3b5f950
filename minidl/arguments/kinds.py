"""Kinds of arguments: what an annotation asks for, in words and as a test.

A kind reads a value: it gives it back as the function takes it, or says `REFUSED`. NumPy's scalars,
arrays without axes and Tensors without axes are read as Python's numbers.
"""

from __future__ import annotations

import collections.abc as abc
import inspect
import os
import types
import typing
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from typing import Annotated, Any, Literal, Union

import numpy as np

REFUSED = object()


@dataclass(frozen=True)
class Kind:
    """expected: in words, after "expected". read: the value as it is taken, or REFUSED.

    quick: types whose values are all taken as they are.
    """

    expected: str
    read: Callable[[Any], Any]
    quick: Set[type] = field(default=frozenset(), compare=False)


def _item(value: Any) -> Any:
    """What an array without axes holds, as Python's; anything else as it is.

    A Tensor that requires a gradient stays one: as a number it would lose it.
    """
    if getattr(value, "ndim", None) == 0 and not getattr(value, "requires_grad", False):
        return value.item()
    return value


def whole(value: Any) -> Any:
    """`value` as an int, or REFUSED."""
    value = value if type(value) is int else _item(value)
    return int(value) if isinstance(value, Integral) and not _is_flag(value) else REFUSED


def number(value: Any) -> Any:
    """`value` as a float (an int where it is one), or REFUSED."""
    value = _item(value)
    if type(value) in (int, float):
        return value
    return float(value) if isinstance(value, Real) and not _is_flag(value) else REFUSED


def _flag(value: Any) -> Any:
    value = _item(value)
    truth = _is_flag(value) or (isinstance(value, Integral) and value in (0, 1))
    return bool(value) if truth else REFUSED


def _is_flag(value: Any) -> bool:
    return isinstance(value, (bool, np.bool_))


def _numbers(value: Any) -> Any:
    dtype = getattr(value, "dtype", None)
    if not isinstance(dtype, np.dtype):
        try:
            dtype = np.asarray(value).dtype
        except (TypeError, ValueError):  # a ragged list
            return REFUSED
    return value if dtype.kind in "fiub" else REFUSED


def _labels(value: Any) -> Any:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return REFUSED
    return value if array.ndim and array.dtype.kind in "iubfUS" else REFUSED


def _dtype(value: Any) -> Any:
    try:
        known = np.dtype(value).kind in "fiub" and value is not None
    except (TypeError, ValueError):
        return REFUSED
    return value if known else REFUSED


def instance_of(kind: type, expected: str) -> Kind:
    """The objects of a class."""
    return Kind(expected, lambda v: v if isinstance(v, kind) else REFUSED, frozenset({kind}))


def having(expected: str, *names: str) -> Kind:
    """The objects that have these attributes."""
    return Kind(expected, lambda v: v if all(hasattr(v, n) for n in names) else REFUSED)


def _choice(choices: tuple[Any, ...]) -> Kind:
    def read(value: Any) -> Any:
        value = _item(value)
        same = (c for c in choices if isinstance(value, type(c)) and value == c)
        return next(same, REFUSED)

    return Kind(" or ".join(map(repr, choices)), read)


def _many(
    item: Kind | None, count: int | None = None, *, lazy: bool = False, fixed: bool = False
) -> Kind:
    """A sequence, of `count` values where that is known.

    lazy: any iterable will do. fixed: it becomes a tuple.
    """

    def read(value: Any) -> Any:
        if isinstance(value, (str, bytes, abc.Mapping)) or getattr(value, "ndim", 1) == 0:
            return REFUSED
        if not isinstance(value, (list, tuple, range)):
            if getattr(value, "ndim", None) == 1:
                value = value.tolist() if isinstance(value, np.ndarray) else list(value)
            else:
                taken = hasattr(value, "__iter__") and (lazy or hasattr(value, "__len__"))
                return value if taken and (item is None or lazy) else REFUSED
        if count is not None and len(value) != count:
            return REFUSED
        items = list(value) if item is None else [item.read(v) for v in value]
        if any(v is REFUSED for v in items):
            return REFUSED
        return items if isinstance(value, list) and not fixed else tuple(items)

    return Kind(_of("a list" if count is None else f"{count} values", item), read)


def _mapping(item: Kind | None) -> Kind:
    def read(value: Any) -> Any:
        if not isinstance(value, abc.Mapping) or item is None:
            return value if isinstance(value, abc.Mapping) else REFUSED
        items = {name: item.read(v) for name, v in value.items()}
        return REFUSED if any(v is REFUSED for v in items.values()) else items

    return Kind(_of("a dict", item), read)


def _of(what: str, item: Kind | None) -> str:
    """ "a list of whole numbers"."""
    if item is None:
        return what
    article, _, noun = item.expected.partition(" ")
    if article in ("a", "an") and " " not in noun.removeprefix("whole "):
        return f"{what} of {noun}s"
    return f"{what}, each {item.expected}"


def _either(kinds: Sequence[Kind]) -> Kind:
    def read(value: Any) -> Any:
        return next((v for v in (kind.read(value) for kind in kinds) if v is not REFUSED), REFUSED)

    words = dict.fromkeys(kind.expected for kind in kinds)
    return Kind(" or ".join(words), read, frozenset().union(*(kind.quick for kind in kinds)))


WHOLE = Kind("a whole number", whole, frozenset({int}))
NUMBER = Kind("a number", number, frozenset({int, float}))
FLAG = Kind("True or False", _flag, frozenset({bool}))
TEXT = instance_of(str, "a text")
NOTHING = Kind("None", lambda v: v if v is None else REFUSED, frozenset({type(None)}))
FUNCTION = Kind("a function", lambda v: v if callable(v) else REFUSED)
NUMBERS_ONLY: set[type] = set()  # types that hold nothing else; `tensor` adds its own
ANY_NUMBERS = Kind("an array of numbers", _numbers, NUMBERS_ONLY)
# What is imported for type checkers only.
BY_NAME = {"Axes": Annotated[Any, having("a Matplotlib Axes", "imshow", "plot")]}

Numbers = Annotated[Any, ANY_NUMBERS]  # a Tensor, an array, nested lists, a number
Labels = Annotated[Any, Kind("a list of labels", _labels)]
DType = Annotated[Any, Kind("a dtype of numbers, such as np.float32", _dtype)]

_PLAIN: dict[Any, Kind] = {
    int: WHOLE, float: NUMBER, bool: FLAG, str: TEXT, None: NOTHING, type(None): NOTHING,
    os.PathLike: instance_of(os.PathLike, "a path"),
    np.ndarray: instance_of(np.ndarray, "a NumPy array"),
    np.random.Generator: instance_of(np.random.Generator, "an np.random.Generator"),
}  # fmt: skip


def said(annotation: Any, words: str) -> Kind:
    """The kind of an annotation, in other words: what to do instead, for instance."""
    kind = kind_of(annotation) or Kind("anything", lambda v: v)
    return replace(kind, expected=words)


def kind_of(annotation: Any) -> Kind | None:
    """What an annotation asks for; None where it takes anything."""
    if isinstance(annotation, Kind):
        return annotation
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return next((m for m in inner[1:] if isinstance(m, Kind)), None)
    if origin in (Union, types.UnionType):
        kinds = [kind_of(part) for part in inner]
        return None if None in kinds else _either([k for k in kinds if k is not None])
    if origin is Literal:
        return _choice(inner)
    if origin is not None:
        return _container(origin, inner)
    return _PLAIN[annotation] if annotation in _PLAIN else _object(annotation)


def _container(origin: Any, inner: tuple[Any, ...]) -> Kind | None:
    if origin is os.PathLike:
        return _PLAIN[origin]
    if origin is abc.Callable:
        return FUNCTION
    if origin is tuple and inner[-1] is not Ellipsis:
        return _many(_shared(inner), len(inner), fixed=True)
    if origin in (dict, abc.Mapping):
        return _mapping(kind_of(inner[1]))
    if origin in (list, tuple, abc.Sequence, abc.Iterable, abc.Iterator):
        lazy = origin in (abc.Iterable, abc.Iterator)
        return _many(kind_of(inner[0]), lazy=lazy, fixed=origin is tuple)
    return None


def _shared(inner: tuple[Any, ...]) -> Kind | None:
    return kind_of(inner[0]) if len(set(inner)) == 1 else None


def _object(annotation: Any) -> Kind | None:
    if not inspect.isclass(annotation) or annotation in (Any, object, type):
        return None
    if getattr(annotation, "_is_protocol", False):
        names = [name for name in vars(annotation) if not name.startswith("_")]
        return having(f"an object with {', '.join(names)}", *names)
    article = "an" if annotation.__name__[0] in "AEIOU" else "a"
    return instance_of(annotation, f"{article} {annotation.__name__}")
