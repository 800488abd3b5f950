"""A terminal without Unicode gets other marks, so that right and wrong still look different."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

IN_ASCII = {
    "✓": "+", "✗": "x", "·": "-", "…": "...", "×": "x", "→": "->", "−": "-", "–": "-",
    "━": "-", "╸": "-", "‘": "'", "’": "'", "“": '"', "”": '"',
}  # fmt: skip


def prepare() -> None:
    """Makes the standard streams stand in for characters that their encoding does not have."""
    codecs.register_error("minidl", _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="minidl")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """Stands in for characters that cannot be encoded: their likeness in ASCII, or ?."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end]
    return "".join(IN_ASCII.get(c) or _letter(c) for c in text), error.end


def _letter(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or "?"
