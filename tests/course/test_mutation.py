"""Small changes of a function: what is changed, what is said of it, and that it runs."""

import ast

import numpy as np
import pytest

from minidl.course.grading.mutation import mutants

TEXT = '''
import numpy as np


def spread(x: np.ndarray, scale: float = 2.0, axis: int = 0) -> float:
    """The docstring is not changed: 1 + 1 = 2."""
    total = 0
    for row in x:
        total += ((row - row.mean(axis=0)) ** 2).sum()
    if scale > 3:
        return total
    return float(total / (2 * scale)), axis
'''


@pytest.fixture(scope="module")
def found():
    return mutants(TEXT, "spread")


def run(mutant, *arguments):
    space = {"np": np}
    exec(compile(ast.parse(mutant.source), "mutant", "exec"), space)
    return space["spread"](*arguments)


@pytest.mark.parametrize(
    "words",
    [
        "when scale is ignored and taken as 2.0",
        "when x is taken from its end to its beginning",
        "if a square is missing",
        "if the sum is missing",
        "if what was there is overwritten, with = in the place of +=",
        "if a loop ends after its first turn",
        "if the first turn of a loop is left out",
        "if the case scale > 3 is not treated",
        "at equality: with >= in the place of >",
        "if the division by 2 * scale is missing",
        "if the brackets around 2 * scale, which is divided by, are missing",
        "if the results are returned in the reverse order",
        "if mean runs over all entries in place of one axis",
        "with max in the place of sum",
    ],
)
def test_a_change_has_its_words(found, words):
    assert words in [m.words for m in found]


def test_every_source_is_there_once_parses_and_differs(found):
    sources = [m.source for m in found]
    assert len(sources) == len(set(sources)) > 50
    original = ast.unparse(ast.parse(TEXT).body[1])
    assert original not in sources
    assert all(isinstance(ast.parse(s).body[0], ast.FunctionDef) for s in sources)


def test_words_say_what_the_change_does(found):
    by_words = {m.words: m for m in found}
    x = np.array([[0.0, 2.0], [1.0, 5.0]])
    right = (2 + 8) / (2 * 1.0)
    assert run(by_words["when scale is ignored and taken as 2.0"], x, 1.0)[0] == right / 2
    assert run(by_words["if a loop ends after its first turn"], x, 1.0)[0] == 2 / 2
    assert run(by_words["if the results are returned in the reverse order"], x, 1.0) == (0, right)


def test_without_brackets_all_but_the_first_factor_multiply():
    text = "def f(x, C, H, W):\n    return x / (C * H * W)\n"
    (mutant,) = (m for m in mutants(text, "f") if "brackets" in m.words)
    assert mutant.words == "if the brackets around C * H * W, which is divided by, are missing"
    space = {}
    exec(mutant.source, space)
    assert space["f"](24.0, 3, 5, 7) == 24 / 3 * 5 * 7


def test_what_is_joined_without_an_axis_is_joined_along_axis_0():
    text = "import numpy as np\n\n\ndef f(x):\n    return np.concatenate([x, x], axis=1)\n"
    words = {m.words for m in mutants(text, "f")}
    assert "if concatenate runs along axis 0 in place of axis 1" in words
    assert not any("all entries" in said for said in words)


def test_variables_of_the_reference_are_not_spoken_of(found):
    assert not [m.words for m in found if "total" in m.words or "row" in m.words.split()]


def test_those_that_name_the_difference_come_first(found):
    assert [m.rank for m in found] == sorted(m.rank for m in found)


def test_a_function_that_is_not_there():
    with pytest.raises(ValueError, match="no function other"):
        mutants(TEXT, "other")


def test_exchanged_arguments_of_a_library_function_are_tried_and_not_said():
    from minidl.course.grading.mutation import UNSAID, mutants

    text = "import numpy as np\n\n\ndef f(x, y):\n    return np.append(x, g(x, y))\n"
    ranks = {mutant.words: mutant.rank for mutant in mutants(text, "f")}
    assert ranks["if two arguments of append are exchanged"] == UNSAID
    assert ranks["if two arguments of g are exchanged"] < UNSAID
