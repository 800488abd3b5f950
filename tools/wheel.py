"""What a wheel carries beside the library: the course, which `minidl new` lays out.

An editable installation carries nothing: its course is the clone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COURSE = ("lessons", "exercises", "solutions", "tests/exercises", "docs/glossary.md")
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


class Course(BuildHookInterface):
    """Hatchling calls this when it builds a wheel (pyproject.toml names the file)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """version: "standard" or "editable"."""
        if version == "editable":
            return
        root = Path(self.root)
        for name in COURSE:
            above = root / name
            for path in [above] if above.is_file() else sorted(above.rglob("*")):
                if path.is_file() and not LEFT_OUT.intersection(path.parts):
                    inside = path.relative_to(root).as_posix()
                    build_data["force_include"][str(path)] = f"minidl/_course/{inside}"
