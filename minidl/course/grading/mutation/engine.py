"""Where a function can be changed: at every node of its tree, and in its parameters as a whole."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from minidl.course.grading.mutation import names, parameters, rules
from minidl.course.grading.mutation.speech import Speech


@dataclass(frozen=True)
class Mutant:
    """A changed function (its source) and the words that end "what comes out ...".

    line: of the change, within the function. rank: the lower, the more its words say.
    """

    source: str
    words: str
    line: int
    rank: int


def mutants(text: str, name: str) -> list[Mutant]:
    """Every mutant of the function `name` of a module's source, in the order of their rank.

    Those whose source is the same are given once. Raises ValueError where there is no function.
    """
    found = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == name]
    if not found:
        raise ValueError(f"there is no function {name}")
    speech = Speech.of(found[0])
    function = _without_docstring(found[0])
    original = ast.unparse(function)
    unique: dict[str, Mutant] = {}
    for mutant in sorted(_all(function, speech), key=lambda m: m.rank):
        if mutant.source != original:
            unique.setdefault(mutant.source, mutant)
    return list(unique.values())


def _all(function: ast.FunctionDef, speech: Speech) -> Iterator[Mutant]:
    for source, words in (*parameters.changes(function), *names.changes(function, speech)):
        yield Mutant(source, words, 1, 0)
    first = function.lineno
    for parent, field, index, node in list(_sites(function)):
        speech.below = field == "right" and isinstance(getattr(parent, "op", None), DIVISIONS)
        for new, words, rank in rules.changes(node, speech):
            _put(parent, field, index, new)
            source = ast.unparse(ast.fix_missing_locations(function))
            _put(parent, field, index, node)
            yield Mutant(source, words, getattr(node, "lineno", first) - first + 1, rank)


DIVISIONS = (ast.Div, ast.FloorDiv)
Site = tuple[ast.AST, str, "int | None", ast.AST]


def _sites(node: ast.AST) -> Iterator[Site]:
    """Every node below, with the place where it hangs; annotations and defaults apart."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.FunctionDef) and field != "body":
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if isinstance(child, ast.AST):
                yield node, field, index if isinstance(value, list) else None, child
                yield from _sites(child)


def _put(parent: ast.AST, field: str, index: int | None, node: Any) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _without_docstring(function: ast.FunctionDef) -> ast.FunctionDef:
    first = function.body[0]
    if len(function.body) > 1 and isinstance(first, ast.Expr) and ast.get_docstring(function):
        function.body = function.body[1:]
    return function
