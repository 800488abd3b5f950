"""Whether an exercise file lets the library, or the reference, answer in the learner's place.

Read from the source, never run. The library is not there in the process that runs exercises
anyway (sandbox/barred.py); this says by name what is not allowed, and which functions use it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

BARRED = ("minidl", "solutions")
RUNS = frozenset(
    {"__import__", "import_module", "exec", "eval", "run_path", "run_module", "open", "compile",
     "spec_from_file_location", "find_spec", "read_text", "Path"}
)  # fmt: skip
NAMES_IT = re.compile(r"^\W*(?:minidl|solutions)\b|\bsolutions[/\\.]|import\s+minidl|from\s+minidl")


@dataclass(frozen=True)
class Borrowed:
    """What a file borrows: whole_file says where all of it does, functions where each does.

    text: the file with its barred imports taken out (as many lines), so that the rest can run.
    """

    text: str
    whole_file: str = ""
    functions: dict[str, str] = field(default_factory=dict)

    def by(self, name: str) -> str:
        """What is to be said of a function, "" where it is the learner's own."""
        return self.whole_file or self.functions.get(name, "")


@lru_cache(64)  # every function of a file asks
def borrowed(text: str) -> Borrowed:
    """What a learner's file has from the library or the reference."""
    if not any(name in text for name in (*BARRED, "min", "sol")):
        return Borrowed(text)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):  # said when it is loaded
        return Borrowed(text)
    outside: dict[str, str] = {}  # names at the top level that stand for something borrowed
    whole = ""
    functions: dict[str, str] = {}
    for node in tree.body:
        for found in _uses(node):
            if isinstance(node, ast.FunctionDef):
                functions.setdefault(node.name, found.says)
            elif found.names is None:
                whole = whole or found.says
            else:
                outside |= dict.fromkeys(found.names, found.says)
    _spread(tree, outside, functions)
    return Borrowed(_without(text, tree), whole, functions)


@dataclass(frozen=True)
class Use:
    """One use; names: what it binds, or None where that cannot be told."""

    says: str
    names: tuple[str, ...] | None


def _uses(tree: ast.AST) -> Iterator[Use]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _is_barred(alias.name):
                    bound = alias.asname or alias.name.partition(".")[0]
                    yield Use(_says(node, alias.name), (bound,))
        elif isinstance(node, ast.ImportFrom) and _is_barred(node.module or ""):
            names = tuple(alias.asname or alias.name for alias in node.names)
            yield Use(_says(node, node.module or ""), None if "*" in names else names)
        elif isinstance(node, ast.Call) and _runs(node):
            for argument in ast.walk(node):
                value = _constant(argument)
                if value and NAMES_IT.search(value):
                    yield Use(_says(node, value), _targets(tree))
                    break


def _is_barred(module: str) -> bool:
    return module.partition(".")[0] in BARRED


def _says(node: ast.stmt | ast.expr, what: str) -> str:
    module = what.partition("\n")[0][:60]
    return (
        f"line {node.lineno} takes {module!r} for the answer: an exercise is your own work; "
        "NumPy, the standard library and your other sets are what it may use"
    )


def _runs(node: ast.Call) -> bool:
    """Whether a call can load or read a module, or add to the path of those that can be loaded."""
    if isinstance(node.func, ast.Attribute):
        on_path = ast.unparse(node.func.value).endswith("path")
        return node.func.attr in RUNS or (on_path and node.func.attr in ("insert", "append"))
    return getattr(node.func, "id", "") in RUNS


def _constant(node: ast.AST) -> str:
    """A string that is written out, in one piece or as a sum of pieces."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _constant(node.left), _constant(node.right)
        return left + right if left and right else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_constant(part) for part in node.values)
    return ""


def _targets(node: ast.AST) -> tuple[str, ...] | None:
    """The names that a statement at the top level binds, if that is all it does."""
    if isinstance(node, ast.Assign):
        return tuple(n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name))
    return None


def _spread(tree: ast.Module, outside: dict[str, str], functions: dict[str, str]) -> None:
    """Follows borrowed names: into assignments, and into functions that call one another."""
    grows = bool(outside or functions)
    while grows:
        known = outside | functions
        for node in tree.body:
            says = next((known[name] for name in _read(node) if name in known), "")
            if says and isinstance(node, ast.FunctionDef):
                functions.setdefault(node.name, says)
            elif says:
                for name in _targets(node) or ():
                    outside.setdefault(name, says)
        grows = len(outside | functions) > len(known)


def _read(node: ast.AST) -> list[str]:
    nodes = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    return [n.id for n in nodes if isinstance(n.ctx, ast.Load)]


def _without(text: str, tree: ast.Module) -> str:
    """The text with its barred imports replaced by `pass`, line by line."""
    lines = text.split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom) or not node.end_lineno:
            continue
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        first, last = node.lineno - 1, node.end_lineno - 1
        alone = not lines[first][: node.col_offset].strip()
        if alone and any(map(_is_barred, names)):
            kept = [a for a in node.names if not _is_barred(a.name)]
            new = isinstance(node, ast.Import) and kept
            words = ast.unparse(ast.Import(kept)) if new else "pass"
            rest = lines[last][node.end_col_offset or 0 :]
            lines[first] = " " * node.col_offset + words + rest
            lines[first + 1 : last + 1] = [""] * (last - first)
    return "\n".join(lines)
