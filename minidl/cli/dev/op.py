"""The skeleton of a differentiable operation."""

from __future__ import annotations

import re
from pathlib import Path

from minidl.cli.dev.places import add_entry, append, clone, expect, export, refuse, skeleton
from minidl.errors import RequestError

NO_FAMILIES = ("registry", "numpy_functions")  # files of minidl/ops without operations


def write_op(name: str, family: str, layer: str, oracle: str) -> list[str]:
    """Writes it into every file that needs it; where it was written. Raises RequestError."""
    root = clone()
    expect(re.fullmatch(r"[a-z][a-z0-9_]*", name), name, "a name in small letters, such as gelu")
    file = root / "minidl" / "ops" / f"{family}.py"
    families = sorted(p.stem for p in file.parent.glob("[a-z]*.py") if p.stem not in NO_FAMILIES)
    if family not in families:
        there = ", ".join(families)
        raise RequestError(f"there is no minidl/ops/{family}.py; there are {there}")
    refuse(_has_function(root / "minidl" / "ops", name), f"an operation {name}")
    if layer:
        _check_layer(root, layer)
    append(file, skeleton("op.py", name=name))
    export(root / "minidl" / "functional" / "__init__.py", f"minidl.ops.{family}", name)
    same = oracle or f"torch.nn.functional.{name}"
    add_entry(root / "tests" / "oracle" / "test_ops.py", "ORACLE", f'"{name}": (one, {same})')
    written = [
        f"minidl/ops/{family}.py: {name}, its value and its vjp to fill in",
        f"minidl/functional/__init__.py: exported as F.{name}",
        f"tests/oracle/test_ops.py: compared with {same}",
    ]
    return written + (_layer(root, name, layer) if layer else [])


def _layer(root: Path, name: str, layer: str) -> list[str]:
    nn = root / "minidl" / "nn"
    append(nn / "activation.py", skeleton("layer.py", name=name, layer=layer))
    export(nn / "__init__.py", "minidl.nn.activation", layer)
    add_entry(root / "tests" / "oracle" / "test_nn.py", "CASES", f'("{layer}", (), {{}}, (2, 3))')
    add_entry(root / "tests" / "nn" / "test_layers.py", "SHAPES", f"(nn.{layer}(), (2, 3), (2, 3))")
    return [
        f"minidl/nn/activation.py: {layer}",
        f"minidl/nn/__init__.py: exported as nn.{layer}",
        f"tests/oracle/test_nn.py: compared with torch.nn.{layer}",
        "tests/nn/test_layers.py: tried with shapes and gradients",
    ]


def _check_layer(root: Path, layer: str) -> None:
    expect(layer.isidentifier(), layer, "the name of a class, such as GELU")
    files = (root / "minidl" / "nn").glob("*.py")
    taken = any(f"class {layer}(" in p.read_text(encoding="utf-8") for p in files)
    refuse(taken, f"a layer {layer}")


def _has_function(folder: Path, name: str) -> bool:
    return any(f"\ndef {name}(" in p.read_text(encoding="utf-8") for p in folder.glob("*.py"))
