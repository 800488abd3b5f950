"""The texts of a release: sealed checks and references, stubs, checks to read."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from minidl.course.sets.folder import CHECKS, RELEASE, Course
from minidl.course.sets.stubs import stub_of

HIDDEN = ("wrong", "right", "equivalent")  # of an exercise's declarations: they hold answers
HEAD = '''\
"""What is checked, to read. The checks that run are in course.sealed: a change here does nothing.
'''


@dataclass(frozen=True)
class Chosen:
    """What is released: sets, those that they need with them; hints of each function; dates."""

    sets: Sequence[str]
    hints: int = 3
    due: Mapping[str, str] = field(default_factory=dict)

    def told(self, course: Course) -> str:
        """As the sealed course has it; whole: whether there is no set beside these."""
        whole = set(self.sets) == set(course.stems)
        told = {"hints": self.hints, "due": dict(self.due), "whole": whole}
        return json.dumps(told, sort_keys=True)


def with_needed(course: Course, keys: Iterable[str]) -> list[str]:
    """The sets, and those whose functions theirs call, in the order of the course."""
    wanted, todo = set(keys), list(keys)
    while todo:
        functions = course.checks(todo.pop()).functions.values()
        needs = {n.partition(".")[0] for f in functions for n in f.needs if "." in n}
        todo += needs - wanted
        wanted |= needs
    return [key for key in course.stems if key in wanted]


def texts(course: Course, chosen: Chosen) -> dict[str, str]:
    """What goes behind the curtain (sets/sealed.py)."""
    stems = {course.stems[key] for key in chosen.sets}
    kept = {
        name: text
        for name, text in course.gathered().items()
        if name.rpartition("/")[2].removesuffix(".py") in stems
    }
    return kept | {RELEASE: chosen.told(course)}


def open_files(course: Course, chosen: Chosen) -> dict[str, str]:
    """The exercises as they are handed out, and the checks without the answers in them."""
    files = {}
    for key in chosen.sets:
        stem = course.stems[key]
        files[f"exercises/{stem}.py"] = stub_of(course.solution(key), stem)
        files[f"{CHECKS}/{stem}.py"] = readable(course.checks_text(key))
    return files


def readable(checks: str) -> str:
    """The text of checks without named mistakes, other right answers, and hints."""
    tree = ast.parse(checks)
    body = [node for node in tree.body if not _is_hidden(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [k for k in node.keywords if k.arg != "hints"]
    if ast.get_docstring(tree) is not None:
        body = body[1:]
    while unused := [node for node in body if _is_unused(node, body)]:  # they were for what is gone
        body = [node for node in body if node not in unused]
    return f'{HEAD}"""\n\n' + "\n\n".join(map(ast.unparse, body)) + "\n"


def _is_unused(node: ast.stmt, body: list[ast.stmt]) -> bool:
    """Whether a statement only gives a meaning to names that no other statement has."""
    if isinstance(node, ast.Assign):
        names = {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if isinstance(node.value, ast.Call):  # a set or a function is declared by it
            return False
    elif isinstance(node, ast.FunctionDef) and not node.decorator_list:
        names = {node.name}
    else:
        return False
    others = (n for other in body if other is not node for n in ast.walk(other))
    return not any(isinstance(n, ast.Name) and n.id in names for n in others)


def _is_hidden(node: ast.stmt) -> bool:
    """Whether a statement declares an answer, right or wrong, also in a loop."""
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return not isinstance(node, ast.FunctionDef) and any(
        isinstance(function, ast.Attribute) and function.attr in HIDDEN for function in calls
    )
