"""A mistake that is known is found beneath a wrong form: a dtype, rows for columns, a sign."""

import pytest

CHECKS = """
@f.probe("a table")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=(3, 2)))}

@f.probe("a table as the dice say")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=rng.permutation(5)[:2] + 1))}

f.wrong("x - x.mean()", "x - x.min()", says="The smallest was subtracted.")
"""
SOLUTION = "return (x - x.mean()) ** 3 + 1"

SAID = {
    "return ((x - x.min()) ** 3 + 1).T": "y is transposed: its rows should be its columns",
    "return -((x - x.min()) ** 3 + 1)": "y has the other sign besides",
}


@pytest.mark.parametrize("body", SAID)
def test_the_mistake_is_named_and_then_the_form(body, one_function):
    one_function.declare(SOLUTION, CHECKS)
    result = one_function.grade(body)
    assert result.says == f"The smallest was subtracted.\nand: {SAID[body]}"
    assert result.named


def test_whole_numbers_given_as_floats(one_function):
    checks = """
@f.probe("counts")
def _(ex, rng):
    return {"y": ex.f(rng.integers(1, 99, size=5))}

f.wrong("x**2 + x", "x**3 + x", says="The power is two.")
"""
    one_function.declare("return x**2 + x", checks)
    result = one_function.grade("return x**3 + x * 1.0")
    words = "The power is two.\nand: y has dtype float64: whole numbers are expected"
    assert result.says == words


def test_nothing_is_sought_beneath_a_form_that_spoils_a_right_case(one_function):
    checks = (
        CHECKS
        + """
@f.probe("a row")
def _(ex, rng):
    return {"y": ex.f(np.ones((1, 4)))}
"""
    )
    one_function.declare(SOLUTION, checks)
    result = one_function.grade("return -((x - x.min()) ** 3 + 1) if x.size != 4 else x")
    assert "besides" not in result.says


def test_nothing_is_sought_beneath_a_form_that_spoils_one_of_several_results(one_function):
    checks = """
@f.probe("some lists, one of them empty")
def _(ex, rng):
    x = rng.integers(1, 99, size=5)
    return {"y 0": ex.f(x[:0]), "y 1": ex.f(x)}

f.wrong("2 * x", "3 * x", says="It is twice.")
"""
    one_function.declare("return 2 * x", checks)
    result = one_function.grade("return [int(2 * v) for v in x]")
    assert result.says.startswith("it returns a list of 0")


def test_a_relation_alone_is_not_sought_beneath_a_form(one_function):
    checks = """
@f.probe("a square")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=(3, 3)))}

f.wrong("x * x", "x + x", says="The square is a product.")
"""
    one_function.declare("return x * x", checks)
    result = one_function.grade("return np.roll((x * x)[::-1], 1, axis=1)[:, [1, 0, 2]]")
    assert "transposed" not in result.says
