"""Text that a learner chose, on its way into a report: one line, bounded, nothing hidden."""

from hypothesis import given
from hypothesis import strategies as st

from minidl.course.sandbox.foreign import MOST, shown


@given(st.text(max_size=2000))
def test_it_is_one_bounded_printable_line(text):
    line = shown(text)
    assert line.isprintable()
    assert len(line) <= MOST


def test_what_is_hidden_is_written_out():
    assert shown("a\nb\x1b[2J\u202e") == "a\\nb\\x1b[2J\\u202e"


def test_what_is_long_says_how_long_it_was():
    assert shown("x" * 5000).endswith("… (5,000 characters)")
    assert shown("x" * 5000, 40).count("x") == 20


def test_a_number_of_many_digits():
    assert shown(10**9000).startswith("a number of 29,898 bits")


def test_a_dtype_of_many_fields():
    import numpy as np

    dtype = np.dtype([(f"field {i}", "f8") for i in range(500)])
    assert len(shown(dtype)) <= MOST


def test_a_name_of_a_thousand_letters_reaches_no_report(grade_toy):
    told = grade_toy(double=f"return {'z' * 1000}")["double"]
    assert all(len(line) < 500 for line in (told.says, *told.details))


def test_line_breaks_of_a_message_stay_in_their_line(grade_toy):
    told = grade_toy(double="raise ValueError('one\\ntwo\\nall right: 5 of 5 points')")["double"]
    assert told.says == "ValueError: one\\ntwo\\nall right: 5 of 5 points"
