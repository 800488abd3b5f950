"""Files of the learner's own beside the exercises, which these import."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import lru_cache

from minidl.course.sets.folder import Course

TAKEN = {"numpy", "conftest", *sys.stdlib_module_names}  # nobody's own file stands in for these


def helpers(course: Course, text: str) -> dict[str, dict[str, str]]:
    """The files that an exercise file imports, and those they import: {name: {path, text}}.

    Only files beside the exercises that are no exercises. CourseError if one cannot be read.
    """
    found: dict[str, dict[str, str]] = {}
    todo = [text]
    while todo:
        for name in _imported(todo.pop()):
            path = course.exercises / f"{name}.py"
            known = name in found or name in TAKEN or name in course.stems.values()
            if known or not path.is_file():
                continue
            found[name] = {"path": course.shown(path), "text": course.read(path)}
            todo.append(found[name]["text"])
    return found


@lru_cache(64)  # every function of a file asks
def _imported(text: str) -> tuple[str, ...]:
    """Names of the modules that a file imports; none of one that does not parse."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the worker says it, with line
        return ()
    return tuple(dict.fromkeys(_named(nodes)))


def _named(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
