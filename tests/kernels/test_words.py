"""What the kernels say of themselves: every public thing something, of what is really there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import minidl

ROOT = Path(minidl.__file__).parent
KERNELS = ROOT / "kernels"
FILES = sorted(KERNELS.rglob("*.py"))
SOURCES = {path: path.read_text() for path in FILES}
ELSEWHERE = {  # what kernels name that is not theirs
    "MINIDL_KERNELS=plain", "MINIDL_LANES", "MINIDL_LANES=8", "MINIDL_DEBUG=1",
    "NUMBA_DISABLE_JIT", "F.conv2d", "data.faces", "minidl doctor", "llvm.fma", "make bench",
}  # fmt: skip
ids = [str(path.relative_to(KERNELS)) for path in FILES]


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


@cache
def names() -> set[str]:
    """Files, folders, and whatever is called something in the kernels."""
    found = {part for path in FILES for part in (path.stem, path.parent.name)}
    for source in SOURCES.values():
        for node in ast.walk(ast.parse(source)):
            said = (getattr(node, field, None) for field in ("id", "attr", "name", "arg"))
            found |= {name for name in said if isinstance(name, str)}
    return found


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_every_public_name_is_explained_in_its_own_words(path: Path) -> None:
    for node in public(ast.parse(SOURCES[path]).body):
        said = ast.get_docstring(node) or ""
        assert said, f"{node.name} has no docstring"
        assert not said.startswith(("The same as", "As `")), f"{node.name}: {said}"


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_what_is_named_in_backticks_exists(path: Path) -> None:
    known = names()
    for quoted in set(re.findall(r"`([^`\n]+)`", SOURCES[path])) - ELSEWHERE:
        unknown = set(re.findall(r"[A-Za-z_]\w*", quoted)) - known
        assert not unknown, f"`{quoted}`: there is no {unknown}"


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_sizes_stand_in_one_file_under_names_that_say_what_is_large(path: Path) -> None:
    vague = {"LARGE", "LARGEST", "SMALL", "MOST", "FEW", "MANY", "WIDE", "ROOM", "BLOCK", "NUMBERS"}
    for node in ast.parse(SOURCES[path]).body:
        if isinstance(node, ast.Assign):
            written = {n.id for n in node.targets if isinstance(n, ast.Name)}
            assert not written & vague
            shifts = any(isinstance(n, ast.LShift) for n in ast.walk(node.value))
            assert not shifts or path.name == "sizes.py" or written <= {"LOOKS", "NOBODY"}


def test_the_page_about_kernels_names_files_and_sizes_that_exist() -> None:
    page = (KERNELS / "README.md").read_text()
    paths = re.findall(r"\b(?:[a-z_0-9]+/)+(?:[a-z_]+\.py)?", page)
    paths += re.findall(r"`([a-z_/]+\.py)`", page)
    for path in set(paths):
        places = (ROOT / path, KERNELS / path, ROOT.parent / path)
        assert any(place.exists() for place in places), path
    sizes = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", page))
    assert sizes
    assert all(f"\n{name} = " in SOURCES[KERNELS / "machine/sizes.py"] for name in sizes)
    for quoted in set(re.findall(r"`([a-z_][a-z_.]*)`", page)):
        assert quoted.endswith(".py") or set(quoted.split(".")) <= names(), quoted
