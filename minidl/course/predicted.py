"""A prediction as it is shown: the question, the outcome beside it, and the tally of a lesson."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from minidl.course.report.sheet import bar, page

NONE = "no prediction made"
ALMOST = 0.5  # of an order: more than half of its pairs


@dataclass(frozen=True)
class Asked:
    """A question, how to answer it, and the answer if there is one."""

    question: str
    how: str
    said: str | None

    @property
    def line(self) -> str:
        if self.said is None:
            return f"your answer? Write {self.how} in this cell, and run it again"
        return f"you predict: {self.said}. Run on to see"

    def __repr__(self) -> str:
        return f"{self.question}\n  {self.line}"

    def _repr_html_(self) -> str:
        style = "note" if self.said is None else "right"
        return page(
            f'<div><b>{escape(self.question)}</b></div><div class="{style}">'
            f"{escape(self.line)}</div>"
        )


@dataclass(frozen=True)
class Outcome:
    """What was predicted beside what came out. right: from 0 to 1; None without a prediction."""

    question: str
    said: str | None
    came: str
    right: float | None
    because: str = ""

    @property
    def verdict(self) -> str:
        if self.right is None:
            return NONE
        if self.right == 1:
            return "as you predicted"
        return "nearly" if self.right > ALMOST else "not as you predicted"

    def __repr__(self) -> str:
        said = NONE if self.said is None else f"predicted {self.said}"
        lines = [self.question, f"  {said}; came out {self.came}"]
        lines += [f"  {self.verdict}"] if self.said is not None else []
        return "\n".join([*lines, *([f"  {self.because}"] if self.because else [])])

    def _repr_html_(self) -> str:
        mark, style = "≈", "named"
        if self.right in (0, 1):
            mark, style = ("✓", "right") if self.right else ("✗", "wrong")
        said = f'<span class="quiet">{NONE}</span>' if self.said is None else escape(self.said)
        verdict = "" if self.right is None else f"{mark} {self.verdict}"
        rows = (
            f'<tr><td class="quiet">you</td><td>{said}</td>'
            f'<td class="{style}">{verdict}</td></tr>'
            f'<tr><td class="quiet">came out</td><td><b>{escape(self.came)}</b></td><td></td></tr>'
        )
        why = f"<div>{escape(self.because)}</div>" if self.because else ""
        head = f"<div>{escape(self.question)}</div>"
        return page(f"{head}<table><tbody>{rows}</tbody></table>{why}")


@dataclass(frozen=True)
class Tally:
    """How right the predictions of a lesson were, each from 0 to 1."""

    lesson: str
    rights: tuple[float, ...]

    @property
    def count(self) -> int:
        """How many came out as predicted."""
        return sum(right == 1 for right in self.rights)

    def __repr__(self) -> str:
        if not self.rights:
            return f"lesson {self.lesson}: {NONE}"
        return f"lesson {self.lesson}: {self.count} of {len(self.rights)} predictions came out"

    def _repr_html_(self) -> str:
        drawn = bar(self.count, len(self.rights), "predictions") if self.rights else ""
        return page(f"<div>{escape(repr(self))} &nbsp;{drawn}</div>")
