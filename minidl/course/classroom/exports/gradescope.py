"""results.json of one student, as Gradescope's autograders write it.

Source: gradescope-autograders.readthedocs.io, "Autograder Specifications", Output Format.
"""

from __future__ import annotations

import json
from typing import Any

from minidl.course.classroom.exports.words import lines, total, trouble
from minidl.course.classroom.standing import Standing


def results(one: Standing) -> str:
    """The text of results.json: a test a function, visible to the student."""
    told = "\n".join([total(one), *one.notes])
    body = {
        "score": one.points,
        "output": told,
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(one, function) for function in one.functions],
    }
    return json.dumps(body, indent=1, ensure_ascii=True) + "\n"


def _test(one: Standing, function: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": function["name"],
        "score": function["points"],
        "max_score": function["out_of"],
        "status": "passed" if function["status"] == "passed" else "failed",
        "output": "\n".join(lines(function, trouble(one, function))),
        "visibility": "visible",
    }
