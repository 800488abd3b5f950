"""What public functions take is what their annotations say: `@checked` holds calls to it.

An argument of another kind is refused in one line: the function, what was given, what is expected.
Ranges, shapes and what fits together are the function's own to check.
"""

from minidl.arguments.checked import Signature, checked, checked_fields, explained, spelt
from minidl.arguments.kinds import (
    NUMBERS_ONLY,
    REFUSED,
    DType,
    Labels,
    Numbers,
    number,
    said,
    whole,
)

__all__ = [
    "NUMBERS_ONLY",
    "REFUSED",
    "DType",
    "Labels",
    "Numbers",
    "Signature",
    "checked",
    "checked_fields",
    "explained",
    "number",
    "said",
    "spelt",
    "whole",
]
