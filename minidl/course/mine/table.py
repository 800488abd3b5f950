"""What `use_mine` did, for a terminal and for a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from minidl.course.report.sheet import page

Used = Mapping[str, tuple[str, ...]]  # place, in words: the exercises that took it over
LeftOut = Mapping[str, str]  # exercise: why


def as_text(used: Used, left_out: LeftOut, borrowed: Sequence[str]) -> str:
    """A line for each place that was taken over, and one for each exercise left out."""
    lines = [_head(used, left_out)]
    width = max((len(_names(e)) for e in used.values()), default=0)
    lines += [f"  ✓ {_names(e):<{width}}  is now {t}" for t, e in used.items()]
    lines += [f"  · {name}: {why}; the library's stays" for name, why in left_out.items()]
    lines += [f"  · {name}: the reference's stands in for yours" for name in borrowed]
    return "\n".join(lines)


def as_html(used: Used, left_out: LeftOut, borrowed: Sequence[str]) -> str:
    """An HTML table of them, readable on a light and on a dark page."""
    rows = [_row("✓", "right", _names(e), f"is now <code>{t}</code>") for t, e in used.items()]
    rows += [
        _row("·", "quiet", name, f"{escape(why)}; the library's stays")
        for name, why in left_out.items()
    ]
    rows += [_row("·", "quiet", name, "the reference's stands in for yours") for name in borrowed]
    table = f"<table><tbody>{''.join(rows)}</tbody></table>"
    return page(f"<b>{_head(used, left_out)}</b>{table}")


def _head(used: Used, left_out: LeftOut) -> str:
    count = len({name for names in used.values() for name in names})
    out_of = count + len(left_out)
    return f"{count} of {out_of} exercises are now part of the library"


def _names(exercises: tuple[str, ...]) -> str:
    return ", ".join(exercises)


def _row(mark: str, style: str, name: str, says: str) -> str:
    quiet = style if style == "quiet" else ""
    cells = [
        f'<td class="{style}">{mark}</td>',
        f'<td class="{quiet}"><code>{escape(name)}</code></td>',
        f'<td class="{quiet}">{says}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"
