"""Keeps the library and the reference out of the process that runs exercises.

Standard library only; like child.py, this file is loaded by its path.
"""

from __future__ import annotations

import os
import sys
from typing import Any

REFUSED = ("minidl", "solutions")


class Refused:
    """Finds no module of the library's or the reference's: an exercise is one's own answer."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def keep_out() -> None:
    """Takes the library off the path and refuses its name, for this process and its children."""
    sys.path[:] = [p for p in sys.path if not _is_course(p)]
    sys.meta_path.insert(0, Refused())


def _is_course(folder: str) -> bool:
    """Whether a folder of the path is the course's own, as an editable install puts it there."""
    return all(os.path.isdir(os.path.join(folder, name)) for name in REFUSED)
