"""A report as it is shown in a notebook: a table, with links, and pictures of wrong arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from minidl.course.report import pictures
from minidl.course.report.places import link, to_line, to_section
from minidl.course.report.results import FunctionResult, Results, SetReport
from minidl.course.report.sheet import bar, page

MARKS = {
    "passed": ("✓", "right", "right"),
    "not started": ("·", "quiet", "not started"),
}
WRONG = ("✗", "wrong", "not right")


def html(report: Results) -> str:
    """The report as HTML, readable on light and on dark."""
    parts = [_set(one, report.root) for one in report.sets]
    return page("".join(parts) + _foot(report))


def _foot(report: Results) -> str:
    total = f"<b>{report.score} of {report.max_score} points</b>"
    advice = f'a hint: <code>hint("{escape(report.hint)}")</code><br/>' if report.hint else ""
    return f'<div>{total} <span class="quiet">&nbsp; {advice}{report.contained}</span></div>'


def _set(one: SetReport, root: Path | None) -> str:
    head = f"<b>{escape(one.key)} &nbsp;{escape(one.title)}</b> &nbsp;{bar(one.points, one.out_of)}"
    points = f'<span class="quiet">{one.points} of {one.out_of} points</span>'
    file = link(root, one.file, "", one.file)
    age = f'<span class="quiet">, {one.age}</span>' if one.age else ""
    top = f"<div>{head} &nbsp;{points}</div><div>{file}{age}</div>"
    if one.trouble:
        return f"{top}{''.join(_trouble(one.trouble, root))}"
    rows = "".join(_row(result, root) for result in one.results)
    return f"{top}<table><tbody>{rows}</tbody></table>"


def _trouble(lines: Sequence[str], root: Path | None) -> Iterator[str]:
    first, *rest = (_linked(line, root) for line in lines)
    yield f'<div><span class="wrong">✗</span> {first}</div>'
    if rest:
        yield _code(rest)


def _code(lines: Sequence[str]) -> str:
    """Lines of HTML in which spaces count."""
    return f'<pre class="code">{"<br/>".join(lines)}</pre>'


def _linked(line: str, root: Path | None) -> str:
    """A line that begins with "exercises/ex01_autograd.py:12: ..." with a link in it."""
    file, _, rest = line.partition(".py:")
    number, colon, said = rest.partition(":")
    if not number.isdigit() or " " in file:
        return escape(line)
    where = f"{file}.py:{number}"
    return f"{to_line(root, where, where)}{colon}{escape(said)}"


def _row(result: FunctionResult, root: Path | None) -> str:
    mark, style, means = MARKS.get(result.status, WRONG)
    quiet = "quiet" if result.status == "not started" else ""
    name = escape(result.name.partition(".")[2])
    cells = [
        f'<td class="{style}" role="img" aria-label="{means}">{mark}</td>',
        f'<td class="{quiet}"><code>{name}</code></td>',
        f'<td class="points {quiet}">{result.points}/{result.out_of}</td>',
        f'<td class="{quiet}">{"".join(_says(result, root))}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _says(result: FunctionResult, root: Path | None) -> Iterator[str]:
    pointers = " · ".join(_pointers(result, root))
    if result.status == "not started":
        yield f"<div>not started, about {result.minutes} minutes: {pointers}</div>"
        return
    if result.credit:
        yield f'<div class="quiet">{escape(result.credit)}</div>'
    if result.says:
        style = "lines named" if result.named else "lines"
        yield f'<div class="{style}">{escape(result.says)}</div>'
    if result.picture:
        yield pictures.drawn(result.picture)
    if result.details:
        yield _code([_linked(line, root) for line in result.details])
    if pointers:
        yield f'<div class="quiet">{pointers}</div>'
    if result.printed_lines:
        yield _code([escape(line) for line in result.printed_lines])
    if result.note:
        yield f'<div class="note">{escape(result.note)}</div>'


def _pointers(result: FunctionResult, root: Path | None) -> Iterator[str]:
    """Links to the function, to what teaches it and, after a pass, to the reference."""
    if result.where:
        yield to_line(root, result.where, f"line {result.where.rpartition(':')[2]}")
    if result.taught and not result.passed:
        yield to_section(root, result.taught)
    if result.reference:
        yield f"reference: {to_line(root, result.reference)}"
