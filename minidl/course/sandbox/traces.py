"""What is told of an exception: type, message, the learner's own line, and what its names were.

Standard library and NumPy only; like child.py, this file is loaded by its path.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import difflib
import types
from typing import Any

import numpy as np

MOST_TEXT = 600  # characters of a message or a source line that are sent back
MOST_NAMES = 8  # names of a line whose values are described
MOST_WORD = 80  # characters of such a description
MOST_KEYS = 6  # keys of a dict that are listed
MOST_BITS = 1 << 16  # entries of an array that is asked whether it holds but 0 and 1
COMPREHENSIONS = ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>")


def described(error: BaseException, sources: dict[str, str]) -> dict[str, Any]:
    """What is told of an exception; its place is that of the deepest line of the learner's.

    names: what the names in that line stood for. near: names like the one that is not there.
    """
    told: dict[str, Any] = {"type": type(error).__name__, "message": text_of(error)}
    if isinstance(error, SyntaxError) and error.filename in sources:
        return told | {
            "message": cut(str(error.msg)),
            **place(str(error.filename), error.lineno or 0, sources),
            "text": cut((error.text or "").rstrip()),
            "column": error.offset or 0,
        }
    frames: list[types.FrameType] = []  # the learner's, the deepest first
    trace = error.__traceback__
    while trace:
        path = trace.tb_frame.f_code.co_filename
        if path.startswith("<probe"):
            told["probe"] = place(path, trace.tb_lineno, sources)["text"]
        elif path in sources:
            told |= place(path, trace.tb_lineno, sources)
            frames.insert(0, trace.tb_frame)
        trace = trace.tb_next
    try:  # what a learner's objects do when they are looked at is theirs
        told["near"] = _near(error, frames[0] if frames else None)
        told["names"] = _names(told.get("text", ""), _seen(frames))
    except Exception:
        told |= {"near": "", "names": {}}
    return told


def place(path: str, line: int, sources: dict[str, str]) -> dict[str, Any]:
    lines = sources.get(path, "").split("\n")  # as Python counts them
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return {"file": path, "line": line, "text": cut(text)}


def _seen(frames: list[types.FrameType]) -> dict[str, Any]:
    """The local names of the deepest frame, and of what is around it if it is a comprehension."""
    names: dict[str, Any] = {}
    for frame in frames:
        names = {**frame.f_locals, **names}
        if frame.f_code.co_name not in COMPREHENSIONS:
            break
    return names


def _names(text: str, values: dict[str, Any]) -> dict[str, str]:
    """The names in a line of code that stand for arrays, numbers or collections, described."""
    there = [name for name in _read(text) if name in values][:MOST_NAMES]
    found = {name: outline(values[name]) for name in there}
    return {name: words for name, words in found.items() if words}


def read(text: str) -> ast.Module | None:
    """A line of code as a tree, also where it is only the head of a statement, or its end."""
    for form in (text, f"{text} pass", f"{text}\n    pass", f"({text}", f"{text})"):
        with contextlib.suppress(SyntaxError, ValueError):
            return ast.parse(form)
    return None


def _read(text: str) -> list[str]:
    """The names in a line, in order."""
    tree = read(text)
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Name)] if tree else []
    nodes.sort(key=lambda n: (n.lineno, n.col_offset))
    return list(dict.fromkeys(n.id for n in nodes))


def outline(value: Any) -> str:
    """A value in a few words: the shape of an array, a small number itself, keys of a dict."""
    if value is None:
        return "None"
    if type(value) in (bool, int, float, str):
        return repr(value)[:MOST_WORD]
    if isinstance(value, np.generic):
        return repr(value.item())[:MOST_WORD]
    if type(value) is np.ndarray:
        bits = value.dtype.kind in "iu" and 0 < value.size <= MOST_BITS
        of = " of the integers 0 and 1" if bits and ((value == 0) | (value == 1)).all() else ""
        return f"an array of shape {value.shape}{of}"
    if type(value) is dict and all(type(key) in (int, str) for key in value):
        keys = ", ".join(repr(key) for key in list(value)[:MOST_KEYS])
        return f"a dict with the keys {keys}{', ...' * (len(value) > MOST_KEYS)}"[:MOST_WORD]
    if type(value) in (list, tuple):
        slices = any(type(part) is slice for part in value)
        return f"a {type(value).__name__} of {len(value)}{', slices among them' * slices}"
    return ""


def _near(error: BaseException, frame: types.FrameType | None) -> str:
    """The name most like the one that an error says is not there, or ""."""
    wanted = getattr(error, "name", None)
    if not isinstance(wanted, str) or frame is None:
        return ""
    if isinstance(error, AttributeError):
        there = error.obj if isinstance(error.obj, types.ModuleType) else type(error.obj)
        known = [name for name in dir(there) if not name.startswith("_")]
    elif isinstance(error, NameError):
        known = [*frame.f_locals, *frame.f_globals, *dir(builtins)]
    else:
        return ""
    near = difflib.get_close_matches(wanted, [n for n in known if n != wanted], 1, 0.7)
    return near[0] if near else ""


def text_of(error: BaseException) -> str:
    try:
        return cut(str(error))
    except Exception:
        return ""


def cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
