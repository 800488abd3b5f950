"""JUnit XML of one student: a suite a set, a case a function.

Held to Jenkins's schema junit-10.xsd (github.com/jenkinsci/xunit-plugin).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as tree

from minidl.course.classroom.exports.words import lines, total, trouble
from minidl.course.classroom.standing import Standing

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KINDS = {"wrong": "failure", "not started": "skipped", "not handed in": "skipped"}


def results(one: Standing) -> str:
    """The text of the file."""
    root = tree.Element("testsuites", name=_allowed(one.student.id))
    for checks in one.sets:
        functions = one.of_set(checks.key)
        kinds = [_kind(function) for function in functions]
        suite = tree.SubElement(root, "testsuite", name=checks.stem, tests=str(len(functions)))
        for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            suite.set(name, str(kinds.count(kind)))
        for function in functions:
            _case(suite, checks.stem, function, trouble(one, function))
        if one.lates.get(checks.key) or one.said_late:
            tree.SubElement(suite, "system-out").text = _allowed(total(one))
    tree.indent(root)
    return tree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _kind(function: dict[str, Any]) -> str:
    return "" if function["status"] == "passed" else KINDS.get(function["status"], "error")


def _case(suite: tree.Element, stem: str, function: dict[str, Any], trouble: Sequence[str]) -> None:
    name = function["name"].partition(".")[2]
    case = tree.SubElement(suite, "testcase", classname=stem, name=name)
    if kind := _kind(function):
        found = tree.SubElement(case, kind)
        why = trouble[0] if trouble and function["status"] == "not loaded" else function["says"]
        found.set("message", _allowed(why or function["status"]))
        if kind != "skipped":
            found.set("type", function["status"])
        found.text = _allowed("\n".join(lines(function, trouble)))
    points = f"{function['points']} of {function['out_of']} points"
    tree.SubElement(case, "system-out").text = points


def _allowed(text: str) -> str:
    """Text without the characters that XML 1.0 does not know."""
    return NOT_XML.sub("?", text)
