"""Text of a learner's on its way into a report: one line, bounded, with nothing hidden in it.

Names, messages, dtypes, numbers: whatever a learner's code can choose goes through `shown`.
"""

from __future__ import annotations

from typing import Any

MOST = 200  # characters that are shown
ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown(value: Any, most: int = MOST) -> str:
    """A text, name, dtype or number as it may be shown; anything else as its `str`.

    Line breaks, control characters and characters that turn the direction of writing are written
    as escapes. What is longer than `most` is cut, and says how long it was.
    """
    text = _text(value)
    line = text[: 2 * most]
    if not line.isprintable():
        line = "".join(_escaped(character) for character in line)
    if len(text) > 2 * most or len(line) > most:
        note = f"… ({len(text):,} characters)"
        line = line[: max(1, most - len(note))] + note
    return line


def _text(value: Any) -> str:
    try:
        return value if type(value) is str else str(value)
    except ValueError:  # an integer of more digits than Python writes out
        return f"a number of {value.bit_length():,} bits" if isinstance(value, int) else "?"


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    if character in ESCAPES:
        return ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
