"""The reference: a page for each part of the library that users call, from its docstrings."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType

PARTS = {
    "minidl": "Tensors",
    "minidl.functional": "Functions",
    "minidl.nn": "Layers and networks",
    "minidl.nn.init": "Initial weights",
    "minidl.optim": "Optimisers and schedules",
    "minidl.data": "Data",
    "minidl.metric": "Verification and recognition",
    "minidl.models": "Models",
    "minidl.vis": "What networks see",
    "minidl.style": "Style transfer",
    "minidl.course": "The course, in a notebook",
}


def pages() -> Iterator[tuple[str, str]]:
    """Name and Markdown of each page, the overview first."""
    toc = "\n".join(PARTS)
    intro = (
        "Array methods follow NumPy; layers and functions follow PyTorch, with `axis` for `dim`."
    )
    yield "index", f"# The reference\n\n{intro}\n\n```{{toctree}}\n:maxdepth: 2\n\n{toc}\n```\n"
    for name, title in PARTS.items():
        module = importlib.import_module(name)
        entries = "\n\n".join(
            _entry(name, public, getattr(module, public)) for public in _of(module)
        )
        yield name, f"# {title}: `{name}`\n\n```{{eval-rst}}\n{entries}\n```\n"


def _of(module: ModuleType) -> list[str]:
    """The names that users call."""
    own = [n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__]
    names = getattr(module, "__all__", None) or [n for n in own if not n.startswith("_")]
    return [name for name in names if callable(getattr(module, name))]


def _entry(module: str, name: str, value: object) -> str:
    if not inspect.isclass(value):
        return f".. autofunction:: {module}.{name}"
    return f".. autoclass:: {module}.{name}\n   :members:\n   :exclude-members: forward"
