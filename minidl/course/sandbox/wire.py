"""What crosses between the parent and a worker: frames of JSON and `.npy` arrays, never a pickle.

A frame is a header (two big-endian numbers: bytes of JSON, bytes of arrays), the JSON, and the
arrays one after the other. A value is None, a bool, a number, a string, an array, or a list, tuple
or dict of values; a function crosses as a number by which the other side can call it back, and a
generator of random numbers as a seed that is drawn from it.

The worker loads this file by its path, so it imports the standard library and NumPy only.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

HEADER = struct.Struct(">IQ")
MOST_JSON = 4 << 20  # bytes of JSON in a frame
MOST_ARRAYS = 64 << 20  # bytes of arrays in a frame
MOST_SEED = 1 << 62
KINDS = "biufcSU"  # NumPy's kinds that are plain numbers or text
NPY = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<>|][a-zA-Z]\d{1,9})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,19},(?: \d{1,19})?)?(?:, \d{1,19})*)\), \} *\n",
    re.DOTALL,
)
LENGTH_AT = 8  # in a `.npy` 1.0: two bytes that say how long the rest of its header is
KEPT = 512  # headers: the same few forms of arrays come again and again


class Broken(ValueError):
    """A frame or value that is too large, or is not one."""


def as_array(name: str, value: Any) -> np.ndarray:
    """`value` as a plain array, for one result of a probe; TypeError says what it was instead."""
    if value is None:
        raise TypeError(f"{name} is None: does the function return its result?")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} cannot be made an array: {error}") from None
    if array.dtype.kind not in KINDS:
        if nothing := _nothing(array):
            raise TypeError(f"{name} is a {type(value).__name__} with None in it: {nothing}")
        raise TypeError(
            f"{name} is of type {type(value).__name__}, not an array of numbers "
            f"(as an array it has dtype {array.dtype})"
        )
    return array


def _nothing(array: np.ndarray) -> str:
    """How many entries of an array of objects are None, and where the first is; "" without any."""
    if array.dtype.kind != "O" or array.ndim == 0:
        return ""
    places = [index for index in np.ndindex(array.shape) if array[index] is None]
    if not places:
        return ""
    at = ", ".join(map(str, places[0]))
    return f"{len(places):,} of {array.size:,} entries, first at [{at}]"


class Message(NamedTuple):
    """What a frame says: its kind, the function it names (or the number of one), and the rest."""

    kind: str
    name: str | int | None
    body: Any


def pack(
    kind: str,
    body: Any = None,
    name: str | int | None = None,
    keep: Callable[[Callable[..., Any]], int] | None = None,
) -> bytes:
    """The frame of a message. `keep` stores a function and gives its number (None: refuse them)."""
    blobs: list[bytes] = []
    tree = _tree(body, blobs, keep)
    lengths = [len(b) for b in blobs]
    text = json.dumps({"kind": kind, "name": name, "body": tree, "sizes": lengths}).encode()
    if len(text) > MOST_JSON or sum(lengths) > MOST_ARRAYS:
        size = (len(text) + sum(lengths)) / 1e6
        raise Broken(f"{size:,.0f} MB in one go; at most {MOST_ARRAYS >> 20} MB may be")
    return b"".join([HEADER.pack(len(text), sum(lengths)), text, *blobs])


def _tree(value: Any, blobs: list[bytes], keep: Callable[[Callable[..., Any]], int] | None) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_tree(v, blobs, keep) for v in value]
    if isinstance(value, np.ndarray | np.generic):
        blobs.append(_npy(np.asarray(value)))
        return {"scalar" if isinstance(value, np.generic) else "array": len(blobs) - 1}
    if isinstance(value, list):
        return [_tree(v, blobs, keep) for v in value]
    if isinstance(value, tuple | set | frozenset):
        name = "tuple" if isinstance(value, tuple) else "set"
        return {name: [_tree(v, blobs, keep) for v in value]}
    if isinstance(value, dict):
        return {"dict": [[_tree(k, blobs, keep), _tree(v, blobs, keep)] for k, v in value.items()]}
    if isinstance(value, np.random.Generator):
        return {"generator": int(value.integers(MOST_SEED))}
    if callable(value) and keep:
        return {"function": keep(value)}
    raise TypeError(
        f"a value of type {type(value).__name__} cannot be passed here; arrays, numbers, strings, "
        "lists, tuples, sets, dicts, functions and random generators can"
    )


def _npy(array: np.ndarray) -> bytes:
    if array.nbytes > MOST_ARRAYS:
        raise Broken(
            f"an array of shape {array.shape} has {array.nbytes / 1e6:,.0f} MB; "
            f"at most {MOST_ARRAYS >> 20} MB may be returned"
        )
    if array.dtype.kind not in KINDS or not (array.flags.c_contiguous or array.flags.f_contiguous):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array, allow_pickle=False)
        return buffer.getvalue()
    fortran = not array.flags.c_contiguous
    return _header(array.dtype, fortran, array.shape) + array.tobytes("F" if fortran else "C")


@lru_cache(KEPT)
def _header(dtype: np.dtype, fortran: bool, shape: tuple[int, ...]) -> bytes:
    buffer = io.BytesIO()
    descr = np.lib.format.dtype_to_descr(dtype)
    told = {"descr": descr, "fortran_order": fortran, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, told)
    return buffer.getvalue()


def sizes(header: bytes) -> tuple[int, int]:
    """Bytes of JSON and of arrays that follow a header; Broken if either is over the limit."""
    text, arrays = HEADER.unpack(header)
    if text > MOST_JSON or arrays > MOST_ARRAYS:
        raise Broken(f"a reply of {(text + arrays) / 1e6:,.0f} MB")
    return text, arrays


def unpack(text: bytes, arrays: bytes, call: Callable[..., Any] | None = None) -> Message:
    """The message of a frame, which may be hostile: anything odd raises Broken and nothing else.

    `call(number, args, kwargs)` calls a function that crossed (None: such a value is Broken).
    """
    try:
        kind, name, tree, lengths = _parts(text)
        return Message(kind, name, _value(tree, _cut(arrays, lengths), call))
    except Broken:
        raise
    except Exception as error:  # hostile input: every failure means the same
        raise Broken(f"a reply that cannot be read ({type(error).__name__})") from None


def label(text: bytes) -> tuple[str, str | int | None]:
    """Kind and name of a frame that is only passed on, or Broken."""
    try:
        return _parts(text)[:2]
    except Exception:
        raise Broken("a reply that cannot be read") from None


def _parts(text: bytes) -> tuple[str, str | int | None, Any, list[int]]:
    frame = json.loads(text)
    return frame["kind"], frame["name"], frame["body"], frame["sizes"]


def _cut(arrays: bytes, lengths: list[int]) -> dict[int, bytes]:
    """The arrays by number. Lengths must fill the frame exactly, so that nothing is held twice."""
    if min(lengths, default=0) < 0 or sum(lengths) != len(arrays):
        raise Broken(f"{len(arrays)} bytes of arrays that should be {str(sum(lengths))[:20]}")
    ends = [0, *itertools.accumulate(lengths)]
    return {i: arrays[a:b] for i, (a, b) in enumerate(itertools.pairwise(ends))}


def _value(tree: Any, blobs: dict[int, bytes], call: Callable[..., Any] | None) -> Any:
    if isinstance(tree, list):
        return [_value(t, blobs, call) for t in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    if kind == "array":
        return _array(blobs.pop(content))  # each once: a frame cannot grow by being read
    if kind == "scalar":
        return _array(blobs.pop(content))[()]
    if kind == "dict":
        return {_value(k, blobs, call): _value(v, blobs, call) for k, v in content}
    if kind in ("tuple", "set"):
        values = [_value(t, blobs, call) for t in content]
        return tuple(values) if kind == "tuple" else set(values)
    if kind == "generator" and type(content) is int and 0 <= content < MOST_SEED:
        return np.random.default_rng(content)
    if kind == "function" and call:
        return lambda *args, **kwargs: call(content, args, kwargs)
    raise Broken(f"a value of kind {kind!r}")


def _array(blob: bytes) -> np.ndarray:
    """Reads one `.npy`, allocating nothing that its header only claims."""
    start = LENGTH_AT + 2 + int.from_bytes(blob[LENGTH_AT : LENGTH_AT + 2], "little")
    shape, fortran, dtype = _form(blob[:start])
    rest = blob[start:]
    plain = dtype.kind in KINDS and dtype.itemsize > 0
    if not plain or dtype.itemsize * math.prod(shape) != len(rest):
        raise Broken(f"an array of dtype {dtype} and shape {shape} in {len(rest)} bytes")
    if dtype.kind == "U" and _beyond_unicode(rest, dtype.byteorder):
        raise Broken("an array of text with characters that there are not")
    values = np.frombuffer(bytearray(rest), dtype)  # a bytearray, so that it can be written to
    return values.reshape(shape, order="F" if fortran else "C")


@lru_cache(KEPT)
def _form(header: bytes) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether in Fortran's order, and dtype.

    NumPy's reader would parse Python, which threads of Python 3.11 must not do at a time.
    """
    found = NPY.fullmatch(header)
    if not found:
        raise Broken("an array in another format than .npy 1.0")
    dtype, order, shape = (text.decode() for text in found.groups())
    return tuple(int(n) for n in shape.split(",") if n.strip()), order == "True", np.dtype(dtype)


def _beyond_unicode(data: bytes, order: str) -> bool:
    """Whether an array of text holds numbers that are no characters, or halves of one."""
    codes = np.frombuffer(data, ">u4" if order == ">" else "<u4")
    return bool(((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))).any())
