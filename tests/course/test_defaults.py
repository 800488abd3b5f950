"""A default that was changed is said where what fails rests on it, and nothing else fails."""

import pytest

from minidl.course.grading.defaults import explained
from minidl.course.grading.recording import Recorded

CHECKS = """
@f.probe("without y")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=5))}

@f.probe("with y")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=5), float(rng.uniform(3, 4)))}

@f.probe("with y by its name")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=5), y=float(rng.uniform(5, 6)))}
"""
SOLUTION = "y = 10 if y is None else y\nreturn x * y"
SAID = "Your first line (def) has y=4: the exercise has y=None, for calls that leave it out."


@pytest.fixture
def grade(one_function):
    one_function.declare(SOLUTION, CHECKS)
    return one_function.grade


def test_a_changed_default_is_said(grade):
    result = grade("return x * y", takes="x, y=4")
    assert (result.says, result.named, result.diagnosis) == (SAID, True, "named")


def test_of_several_changed_defaults_each_is_said():
    found = {"alpha": (2, "1", "10"), "beta": (3, "1", "40"), "gamma": (4, "0", "2")}
    neither, alpha, all_given = (
        Recorded((1, 2), {"gamma": 3}, None),
        Recorded((1, 2), {"beta": 3, "gamma": 3}, None),
        Recorded((1, 2, 3, 4, 5), {}, None),
    )
    said = explained(found, failing=[[neither], [all_given, alpha]], right=[[all_given]])
    assert said == (
        "Your first line (def) has alpha=1, beta=1: the exercise has alpha=10, beta=40, for calls "
        "that leave it out."
    )
    assert explained(found, failing=[[neither], [all_given]], right=[[all_given]]) == ""
    assert explained(found, failing=[[neither]], right=[[alpha]]) == ""


def test_another_default_that_comes_to_the_same_passes(grade):
    assert grade("return x * y", takes="x, y=10.0").passed


def test_a_changed_default_is_not_blamed_for_what_fails_without_it(grade):
    assert "first line" not in grade("return x + y", takes="x, y=10").says
    assert "first line" not in grade("return x * 7", takes="x, y=10").says


def test_a_default_that_is_no_constant_is_left_alone(grade):
    assert "first line" not in grade("return x * y", head="A = 4", takes="x, y=A").says
