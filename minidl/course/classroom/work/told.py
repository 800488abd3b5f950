"""The results of a set as plain data, without what is secret while others may still hand in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minidl.course.report.results import FunctionResult, SetReport

REPEATS = (": check(", "case(", "check(")  # what repeats a case on the seed of this grading


def told_set(report: SetReport, source: str) -> dict[str, Any]:
    """One set. source: the path in the submission that it was taken from."""
    return {
        "title": report.title,
        "source": source,
        "points": report.points,
        "out_of": report.out_of,
        "trouble": list(report.trouble),
        "functions": [_function(result) for result in report.results],
    }


def _function(result: FunctionResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "status": result.status,
        "points": result.points,
        "out_of": result.out_of,
        "says": result.says,
        "details": list(_open(result.details)),
        "credit": result.credit,
        "note": result.note,
        "where": result.where,
        "diagnosis": result.diagnosis,
        "mistakes": list(result.mistakes or ([result.says] if result.named else [])),
    }


def _open(details: Iterable[str]) -> Iterable[str]:
    """The details without the calls that repeat a case: they have the seed in them, or need it."""
    for line in details:
        if line.startswith(REPEATS[1:]):
            continue
        yield line.partition(REPEATS[0])[0]
