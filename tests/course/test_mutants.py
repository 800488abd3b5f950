"""The probes tell each reference from its mutants, save those that are listed as equivalent.

One function: pytest tests/course/test_mutants.py -k ex03.momentum_step
"""

import ast
from pathlib import Path

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.grading.judged import Judged
from minidl.course.grading.mutation import mutants
from minidl.course.grading.reference import Reference
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import Course

COURSE = Course(Path(__file__).parents[2])
HELD = [exercise for key in COURSE.stems for exercise in COURSE.checks(key).functions.values()]
LIMITS = Limits(seconds=2)

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def reference():
    with Reference(COURSE, 5, LIMITS) as reference:
        yield reference


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS) as sandbox:
        yield sandbox


def in_place(text, name, source):
    """A module's text with the function `name` replaced."""
    node = next(n for n in ast.parse(text).body if getattr(n, "name", "") == name)
    lines = text.split("\n")
    return "\n".join([*lines[: node.lineno - 1], source, *lines[node.end_lineno :]])


@pytest.mark.parametrize("exercise", HELD, ids=lambda f: f.full_name)
def test_each_mutant_fails_or_is_listed(exercise, reference, sandbox):
    text = COURSE.solution(exercise.home.key)
    passed, made = set(), set()
    for mutant in mutants(text, exercise.name):
        made.add(mutant.words)
        changed = in_place(text, exercise.name, mutant.source)
        grader = Grader(reference, sandbox, {exercise.home.key: changed})
        run = grader.run(exercise)
        if run.loaded and not Judged(grader.changes, exercise, run).failures:
            passed.add(mutant.words)
    assert passed <= set(exercise.equivalents), (
        "add a probe for each, or list it: f.equivalent(words, because=...)"
    )
    assert set(exercise.equivalents) <= made, "listed, and no mutant any more"
