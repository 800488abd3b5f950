"""Progress bars, drawn by tqdm: one way for every long job in the package."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def note(line: str, *, quiet: bool = False) -> None:
    """Writes a line where progress is shown, before a bar; nothing where it is empty."""
    if line and not quiet:
        print(line, flush=True)


def progress(
    iterable: Iterable[Any] | None = None,
    label: str = "",
    *,
    total: int | None = None,
    quiet: bool = False,
) -> Any:
    """Iterates with a progress bar on standard output (a tqdm object: `.update`, `.set_postfix`).

    quiet: draw nothing. The last state of the bar stays on the screen. In a file or a pipe a bar
    would be a heap of control characters: the label is written there, once.
    """
    from tqdm import tqdm

    first = sys.__stdout__  # in a notebook, stdout is another stream
    if not quiet and first and first is sys.stdout and not first.isatty():
        print(f"{label or 'working'} ...", flush=True)
        quiet = True
    return tqdm(
        iterable, label, total=total, disable=quiet, file=sys.stdout, dynamic_ncols=True, leave=True
    )
