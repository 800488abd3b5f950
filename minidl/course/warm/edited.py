"""What an edit changed: told from the source, so that comments and blank lines do not count."""

from __future__ import annotations

import ast


def edited(before: str, after: str) -> set[str] | None:
    """The functions at the top level that are other than before, come or gone.

    None if it does not parse; what did not parse before had none.
    """
    old, new = _functions(before) or {}, _functions(after)
    if new is None:
        return None
    return {name for name in {**old, **new} if old.get(name) != new.get(name)}


def _functions(text: str) -> dict[str, str] | None:
    try:
        nodes = ast.parse(text).body
        return {node.name: ast.dump(node) for node in nodes if isinstance(node, ast.FunctionDef)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
