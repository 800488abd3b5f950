"""Where skeletons go: the clone they are written into, and entries in the lists that are there."""

from __future__ import annotations

import ast
from pathlib import Path

from minidl.errors import RequestError
from minidl.files import write


def clone() -> Path:
    """The clone of minidl around the current folder. Raises RequestError outside of one."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "minidl" / "ops").is_dir() and (folder / "solutions").is_dir():
            return folder
    raise RequestError(f"{here} is not inside a clone of minidl; `minidl dev` works only there")


def skeleton(template: str, /, **words: object) -> str:
    """The text of a skeleton with its words filled in."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent / "skeletons")
    environment = Environment(loader=folder, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.get_template(f"{template}.jinja").render(**words)


def append(path: Path, text: str) -> None:
    """Adds text to the end of a file, two lines below what is there."""
    write(path, path.read_text(encoding="utf-8").rstrip("\n") + "\n\n\n" + text)


def add_entry(path: Path, name: str, entry: str) -> None:
    """Adds an entry to the list or dict that a module assigns to `name`, at its end."""
    text = path.read_text(encoding="utf-8")
    end = _value(text, name).end_lineno
    assert end is not None
    lines = text.split("\n")
    lines.insert(end - 1, f"    {entry},")  # above the closing bracket's line
    write(path, "\n".join(lines))


def export(path: Path, module: str, name: str) -> None:
    """Adds `from module import name` to an `__init__.py`, and the name to its `__all__`."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    value = _value(text, "__all__")
    assert isinstance(value, ast.List)
    names = sorted({*(ast.literal_eval(value)), name}, key=_as_ruff_sorts)
    lines[value.lineno : value.end_lineno] = [*(f'    "{n}",' for n in names), "]"]
    statements = [n for n in ast.parse(text).body if isinstance(n, ast.ImportFrom)]
    same = [n for n in statements if n.module == module]
    if same:
        known = [_spelt(alias) for alias in same[0].names]
        start, stop = same[0].lineno - 1, same[0].end_lineno
    else:
        known, start = [], _place(statements, module)
        stop = start
    lines[start:stop] = _import(module, sorted({*known, name}, key=_as_ruff_sorts))
    write(path, "\n".join(lines))


def refuse(taken: bool, what: str) -> None:
    """Raises RequestError where something of that name is there already."""
    if taken:
        raise RequestError(f"{what} is there already; choose another name")


def expect(good: object, given: str, expected: str) -> None:
    """Raises RequestError where a name is not good."""
    if not good:
        raise RequestError(f"given {given!r}, expected {expected}")


def _value(text: str, name: str) -> ast.expr:
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            assert isinstance(node, ast.Assign)
            return node.value
    raise RequestError(f"no {name} = ... was found; add the entry by hand")


def _spelt(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _place(statements: list[ast.ImportFrom], module: str) -> int:
    """The line index at which an import of a module keeps the order of the alphabet."""
    before = [n for n in statements if (n.module or "") < module]
    return (before[-1].end_lineno or 0) if before else statements[0].lineno - 1


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """CONSTANTS before Classes before functions, so that `make lint` has nothing to say."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def _import(module: str, names: list[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 100:
        return [line]
    return [f"from {module} import (", *(f"    {n}," for n in names), ")"]
