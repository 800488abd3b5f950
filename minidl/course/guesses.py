"""The kinds of answers that a prediction may be: one of several, an order, a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

from minidl.errors import CourseError


class Guess(Protocol):
    """How an answer is read, said, and compared with what came out."""

    def how(self) -> str:
        """What to write for an answer."""

    def read(self, answer: Any) -> Any:
        """The answer as it is kept. CourseError, in one line, if it is none."""

    def words(self, answer: Any) -> str:
        """The answer as it is shown."""

    def right(self, answer: Any, outcome: Any) -> float:
        """How right it was, from 0 to 1."""


@dataclass(frozen=True)
class OneOf:
    """One of a few options, each a short text."""

    options: tuple[str, ...]

    def how(self) -> str:
        return "answer=" + " or ".join(f'"{option}"' for option in self.options)

    def read(self, answer: Any) -> str:
        return _option(self.options, answer)

    def words(self, answer: Any) -> str:
        return str(answer)

    def right(self, answer: Any, outcome: Any) -> float:
        return float(answer == outcome)


@dataclass(frozen=True)
class Order:
    """All options in an order, the first first."""

    options: tuple[str, ...]

    def how(self) -> str:
        shown = ", ".join(f'"{option}"' for option in self.options)
        return f"answer=[{shown}] in your order, the first first"

    def read(self, answer: Any) -> list[str]:
        given = answer.split(",") if isinstance(answer, str) else answer
        items = given if isinstance(given, Sequence) else [given]
        found = [_option(self.options, item) for item in items]
        if sorted(found) != sorted(self.options):
            raise CourseError(f"{answer!r} should have each of {_listed(self.options)} once")
        return found

    def words(self, answer: Any) -> str:
        return ", ".join(answer)

    def right(self, answer: Any, outcome: Any) -> float:
        """The share of pairs that stand in the right order."""
        place = {option: n for n, option in enumerate(outcome)}
        pairs = list(combinations(answer, 2))
        return sum(place[a] < place[b] for a, b in pairs) / len(pairs)


@dataclass(frozen=True)
class Number:
    """A number; right within a share of what comes out."""

    within: float = 0.0
    unit: str = ""

    def how(self) -> str:
        near = f" (right within {self.within:.0%})" if self.within else ""
        return f"answer=a number{' of ' + self.unit if self.unit else ''}{near}"

    def read(self, answer: Any) -> float:
        try:
            number = float(answer)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise CourseError(f"{answer!r} is no number: give one, such as answer=3")
        return number

    def words(self, answer: Any) -> str:
        whole = answer == round(answer) and abs(answer) < 1e15  # counts are said in full
        return f"{answer:,.{'0f' if whole else '4g'}} {self.unit}".rstrip()

    def right(self, answer: Any, outcome: Any) -> float:
        return float(abs(answer - outcome) <= self.within * abs(outcome))


def _option(options: tuple[str, ...], answer: Any) -> str:
    """The option meant: it, or the only one that begins so, whatever the case of letters."""
    text = str(answer).strip().lower()
    exact = [option for option in options if option.lower() == text]
    begun = [option for option in options if text and option.lower().startswith(text)]
    found = exact or begun
    if len(found) != 1:
        raise CourseError(f"{answer!r} is not one of the answers: give {_listed(options)}")
    return found[0]


def _listed(options: Sequence[str]) -> str:
    return ", ".join(f'"{option}"' for option in options)
