"""What NumPy warned of, where a result is infinite or not a number: it saw where that came from."""

from __future__ import annotations

import re

UNBOUND = re.compile(r"\b(nan|inf|infinite)\b")
WARNED = re.compile(r"^(?P<path>.*):(?P<line>\d+): RuntimeWarning: (?P<text>.*)$", re.M)
MEANINGS = {  # the words of a warning, and what they mean
    "Mean of empty slice": "a mean of nothing was taken",
    "Degrees of freedom <= 0 for slice": "a variance of too few numbers was taken",
    "divide by zero encountered in log": "the logarithm of 0 was taken",
    "divide by zero": "something was divided by 0",
    "invalid value encountered in log": "the logarithm of a number below 0 was taken",
    "invalid value encountered in sqrt": "the root of a number below 0 was taken",
    "invalid value encountered in power": "a number below 0 was raised to a power with a fraction",
    "overflow encountered in exp": "exp of a number was taken that is too large for it",
    "invalid value": "0 / 0, or infinity with infinity, was worked out",
}


def explained(says: str, printed: str, path: str) -> str:
    """What is to be said after a sentence about such a result; "" where nothing was warned of.

    printed: what the code printed, with NumPy's warnings. path: the learner's file.
    """
    if not UNBOUND.search(says):
        return ""
    for found in WARNED.finditer(printed):
        meaning = next((MEANINGS[words] for words in MEANINGS if words in found["text"]), "")
        if meaning:
            place = f" in line {found['line']}" if found["path"] == path else ""
            return f"NumPy warned{place}: {meaning}"
    return ""
