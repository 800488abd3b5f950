"""Changes of a parameter as a whole: ignored, fixed, exchanged with another, turned round."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from itertools import combinations

Change = tuple[str, str]  # source, words


def changes(function: ast.FunctionDef) -> Iterator[Change]:
    """Every such change of a function, with its words."""
    kinds = {a.arg: ast.unparse(a.annotation) if a.annotation else "" for a in function.args.args}
    defaults = dict(zip(reversed(list(kinds)), reversed(function.args.defaults), strict=False))
    for name, kind in kinds.items():
        for value, words in _fixed(name, kind, defaults.get(name)):
            yield _with(function, name, _written(value)), words
        for shape, words in _turned(name, kind):
            yield _with(function, name, _written(shape)), words
    for one, other in combinations(kinds, 2):
        if kinds[one] == kinds[other]:
            yield _exchanged(function, one, other), f"when {one} and {other} are exchanged"


def _fixed(name: str, kind: str, default: ast.expr | None) -> Iterator[tuple[str, str]]:
    if default is not None:
        value = ast.unparse(default)
        yield value, f"when {name} is ignored and taken as {value}"
    if kind in ("int", "float"):
        for value in ("0", "1", "2"):
            yield value, f"when {name} is ignored and taken as {value}"
    if kind in ("Sequence[int]", "tuple[int, ...]"):
        first = f"({name}[0],) * len({name})"
        yield first, f"when the first of {name} is used for every axis"
        for value in ("0", "1"):
            words = f"when {name} is ignored and taken as {value} along every axis"
            yield f"({value},) * len({name})", words
    if kind == "bool":
        for value in ("True", "False"):
            yield value, f"when {name} is ignored and taken as {value}"


def _turned(name: str, kind: str) -> Iterator[tuple[str, str]]:
    if "ndarray" in kind and "Mapping" not in kind and "Callable" not in kind:
        yield "{}.T", f"when {name} is transposed first"
        yield "{}[::-1]", f"when {name} is taken from its end to its beginning"
        yield "(-{})", f"with -{name} in the place of {name}"
        yield "np.abs({})", f"with the absolute values of {name}"
        yield "({} ** 2)", f"with the squares of {name}"
    if kind.startswith(("list", "Sequence")):
        yield "{}[::-1]", f"when {name} is gone through from its end to its beginning"
        yield "{}[1:]", f"when the first of {name} is left out"
        yield "{}[:-1]", f"when the last of {name} is left out"
    if kind == "tuple[int, int]":
        yield "{}[::-1]", f"when the two numbers of {name} are exchanged"
    if kind in ("int", "float"):
        yield "({} + 1)", f"with {name} + 1 in the place of {name}"
        yield "({} - 1)", f"with {name} - 1 in the place of {name}"
        yield "({} ** 2)", f"with the square of {name}"


def _written(shape: str) -> Callable[[ast.Name], ast.expr]:
    return lambda node: ast.parse(shape.format(node.id), mode="eval").body


def _with(function: ast.FunctionDef, name: str, made: Callable[[ast.Name], ast.expr]) -> str:
    """The source of the function with every reading of a name replaced."""

    class Replace(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return made(node) if node.id == name and isinstance(node.ctx, ast.Load) else node

    changed = copy.deepcopy(function)
    changed.body = [Replace().visit(statement) for statement in changed.body]
    return ast.unparse(ast.fix_missing_locations(changed))


def _exchanged(function: ast.FunctionDef, one: str, other: str) -> str:
    names = {one: other, other: one}

    class Exchange(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.Name(names.get(node.id, node.id), node.ctx)

    changed = copy.deepcopy(function)
    changed.body = [Exchange().visit(statement) for statement in changed.body]
    return ast.unparse(ast.fix_missing_locations(changed))
