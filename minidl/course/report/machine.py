"""A report for programs: the JSON of `minidl check --json`, which docs/check_json.md describes."""

from __future__ import annotations

from typing import Any

from minidl.course.report.results import FunctionResult, Results, SetReport

FORM = 1  # rises when an entry changes its meaning or goes; new entries may come without


def as_json(report: Results, interrupted: bool = False) -> dict[str, Any]:
    """The whole report as what JSON can hold.

    interrupted: whether there are functions that were asked for and not checked.
    """
    return {
        "form": FORM,
        "passed": report.passed and not interrupted,
        "points": report.score,
        "out_of": report.max_score,
        "seed": report.seed,
        "interrupted": interrupted,
        "sets": [_set(one) for one in report.sets],
    }


def error_as_json(says: str) -> dict[str, Any]:
    """What stands in the place of a report where nothing could be checked."""
    return {"form": FORM, "error": says}


def _set(one: SetReport) -> dict[str, Any]:
    return {
        "set": one.key,
        "title": one.title,
        "file": one.file,
        "points": one.points,
        "out_of": one.out_of,
        "trouble": list(one.trouble),
        "functions": [_function(result) for result in one.results],
    }


def _function(result: FunctionResult) -> dict[str, Any]:
    case = result.case
    return {
        "name": result.name,
        "status": result.status,
        "points": result.points,
        "out_of": result.out_of,
        "says": result.says,
        "details": list(result.details),
        "diagnosis": result.diagnosis,
        "mistakes": list(result.mistakes),
        "credit": result.credit,
        "note": result.note,
        "where": result.where,
        "reference": result.reference,
        "printed": result.printed,
        "minutes": result.minutes,
        "case": case and {"probe": case.probe, "seed": case.seed, "call": case.call},
    }
