"""Cells of tables that spreadsheets open: text that could be a formula is made text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> str | int | float:
    """A cell as it is written. A text that a spreadsheet would compute gets a ' before it.

    Source: OWASP, CSV injection.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    text = "".join(c if c.isprintable() else " " for c in str(cell))
    begins = str(cell).lstrip(" ")
    return f"'{text}" if begins.startswith(FORMULAS) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The text of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()
