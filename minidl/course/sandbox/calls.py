"""What a child noted of the calls of the function under test, taken over with care.

The notes come from a process that runs a learner's code, and may be forged. So they are held to
kinds and sizes here, and what they say can only cost points: see grading/promises.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from minidl.course.sandbox import wire
from minidl.course.sandbox.foreign import shown
from minidl.course.sandbox.record import MOST_CALLS, MOST_DEPTH, MOST_ITEMS, MOST_NUMBERS, Key

MOST_WORD = 40  # characters of a name
MOST_TEXT = 400  # characters of a line
MOST_AXES = 32


@dataclass(frozen=True)
class Form:
    """The type of a result: "number", "array", "list", "tuple", "dict" or "other".

    word: the dtype of a number or an array, the type's name of what is other.
    sizes: the shape of an array, the length of a list, tuple or dict. items: what is in it.
    plain: of a number, whether it is Python's own and not NumPy's.
    """

    kind: str
    word: str = ""
    sizes: tuple[int, ...] = ()
    items: tuple[Form, ...] = ()
    plain: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Call:
    """One call: as Python source where that is short, the shapes, and what came of it."""

    line: str
    shapes: str
    arrays: bool  # whether there were arrays, with something in them, among the arguments
    returns: Form | None  # None: it did not return
    numbers: tuple[float, ...]
    changed: frozenset[Key]
    shares: frozenset[Key]


def calls(body: Any) -> tuple[Call, ...]:
    """The calls that a message tells of; Broken where it does not have their form."""
    try:
        return tuple(_call(note) for note in _few(body, MOST_CALLS))
    except wire.Broken:
        raise
    except Exception:  # hostile input: every failure means the same
        raise wire.Broken("an account of its calls that cannot be read") from None


def _call(note: dict[str, Any]) -> Call:
    return Call(
        line=_text(note["line"], MOST_TEXT),
        shapes=_text(note["shapes"], MOST_TEXT),
        arrays=note["arrays"] is True,
        returns=None if note["returns"] is None else _form(note["returns"], MOST_DEPTH),
        numbers=tuple(float(number) for number in _few(note["numbers"], MOST_NUMBERS)),
        changed=_keys(note["changed"]),
        shares=_keys(note["shares"]),
    )


def _few(values: Any, most: int) -> list[Any]:
    if not isinstance(values, list) or len(values) > most:
        raise wire.Broken("an account of its calls that is too long")
    return values


def _text(text: Any, most: int) -> str:
    return shown(text, most)


def _keys(keys: Any) -> frozenset[Key]:
    return frozenset(
        key if type(key) is int else _text(key, MOST_WORD) for key in _few(keys, MOST_ITEMS)
    )


def _form(tree: Any, depth: int) -> Form:
    kind, first, *rest = tree
    if kind == "number":
        return Form(kind, _text(first, MOST_WORD), plain=rest == [True])
    if kind == "other":
        return Form(kind, _text(first, MOST_WORD))
    if kind == "array":
        return Form(kind, _text(first, MOST_WORD), tuple(map(int, _few(rest[0], MOST_AXES))))
    if kind not in ("list", "tuple", "dict") or depth < 0:
        raise wire.Broken("a form of a result that there is not")
    items = tuple(_form(item, depth - 1) for item in _few(rest[0], MOST_ITEMS))
    return Form(kind, "", (int(first),), items)
