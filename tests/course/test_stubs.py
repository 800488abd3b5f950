"""Solutions to stubs, patches, and one function put back: all on text."""

import pytest

from minidl.course.sets.manifest import BODY, Patch
from minidl.course.sets.stubs import (
    body_of,
    function_alone,
    graded,
    is_untouched,
    patched,
    source_of,
    stub_of,
    with_function,
)

SOLUTION = '''\
"""A set."""

import numpy as np


def given(x):
    """Stays as it is."""
    return x + 1


def double(x):
    """Twice x, the "natural" way."""
    # BEGIN SOLUTION
    factor = 2
    return factor * x
    # END SOLUTION
'''


def test_stub_has_no_solution_and_says_what_is_to_be_written():
    stub = stub_of(SOLUTION, "ex01_toy")
    assert "raise NotImplementedError(\"ex01.double: Twice x, the 'natural' way.\")" in stub
    assert "factor" not in stub
    assert "SOLUTION" not in stub
    assert "return x + 1" in stub
    compile(stub, "stub", "exec")


def test_stub_knows_whether_it_was_touched():
    stub = stub_of(SOLUTION, "ex01_toy")
    assert is_untouched(stub)
    assert not is_untouched(stub.replace("x + 1", "x + 2"))
    assert not is_untouched(stub + "# a note of mine\n")
    assert not is_untouched("")
    assert not is_untouched(SOLUTION)


def test_only_marked_functions_are_graded():
    assert graded(SOLUTION) == ["double"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    # END SOLUTION\n", "", "double needs one # BEGIN SOLUTION and, after it, one"),
        ("    return x + 1\n", "    # BEGIN SOLUTION\n", "given needs one"),
        ("import numpy as np\n", "# BEGIN SOLUTION\n", "outside a function"),
        ('    """Twice x, the "natural" way."""\n', "", "double has no docstring"),
        ("natural", "very " * 30, "the docstring's first line is too long, by "),
    ],
)
def test_a_solution_that_is_marked_wrongly_is_refused(old, new, words):
    assert old in SOLUTION
    with pytest.raises(ValueError, match=words):
        stub_of(SOLUTION.replace(old, new), "ex01_toy")


def test_patch_changes_the_body_only():
    text = patched(SOLUTION, "double", Patch("return", "print(x)\n    return", ""))
    assert body_of(text, "double") == "    factor = 2\n    print(x)\n    return factor * x"
    assert text.count("print") == 1


def test_patch_can_replace_the_whole_body():
    text = patched(SOLUTION, "double", Patch(BODY, "\n        y = x\n        return y\n    ", ""))
    assert body_of(text, "double") == "    y = x\n    return y"


@pytest.mark.parametrize(("old", "times"), [("factor", 2), ("x + 1", 0)])
def test_patch_must_fit_exactly_once(old, times):
    with pytest.raises(ValueError, match=f"stands {times} times in the reference's body"):
        patched(SOLUTION, "double", Patch(old, "y", ""))


def test_one_function_is_put_back_and_the_rest_stays():
    stub = stub_of(SOLUTION, "ex01_toy")
    mine = stub.replace("x + 1", "x + 7").replace("raise NotImpl", "return 5  # raise NotImpl")
    back = with_function(mine, "double", stub)
    assert back == stub.replace("x + 1", "x + 7")


def test_a_function_that_was_deleted_is_put_at_the_end():
    back = with_function("import numpy as np\n", "double", stub_of(SOLUTION, "ex01_toy"))
    assert back.startswith("import numpy as np\n\n\ndef double(x):")


def test_separators_that_are_no_line_ends_stay_where_they_are():
    head = '"""a\u2028b\x0c"""\n'
    mine = head + "def double(x):\n    return x\n\n\ndef total(x):\n    return 3\n"
    back = with_function(mine, "double", "def double(x):\n    return 2 * x\n")
    assert back == mine.replace("return x", "return 2 * x")


def test_decorators_are_replaced_with_their_function():
    mine = "import functools\n\n\n@functools.cache\ndef double(x):\n    return 3\n"
    assert "@" not in with_function(mine, "double", SOLUTION)


def test_a_function_alone_is_patched_as_it_is_in_its_file():
    patch = Patch("factor = 2", "factor = 3", says="Too much.")
    alone = function_alone(SOLUTION, "double")
    assert "given" not in alone
    both = (patched(text, "double", patch) for text in (alone, SOLUTION))
    assert len({source_of(text, "double") for text in both}) == 1
