"""Where a nan or an infinity came from, in the words of what NumPy warned of."""

import warnings

import numpy as np
import pytest

from minidl.course.grading.warned import MEANINGS, explained

PATH = "exercises/ex01_toy.py"
PRINTED = f"7\n{PATH}:12: RuntimeWarning: invalid value encountered in divide\n  a / b\n"
WHERE = "NumPy warned in line 12: 0 / 0, or infinity with infinity, was worked out"


def test_the_first_warning_is_said_with_its_line():
    assert explained("y has nan (not a number)", PRINTED, PATH) == WHERE


def test_a_line_of_another_file_is_not_given():
    assert explained("y is inf", PRINTED, "exercises/ex02.py") == WHERE.replace(" in line 12", "")


@pytest.mark.parametrize(
    ("says", "printed"),
    [("y is twice what it should be", PRINTED), ("y has nan", ""), ("y has nan", "RuntimeWarning")],
)
def test_nothing_is_said_of_finite_results_or_without_a_warning(says, printed):
    assert explained(says, printed, PATH) == ""


@pytest.mark.filterwarnings("always")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        (lambda: np.zeros(0).mean(), "Mean of empty slice"),
        (lambda: np.ones(1).var(ddof=1), "Degrees of freedom <= 0 for slice"),
        (lambda: np.log(np.zeros(1)), "divide by zero encountered in log"),
        (lambda: np.ones(1) / np.zeros(1), "divide by zero"),
        (lambda: np.log(-np.ones(1)), "invalid value encountered in log"),
        (lambda: np.sqrt(-np.ones(1)), "invalid value encountered in sqrt"),
        (lambda: (-np.ones(1)) ** 0.3, "invalid value encountered in power"),
        (lambda: np.exp(np.full(1, 1e4)), "overflow encountered in exp"),
        (lambda: np.zeros(1) / np.zeros(1), "invalid value"),
    ],
)
def test_the_words_are_those_of_numpy(code, words):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        code()
    first = f"x.py:1: RuntimeWarning: {caught[0].message}\n"
    assert explained("nan", first, "x.py") == f"NumPy warned in line 1: {MEANINGS[words]}"


def test_a_learner_is_told(grade_toy):
    result = grade_toy(double="return x - x + 2 * x / (x - x)")["double"]
    assert result.says.splitlines()[-1].startswith("NumPy warned in line ")
