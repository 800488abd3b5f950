"""Exceptions are told in terms of the learner's own line: which name, which shape."""

import pytest

LINES = {
    "return np.ones((2, 3)) @ np.ones((2, 4))": "the inner lengths 3 and 2 must be equal",
    "return x @ np.ones((7, 2))": "(x is an array of shape (3,))",
    "return np.ones((4, 2)) + np.ones((4, 3))": "but 2 and 3 are not",
    "return x[9]": "there is no index 9: axis 0 has length 3, so its indices go from 0 to 2",
    "return [1, 2][5]": "an index is beyond the end of a list",
    "return x[0, 0]": "an array of 1 axes was given 2 indices (x is an array of shape (3,))",
    "d = {'a': 1}\nreturn d['b']": "there is no key 'b' (d is a dict with the keys 'a')",
    "a, b = x[:1]\nreturn x": "2 names stand on the left, but there is only 1 value",
    "a, b = x\nreturn x": "2 names stand on the left, but there are more values",
    "return x.reshape(2, 5)": "3 numbers do not fill shape (2, 5), which has 10",
    "y = None\nreturn y[0]": "y is None here",
    "y = None\nreturn y + x": "y is None here",
    "return xx": "there is no name xx",
    "total = x\nreturn totl": "did you mean total?",
    "return np.summ(x)": "numpy has no summ; did you mean sum?",
    "if x is None:\n    y = 1\nreturn y": "y is used before it has a value",
    "import scipyy\nreturn x": "there is no module scipyy here",
    "return double(x)": "deeper than Python allows: either the case in which it stops is never",
    "n = 0\nreturn 1 / n": "divides by zero (n is 0)",
    "return double(x, 1)": "double() takes 1 argument here, and gets 2",
    "return double()": "double() is called without 'x'",
    "if x:\n    return x": "an array of several values was used as one yes or no",
    "return x[1.5]": "an index or a length is not a whole number",
    "y = np.arange(3)\ny += 0.5\nreturn y": "fractions cannot be put into an array of whole",
    "return np.array([[1], [2, 3]])": "rows of different lengths",
    "return x.sum(axis=1)": "there is no axis 1: the array has 1",
    "return np.zeros(-1)": "a length came out negative",
    "s = [slice(0, 1)]\ny = np.ones(3)\ny[(slice(None), *())] = x[s]": "tuple(s)",
    "s = [slice(0, 1)]\nreturn x[s]": "must be a tuple, a list is taken",
    "s = (slice(0, 1), 2)\nreturn np.ones((3, 3, 3))[:, s]": "put its entries there, (..., *s)",
    "p = (0, 2)\ny = np.ones((3, 2, 3))\ny[0, p] = 1": "put its entries there, (..., *p)",
    "same = np.ones(1, int)\nreturn x[:1][same]": "same as an index means the places 0 and 1",
    "d = {'one': 1}\nreturn sum(w for name, w in d)": "d.items() gives keys and values",
    "return max(0, x)": "np.maximum(one, other) does",
    "return np.random.default_rng(1).choice(x[:0])": "there is nothing to draw from",
    "return np.random.default_rng(1).choice(x, 9, replace=False)": "more entries than there are",
    "return x(0)": "was called like a function",
    "n = 3\na, b = n\nreturn x": "one int is there, where several values are taken apart",
    "return np.einsum('kij,lji->kl', *np.ones((2, 2, 3, 4)))": "one letter stands for two lengths",
    "y = np.zeros(2)\ny[:] = x\nreturn y": "shape (3,) does not fit into a place of shape (2,)",
}


@pytest.mark.parametrize("body", LINES)
def test_an_exception_in_words(body, grade_toy):
    told = grade_toy(double=body)["double"]
    assert LINES[body] in told.says
    assert told.diagnosis in ("exception", "what-if")
    assert any("exercises/ex01_toy.py:" in line for line in told.details)


def test_a_missing_import_of_numpy(learner, toy_course):
    from minidl.course.grading.grader import Grader
    from minidl.course.grading.reference import Reference

    text = "def double(x):\n    return np.array(x) * 2\n"
    with Reference(toy_course, seed=7) as reference:
        report = Grader(reference, learner, {"ex01": text}).grade_set("ex01", "double")
    assert "the file begins with `import numpy as np`" in report.results[0].says


def test_a_renamed_function_is_asked_for(learner, toy_course):
    from minidl.course.grading.grader import Grader
    from minidl.course.grading.reference import Reference

    text = "def doubel(x):\n    return x * 2\n"
    with Reference(toy_course, seed=7) as reference:
        report = Grader(reference, learner, {"ex01": text}).grade_set("ex01", "double")
    assert "the file has no function double; is doubel meant to be it?" in report.results[0].says


def test_what_no_rule_knows_is_said_as_it_is(grade_toy):
    told = grade_toy(double="raise ValueError('so it is')")["double"]
    assert told.says == "ValueError: so it is"


def test_a_forgotten_return(grade_toy):
    told = grade_toy(double="y = 2 * x")["double"]
    assert told.says.startswith("returned None: is there a return at its end")


def test_none_in_a_list_is_no_forgotten_return(grade_toy):
    told = grade_toy(double="return [2 * x[0], None, None]")["double"]
    assert "with None in it: 2 of 3 entries, first at [1]: every entry must be" in told.says
    assert "return at its end" not in told.says


def test_the_call_that_raised_is_the_one_to_try(one_function):
    checks = """
@f.probe("three numbers")
def _(ex, rng):
    return {"y": [ex.f(n) for n in (1, 2, 3)]}
"""
    one_function.declare("return 2.0 * x", checks)
    told = one_function.grade("return x + 2.0 if x < 3 else [][x]")
    assert told.says.startswith("IndexError")
    assert "try: f(3)" in told.details


@pytest.mark.parametrize(
    ("call", "what"),
    [("x[9:].max()", "maximum"), ("x[9:].argmin()", "argmin"), ("max(x[9:])", "max")],
)
def test_the_largest_of_nothing(grade_toy, call, what):
    told = grade_toy(double=f"return {call}")["double"]
    assert f"the {what} of nothing was asked for: " in told.says
