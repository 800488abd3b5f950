"""The functions of a set that stand in the cells of a notebook, as the text of an exercise file.

Taken are the graded functions and, of the rest, what they use: functions, classes, constants,
imports. Cells that are no exercises are left out, and so are functions of lessons as released.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_CELLS = 5000


@dataclass(frozen=True)
class Found:
    """Of one notebook: the text for each set that has graded functions in it, and cells left out.

    fault: why it could not be read.
    """

    texts: dict[str, str]
    left_out: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Lessons:
    """The lessons as they are released: names of files, and a digest of each function in them."""

    names: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    def have(self, node: ast.stmt) -> bool:
        return isinstance(node, ast.FunctionDef) and _mark(node) in self.functions


NONE = Lessons()


def lessons_in(folder: Path) -> Lessons:
    """Those of a course, which are trusted."""
    paths = sorted(folder.glob("*.ipynb"))
    nodes = [n for path in paths for n in _nodes(_trees(_cells(path.read_bytes())))]
    marks = {_mark(node) for node in nodes if isinstance(node, ast.FunctionDef)}
    return Lessons(tuple(path.name for path in paths), tuple(sorted(marks)))


def _mark(node: ast.FunctionDef) -> str:
    return hashlib.sha256(ast.unparse(node).encode()).hexdigest()[:16]


def exercises_in(
    data: bytes,
    graded: dict[str, list[str]],
    preferred: str = "",
    lessons: Lessons = NONE,
) -> Found:
    """Looks for graded functions, {set: names}; those in several sets go to the `preferred`."""
    try:
        sources = _cells(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Found({}, fault="is no notebook that can be read")
    trees = _trees(sources)
    nodes = _nodes(trees)
    homes = _homes([node for node in nodes if not lessons.have(node)], graded, preferred)
    texts = {key: _text(nodes, names) for key, names in homes.items()}
    written = {name for names in homes.values() for name in names}
    used = sum(any(_name(node) in written for node in tree.body) for tree in trees)
    return Found(texts, len(sources) - used if texts else 0)


def _cells(data: bytes) -> list[str]:
    """The sources of the cells of code."""
    cells = json.loads(data.decode("utf-8-sig"))["cells"]
    return [_source(cell) for cell in cells[:MOST_CELLS] if cell.get("cell_type") == "code"]


def _trees(sources: Iterable[str]) -> list[ast.Module]:
    return [tree for source in sources if (tree := _parsed(source))]


def _nodes(trees: Iterable[ast.Module]) -> list[ast.stmt]:
    return [node for tree in trees for node in tree.body]


def _source(cell: dict[str, Any]) -> str:
    """The code of a cell without IPython's own commands."""
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    lines = text.split("\n")
    if lines and lines[0].startswith("%%"):
        return ""
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _homes(
    nodes: list[ast.stmt], graded: dict[str, list[str]], preferred: str
) -> dict[str, list[str]]:
    """The graded functions that are written in these statements, by set."""
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef) if _written(node)}
    found: dict[str, list[str]] = {}
    for name in sorted(defined):
        keys = [key for key, names in graded.items() if name in names]
        key = preferred if preferred in keys else keys[0] if len(keys) == 1 else ""
        if key:
            found.setdefault(key, []).append(name)
    return found


def _written(node: ast.FunctionDef) -> bool:
    """Whether a function is more than a stub."""
    last = node.body[-1]
    return not (isinstance(last, ast.Raise) and "NotImplementedError" in ast.unparse(last))


def _text(nodes: list[ast.stmt], names: list[str]) -> str:
    """The graded functions and what they use, in the order of the notebook."""
    wanted, grows = set(names), True
    while grows:
        before = len(wanted)
        for node in nodes:
            if _kept(node) and _binds(node) & wanted:
                wanted |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        grows = len(wanted) > before
    chosen = [node for node in nodes if _kept(node) and _binds(node) & wanted]
    return "\n\n".join(ast.unparse(node) for node in chosen) + "\n"


def _kept(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        try:
            ast.literal_eval(node.value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return False
        return True
    if isinstance(node, ast.FunctionDef):
        return _written(node)
    return isinstance(node, ast.ClassDef | ast.Import | ast.ImportFrom)


def _binds(node: ast.stmt) -> set[str]:
    """The names that a statement at the top level gives a meaning."""
    if isinstance(node, ast.Assign):
        return {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return {_name(node)} - {""}


def _name(node: ast.stmt) -> str:
    return node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else ""
