"""A report as it is read in a terminal, drawn by rich."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from minidl.course.report import FunctionResult, Report, SetReport

MARKS = {
    "passed": ("✓", "green"),
    "wrong": ("✗", "red"),
    "crashed": ("✗", "red"),
    "stopped": ("✗", "red"),
    "not started": ("·", "dim"),
    "not loaded": ("✗", "red"),
}
PRINTED_LINES = 8


def drawn(report: Report) -> Group:
    """The whole report; long where there is something to mend, short where there is not."""
    parts: list[Any] = []
    for one in report.sets:
        parts += [_head(one), *_body(one), Text()]
    return Group(*parts, _foot(report))


def _head(one: SetReport) -> Table:
    row = Table.grid(expand=False, padding=(0, 1))
    title = Text.assemble((one.key, "bold"), (f"  {one.title}", "bold"))
    points = f"{one.points} of {one.out_of} points"
    row.add_row(title, bar(one.points, one.out_of), Text(points, "dim"))
    return row


def bar(points: int, out_of: int) -> ProgressBar:
    return ProgressBar(total=max(out_of, 1), completed=points, width=24, complete_style="green")


def _body(one: SetReport) -> Iterator[Any]:
    if one.trouble:
        yield Padding(_trouble(one), (0, 0, 0, 2))
        return
    for result in one.results:
        yield _line(result)
        if says := list(_says(result)):
            yield Padding(Group(*says), (0, 0, 0, 6))


def _trouble(one: SetReport) -> Group:
    first, *rest = one.trouble
    head = Text.assemble(("✗ ", "red"), first)
    return Group(head, *(Text(f"  {line}") for line in rest))


def _line(result: FunctionResult) -> Text:
    mark, style = MARKS[result.status]
    name = f"{result.name.partition('.')[2]:<24}"
    points = f"{result.points:>3}/{result.out_of}"
    quiet = "dim" if result.status == "not started" else ""
    line = Text.assemble("  ", (f"{mark} ", style), (name, quiet or "bold"), (points, quiet))
    if result.status == "not started":
        line.append(f"   not started, about {result.minutes} minutes", "dim")
    return line


def _says(result: FunctionResult) -> Iterator[Text]:
    if result.says:
        yield Text(result.says, "yellow" if result.named else "")
    for line in result.details:
        yield Text(line, "dim")
    if result.where and result.says and not any(result.where in d for d in result.details):
        yield Text(f"your function: {result.where}", "dim")
    if result.note:
        yield Text(result.note, "cyan")
    if result.printed and not result.passed:
        yield from _printed(result.printed)


def _printed(text: str) -> Iterator[Text]:
    lines = text.rstrip("\n").splitlines()
    yield Text("your code printed:", "dim")
    for line in lines[:PRINTED_LINES]:
        yield Text(f"  {clean(line)[:200]}", "dim")
    if len(lines) > PRINTED_LINES:
        yield Text("  …", "dim")


def clean(text: str) -> str:
    """Without control characters: what learners print must not drive the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else "�" for c in text)


def _foot(report: Report) -> Text:
    text = Text.assemble((f"{report.score} of {report.max_score} points", "bold"))
    todo = [r for r in report.results if not r.passed and r.status != "not loaded"]
    if todo:
        text.append(f"   a hint: minidl hint {todo[0].name}", "dim")
    return text


def plain(report: Report) -> str:
    """The report as text without colours, for a repr or a log."""
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(drawn(report))
    return console.file.getvalue().rstrip()  # type: ignore[attr-defined]
