"""A report as it is shown in a notebook: a table, with wrong arrays drawn beside the right ones."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from minidl.course.report.palette import AMBER, GREEN, QUIET, RED
from minidl.course.report.results import FunctionResult, Picture, Results, SetReport

MARKS = {"passed": ("✓", GREEN), "not started": ("·", QUIET)}
CELL = "padding:3px 12px 3px 0;text-align:left;vertical-align:top;"
CODE = "font-family:monospace;font-size:92%;white-space:pre-wrap;overflow-wrap:anywhere;"
SIDE = 120  # pixels of a picture's longer side


def html(report: Results) -> str:
    """The report as HTML, readable on light and on dark."""
    parts = [_set(one) for one in report.sets]
    advice = f"a hint: <code>minidl hint {report.hint}</code><br/>" if report.hint else ""
    total = f"<b>{report.score} of {report.max_score} points</b>"
    foot = f'{total} <span style="color:{QUIET}">&nbsp; {advice}{report.contained}</span>'
    return f'<div style="max-width:60em">{"".join(parts)}<div>{foot}</div></div>'


def _set(one: SetReport) -> str:
    head = f"<b>{escape(one.key)} &nbsp;{escape(one.title)}</b>"
    points = f'<span style="color:{QUIET}">{one.points} of {one.out_of} points</span>'
    bar = _bar(one.points / max(one.out_of, 1))
    if one.trouble:
        first, *rest = (escape(line) for line in one.trouble)
        lines = "\n".join(rest)
        body = f'<div><span style="color:{RED}">✗</span> {first}</div>'
        body += f'<div style="{CODE}">{lines}</div>'
    else:
        rows = "".join(_row(result) for result in one.results)
        body = f'<table style="border-collapse:collapse;margin:4px 0 8px 0">{rows}</table>'
    return f'<div style="margin-bottom:4px">{head} &nbsp;{bar}&nbsp; {points}</div>{body}'


def _bar(share: float) -> str:
    inner = f"height:100%;width:{share:.0%};background:{GREEN};border-radius:4px"
    outer = (
        "display:inline-block;width:160px;height:8px;border-radius:4px;"
        "background:rgba(138,143,152,.25)"
    )
    return f'<span style="{outer}"><span style="display:block;{inner}"></span></span>'


def _row(result: FunctionResult) -> str:
    mark, colour = MARKS.get(result.status, ("✗", RED))
    quiet = f"color:{QUIET};" if result.status == "not started" else ""
    name = escape(result.name.partition(".")[2])
    cells = [
        f'<td style="{CELL}color:{colour}">{mark}</td>',
        f'<td style="{CELL}{quiet}"><code>{name}</code></td>',
        f'<td style="{CELL}{quiet}white-space:nowrap">{result.points}/{result.out_of}</td>',
        f'<td style="{CELL}{quiet}">{"".join(_says(result))}</td>',
    ]
    return f'<tr style="background:none">{"".join(cells)}</tr>'


def _says(result: FunctionResult) -> Iterator[str]:
    if result.status == "not started":
        yield f"not started, about {result.minutes} minutes"
    if result.credit:
        yield f'<div style="color:{QUIET}">{escape(result.credit)}</div>'
    if result.says:
        weight = f"color:{AMBER};font-weight:600;" if result.named else ""
        yield f'<div style="{weight}white-space:pre-line">{escape(result.says)}</div>'
    if result.reference:
        yield f'<span style="color:{QUIET}">reference: {escape(result.reference)}</span>'
    if result.picture:
        yield picture(result.picture)
    if result.lines:
        lines = escape("\n".join(result.lines))
        yield f'<div style="{CODE}color:{QUIET}">{lines}</div>'
    if result.note:
        yield f"<div>{escape(result.note)}</div>"


def picture(shown: Picture) -> str:
    """Two small heat maps on one scale of colours: what came out, and what should have."""
    values = [
        np.nan_to_num(a.astype(float), posinf=0, neginf=0) for a in (shown.got, shown.expected)
    ]
    top = max(float(np.abs(v).max(initial=0.0)) for v in values) or 1.0
    drawings = zip(("yours", "right"), values, strict=True)
    maps = "".join(
        f'<figure style="margin:4px 16px 4px 0">{_map(np.atleast_2d(v), top)}'
        f'<figcaption style="color:{QUIET};font-size:85%">{name} {a.shape}</figcaption></figure>'
        for (name, v), a in zip(drawings, (shown.got, shown.expected), strict=True)
    )
    return f'<div style="display:flex">{maps}</div>'


def _map(values: np.ndarray, top: float) -> str:
    rows, columns = values.shape
    cell = max(3, min(22, SIDE // max(rows, columns)))
    squares = "".join(
        f'<rect x="{j * cell}" y="{i * cell}" width="{cell}" height="{cell}" '
        f'fill="{_colour(values[i, j] / top)}"><title>[{i}, {j}] {values[i, j]:.6g}</title></rect>'
        for i in range(rows)
        for j in range(columns)
    )
    size = f'width="{columns * cell}" height="{rows * cell}"'
    return f'<svg {size} style="outline:1px solid {QUIET}">{squares}</svg>'


def _colour(share: float) -> str:
    """From blue (-1) over white (0) to red (1)."""
    strength = min(abs(share), 1.0)
    end = (178, 24, 43) if share > 0 else (33, 102, 172)
    return "#" + "".join(f"{round(255 + (c - 255) * strength):02x}" for c in end)
