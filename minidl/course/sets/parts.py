"""How a function's points are split over what it must get right, so that nearly right is not 0."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

Part = Literal["main", "edge", "promise"]

PARTS: tuple[Part, ...] = ("main", "edge", "promise")
SHARES: dict[Part, int] = {"main": 60, "edge": 25, "promise": 15}  # parts of the points, by weight
WORDS: dict[Part, str] = {"main": "the main cases", "edge": "edges", "promise": "promises"}


def split(points: int, parts: Collection[Part]) -> dict[Part, int]:
    """The whole points of each part that a function has; their sum is `points`.

    Every other part gets one point before the main cases get any: whoever fails a part has not
    earned everything.
    """
    total = sum(SHARES[part] for part in parts)
    shares: dict[Part, int] = {}
    left = points
    for part in reversed([part for part in PARTS if part in parts and part != "main"]):
        shares[part] = min(left, max(1, round(points * SHARES[part] / total)))
        left -= shares[part]
    return {part: {"main": left, **shares}[part] for part in PARTS if part in parts}


def earned(shares: dict[Part, int], right: Collection[Part]) -> int:
    """The points of the parts that are right; none of them counts where the main cases are not."""
    return sum(shares[part] for part in right) if "main" in right else 0


def told(right: Sequence[Part], wrong: Sequence[Part]) -> str:
    """ "right on the main cases; wrong: edges", where there is something of both."""
    if not right or not wrong:
        return ""
    return f"right on {_listed(right)}; wrong: {_listed(wrong)}"


def _listed(parts: Sequence[Part]) -> str:
    return " and ".join(WORDS[part] for part in parts)
