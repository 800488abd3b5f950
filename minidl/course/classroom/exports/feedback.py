"""A page for each student: points of every function, what is wrong, and how to go on."""

from __future__ import annotations

from typing import Any

from minidl.course.classroom import times
from minidl.course.classroom.exports.pages import page
from minidl.course.classroom.exports.words import STATUS, advice
from minidl.course.classroom.standing import Standing


def feedback(one: Standing) -> str:
    """The text of the page."""
    sets = [_set(one, checks.key, checks.title) for checks in one.sets]
    return page(
        "feedback.html.jinja",
        title="Your points",
        one=one,
        sets=sets,
        when=times.here(one.submitted),
    )


def _set(one: Standing, key: str, title: str) -> dict[str, Any]:
    functions = one.of_set(key)
    told = one.told(key)
    return {
        "key": key,
        "title": title,
        "source": told.get("source", ""),
        "trouble": told.get("trouble", []),
        "points": sum(f["points"] for f in functions),
        "out_of": sum(f["out_of"] for f in functions),
        "functions": [
            f | {"short": f["name"].partition(".")[2], "spoken": STATUS[f["status"]],
                 "advice": advice(f)}
            for f in functions
        ],
        "absent": all(f["status"] == "not handed in" for f in functions),
    }  # fmt: skip
