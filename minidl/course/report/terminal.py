"""A report as it is read in a terminal, drawn by rich."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from minidl.course.report.results import FunctionResult, Results, SetReport
from minidl.course.sets.manifest import ExerciseSet

MARKS = {
    "passed": ("✓", "green"),
    "wrong": ("✗", "red"),
    "crashed": ("✗", "red"),
    "stopped": ("✗", "red"),
    "not started": ("·", "dim"),
    "not loaded": ("✗", "red"),
}


def drawn(report: Results) -> Group:
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


def bar(points: int, out_of: int, width: int = 24) -> ProgressBar:
    """Points earned as a bar."""
    return ProgressBar(total=max(out_of, 1), completed=points, width=width, complete_style="green")


def _body(one: SetReport) -> Iterator[Any]:
    if one.trouble:
        yield Padding(_trouble(one), (0, 0, 0, 2))
        return
    width = max(len(result.name) for result in one.results) - len(one.key)
    for result in one.results:
        yield _line(result, width)
        if says := list(_says(result)):
            yield Padding(Group(*says), (0, 0, 1, 6), expand=False)


def _trouble(one: SetReport) -> Group:
    first, *rest = one.trouble
    head = Text.assemble(("✗ ", "red"), first)
    return Group(head, *(Text(f"  {line}") for line in rest))


def _line(result: FunctionResult, width: int) -> Text:
    mark, style = MARKS[result.status]
    name = result.name.partition(".")[2].ljust(width)
    points = f"{result.points:>3}/{result.out_of}"
    quiet = "dim" if result.status == "not started" else ""
    line = Text.assemble("  ", (f"{mark} ", style), (name, quiet or "bold"), (points, quiet))
    if result.status == "not started":
        line.append(f"   not started, about {result.minutes} minutes", "dim")
    if result.credit:
        line.append(f"   {result.credit}", "dim")
    if result.reference:
        line.append(f"   reference: {result.reference}", "dim")
    return line


def _says(result: FunctionResult) -> Iterator[Text]:
    if result.says:
        yield Text(result.says, "yellow" if result.named else "")
    for line in result.lines:
        yield Text(line, "dim")
    if result.note:
        yield Text(result.note, "cyan")


def _foot(report: Results) -> Text:
    text = Text.assemble((f"{report.score} of {report.max_score} points", "bold"))
    if report.hint:
        text.append(f"   a hint: minidl hint {report.hint}", "dim")
    return Text.assemble(text, "\n", (report.contained, "dim"))


def progress_table(sets: Sequence[ExerciseSet], points: Mapping[str, int]) -> Table:
    """A row for each set: bar, points, and how many of its functions pass; and the sum."""
    table = Table.grid(padding=(0, 1))
    total = 0
    for checks in sets:
        earned = [points.get(f.full_name, 0) for f in checks.functions.values()]
        done = sum(map(int.__ge__, earned, (f.points for f in checks.functions.values())))
        table.add_row(
            Text(checks.key, "bold"),
            Text(f" {checks.title} ", no_wrap=True),
            bar(sum(earned), checks.points, width=16),
            Text(f"{sum(earned):>3}/{checks.points}", no_wrap=True),
            Text(f" {done} of {len(earned)} functions", "dim", no_wrap=True),
        )
        total += sum(earned)
    out_of = sum(checks.points for checks in sets)
    table.add_row("", "", "", "", "")
    table.add_row("", f" {total} of {out_of} points", "", "", "")
    return table


def plain(report: Results) -> str:
    """The report as text without colours, for a repr or a log."""
    return _plain(drawn(report))


def plain_result(one: SetReport) -> str:
    """What there is to say about the functions of a set, as text without colours."""
    return _plain(Group(*_body(one)))


def _plain(drawing: Group) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None, force_jupyter=False)
    console.print(drawing)
    return console.file.getvalue().rstrip()  # type: ignore[attr-defined]
