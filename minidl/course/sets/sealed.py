"""Checks and references of a course in one file, so that they do not lie about in the open.

A curtain, not a lock: whoever reads this file can open it. It keeps the answers out of searches and
out of sight; nothing that has to be checked on a learner's own machine can do more.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping

from minidl.errors import CourseError

NAME = "course.sealed"
HEAD = "minidl sealed course 2"
MOST = 64 << 20  # bytes of text in it

Texts = Mapping[str, str]  # "solutions/ex01_autograd.py", "tests/exercises/...": their texts


def sealed(texts: Texts) -> str:
    """The text of the file: a head line with a digest, then the texts, compressed and encoded."""
    data = json.dumps(dict(texts), sort_keys=True).encode()
    code = base64.b64encode(zlib.compress(data, 9)).decode()
    lines = [code[i : i + 100] for i in range(0, len(code), 100)]
    return "\n".join([f"{HEAD} {hashlib.sha256(data).hexdigest()}", *lines]) + "\n"


def unsealed(text: str) -> dict[str, str]:
    """The texts of such a file. CourseError, in one line, if it is not as it was written."""
    head, *lines = text.splitlines() or [""]
    try:
        packed = base64.b64decode("".join(lines), validate=True)
        data = zlib.decompressobj().decompress(packed, MOST)
        if head != f"{HEAD} {hashlib.sha256(data).hexdigest()}":
            raise ValueError
        return {str(name): str(value) for name, value in json.loads(data).items()}
    except (ValueError, zlib.error, AttributeError):
        raise CourseError(
            f"{NAME} is not as it was written (cut, or changed): take it from the course again"
        ) from None
