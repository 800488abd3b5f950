"""The report as one page that needs nothing else: its figures are drawn in it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from minidl.course.classroom.exports.pages import page
from minidl.course.classroom.report import findings
from minidl.course.classroom.standing import Standing


def report(standings: Sequence[Standing], left_out: Sequence[str] = ()) -> str:
    """The text of the page. left_out: names of files that are nobody's submission."""
    given = [one for one in standings if one.is_graded]
    points = [one.points for one in given]
    functions = findings.functions(standings)
    return page(
        "report.html.jinja",
        students=len(standings),
        given=len(given),
        ungraded=[one for one in standings if one.counts and not one.is_graded],
        silent=sum(not one.counts for one in standings),
        strangers=sum(not one.known for one in standings),
        left_out=left_out,
        out_of=standings[0].out_of if standings else 0,
        median=f"{median(points):g}" if points else "none",
        full=sum(one.points == one.out_of for one in given),
        empty=sum(point == 0 for point in points),
        late=sum(bool(one.lateness) for one in given),
        bars=_bars(findings.spread(standings)),
        sets=[_set(standings, checks.key, checks.title) for checks in _sets(standings)],
        hard=[f for f in functions if f.share < 1][: findings.MOST_HARD],
        mistakes=findings.mistakes(standings),
        talks=findings.conversations(standings),
        people=sorted(standings, key=lambda one: (-one.points, one.student.id)),
    )


def _sets(standings: Sequence[Standing]) -> Sequence[Any]:
    return standings[0].sets if standings else ()


def _bars(counts: list[int]) -> list[dict[str, Any]]:
    """The histogram: of each bar its place and size on a picture of 360 by 150."""
    top, width = max(1, *counts), 360 / len(counts)
    step = 100 // len(counts)
    return [
        {
            "x": number * width + 2,
            "width": width - 4,
            "height": round(105 * count / top, 1),
            "count": count,
            "label": f"{number * step}",
        }
        for number, count in enumerate(counts)
    ]


def _set(standings: Sequence[Standing], key: str, title: str) -> dict[str, Any]:
    """The mean of a set over those who handed it in."""
    results = [one.of_set(key) for one in standings]
    given = [r for r in results if any(f["status"] != "not handed in" for f in r)]
    out_of = sum(f["out_of"] for r in given for f in r)
    share = sum(f["points"] for r in given for f in r) / out_of if out_of else 0.0
    return {"key": key, "title": title, "given": len(given), "share": share}
