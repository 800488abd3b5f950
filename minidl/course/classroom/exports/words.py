"""What a student is told of one function, line by line: no seed, and no more than `check` says."""

from __future__ import annotations

from typing import Any

STATUS = {
    "passed": "right",
    "wrong": "not right yet",
    "crashed": "stopped with an error",
    "stopped": "was stopped",
    "not started": "not started",
    "not loaded": "the file could not be loaded",
    "not handed in": "not handed in",
}


def lines(function: dict[str, Any]) -> list[str]:
    """Says, details, credit and note, and how to go on."""
    told = [f"{function['points']} of {function['out_of']} points: {STATUS[function['status']]}"]
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
