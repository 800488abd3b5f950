"""What a learner wrote stays, function by function, when the stub under it is renewed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.course.layout import pieces
from minidl.course.layout.carrying import carry
from minidl.course.sets.stubs import signed, stub_of
from tests.conftest import TOY_SOLUTION

NEWER = TOY_SOLUTION.replace("Twice x.", "Two times x.").replace(
    "def total_of_double",
    '''def half(x: np.ndarray) -> np.ndarray:
    """Half of x.

    Example: half([2, 4]) = [1, 2]
    """
    # BEGIN SOLUTION
    return x / 2
    # END SOLUTION


def total_of_double''',
)
BASE, NEW = stub_of(TOY_SOLUTION, "ex01_toy"), stub_of(NEWER, "ex01_toy")
NAMES = ("double", "total", "total_of_double")


def written(*names, base=BASE):
    """The stub with these functions written."""
    text = base
    for name in names:
        head = pieces.named(text)[name].partition("    raise")[0]
        text = pieces.replaced(text, name, f"{head}    return {name!r}  # mine")
    return text


def test_an_untouched_stub_becomes_the_new_one():
    assert carry(BASE, BASE, NEW).text == NEW


@given(st.sets(st.sampled_from(NAMES), min_size=1))
def test_every_function_that_was_written_stays_letter_for_letter(names):
    mine = written(*names)
    carried = carry(mine, BASE, NEW)
    for name in names:
        assert pieces.named(carried.text)[name] == pieces.named(mine)[name]
    for name in {*NAMES, "half"} - names:
        assert pieces.named(carried.text)[name] == pieces.named(NEW)[name]
    assert set(carried.conflicts) == names & {"double"}


def test_a_conflict_shows_what_is_asked_otherwise():
    lines = carry(written("double"), BASE, NEW).conflicts["double"]
    assert '-    """Twice x.' in lines
    assert '+    """Two times x.' in lines


def test_a_new_function_comes_behind_the_one_before_it():
    text = carry(written("double"), BASE, NEW).text
    assert list(pieces.named(text)) == ["SECRET", "double", "total", "half", "total_of_double"]


def test_helpers_imports_and_constants_of_the_learner_stay():
    mine = written("double").replace("import numpy as np", "import math\nimport numpy as np")
    mine = mine.replace(
        "def double", "LIMIT = 3\n\n\ndef helper():\n    return LIMIT\n\n\ndef double"
    )
    text = carry(mine, BASE, NEW).text
    assert pieces.named(text)["helper"] == "def helper():\n    return LIMIT"
    assert "import math" in text
    assert "LIMIT = 3" in text


def test_a_new_import_of_the_stub_is_put_in():
    new = stub_of(
        NEWER.replace("import numpy as np", "import numpy as np\nimport math"), "ex01_toy"
    )
    text = carry(written("double"), BASE, new).text
    assert pieces.imports(text) == ["import numpy as np", "import math"]


def test_what_is_asked_no_longer_goes_where_it_was_not_written():
    without = stub_of(TOY_SOLUTION[: TOY_SOLUTION.index("def total_of_double")], "ex01_toy")
    assert carry(written("double"), BASE, without).gone == ["total_of_double"]
    kept = carry(written("double", "total_of_double"), BASE, without)
    assert kept.gone == []
    assert "total_of_double" in pieces.named(kept.text)


def test_a_function_that_was_deleted_on_purpose_does_not_come_back():
    mine = pieces.removed(written("double"), "total")
    assert "total" not in pieces.named(carry(mine, BASE, NEW).text)


def test_carrying_twice_is_carrying_once():
    once = carry(written("total"), BASE, NEW).text
    again = carry(once, NEW, NEW)
    assert (again.text, again.new, again.gone, again.conflicts) == (once, [], [], {})


def test_nothing_new_leaves_the_file_to_the_letter():
    mine = written("double") + "\n\n\n# notes\n"
    assert carry(mine, BASE, BASE).text == mine


def test_decorators_and_comments_inside_belong_to_a_function():
    mine = written("double").replace("def double", "@staticmethod\ndef double")
    assert "@staticmethod\ndef double" in carry(mine, BASE, NEW).text


def test_a_file_that_does_not_parse_is_refused():
    with pytest.raises(SyntaxError):
        carry(BASE + "\ndef (", BASE, NEW)


def test_the_mark_of_a_stub_does_not_stay_in_the_middle():
    text = carry(written("total"), BASE, NEW).text
    assert "# Stub" not in text
    assert signed(text, "x") != text
