"""The text of a source file that somebody else may have put there."""

from __future__ import annotations

import codecs
import io
import os
import stat
import tokenize
from pathlib import Path

MAX_SOURCE_BYTES = 1 << 20  # larger exercise files are refused


class Unreadable(ValueError):
    """Why a file is not read: what is said after its name."""


def source(path: Path) -> str:
    """The text of a regular file in its own folder, line ends as Python has them.

    Raises Unreadable for links that lead out of the folder (what they lead to is not one's own),
    pipes, devices, what is too large, and what is no text; OSError where it cannot be opened.
    """
    place = path.resolve()
    if not place.is_relative_to(path.parent.resolve()):
        raise Unreadable("is a link to another folder; put the file itself there")
    opened = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(opened, "rb") as file:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device could be read for ever
            raise Unreadable("is not a file")
        data = file.read(MAX_SOURCE_BYTES + 1) if found.st_size <= MAX_SOURCE_BYTES else None
    if data is None or len(data) > MAX_SOURCE_BYTES:
        raise Unreadable(f"is larger than {MAX_SOURCE_BYTES >> 20} MB; is it the file?")
    return io.StringIO(decoded(data), newline=None).read()


def decoded(data: bytes) -> str:
    """UTF-8, with or without the mark some editors begin with, or what the file says it is.

    One that is neither comes from an old editor: its letters beyond ASCII are read as latin-1,
    which spoils no code.
    """
    if b"\0" in data or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("is not UTF-8 text; save it as UTF-8")
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        return data.decode(encoding)
    except (SyntaxError, LookupError, UnicodeDecodeError):
        return data.decode("latin-1")
