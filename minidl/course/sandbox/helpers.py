"""How a child imports the learner's own modules, of which it is sent the text.

Standard library only; like wire.py, this file is loaded by its path.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import types
from typing import Any


class Helpers(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the learner's own modules, of which only the text is here."""

    def __init__(self, files: dict[str, dict[str, str]], sources: dict[str, str]):
        self.files, self.sources = files, sources

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name in self.files else None

    def exec_module(self, module: types.ModuleType) -> None:
        path, text = (self.files[module.__name__][key] for key in ("path", "text"))
        module.__file__ = path
        self.sources[path] = text
        exec(compile(text, path, "exec"), module.__dict__)
