"""The failing call: as Python where it is short, and its very arguments from `case`."""

import ast

import numpy as np
import pytest

from minidl.course import case, check
from minidl.errors import CourseError

CHECKS = """
@f.probe("a few numbers")
def _(ex, rng):
    return {"a": ex.f(1, y=2), "b": ex.f(3, y=4), "c": ex.f(5, y=6)}

@f.probe("many numbers")
def _(ex, rng):
    return {"y": ex.f(rng.normal(size=(4, 5)), y=1)}

@f.probe("through a function")
def _(ex, rng):
    return {"y": ex.f(np.ones(3), y=lambda v: v)(2)}
"""
SOLUTION = "if callable(y):\n    return y\nreturn x + y"


@pytest.fixture
def write(one_function, monkeypatch):
    one_function.declare(SOLUTION, CHECKS)
    monkeypatch.setenv("MINIDL_COURSE", str(one_function.course.root))

    def write(body):
        text = "\n    ".join(["def f(x, y=None):", *body.splitlines()])
        one_function.course.learner_file("ex01").write_text(text + "\n")

    return write


def test_the_call_that_went_wrong_is_told_as_python(write):
    write("if y == 4:\n    return 0\n" + SOLUTION)
    details = check("ex01.f")["ex01.f"].details
    assert "try: f(3, y=4)" in details
    call = ast.parse("f(3, y=4)").body[0].value
    assert isinstance(call, ast.Call)


def test_a_call_that_raises_is_told_as_python(write):
    write("if y == 4:\n    raise ValueError\n" + SOLUTION)
    assert "try: f(3, y=4)" in check("ex01.f")["ex01.f"].details


def test_arguments_that_are_many_come_from_case(write):
    write("if isinstance(x, int):\n    return x + y\nreturn x - 1")
    details = check("ex01.f", seed=5)["ex01.f"].details
    shown = 'case("ex01.f") gives its very arguments: array (4, 5) float64, y=1'
    assert shown in details
    found = case("ex01.f", seed=5)
    assert found.title == "many numbers"
    assert found.args[0].shape == (4, 5)
    assert found.kwargs == {"y": 1}
    np.testing.assert_array_equal(found.expected, found.args[0] + 1)
    assert "args[0]: array (4, 5) float64" in repr(found)
    assert "kwargs['y']: 1" in repr(found)


def test_functions_among_the_arguments_can_be_called(write):
    write("if callable(y):\n    return lambda v: 0\nreturn x + y")
    found = case("ex01.f")
    assert found.title == "through a function"
    assert found.kwargs["y"](7) == 7


def test_without_a_failure_it_is_the_first_case(write):
    write(SOLUTION)
    found = case("ex01.f")
    assert (found.title, found.args, found.expected) == ("a few numbers", (1,), 3)


def test_a_case_is_of_one_function(write):
    with pytest.raises(CourseError, match=r"ex01 is a whole set; ask for one of ex01\.f"):
        case("ex01")
