"""Whether a result has the form of the right one, so that what uses it can go on."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np


def unlike(result: Any, expected: Any, *, any_length: bool = False) -> str:
    """What the result is instead, in words after "yours"; "" where it is of the form of `expected`.

    Arrays and numbers have the same shape, tuples the same length, dicts the same keys; lists may
    differ in length, and so may arrays of one axis with `any_length`.
    """
    if any_length and _lines(result, expected):
        return ""
    if isinstance(expected, np.ndarray | Number):
        return _same_shape(result, expected)
    if isinstance(expected, dict) and isinstance(result, dict):
        if result.keys() != expected.keys():
            return "returns a dict with other keys than it should"
        return _first(unlike(result[key], expected[key]) for key in expected)
    if isinstance(expected, tuple) and isinstance(result, tuple | list):
        if len(result) != len(expected):
            return f"returns {len(result)} values in place of {len(expected)}"
        return _first(unlike(*pair) for pair in zip(result, expected, strict=True))
    if isinstance(expected, list) and isinstance(result, list | tuple):
        return _first(unlike(item, expected[0]) for item in result if expected)
    alike = isinstance(result, type(expected))
    return "" if alike else f"returns {_kind(result)} in place of {_kind(expected)}"


def _lines(*values: Any) -> bool:
    return all(isinstance(v, np.ndarray) and v.ndim == 1 and v.dtype.kind in "iuf" for v in values)


def _same_shape(result: Any, expected: Any) -> str:
    if not isinstance(result, np.ndarray | Number):
        return f"returns {_kind(result)} in place of {_kind(expected)}"
    got, wanted = np.asarray(result).shape, np.asarray(expected).shape
    return "" if got == wanted else f"returns an array of shape {got} in place of {wanted}"


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, Number):
        return "a number"
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _first(words: Any) -> str:
    return next((one for one in words if one), "")
