"""Which named mistake is named: the one of the failing case, and never one that is not there."""

import re

import pytest

from minidl.course.grading.outcome import _raised, _worded

CHECKS = """
@f.probe("three numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=3))}

@f.probe("three numbers, weighted")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=3), rng.uniform(2, 3, size=3))}

@f.probe("no numbers", "edge")
def _(ex, rng):
    return {"y": ex.f(np.zeros(0))}

f.wrong("x.sum()", "x.max()", says="The largest was taken.")
f.wrong("(x * y).sum()", "(x + y).sum()", says="The weights were added.")
f.wrong("(x * y).sum()", "y.sum()", says="The numbers were left out.")
f.wrong("0.0", "1.0", says="Nothing is 0.")
"""
SOLUTION = """\
if not x.size:
    return 0.0
if y is None:
    return float(x.sum())
return float((x * y).sum())"""


@pytest.fixture
def grade(one_function):
    one_function.declare(SOLUTION, CHECKS)
    return lambda *changes: one_function.grade(changed(SOLUTION, *changes))


def changed(text, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_mistake_of_the_failing_case_is_named(grade):
    result = grade(("x.sum()", "x.max()"))
    assert (result.says, result.named) == ("The largest was taken.", True)
    assert result.mistakes == ("The largest was taken.",)


def test_a_mistake_is_named_though_another_case_fails_otherwise(grade):
    result = grade(("x.sum()", "x.max()"), ("(x * y).sum()", "-1"))
    assert result.says == "The largest was taken."


def test_two_mistakes_are_named_one_after_the_other(grade):
    result = grade(("x.sum()", "x.max()"), ("(x * y)", "(x + y)"))
    assert result.says == "The largest was taken.\nand: The weights were added."
    assert result.mistakes == ("The largest was taken.", "The weights were added.")


def test_a_mistake_that_spoils_what_is_right_here_is_not_named(one_function):
    checks = CHECKS + 'f.wrong(BODY, "return 1.0", says="Always 1.")\n'
    one_function.declare(
        SOLUTION, checks.replace('f.wrong("0.0", "1.0", says="Nothing is 0.")', "")
    )
    result = one_function.grade(changed(SOLUTION, ("0.0", "1.0")))
    assert (result.says, result.named) == ("y: expected 0, got 1", False)


def test_a_mistake_that_makes_no_difference_here_is_not_named(grade):
    result = grade(("0.0", "2.0"))
    assert not result.named
    assert result.credit == "right on the main cases and promises; wrong: edges"


def test_two_names_that_fit_equally_well_are_both_told(one_function):
    checks = CHECKS + 'f.wrong("x.sum()", "np.sort(x)[-1]", says="It was sorted.")\n'
    one_function.declare(SOLUTION, checks)
    result = one_function.grade(changed(SOLUTION, ("x.sum()", "x.max()")))
    assert result.says == "one of: The largest was taken.\nor: It was sorted."
    assert result.mistakes == ()


def test_a_broken_promise_can_have_a_name(one_function):
    checks = CHECKS + 'f.wrong("x.sum()", "x.sum(keepdims=True)", says="Leave keepdims out.")\n'
    one_function.declare(
        SOLUTION.replace("float(x.sum())", "x.sum()"),
        checks.replace(
            "ex.f(rng.uniform(1, 2, size=3))}", "np.sum(ex.f(rng.uniform(1, 2, size=3)))}"
        ),
    )
    body = changed(SOLUTION, ("float(x.sum())", "x.sum(keepdims=True)"))
    result = one_function.grade(body)
    assert result.says == "Leave keepdims out."
    assert "it returns an array of shape (1,), expected a number" in result.details


def test_the_words_of_a_raise_of_ones_own_do_not_matter():
    one = {"type": "ValueError", "message": "too large", "text": "raise ValueError('too large')"}
    other = {"type": "ValueError", "message": "no", "text": 'raise ValueError("no")'}
    assert _worded(one, other)
    assert not _worded(one, other | {"text": "x.reshape(3)"})
    assert not _worded(one, other | {"type": "TypeError"})


def test_a_stack_that_ran_out_is_one_exception_wherever_it_did():
    deep = {"type": "RecursionError", "message": "maximum recursion depth exceeded"}
    assert _raised(deep) == _raised(deep | {"message": f"{deep['message']} in comparison"})
    assert _raised(deep) != _raised(deep | {"type": "ValueError"})


GUARDED = """
@f.probe("six numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=6))}

@f.probe("as many as are drawn")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=rng.integers(3, 9)))}

@f.probe("no numbers", "edge")
def _(ex, rng):
    return {"y": ex.f(np.zeros(0))}

f.wrong(
    "x.mean() if x.size else 0.0",
    "np.float64(x.sum()) / (len(x) + 1) + 1 / len(x)",
    says="One too many.",
)
"""


def test_a_mistake_kept_from_showing_in_a_special_case_is_named(one_function):
    one_function.declare("return float(x.mean() if x.size else 0.0)", GUARDED)
    result = one_function.grade(
        "return float(x.sum() / (len(x) + 1) + 1 / len(x)) if len(x) else 0.0"
    )
    assert (result.says, result.named) == ("One too many.", True)


def test_but_not_where_one_failing_case_is_another(one_function):
    one_function.declare("return float(x.mean() if x.size else 0.0)", GUARDED)
    result = one_function.grade(
        "return float(x.sum() / (len(x) + 1) + 1 / len(x) + (len(x) == 6)) if len(x) else 0.0"
    )
    assert "One too many." not in result.says


def test_a_mistake_that_is_alike_by_chance_on_one_seed_is_not_named(one_function):
    checks = """
@f.probe("one or two")
def _(ex, rng):
    return {"y": ex.f(rng.integers(0, 9, size=3))}

f.wrong("x.sum()", "x.max()", says="The largest was taken.")
"""
    one_function.declare("return int(x.sum())", checks)
    result = one_function.grade("return int(x.max())")
    assert result.says == "The largest was taken."
    (number,) = (int(v) for v in re.findall(r"got (\d+)", " ".join(result.details)))
    by_chance = one_function.grade(f"return {number}")
    assert not by_chance.named


def test_a_mistake_that_spoils_a_main_case_is_no_guarded_one(one_function):
    checks = (
        GUARDED
        + """
@f.probe("four numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=4))}
"""
    )
    one_function.declare("return float(x.mean() if x.size else 0.0)", checks)
    wrong = "x.sum() / (len(x) + 1) + 1 / len(x)"
    result = one_function.grade(
        f"return float(x.mean() if len(x) == 4 else {wrong}) if len(x) else 0.0"
    )
    assert "One too many." not in result.says


def test_a_mistake_is_named_where_it_differs_from_what_is_right_by_rounding_alone(one_function):
    checks = """
@f.probe("three numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=3))}

@f.probe("one number")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=1))}

f.wrong("x.max() - x.min()", "x.max() - x.mean() + (len(x) == 1) * 1e-16", says="Not the mean.")
"""
    one_function.declare("return float(x.max() - x.min())", checks)
    assert one_function.grade("return float(x.max() - x.mean())").says == "Not the mean."


def test_one_of_two_mistakes_with_one_sentence_is_enough(one_function):
    checks = """
@f.probe("numbers")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=3))}

f.wrong("x.sum()", "x.max() + 1", says="The largest was taken.")
f.wrong("x.sum()", "x.max()", says="The largest was taken.")
"""
    one_function.declare("return float(x.sum())", checks)
    result = one_function.grade("return float(x.max())")
    assert (result.says, result.named) == ("The largest was taken.", True)


def test_a_named_mistake_and_a_relation_to_what_it_gives(one_function):
    checks = """
@f.probe("one row")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=(1, 5)))}

@f.probe("rows")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=(rng.integers(2, 9), 5)))}

@f.probe("many rows")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=(rng.integers(9, 19), 5)))}

f.wrong("x**2", "x**3", says="The power is two.")
"""
    one_function.declare("return x**2", checks)
    result = one_function.grade("return x**3 / len(x)")
    assert result.says.startswith("The power is two.\nand: beside that, y is what it should be, ")
    assert "divided by" in result.says
    zero = one_function.grade("return x**3 if len(x) == 1 else 0 * x")
    assert "beside that" not in zero.says


def test_one_of_two_results_is_spoken_of_where_both_are_wrong_in_their_own_way(one_function):
    checks = """
@f.probe("three numbers")
def _(ex, rng):
    total, largest = ex.f(rng.uniform(1, 2, size=3))
    return {"total": total, "largest": largest}

@f.probe("as many as are drawn")
def _(ex, rng):
    total, largest = ex.f(rng.uniform(1, 2, size=rng.integers(3, 9)))
    return {"total": total, "largest": largest}

f.wrong("x.sum()", "np.median(x) ** 2", says="The median was taken.")
"""
    one_function.declare("return x.sum(), x.max()", checks)
    result = one_function.grade("return np.median(x) ** 2, x.max() + x.min() ** 3")
    assert result.says == "The median was taken.\nthat is said of total; also not right: largest"
    assert result.named
    assert result.mistakes == ("The median was taken.",)


def test_a_factor_is_that_of_all_cases_also_where_results_are_numbered(one_function):
    checks = """
@f.probe("two by three")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=(2, 3)))}

@f.probe("any shape")
def _(ex, rng):
    return {f"y {n}": ex.f(rng.uniform(1, 2, size=(n + 2, 7 - n))) for n in range(4)}

f.wrong("x.size", "1", says="Nothing was divided by.")
"""
    one_function.declare("return x / x.size", checks)
    result = one_function.grade("return x / 3")
    assert "y is right but for one factor in all of its entries" in result.says


def test_a_list_without_entries_is_called_a_list(one_function):
    checks = """
@f.probe("those above 2")
def _(ex, rng):
    return {"places": ex.f(rng.uniform(0, 1, size=5))}

@f.probe("those above 2, some")
def _(ex, rng):
    return {"places": ex.f(rng.uniform(1, 3, size=9))}

f.wrong("x > 2", "x < 2", says="The others.")
"""
    one_function.declare("return np.flatnonzero(x > 2)", checks)
    result = one_function.grade("return [n for n, v in enumerate(x) if v > 2]")
    assert result.says.startswith("it returns a list of 0, expected an array of shape (0,)")
