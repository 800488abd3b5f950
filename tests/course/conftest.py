"""One pair of sandboxes for the whole session; every learner in the tests is a piece of text."""

from pathlib import Path

import pytest

from minidl.course.folder import Course
from minidl.course.grading import Grader
from minidl.course.reference import Reference
from minidl.course.sandbox import Sandbox

COURSE = Course(Path(__file__).parent.parent.parent)


@pytest.fixture(scope="session")
def course():
    return COURSE


@pytest.fixture(scope="session")
def learner():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def reference():
    with Reference(COURSE, seed=1) as reference:
        yield reference


@pytest.fixture
def grade(reference, learner):
    """grade("ex01", text, "unbroadcast") -> the report of a set, or the result of a function."""

    def grade(key, text, name=None):
        report = Grader(reference, learner, {key: text}).grade_set(key, name)
        return report.results[0] if name else report

    return grade
