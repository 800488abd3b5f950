"""Who may import whom, as CONTRIBUTING.md prints it, and nothing heavy with `import minidl`."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "minidl"
FOR_EVERYONE = {"arguments", "errors", "filekinds", "files", "progress", "seeding"}
HEAVY = ["numba", "scipy", "matplotlib", "rich", "typer", "PIL", "IPython", "safetensors", "tqdm"]


def table() -> dict[str, list[str]]:
    """Each row of the map in CONTRIBUTING.md: a folder, and what it imports."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\|([^|]*)\|$", text, flags=re.MULTILINE)
    return {folder: re.findall(r"`(\w+)`", imports) for folder, imports in rows}


TABLE = table()


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The full names that a file imports from minidl, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("minidl.")}


def parts_used(folder: str) -> set[str]:
    files = [p for p in PACKAGE.rglob("*.py") if part(p) == folder]
    parts = {name.split(".")[1] for file in files for name in imported(file)}
    return (parts & set(PARTS)) - {folder}


PARTS = sorted({part(p) for p in PACKAGE.rglob("*.py")} - {"__init__"})


def test_every_part_has_a_row():
    assert set(PARTS) == set(TABLE) | FOR_EVERYONE


@pytest.mark.parametrize("folder", TABLE)
def test_a_row_names_exactly_what_its_folder_imports(folder):
    assert parts_used(folder) - FOR_EVERYONE == set(TABLE[folder])


def test_a_folder_imports_only_from_rows_above_its_own():
    above: set[str] = set()
    for folder, imports in TABLE.items():
        assert set(imports) <= above, folder
        above.add(folder)


@pytest.mark.parametrize("folder", sorted(FOR_EVERYONE))
def test_what_is_for_everyone_needs_nothing_else_of_ours(folder):
    assert parts_used(folder) <= FOR_EVERYONE


def test_no_circle_of_imports_between_files():
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in PACKAGE.rglob("*.py")}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    arrows = {name: module_imports(name, path, names) for name, path in names.items()}
    while leaves := [name for name, used in arrows.items() if not used & set(arrows)]:
        for name in leaves:
            del arrows[name]
    assert not arrows


def module_imports(name: str, path: Path, names: dict[str, Path]) -> set[str]:
    """The modules of minidl that a file takes names from; its own packages' `__init__` apart."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
            base = f"{inside}.{node.module or ''}".rstrip(".") if node.level else node.module
            modules = {f"{base}.{alias.name}" for alias in node.names} & set(names)
            found |= modules or {base}
    return {n for n in found & set(names) if n != name and not name.startswith(f"{n}.")}


def loaded_after(code: str) -> set[str]:
    """Every module that is loaded in a process of its own once the code has run."""
    code += "\nimport sys; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_importing_minidl_loads_nothing_heavy():
    assert not loaded_after("import minidl") & set(HEAVY)


@pytest.mark.parametrize(
    "code",
    [
        "import minidl",
        "import minidl.cli.app, minidl.cli.faces.people, minidl.cli.faces.drawn, minidl.models",
        "import minidl.cli.style.work, minidl.style",
        "import minidl.cli.patches, minidl.vis",
    ],
)
def test_nothing_of_the_exercise_machine_is_loaded_by(code):
    assert not {m for m in loaded_after(code) if m.startswith("minidl.course")}


def test_only_the_commands_of_the_course_know_the_exercise_machine():
    known = {
        path.relative_to(PACKAGE / "cli").parts[0]
        for path in (PACKAGE / "cli").rglob("*.py")
        if any(name.startswith("minidl.course") for name in imported(path))
    }
    assert known <= {"classroom", "course", "dev"}
