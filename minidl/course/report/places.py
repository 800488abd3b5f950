"""Links from a notebook to the learner's files and to the lessons, as JupyterLab opens them."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from urllib.parse import quote

from minidl.course.sets.lessons import Section

PLAIN = "-._~!$&'()*+,;=:@/?"  # may stand in a fragment, and JupyterLab does not decode one


def to_line(root: Path | None, where: str, words: str = "") -> str:
    """A link to "exercises/ex01_autograd.py:12" that opens the file at its line.

    words: of the link (default: "exercises/ex01_autograd.py, line 12"). Where the file cannot be
    opened from a notebook (outside the course folder, or hidden), there are only these.
    """
    file, _, line = where.rpartition(":")
    if not file:
        file, line = where, ""
    fragment = f"#line={int(line) - 1}" if line.isdigit() else ""  # JupyterLab counts from 0
    words = words or (f"{file}, line {line}" if line.isdigit() else file)
    return link(root, file, fragment, words)


def to_section(root: Path | None, taught: Section) -> str:
    """A link to the heading under which a function is taught."""
    return link(root, taught.file, f"#{quote(taught.anchor, safe=PLAIN)}", str(taught))


def link(root: Path | None, file: str, fragment: str, words: str) -> str:
    """A link to a file of the course, relative to the notebook's folder; or only the words."""
    hidden = any(part.startswith(".") for part in Path(file).parts)
    if root is None or hidden or Path(file).is_absolute():
        return escape(words)
    path = os.path.relpath(root / file, Path.cwd()).replace(os.sep, "/")
    return f'<a href="{escape(quote(path) + fragment)}">{escape(words)}</a>'
