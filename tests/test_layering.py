"""Who may import whom: only downwards, and nothing heavy with `import minidl`."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "minidl"
LAYERS = [
    {"kernels", "anomaly"},
    {"tensor"},
    {"ops"},
    {"functional", "gradients"},
    {"nn", "optim"},
    {"style", "vis", "metric", "models", "data"},
    {"cli", "faces_cli", "patches_cli", "style_cli", "course"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FREE = {"progress", "seeding", "files", "__init__", "__main__"}  # what every layer may use
HEAVY = ["numba", "scipy", "matplotlib", "rich", "typer", "PIL", "IPython", "safetensors", "tqdm"]


def part(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    """The top-level parts of minidl that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("minidl.")}
    return found & (set(RANK) | FREE)


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_downwards(path):
    own = part(path)
    if own in FREE:
        return
    for other in imported_parts(path) - FREE - {own}:
        assert RANK[other] < RANK[own] or {own, other} <= LAYERS[RANK[own]]


def test_every_part_has_a_layer():
    assert {part(p) for p in FILES} <= set(RANK) | FREE


def test_kernels_import_nothing_of_ours():
    for path in (ROOT / "kernels").rglob("*.py"):
        assert imported_parts(path) <= {"kernels"}


@pytest.mark.parametrize("module", HEAVY)
def test_importing_minidl_loads_nothing_heavy(module):
    code = f"import sys, minidl; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
