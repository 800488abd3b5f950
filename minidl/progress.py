"""Progress bars, drawn by tqdm: one way for every long job in the package."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Any, TextIO

EVERY = 10.0  # seconds between the lines that a file or a pipe gets
IN_A_LINE = "{desc}: {n_fmt} of {total_fmt}, {elapsed}{postfix}"


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
    would be a heap of control characters: there it is a line that says what begins, and one every
    ten seconds that says how far it is.
    """
    from tqdm import tqdm

    first = sys.__stdout__  # in a notebook, stdout is another stream
    if quiet or not first or first is not sys.stdout or first.isatty():
        return tqdm(
            iterable, label, total=total, disable=quiet, file=sys.stdout, dynamic_ncols=True,
            leave=True,
        )  # fmt: skip
    print(f"{label or 'working'} ...", flush=True)
    return tqdm(
        iterable, label or "working", total=total, file=_Lines(first), bar_format=IN_A_LINE,
        leave=True,
    )  # fmt: skip


class _Lines:
    """A stream for tqdm to draw on: of what it draws over and over, a line now and then."""

    def __init__(self, stream: TextIO):
        self.stream, self.last = stream, time.monotonic()

    def write(self, text: str) -> None:
        line, now = text.strip(), time.monotonic()
        if line.isprintable() and line and now - self.last >= EVERY:
            self.last = now
            self.stream.write(f"{line}\n")

    def flush(self) -> None:
        self.stream.flush()
