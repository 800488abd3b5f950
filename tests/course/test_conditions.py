"""Under which condition a function is right is said where it tells all calls apart."""

import re

import numpy as np

from minidl.course.grading.conditions import Tried, defaults_of, told

CHECKS = """
@f.probe("numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=5), 1)}

@f.probe("more numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=7), 1)}

@f.probe("numbers, and an offset")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=5), int(rng.integers(2, 9)))}
"""


def test_is_said_after_the_numbers(one_function):
    one_function.declare("return float((x * y).sum())", CHECKS)
    result = one_function.grade("return float((x * np.sin(np.pi / 2 * y ** 2 + y - 1)).sum())")
    assert result.says.startswith("y: expected ")
    last = result.says.splitlines()[-1]
    assert re.fullmatch(r"right in all \d+ calls where y is 1, wrong in all \d+ others", last)
    assert result.diagnosis == "relation"


def calls(*pairs):
    return [Tried(given, right, (float(n),), n) for n, (given, right) in enumerate(pairs, 1)]


def rows(*shapes):
    rng = np.random.default_rng(3)
    return [{"x": rng.normal(size=shape)} for shape in shapes]


LETTERS = {"x": ("N", "C")}


def test_right_only_there():
    ones, others = rows((1, 3), (1, 4)), rows((2, 3), (3, 4))
    tried = calls(*((g, True) for g in ones), *((g, False) for g in others))
    assert told(tried, LETTERS) == "right in all 2 calls where N is 1, wrong in all 2 others"


def test_two_conditions_that_held_in_the_same_calls_are_not_one():
    ones, others = rows((1, 1), (1, 1)), rows((2, 3), (3, 3))
    tried = calls(*((g, True) for g in ones), *((g, False) for g in others))
    both = "N is 1 and C is 1 (in the same calls: one of the two matters)"
    assert told(tried, LETTERS) == f"right in all 2 calls where {both}, wrong in all 2 others"


def test_wrong_only_there():
    ones, others = rows((1, 3), (1, 4)), rows((2, 3), (3, 4))
    tried = calls(*((g, False) for g in ones), *((g, True) for g in others))
    assert told(tried, LETTERS) == "wrong in all 2 calls where N is 1, right in all 2 others"


def test_right_there_and_hardly_elsewhere():
    right, wrong = rows((1, 3), (1, 4), (5, 1)), rows((2, 3), (3, 4))
    tried = calls(*((g, True) for g in right), *((g, False) for g in wrong))
    says = "right in all 2 calls where N is 1, wrong in 2 of 3 where it is not so"
    assert told(tried, LETTERS) == says
    assert not told(tried[:-1], LETTERS)


def test_nothing_where_a_call_contradicts():
    right, wrong = rows((1, 3), (1, 4)), rows((2, 3), (1, 5))
    tried = calls(*((g, True) for g in right), *((g, False) for g in wrong))
    assert not told(tried, LETTERS)


def test_nothing_of_one_case_or_of_right_results_that_are_0():
    right, wrong = rows((1, 3), (1, 4)), rows((2, 3), (3, 4))
    few = calls((right[0], True), *((g, False) for g in wrong))
    assert not told(few, LETTERS)
    one = [Tried(given, True, (float(n),), 1) for n, given in enumerate(right, 1)]
    assert not told([*one, *calls(*((g, False) for g in wrong))], LETTERS)
    empty = [Tried(given, True, (0.0,), n) for n, given in enumerate(right)]
    assert not told([*empty, *calls(*((g, False) for g in wrong))], LETTERS)


def test_nothing_where_many_things_tell_them_apart():
    right = [{"a": 1, "b": 1, "c": 1}] * 2
    wrong = [{"a": 2, "b": 3, "c": 4}] * 2
    tried = calls(*((g, True) for g in right), *((g, False) for g in wrong))
    assert not told(tried, {})


def test_defaults_count_as_given():
    assert defaults_of("def f(x, stride=1, *, size=max(1, 2)): ...", "f") == {"stride": 1}
