"""Changes of the variables that are bound together: exchanged, or one taken for the other."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from itertools import pairwise

from minidl.course.grading.mutation.speech import Speech

Change = tuple[str, str]  # source, words


def changes(function: ast.FunctionDef, speech: Speech) -> Iterator[Change]:
    """H and W exchanged, or H used for W, where the docstring calls them so."""
    for one, other in _neighbours(function):
        a, b = speech.letter(one), speech.letter(other)
        if a and b:
            yield _renamed(function, {one: other, other: one}), f"if {a} and {b} are exchanged"
            yield _renamed(function, {other: one}), f"if {a} is used in the place of {b}"
            yield _renamed(function, {one: other}), f"if {b} is used in the place of {a}"


def _neighbours(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Names that stand side by side where a tuple is taken apart."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
            names = [n.id if isinstance(n, ast.Name) else "" for n in node.elts]
            found |= {(a, b) for a, b in pairwise(names) if a and b}
    yield from sorted(found)


def _renamed(function: ast.FunctionDef, names: dict[str, str]) -> str:
    """The source with every reading of a name replaced by that of another."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            read = isinstance(node.ctx, ast.Load) and node.id in names
            return ast.Name(names[node.id], node.ctx) if read else node

    changed = copy.deepcopy(function)
    changed.body = [Rename().visit(statement) for statement in changed.body]
    return ast.unparse(ast.fix_missing_locations(changed))
