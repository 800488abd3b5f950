"""`hint`: the three hints for a function, a new one each time, those given before still there."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from minidl.course.report.sheet import page
from minidl.course.sets.folder import find
from minidl.course.store import Store

LAST = "That was the last one."


@dataclass(frozen=True)
class Hints:
    """The hints for one function that were given so far, in order; it shows itself.

    new: whether the last of them was given now. out_of: how many there are.
    """

    name: str
    given: tuple[str, ...]
    new: bool
    out_of: int = 3

    @property
    def more(self) -> str:
        """What there is to say of the others."""
        left = self.out_of - len(self.given)
        if not left:
            return LAST
        return f"{left} more: hint({self.name!r}) gives the next" if self.given else ""

    def __repr__(self) -> str:
        heads = [f"{self.name}, hint {n} of {self.out_of}" for n in range(1, self.out_of + 1)]
        parts = [f"{h}\n{text}" for h, text in zip(heads, self.given, strict=False)]
        none = [] if self.given else [f"{self.name}: no hint was given yet"]
        return "\n\n".join([*none, *parts, *([self.more] if self.more else [])])

    def _repr_html_(self) -> str:
        newest = len(self.given) - 1 if self.new else -1
        rows = [
            f'<tr class="{"" if n == newest else "quiet"}"><td class="points">hint {n + 1} of '
            f"{self.out_of}</td><td>{escape(text)}</td></tr>"
            for n, text in enumerate(self.given)
        ]
        none = "" if self.given else '<div class="quiet">no hint was given yet</div>'
        table = f"<table><tbody>{''.join(rows)}</tbody></table>" if rows else none
        more = f'<div class="quiet">{escape(self.more)}</div>'
        return page(f"<b><code>{escape(self.name)}</code></b>{table}{more}")


def hint(name: str, again: bool = False) -> Hints:
    """The next hint for a function ("ex02.conv2d_naive"), with those given before it.

    again: only those given before; nothing new. When all three were given, they are shown again.
    Raises CourseError, in one line, for a name that is not one function's.
    """
    course = find()
    exercise = course.function(name)
    store = Store(course)
    seen = min(store.hints.get(exercise.full_name, 0), len(exercise.hints))
    number = seen if again else store.next_hint(exercise.full_name, len(exercise.hints))
    return Hints(exercise.full_name, exercise.hints[:number], number > seen, len(exercise.hints))
