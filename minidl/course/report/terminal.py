"""A report as it is read in a terminal, drawn by rich."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.style import Style
from rich.table import Table
from rich.text import Text

from minidl.course.report.palette import TERMINAL
from minidl.course.report.results import FunctionResult, Results, SetReport
from minidl.course.sets.manifest import ExerciseSet

RIGHT, WRONG, QUIET = TERMINAL["right"], TERMINAL["wrong"], TERMINAL["quiet"]
MARKS = {
    "passed": ("✓", RIGHT),
    "wrong": ("✗", WRONG),
    "crashed": ("✗", WRONG),
    "stopped": ("✗", WRONG),
    "not started": ("·", QUIET),
    "not loaded": ("✗", WRONG),
}
PLACE = re.compile(r"[\w./-]+\.py(?=:\d)")  # "exercises/ex01_autograd.py" of "...py:12"

NARROW = 60  # columns: below this, no bars, and nothing beside what has to be read
BESIDE_TITLE = 27  # columns of key, points and functions in a narrow table of progress


def drawn(report: Results, width: int = 100) -> Group:
    """The whole report; long where there is something to mend, short where there is not.

    width: of the terminal, in columns.
    """
    parts: list[Any] = []
    for one in report.sets:
        parts += [_head(one, width), *_body(one, width, report.root), Text()]
    return Group(*parts, _foot(report))


def feedback(one: SetReport, width: int = 100, root: Path | None = None) -> Group:
    """What there is to say about the functions of a set, without their sum."""
    return Group(*_body(one, width, root))


def _head(one: SetReport, width: int) -> Group:
    row = Table.grid(expand=False, padding=(0, 1))
    title = Text.assemble((one.key, "bold"), (f"  {one.title}", "bold"))
    points = f"{one.points} of {one.out_of} points"
    graded = Text(f"{one.file}, {one.age}" if one.age else one.file, QUIET)
    if width < NARROW:
        return Group(title, Text(points, QUIET), graded)
    row.add_row(title, bar(one.points, one.out_of), Text(points, QUIET))
    return Group(row, graded)


def bar(points: int, out_of: int, width: int = 24) -> ProgressBar:
    """Points earned as a bar."""
    return ProgressBar(total=max(out_of, 1), completed=points, width=width, complete_style=RIGHT)


def standing(done: int, count: int, at: str, width: int = 100) -> Table | Text:
    """On one line: how many functions are done, and which comes now."""
    words = Text(f"{done} of {count} functions" + (f", now {at}" if at else ""), QUIET)
    if width < NARROW:
        return words
    row = Table.grid(padding=(0, 1))
    row.add_row(bar(done, count), words)
    return row


def _body(one: SetReport, width: int = 100, root: Path | None = None) -> Iterator[Any]:
    if one.trouble:
        yield Padding(_trouble(one, root), (0, 0, 0, 2))
        return
    longest = max(len(result.name) for result in one.results) - len(one.key)
    for result in one.results:
        yield _line(result, longest, narrow=width < NARROW)
        if says := list(_says(result, root)):
            yield Padding(Group(*says), (0, 0, 1, 6), expand=False)


def _trouble(one: SetReport, root: Path | None) -> Group:
    first, *rest = one.trouble
    head = Text.assemble(("✗ ", WRONG), _linked(first, root))
    return Group(head, *(_linked(f"  {line}", root) for line in rest))


def _linked(line: str, root: Path | None, style: str = "") -> Text:
    """A line in which the file of "exercises/ex01_autograd.py:12" is a link (OSC 8).

    VS Code makes better ones of its own, to the line. A terminal that cannot shows the words.
    """
    text = Text(line, style)
    found = PLACE.search(line)
    if root and found and os.environ.get("TERM_PROGRAM") != "vscode":
        uri = (root / found[0]).absolute().as_uri()
        text.stylize(Style(link=uri), *found.span())
    return text


def _line(result: FunctionResult, width: int, narrow: bool) -> Text:
    mark, style = MARKS[result.status]
    name = result.name.partition(".")[2].ljust(width)
    points = f"{result.points:>3}/{result.out_of}"
    quiet = QUIET if result.status == "not started" else ""
    line = Text.assemble("  ", (f"{mark} ", style), (name, quiet or "bold"), (points, quiet))
    if result.status == "not started":
        line.append(f"   not started, about {result.minutes} minutes", QUIET)
    if result.credit:
        line.append(f"   {result.credit}", QUIET)
    if result.reference and not narrow:
        line.append(f"   reference: {result.reference}", QUIET)
    return line


def _says(result: FunctionResult, root: Path | None) -> Iterator[Text]:
    if result.says:
        yield Text(result.says, TERMINAL["named"] if result.named else "")
    for line in result.lines:
        yield _linked(line, root, QUIET)
    if result.note:
        yield Text(result.note, TERMINAL["note"])


def _foot(report: Results) -> Text:
    text = Text.assemble((f"{report.score} of {report.max_score} points", "bold"))
    if report.hint:
        text.append(f"   a hint: minidl hint {report.hint}", QUIET)
    return Text.assemble(text, "\n", (report.contained, QUIET))


def progress_table(
    sets: Sequence[ExerciseSet],
    points: Mapping[str, int],
    best: Mapping[str, int],
    width: int = 100,
) -> Table:
    """A row for each set: bar, present points (and the best, if more), functions; and the sum.

    points, best: of each function ("ex01.unbroadcast"), as they are now and as they ever were.
    width: of the terminal, in columns.
    """
    table = Table.grid(padding=(0, 1))
    now, most = 0, 0
    for checks in sets:
        functions = list(checks.functions.values())
        earned = [points.get(f.full_name, 0) for f in functions]
        ever = sum(map(max, earned, (best.get(f.full_name, 0) for f in functions)))
        now, most = now + sum(earned), most + ever
        table.add_row(*_progress(checks, earned, ever, width))
    total = Text(f"{now} of {sum(checks.points for checks in sets)} points{_best(now, most)}")
    outer = Table.grid()
    outer.add_row(table)
    outer.add_row("")
    outer.add_row(total)
    return outer


def _progress(checks: ExerciseSet, earned: list[int], ever: int, width: int) -> list[Any]:
    """The cells of one set."""
    key, title = Text(checks.key, "bold"), Text(checks.title)
    full = sum(map(int.__ge__, earned, (f.points for f in checks.functions.values())))
    done = f"{full} of {len(earned)}"
    points = Text(f"{sum(earned):>3}/{checks.points}", no_wrap=True)
    if width < NARROW:
        title.truncate(max(1, width - BESIDE_TITLE), overflow="ellipsis")
        return [key, title, points, Text(done, QUIET, no_wrap=True)]
    title.pad(1)
    points.append(_best(sum(earned), ever), QUIET)
    there = bar(sum(earned), checks.points, width=16)
    return [key, title, there, points, Text(f" {done} functions", QUIET, no_wrap=True)]


def _best(now: int, ever: int) -> str:
    return f" (best {ever})" if ever > now else ""


def plain(report: Results) -> str:
    """The report as text without colours, for a repr or a log."""
    return shown(drawn(report))


def plain_result(one: SetReport) -> str:
    """What there is to say about the functions of a set, as text without colours."""
    return shown(Group(*_body(one)))


def shown(drawing: Any) -> str:
    """What rich would draw, as text without colours."""
    written = io.StringIO()
    console = Console(file=written, width=100, color_system=None, force_jupyter=False)
    console.print(drawing)
    return written.getvalue().rstrip()
