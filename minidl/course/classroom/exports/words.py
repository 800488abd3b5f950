"""What a student is told of one function, line by line: no seed, and no more than `check` says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minidl.course.classroom.standing import Standing

STATUS = {
    "passed": "right",
    "wrong": "not right yet",
    "crashed": "stopped with an error",
    "stopped": "was stopped",
    "not started": "not started",
    "not loaded": "the file could not be loaded",
    "not handed in": "not handed in",
}


def lines(function: dict[str, Any], trouble: Sequence[str] = ()) -> list[str]:
    """Says, details, credit and note, and how to go on. trouble: of a file that is not loaded."""
    told = [f"{function['points']} of {function['out_of']} points: {STATUS[function['status']]}"]
    told += trouble if function["status"] == "not loaded" else []
    told += [function["says"], function["credit"], *function["details"], function["note"]]
    return [line for line in [*told, advice(function)] if line]


def advice(function: dict[str, Any]) -> str:
    """The next step."""
    name, status = function["name"], function["status"]
    if status in ("passed", "not handed in", "not loaded"):
        return ""
    if status == "not started":
        return f"to begin: minidl hint {name}"
    return f"to go on: minidl check {name} shows a case, minidl hint {name} the idea"


def trouble(one: Standing, function: dict[str, Any]) -> list[str]:
    """Why the file that a function should be in could not be loaded, where it could not."""
    told: list[str] = one.told(function["name"].partition(".")[0]).get("trouble", [])
    return told


def total(one: Standing) -> str:
    """A student's points, or why there are none, and how late they were: the same everywhere."""
    if one.is_graded:
        told = f"{one.points} of {one.out_of} points"
    else:
        told = "nothing was handed in" if not one.counts else f"not graded: {one.status}"
    late = f", {one.lateness}{' late' if one.late else ''}" if one.lateness else ""
    return told + late
