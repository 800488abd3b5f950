"""your_code: the learner's function where it runs, the reference's elsewhere, and whose it was."""

import numpy as np
import pytest

from minidl.course import check, your_code
from minidl.course.mine import own_code, process
from minidl.errors import CourseError

RIGHT = {
    "double": "return 2 * x",
    "total": "return float(np.sum(x))",
    "total_of_double": "return total(double(x))",
}
UNWRITTEN = 'raise NotImplementedError("ex01.{name}: ...")'
THREE = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def write(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))

    def write(**bodies):
        text = "import numpy as np\n"
        for name in RIGHT:
            body = bodies.get(name, UNWRITTEN.format(name=name))
            lines = "\n    ".join(body.splitlines())
            text += f"\n\ndef {name}(x):\n    {lines}\n"
        (toy_course.exercises / "ex01_toy.py").write_text(bodies.get("text", text))

    return write


def test_what_passes_is_the_learners_and_runs_elsewhere(write):
    write(double="import os\nprint(os.getpid())\nreturn x + x")
    code = your_code("ex01.double")
    assert code.double(THREE).tolist() == [2, 4, 6]
    assert repr(code) == "✓ double: your own function"
    assert code.whose("double") == "yours"
    assert code.right()


def test_what_is_not_written_is_the_references(write):
    write()
    code = your_code("ex01.double", even_wrong=True)
    assert code.double(THREE).tolist() == [2, 4, 6]
    assert repr(code).startswith("· double: not written yet; the reference stands in")
    assert code.whose("double") == "the reference's"


def test_what_is_wrong_is_used_on_request_only(write):
    write(double="return x + 2")
    assert your_code("ex01.double").double(THREE).tolist() == [2, 4, 6]
    code = your_code("ex01.double", even_wrong=True)
    assert code.double(THREE).tolist() == [3, 4, 5]
    assert code.whose("double") == "yours, not right yet"
    assert "what you see is its own doing" in code._repr_html_()
    assert not code.right("double")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return x[9]", "yours raised IndexError: index 9 is out of bounds for axis 0 with size 3"),
        ("2 * x", "yours returns None in place of an array"),
        ("return 2 * x[1:]", "yours returns an array of shape (2,) in place of (3,)"),
        ("return str(x)", "yours returns a str in place of an array"),
        ("import os\nos._exit(3)", "yours ended the process it ran in"),
        ("return object()", "yours raised TypeError: a value of type object cannot be passed"),
    ],
)
def test_what_comes_to_nothing_is_replaced_with_a_word(write, body, says):
    write(double=body)
    code = your_code("ex01.double", even_wrong=True)
    if "stopped" not in repr(code):
        assert code.double(THREE).tolist() == [2, 4, 6]
        assert says in repr(code)
    assert code.whose("double") == "the reference's"
    assert code.double(THREE).tolist() == [2, 4, 6]


def test_a_wrong_number_of_positions_is_shown_on_request(write):
    write(double="return 2 * x[1:]")
    code = your_code("ex01.double", even_wrong=True, any_length=True)
    assert code.double(THREE).tolist() == [4, 6]
    assert code.whose("double") == "yours, not right yet"


@pytest.mark.parametrize("body", ["return np.array(['a'])", "return x[None]", "return [1, 2]"])
def test_of_any_length_is_an_array_of_numbers_of_one_axis(write, body):
    write(double=body)
    code = your_code("ex01.double", even_wrong=True, any_length=True)
    assert code.double(THREE).tolist() == [2, 4, 6]
    assert code.whose("double") == "the reference's"


def test_what_never_ends_on_other_numbers_is_ended(write, monkeypatch):
    monkeypatch.setattr(process, "CALL_SECONDS", 2.0)  # long enough to start a process
    write(double="while x.size > 9:\n    pass\nreturn 2 * x")
    code = your_code("ex01.double")
    assert code.double(THREE).tolist() == [2, 4, 6]
    assert code.double(np.ones(10)).tolist() == [2] * 10
    assert "yours needed more than 2 seconds for one call" in repr(code)


def test_a_function_over_one_that_is_not_written_gets_the_references(write):
    write(total=RIGHT["total"], total_of_double=RIGHT["total_of_double"])
    code = your_code("ex01.total_of_double", "ex01.total")
    assert code.total_of_double(THREE) == 12
    assert code.whose("total_of_double") == code.whose("total") == "yours"


def test_a_function_over_a_wrong_one_shows_the_chain_on_request(write):
    write(**{**RIGHT, "double": "return x + 1"})
    assert your_code("ex01.total_of_double").total_of_double(THREE) == 12
    code = your_code("ex01.total_of_double", even_wrong=True)
    assert code.total_of_double(THREE) == 9
    assert not code.right()
    assert "yours, over double, not right yet" in repr(code)


def test_a_file_that_does_not_load_is_no_end(write):
    write(text="def double(:")
    code = your_code("ex01.double", even_wrong=True)
    assert code.double(THREE).tolist() == [2, 4, 6]
    assert "your file cannot be loaded" in repr(code)


def test_functions_can_be_given_and_are_called_here(write):
    write(double="return 2 * x() if callable(x) else 2 * x")
    assert your_code("ex01.double").double(lambda: THREE).tolist() == [2, 4, 6]


def test_a_saved_file_is_checked_again_and_the_same_is_not(write, monkeypatch):
    write(double=RIGHT["double"])
    check("ex01.double")
    with monkeypatch.context() as only:
        only.setattr(own_code, "check", None)
        assert your_code("ex01.double").whose("double") == "yours"
    write(double="return x + 2")
    assert your_code("ex01.double").whose("double") == "the reference's"


def test_the_earlier_cells_functions_still_run_after_a_later_cells(write):
    write(**RIGHT)
    first, second = your_code("ex01.double"), your_code("ex01.total")
    assert first.double(THREE).sum() == second.total(2 * THREE) == first.double(THREE).sum()


def test_bad_names_are_refused_in_one_line(write):
    write()
    with pytest.raises(CourseError, match=r"takes the names of functions"):
        your_code()
    with pytest.raises(CourseError, match=r"is a whole set; ask for one of"):
        your_code("ex01")
    with pytest.raises(CourseError, match=r"functions of one name"):
        your_code("ex01.double", "double")
    with pytest.raises(AttributeError, match=r"there is no function 'total' here, but double"):
        your_code("ex01.double").total(1)
