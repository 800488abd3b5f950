"""Notes how a graded function was called and what it gave back. Standard library and NumPy only.

A probe gets the learner's module with that one function watched. What is noted is plain data, a
few numbers and words a call, and goes to the parent, which compares it with the reference's notes.
Like child.py, this file is loaded by its path.
"""

from __future__ import annotations

import hashlib
import math
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

MOST_CALLS = 32  # noted in one probe
MOST_ITEMS = 16  # looked at in a list, tuple or dict of results
MOST_DEPTH = 3
MOST_NUMBERS = 64  # kept of one result
SMALL = 12  # numbers of an array that is written out
MOST_LINE = 160  # characters of a call that is written out
MOST_SUMMED = 1 << 20  # entries of a larger result that are summed
MOST_BYTES = 1 << 16  # of an array that is kept as it is; of a larger one its digest is

NUMBERS = (bool, int, float, complex, np.number, np.bool_)

Key = int | str  # an argument: its position, or its name where it was given by name


def watched(module: types.ModuleType, name: str, notes: list[dict[str, Any]]) -> types.ModuleType:
    """The module as a probe sees it: calls of the function `name` are added to `notes`."""
    function = getattr(module, name, None)
    if not callable(function):
        return module

    def call(*args: Any, **kwargs: Any) -> Any:
        if len(notes) == MOST_CALLS:
            return function(*args, **kwargs)
        given = dict[Key, Any](enumerate(args)) | kwargs
        before = {key: _state(value) for key, value in given.items()}
        notes.append(_asked(name, given))
        note = notes[-1]
        result = function(*args, **kwargs)
        note["changed"] = [key for key, value in given.items() if _state(value) != before[key]]
        note["shares"] = [key for key, value in given.items() if _shares(value, result)]
        note["returns"], note["numbers"] = form(result), list(_numbers(result))[:MOST_NUMBERS]
        return result

    return _with(module, name, call)


def strict(module: types.ModuleType, name: str) -> types.ModuleType:
    """The module as a second run sees it: the function gets read-only, non-contiguous arrays."""
    function = getattr(module, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(_hard, args), **{key: _hard(value) for key, value in kwargs.items()})

    return _with(module, name, call)


def _with(module: types.ModuleType, name: str, function: Callable[..., Any]) -> types.ModuleType:
    """A copy, so that what the file calls by itself is not watched."""
    seen = types.ModuleType(module.__name__)
    seen.__dict__.update(vars(module))
    setattr(seen, name, function)
    return seen


def _hard(value: Any) -> Any:
    """The same values, each array a read-only view of every second entry of a longer one."""
    if isinstance(value, np.ndarray) and value.ndim and value.size:
        longer = np.empty((*value.shape[:-1], 2 * value.shape[-1]), value.dtype)
        longer[..., ::2], longer[..., 1::2] = value, value[..., ::-1]
        view = longer[..., ::2]
        view.flags.writeable = False
        return view
    if type(value) in (list, tuple):
        return type(value)(map(_hard, value))
    return {k: _hard(v) for k, v in value.items()} if type(value) is dict else value


def _asked(name: str, given: dict[Key, Any]) -> dict[str, Any]:
    """The note of a call before its result is there."""
    try:
        words = [_word(key, _written(value)) for key, value in given.items()]
        line = f"{name}({', '.join(words)})"
    except ValueError:
        line = ""
    return {
        "line": line if len(line) <= MOST_LINE else "",
        "shapes": ", ".join(_word(key, _outline(value)) for key, value in given.items()),
        "arrays": any(True for value in given.values() for a in _arrays(value) if a.size),
        "returns": None,
        "numbers": [],
        "changed": [],
        "shares": [],
    }


def _word(key: Key, text: str) -> str:
    return f"{key}={text}" if isinstance(key, str) else text


def _written(value: Any) -> str:
    """An argument as Python source; ValueError if it is too large or cannot be written so."""
    if value is None or type(value) in (bool, int, str):
        return repr(value)
    if type(value) is float:
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if isinstance(value, np.ndarray | np.generic):
        return _written_array(np.asarray(value), scalar=isinstance(value, np.generic))
    if type(value) in (list, tuple) and len(value) <= SMALL:
        inner = ", ".join(map(_written, value))
        if type(value) is list:
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if type(value) is dict and len(value) <= SMALL:
        return f"{{{', '.join(f'{_written(k)}: {_written(v)}' for k, v in value.items())}}}"
    raise ValueError


def _written_array(array: np.ndarray, scalar: bool) -> str:
    if array.size > SMALL or array.dtype.kind not in "biufU":
        raise ValueError
    if scalar and array.dtype.kind != "U":
        return f"np.{np.dtype(array.dtype).type.__name__}({_written(array.item())})"
    plain = array.dtype in (np.dtype(bool), np.dtype(np.int64), np.dtype(np.float64))
    dtype = "" if plain or array.dtype.kind == "U" else f", dtype={array.dtype.name!r}"
    if array.size == 0:
        return f"np.zeros({array.shape}, dtype={array.dtype.str!r})"
    return f"np.array({_nested(array.tolist())}{dtype})"


def _nested(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join(map(_nested, values))}]"
    return _written(values)


def written(value: Any) -> str:
    """A value as Python source if it is small, else its shape in words."""
    try:
        return _written(value)
    except ValueError:
        return _outline(value)


def _outline(value: Any) -> str:
    """An argument in a word or two: of an array shape and dtype, of a large one its length."""
    if isinstance(value, np.ndarray):
        return f"array {value.shape} {value.dtype}"
    if isinstance(value, list | tuple | dict) and len(value) > 4:
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, list | tuple):
        inner = ", ".join(map(_outline, value)) + "," * (type(value) is tuple and len(value) == 1)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, bool | int | float | str | np.generic) or value is None:
        return repr(value)[:40]
    return f"a {type(value).__name__}"


def _arrays(value: Any, depth: int = MOST_DEPTH) -> Iterator[np.ndarray]:
    """The arrays with axes in a value, also those in its lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        if value.ndim:
            yield value
    elif isinstance(value, list | tuple | dict) and depth:
        inner = list(value.values()) if isinstance(value, dict) else value
        for item in inner[:MOST_ITEMS]:
            yield from _arrays(item, depth - 1)


def _state(value: Any) -> Any:
    """What can be compared later, to see whether a value was changed meanwhile."""
    if isinstance(value, np.ndarray):
        data = value.tobytes()
        kept = data if len(data) <= MOST_BYTES else hashlib.blake2b(data).digest()
        return value.shape, value.dtype.str, kept
    if isinstance(value, (list, tuple)):
        return [_state(item) for item in value]
    if isinstance(value, dict):
        return [(key, _state(item)) for key, item in value.items()]
    return repr(value) if isinstance(value, (*NUMBERS, str)) else None


def _shares(value: Any, result: Any) -> bool:
    return any(_same_memory(a, b) for a in _arrays(value) for b in _arrays(result))


def _same_memory(a: np.ndarray, b: np.ndarray) -> bool:
    try:
        return np.shares_memory(a, b, max_work=10_000)  # type: ignore[arg-type]
    except Exception:  # too hard to say exactly: their extents overlap
        return np.may_share_memory(a, b)


def form(value: Any, depth: int = MOST_DEPTH) -> list[Any]:
    """The type of a result as lists of words, inner ones included as far as `depth`."""
    if _is_number(value) or (type(value) is np.ndarray and value.ndim == 0):
        plain = type(value) in (bool, int, float, complex)
        return ["number", str(np.asarray(value).dtype)[:40], plain]
    if type(value) is np.ndarray:
        return ["array", str(value.dtype)[:40], list(value.shape)]
    if isinstance(value, list | tuple):
        inner = [form(item, depth - 1) for item in value[:MOST_ITEMS]] if depth else []
        return ["list" if isinstance(value, list) else "tuple", len(value), inner]
    if isinstance(value, dict):
        return ["dict", len(value), []]
    return ["other", type(value).__name__[:40]]


def _is_number(value: Any) -> bool:
    return isinstance(value, NUMBERS)


def _numbers(value: Any) -> Iterator[float]:
    """Numbers by which two results can be told apart: of a small array its own, else sums."""
    if isinstance(value, list | tuple):
        for item in value[:MOST_ITEMS]:
            yield from _numbers(item)
    elif isinstance(value, bool | int | float | np.number | np.bool_ | np.ndarray):
        array = np.asarray(value)
        if array.dtype.kind in "biuf" and array.size <= MOST_SUMMED:
            flat = array.astype(float, copy=False).ravel()
            weights = np.linspace(1, 2, flat.size)
            small = flat.size <= SMALL
            yield from flat.tolist() if small else [float(flat.sum()), float(flat @ weights)]
