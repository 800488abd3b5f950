"""Programs to be mended: what the stub has, when one counts as not started, and its symptom."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from minidl.course import as_given
from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sets.folder import Course
from minidl.course.sets.stubs import (
    GIVEN,
    is_as_given,
    is_untouched,
    source_of,
    stub_of,
    with_function,
)
from minidl.errors import CourseError

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
FAULTY = '''\
"""A set."""


def mean(x, y):
    """The mean.

    Example: mean([1, 2], 1) = 1.5
    """
    # BEGIN SOLUTION
    total = sum(x)
    # GIVEN: total += 1
    # GIVEN: total += y
    total += 0

    # GIVEN:
    count = len(x)
    # GIVEN: return total / (len(x) + 1)
    return total / count
    # END SOLUTION


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
'''
PROGRAMS = [name for name in COURSE.checks("ex11").functions if name != "causes"]


@pytest.fixture
def symptoms(monkeypatch):
    """lessons/figures/symptoms.py."""
    monkeypatch.syspath_prepend(str(ROOT / "lessons"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    for name in [n for n in sys.modules if n.partition(".")[0] == "figures"]:
        monkeypatch.delitem(sys.modules, name)
    from figures import symptoms

    return symptoms


@pytest.fixture
def given(monkeypatch):
    """given("door_report") -> the program as it was given, and what its docstring tells."""
    monkeypatch.setenv("MINIDL_COURSE", str(ROOT))

    def given(name):
        function = as_given(f"ex11.{name}")
        return function, " ".join(function.__doc__.split())

    return given


def test_the_stub_has_what_is_given_in_the_place_of_the_line_below():
    body = source_of(stub_of(FAULTY, "ex01_toy"), "mean").rpartition('"""\n')[2]
    assert [line.strip() for line in body.split("\n")] == [
        "total = sum(x)",
        "total += 1",
        "total += y",
        "",
        "return total / (len(x) + 1)",
    ]


def test_a_function_without_anything_given_is_to_be_written():
    assert 'raise NotImplementedError("ex01.double: Twice x.")' in stub_of(FAULTY, "ex01_toy")


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_given_runs_in_another_way_than_the_reference_and_says_nothing_of_it(name):
    stub = stub_of(COURSE.solution("ex11"), "ex11_faults")
    assert GIVEN not in stub
    assert "SOLUTION" not in stub
    assert not is_as_given(COURSE.solution("ex11"), stub, name)
    assert is_as_given(stub, stub, name)
    assert is_untouched(stub)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("# (C, C)", "# a note of mine", True),
        ("total = 0.0", "total  =  0.0", True),
        ("total = 0.0", "total = 0.5", False),
        ("def painting_cost", "def painting_costs", False),
        ("def painting_cost(", "def painting_cost(:", False),
    ],
)
def test_layout_and_comments_are_no_work(old, new, same):
    stub = stub_of(COURSE.solution("ex11"), "ex11_faults")
    assert stub.count(old) == 1
    assert is_as_given(stub.replace(old, new), stub, "painting_cost") is same


@pytest.fixture(scope="module")
def reference():
    with Reference(COURSE, seed=4) as reference:
        yield reference


def of(name, text, reference, learner):
    return Grader(reference, learner, {"ex11": text}).grade_set("ex11", name).results[0]


@pytest.mark.parametrize("name", [*PROGRAMS, "causes"])
def test_as_given_is_not_started_and_earns_nothing(name, reference, learner):
    result = of(name, stub_of(COURSE.solution("ex11"), "ex11_faults"), reference, learner)
    assert (result.status, result.points, result.says) == ("not started", 0, "")


def test_a_program_that_was_touched_and_is_still_wrong_is_wrong(reference, learner):
    stub = stub_of(COURSE.solution("ex11"), "ex11_faults")
    touched = stub.replace("start -= padding\n", "start = start - padding\n")
    result = of("unit_rectangle", touched, reference, learner)
    assert result.status == "wrong"
    assert "it gives what it gave before" in result.says


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("encoder_step", "(gap < 0)", "(gap < 3)", "loss right, new w not; new w at [0, 0]"),
        (
            "network_gradients", "slope /= len(x)", "slope /= len(x) + 1",
            "loss right, by w1 and by b1 and by w2 and by b2 not",
        ),
        (
            "door_report", "threshold_at(distances, same, far)", "0.9 * threshold",
            "the threshold: right; the rates of `choosing` and the rates of `asking`: not",
        ),
    ],
)  # fmt: skip
def test_of_several_results_it_is_said_which_are_right(name, old, new, says, reference, learner):
    stub = stub_of(COURSE.solution("ex11"), "ex11_faults")
    assert stub.count(old) == 1
    result = of(name, stub.replace(old, new), reference, learner)
    assert says in " ".join([result.says, *result.details])


def test_one_mended_program_passes_among_others_that_are_not(reference, learner):
    stub = stub_of(COURSE.solution("ex11"), "ex11_faults")
    text = with_function(stub, "door_report", COURSE.solution("ex11"))
    assert of("door_report", text, reference, learner).passed


def test_several_wrong_causes_are_told_one_by_one_without_the_right_word(reference, learner):
    stub = stub_of(COURSE.solution("ex11"), "ex11_faults")
    text = stub.replace('_report": ""', '_report": "rate"').replace('_step": ""', '_step": "luck"')
    result = of("causes", text, reference, learner)
    assert result.status == "wrong"
    assert result.points == 0
    told = " ".join([result.says, *result.details])
    assert not re.search(r"cause is '|expected", told)


def test_as_given_is_refused_where_there_is_no_such_function(given):
    with pytest.raises(CourseError, match="did you mean"):
        as_given("ex11.door_reports")


def test_a_gradient_check_prints_what_the_docstring_says(given, symptoms):
    program, doc = given("network_gradients")
    found = symptoms.gradient_check(program).values()
    worst = max(np.abs(own - slopes).max() for own, slopes in found)
    assert f"a largest difference of {worst:.2f} between" in doc


def test_no_door_is_above_what_was_ordered(given, symptoms):
    program, doc = given("door_report")
    above = int((symptoms.forty_doors(program) > 0.1).sum())
    assert "Of 40 reports" in doc
    assert f"was above 0.1 in {above}." in doc


def test_test_pictures_are_easier_than_those_of_a_week_later(given, symptoms):
    program, doc = given("split_pictures")
    tested, later = symptoms.two_weeks(program).mean(axis=0)
    assert f"It errs on {tested:.0%}".replace("%", " %") in doc
    assert f"on {later:.0%}".replace("%", " %") in doc


def test_the_encoder_ends_at_the_margin(given, symptoms):
    program, doc = given("encoder_step")
    losses, encodings, _ = symptoms.five_people(program)
    assert f"the loss of step 2000 is {losses[2000]:.4f}" in doc
    assert f"farthest apart are {symptoms.widest(encodings[2000]):.2f} apart" in doc


def test_a_pixel_outside_of_the_rectangle_moves_the_unit(given, symptoms):
    program, doc = given("unit_rectangle")
    stack = [(3, 2, 1)] * 2
    top, left, bottom, right = program(stack, 3, 3, 20, 20)
    assert (top, bottom) == (left, right)
    assert f"rows and columns {top} to {bottom - 1}." in doc
    moved = symptoms.moves(stack, 3, 3, 20)[9, 9]
    assert f"a change of pixel (9, 9) by 1 changes the unit by {moved:.0f}" in doc


def test_a_mirror_image_costs_something(given, symptoms):
    program, doc = given("painting_cost")
    assert f"a cost that is {symptoms.mirrored(program):.2f} of the cost" in doc


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_mended_program_has_no_symptom(name, symptoms):
    space = {}
    exec(COURSE.solution("ex11"), space)
    program = space[name]
    if name == "network_gradients":
        pairs = symptoms.gradient_check(program).values()
        assert max(np.abs(own - slopes).max() for own, slopes in pairs) < 1e-8
    elif name == "door_report":
        assert 10 < (symptoms.forty_doors(program) > 0.1).sum() < 30
    elif name == "split_pictures":
        assert abs(np.diff(symptoms.two_weeks(program).mean(axis=0))[0]) < 0.1
    elif name == "encoder_step":
        losses, encodings, _ = symptoms.five_people(program)
        assert losses[-1] < 0.05
        assert symptoms.widest(encodings[2000]) > 1
    elif name == "unit_rectangle":
        found = np.argwhere(symptoms.moves([(3, 2, 1)] * 2, 3, 3, 20))
        box = (*found.min(axis=0), *(found.max(axis=0) + 1))
        assert program([(3, 2, 1)] * 2, 3, 3, 20, 20) == box
    else:
        assert symptoms.mirrored(program) < 1e-12
