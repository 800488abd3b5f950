"""What every function promises beside its value, held against the reference by mechanism."""

import textwrap

import numpy as np
import pytest

from minidl.course.grading.promises import of_form
from minidl.course.sandbox import wire
from minidl.course.sandbox.calls import Form, calls
from minidl.course.sandbox.record import form, watched, written

ONE = """
@f.probe("a matrix")
def _(ex, rng):
    return {"y": np.asarray(ex.f(rng.normal(size=(4, 6)).astype(np.float32)))}
"""


@pytest.fixture
def double(one_function):
    one_function.declare("return 2 * x", ONE)
    return one_function.grade


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return (2 * x).tolist()", "it returns a list of 4, expected an array of shape (4, 6): "),
        ("return tuple(2 * x)", "it returns a tuple of 4, expected an array of shape (4, 6): "),
        ("return np.asmatrix(2 * x)", "it returns a matrix, expected an array of shape (4, 6)"),
        ("return x * np.float64(2)", "its dtype is float64, expected float32: keep the dtype"),
        ("x *= 2\nreturn x.copy()", "it changes x, which the caller still needs: work on a copy"),
        (
            "y = 2 * x\ny.flags.writeable = x.flags.writeable\n"
            "return np.lib.stride_tricks.as_strided(y, x.shape, (24, 4))"
            " if x.flags.c_contiguous else y + 1",
            "it is wrong when an array is a view with gaps",
        ),
        ("old = x[0, 0]\nx[0, 0] = old\nreturn 2 * x", "it writes into its input, and fails where"),
        ("if not x.flags.writeable:\n    while True: pass\nreturn 2 * x", "it does not come to"),
    ],
)
def test_a_right_value_with_a_broken_promise(body, says, double):
    result = double(body)
    assert result.says.startswith(says)
    assert (result.status, result.points) == ("wrong", 16)
    assert result.credit == "right on the main cases; wrong: promises"


@pytest.mark.parametrize(
    "body", ["return x + x", "return np.asfortranarray(2 * x)", "return np.multiply(x, 2)[::1]"]
)
def test_other_ways_keep_the_promises(body, double):
    assert double(body).passed


def test_a_result_that_is_the_input_is_told(one_function):
    one_function.declare("return x[:2].copy()", ONE)
    result = one_function.grade("return x[:2]")
    assert result.says.startswith("its result shares memory with x")
    assert one_function.grade("return np.array(x[:2])").passed


def test_what_the_reference_does_the_learner_may_do(one_function):
    one_function.declare("return x[:2]", ONE)
    assert one_function.grade("return x[:2]").passed
    assert one_function.grade("return x[:2].copy()").passed


def test_a_set_may_allow_what_a_promise_forbids(one_function):
    one_function.declare("return x[:2].copy()", ONE, "own_memory=False,")
    assert one_function.grade("return x[:2]").passed
    one_function.declare("return 2 * x", ONE, "strict_inputs=False,")
    assert one_function.grade("x += 0\nreturn 2 * x").passed


def test_numbers_of_all_kinds_are_one(one_function):
    one_function.declare("return float(x.sum())", ONE.replace(".astype(np.float32)", ""))
    for body in ("return x.sum()", "return np.array(x.sum())", "return float(x.sum())"):
        assert one_function.grade(body).passed
    assert one_function.grade("return [x.sum()]").status == "wrong"


PLAIN = """
@f.probe("a sum")
def _(ex, rng):
    return {"y": np.asarray(ex.f(rng.normal(size=4)))}
"""


@pytest.mark.parametrize("body", ["return x.sum()", "return np.array(x.sum())"])
def test_numpys_numbers_are_arrays_of_no_axes(body, one_function):
    one_function.declare("return x.sum()", PLAIN, returns="np.ndarray")
    assert one_function.grade(body).passed


def test_a_number_of_pythons_is_no_array(one_function):
    one_function.declare("return x.sum()", PLAIN, returns="np.ndarray")
    assert one_function.grade("return float(x.sum())").says == (
        "it returns a number of Python's own, expected an array of shape (): "
        "make it one with np.array(...)"
    )


def test_it_will_do_where_no_array_is_promised(one_function):
    one_function.declare("return x.sum()", PLAIN, returns="float")
    assert one_function.grade("return float(x.sum())").passed


def test_notes_that_are_forged_or_missing_cost_the_promises(double):
    body = """
import gc
for child in gc.get_objects():
    if type(child).__name__ == "Child":
        child.told = type("All", (), {"__contains__": lambda *_: True})()
return 2 * x
"""
    result = double(body)
    assert not result.passed
    assert result.points < 20


FORMS = [
    (2.0, Form("number", "float64")),
    (np.float32(2), Form("number", "float32")),
    (np.array(2), Form("number", "int64")),
    (np.zeros((2, 3), "f4"), Form("array", "float32", (2, 3))),
    ([1, 2], Form("list", "", (2,), (Form("number", "int64"),) * 2)),
    ((), Form("tuple", "", (0,))),
    ({"a": 1}, Form("dict", "", (1,))),
    ("text", Form("other", "str")),
    (None, Form("other", "NoneType")),
]


def note(**more):
    return {
        "line": "f(1)", "shapes": "1", "arrays": False, "returns": None, "numbers": [],
        "changed": [], "shares": [],
    } | more  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), FORMS)
def test_types_of_results_cross(value, expected):
    assert calls([note(returns=form(value))])[0].returns == expected


@pytest.mark.parametrize(
    ("got", "wanted", "says"),
    [
        (
            (1, 2),
            [1, 2],
            "it returns a tuple of 2, expected a list of 2: list(...) makes one of it",
        ),
        (
            [1, 2],
            (1, 2),
            "it returns a list of 2, expected a tuple of 2: return a, b gives a tuple",
        ),
        (None, 1, "it returns None, expected a number"),
        (
            (np.zeros(2), [1]),
            (np.zeros(2), np.zeros(1)),
            "entry 1 of its result is a list of 1, expected an array of shape (1,): "
            "make it one with np.array(...)",
        ),
    ],
)
def test_a_wrong_type_is_told(got, wanted, says):
    forms = [calls([note(returns=form(value))])[0].returns for value in (got, wanted)]
    assert of_form(*forms)[1] == says


HOSTILE = [
    None,
    [note()] * 1000,
    [{}],
    [note(returns=["array", "float64"])],
    [note(returns=["list", 1, [["list", 1, [["list", 1, [["list", 1, [["list", 1, []]]]]]]]]])],
    [note(returns=["secret", 1, []])],
    [note(numbers=["x"])],
    [note(numbers=[1.0] * 10_000)],
    [note(changed=list(range(1000)))],
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_note_is_broken_and_nothing_else(body):
    with pytest.raises(wire.Broken):
        calls(body)


def test_words_of_a_note_are_cut_and_cleaned():
    (call,) = calls([note(line="\x1b[2J" + "x" * 10_000, changed=["\x07" * 100])])
    assert len(call.line) == 400
    assert call.line.isprintable()
    (changed,) = call.changed
    assert changed.startswith("\\x07\\x07")
    assert len(changed) <= 40


ARGUMENTS = [
    7,
    -0.5,
    float("inf"),
    "text",
    None,
    True,
    (1,),
    (1, 2.5),
    [1, [2]],
    {"a": (1, 2)},
    np.array([1.5, float("-inf")]),
    np.array([[1, 2], [3, 4]], np.int32),
    np.array([True, False]),
    np.zeros((0, 3), np.float32),
    np.float32(2.5),
    np.bool_(True),
    np.array(["a", "b"]),
]


@pytest.mark.parametrize("value", ARGUMENTS, ids=repr)
def test_small_arguments_are_written_as_python(value):
    again = eval(written(value), {"np": np})
    assert type(again) is type(value)
    np.testing.assert_equal(again, value)
    if isinstance(value, np.ndarray):
        assert (again.dtype, again.shape) == (value.dtype, value.shape)


def test_larger_arguments_are_written_as_their_shape():
    assert written(np.zeros((3, 5))) == "array (3, 5) float64"
    assert written(list(range(100))) == "list of 100"
    assert written(max) == "a builtin_function_or_method"


def test_changes_inside_lists_and_dicts_are_seen():
    import types

    module = types.ModuleType("m")
    exec(textwrap.dedent("def f(graph): graph['a'].pop()"), module.__dict__)
    notes = []
    watched(module, "f", notes).f({"a": [1, 2]})
    assert notes[0]["changed"] == [0]
