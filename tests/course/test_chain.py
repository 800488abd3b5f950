"""Whose bug: functions that use others are graded over the reference's, then over the learner's."""

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sets.folder import Course

FIRST = '''\
import numpy as np

def square(x):
    """x times x."""
    # BEGIN SOLUTION
    return x * x
    # END SOLUTION

def at_two(f, scale=1.0):
    """f(2) times scale; may also be given a graph."""
    # BEGIN SOLUTION
    return {"value": scale * f(np.array([2.0])), "kind": ("t", None, True)}
    # END SOLUTION
'''
SECOND = '''\
import numpy as np
from ex01_first import at_two, square

def area(x):
    """The sum of squares."""
    # BEGIN SOLUTION
    return square(x).sum()
    # END SOLUTION

def slope(x):
    """Through a function that is passed along."""
    # BEGIN SOLUTION
    found = at_two(lambda v: v * x, scale=3.0)
    assert found["kind"] == ("t", None, True)
    return found["value"]
    # END SOLUTION
'''
CHECKS = """\
from minidl.course.sets.manifest import ExerciseSet, Tolerance

the_set = ExerciseSet("{stem}", "A set")
ANY = dict(points=1, minutes=5, hints=("a", "b", "c"), tolerance=Tolerance(1e-12, "products"))
"""
FIRST_CHECKS = (
    CHECKS.format(stem="ex01_first")
    + """
@the_set.function("square", **ANY).probe("numbers")
def _(ex, rng):
    return {"y": ex.square(rng.normal(size=3))}

@the_set.function("at_two", **ANY).probe("a sum")
def _(ex, rng):
    return {"y": ex.at_two(np.sum)["value"]}
"""
)
SECOND_CHECKS = (
    CHECKS.format(stem="ex02_second")
    + """
@the_set.function("area", needs=("ex01.square",), **ANY).probe("numbers")
def _(ex, rng):
    return {"y": ex.area(rng.normal(size=3))}

@the_set.function("slope", needs=("ex01.at_two",), **ANY).probe("numbers")
def _(ex, rng):
    return {"y": ex.slope(rng.normal(size=3))}
"""
)
SETS = {"ex01_first": (FIRST, FIRST_CHECKS), "ex02_second": (SECOND, SECOND_CHECKS)}


@pytest.fixture
def course(tmp_path):
    for folder in ("solutions", "exercises", "tests/exercises"):
        (tmp_path / folder).mkdir(parents=True)
    for stem, (solution, checks) in SETS.items():
        (tmp_path / "solutions" / f"{stem}.py").write_text(solution)
        (tmp_path / "tests/exercises" / f"{stem}.py").write_text(checks)
    return Course(tmp_path)


@pytest.fixture
def grade(course, learner):
    def grade(first=FIRST, second=SECOND):
        with Reference(course, seed=3) as reference:
            grader = Grader(reference, learner, {"ex01": first, "ex02": second})
            return {r.name: r for r in grader.grade_set("ex02").results}

    return grade


def test_two_sets_that_are_right(grade):
    results = grade()
    assert [(r.passed, r.note) for r in results.values()] == [(True, ""), (True, "")]


def test_points_come_over_the_reference_and_the_note_says_whose_bug_it_is(grade):
    result = grade(first=FIRST.replace("x * x", "x + x"))["ex02.area"]
    assert result.passed
    assert result.note == "your area is right; ex01.square, which it uses, is not"


def test_a_file_that_does_not_load_costs_only_itself(grade):
    result = grade(first="def square(x:")["ex02.area"]
    assert result.passed
    assert result.note == "your area is right; ex01.square, which it uses, is not"


def test_what_is_not_written_yet_is_told(grade):
    first = FIRST.replace("return x * x", 'raise NotImplementedError("ex01.square: x times x.")')
    result = grade(first=first)["ex02.area"]
    assert result.passed
    assert result.note == "checked with the reference's ex01.square: yours is not written yet"


def test_a_wrong_function_over_right_ones_is_its_own_bug(grade):
    result = grade(second=SECOND.replace("square(x).sum()", "square(x).max()"))["ex02.area"]
    assert result.status == "wrong"
    assert result.note == ""


def test_functions_pass_as_arguments_both_ways(grade):
    assert grade()["ex02.slope"].passed
    wrong = grade(second=SECOND.replace("v * x", "v + x"))["ex02.slope"]
    assert wrong.status == "wrong"


def test_an_error_of_the_needed_function_reaches_the_learner(grade):
    told = grade(second=SECOND.replace("square(x).sum()", "square(None)"))["ex02.area"]
    assert told.status == "crashed"
    assert told.says.startswith("TypeError: unsupported operand type(s) for *")


def test_a_callback_that_raises_is_an_error_and_no_hang(grade):
    told = grade(second=SECOND.replace("v * x", "1 / 0"))["ex02.slope"]
    assert told.status == "crashed"
    assert "ZeroDivisionError" in told.says


def test_objects_cannot_be_passed_to_the_reference_and_that_is_told(grade):
    told = grade(second=SECOND.replace("square(x)", "square(object())"))["ex02.area"]
    assert "a value of type object cannot be passed here" in told.says
