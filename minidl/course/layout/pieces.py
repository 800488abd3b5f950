"""The top level of a Python file in pieces: functions, classes, constants, imports; on text."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from minidl.course.sets.stubs import MARK


def named(text: str) -> dict[str, str]:
    """The source of everything with a name at the top level, in order; the last of each counts.

    SyntaxError where the text does not parse.
    """
    lines = _lines(text)
    return {name: "\n".join(lines[slice(*_span(node))]) for name, node in _nodes(text)}


def imports(text: str) -> list[str]:
    """The import statements at the top level, each as Python writes it."""
    return [ast.unparse(node) for node in _imports(text)]


def without_mark(text: str) -> str:
    """The text without the line that says which stub it was: it is none any more."""
    return MARK.sub("", text) + ("\n" if MARK.search(text) and not text.endswith("\n\n\n") else "")


def replaced(text: str, name: str, source: str) -> str:
    """The text with the piece of this name as it is in `source`."""
    first, last = _span(dict(_nodes(text))[name])
    lines = _lines(text)
    return _joined([*lines[:first], *source.split("\n"), *lines[last:]])


def removed(text: str, name: str) -> str:
    """The text without the piece of this name, and the empty lines before it."""
    first, last = _span(dict(_nodes(text))[name])
    lines = _lines(text)
    while first and not lines[first - 1].strip():
        first -= 1
    return _joined([*lines[:first], *lines[last:]])


def inserted(text: str, source: str, before: Iterable[str]) -> str:
    """The text with a piece more: behind the last of `before` that it has, or at the end."""
    nodes = dict(_nodes(text))
    lines = _lines(text)
    ends = [_span(nodes[name])[1] for name in before if name in nodes]
    while lines and not lines[-1].strip():
        lines.pop()
    at = ends[-1] if ends else len(lines)
    return _joined([*lines[:at], "", "", *source.split("\n"), *lines[at:]])


def importing(text: str, statements: Iterable[str]) -> str:
    """The text with these imports behind its own, or behind its docstring, or at the top."""
    lines, found = _lines(text), _imports(text)
    body = ast.parse(text).body
    at = 0
    if found:
        at = found[-1].end_lineno or 0
    elif body and ast.get_docstring(ast.parse(text)) is not None:
        at = body[0].end_lineno or 0
    return _joined([*lines[:at], *statements, *lines[at:]])


def _nodes(text: str) -> list[tuple[str, ast.stmt]]:
    found: list[tuple[str, ast.stmt]] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append((node.name, node))
        elif isinstance(node, ast.Assign):
            targets = (n for t in node.targets for n in ast.walk(t))
            found += [(n.id, node) for n in targets if isinstance(n, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append((node.target.id, node))
    return found


def _imports(text: str) -> list[ast.stmt]:
    return [n for n in ast.parse(text).body if isinstance(n, ast.Import | ast.ImportFrom)]


def _span(node: ast.stmt) -> tuple[int, int]:
    """First and one past the last line (from 0), decorators included."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return first - 1, node.end_lineno or first


def _lines(text: str) -> list[str]:
    """As Python numbers them; `splitlines` also ends lines at form feeds and U+2028."""
    return text.removesuffix("\n").split("\n")


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
