"""Relations of a wrong result to the right one: each is said exactly when it holds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minidl.course.grading.relating import letters_of
from minidl.course.grading.relations import Sample, exchanged, fixed, related

SHAPES = hnp.array_shapes(min_dims=2, max_dims=3, min_side=4, max_side=5)
SEEDS = st.integers(0, 2**32 - 1)


def right(seed, shape):
    """Reals without an order or a symmetry, none of them 0."""
    return np.random.default_rng(seed).uniform(0.5, 3, size=shape) ** 2


def says(got, expected, **more):
    return related([Sample("y", np.asarray(got), np.asarray(expected), **more)])


MADE = {
    "twice what it should be": lambda y: 2 * y,
    "half of what it should be": lambda y: y / 2,
    "what it should be with the other sign": lambda y: -y,
    "3.7 times what it should be": lambda y: 3.7 * y,
    "the square of what it should be": lambda y: y**2,
    "the root of what it should be": np.sqrt,
    "the exponential of what it should be": np.exp,
    "the logarithm of what it should be": np.log,
    "1 divided by what it should be": lambda y: 1 / y,
    "1 minus what it should be": lambda y: 1 - y,
    "larger by 0.25 in every entry": lambda y: y + 0.25,
    "the right numbers in the reverse order along axis 0": lambda y: y[::-1],
    "shifted by one along axis 0: every number stands one place too late": lambda y: np.concatenate(
        [y[:1] * 0, y[:-1]]
    ),
    "right but for the first column": lambda y: np.concatenate(
        [y[..., :1] * 1.5 + 0.1, y[..., 1:]], -1
    ),
    "right but for the last row and the last column: it is 0 there": lambda y: np.pad(
        y[..., :-1, :-1], [(0, 0)] * (y.ndim - 2) + [(0, 1), (0, 1)]
    ),
    "right in the first": lambda y: np.concatenate([y[:1], y[1:] ** 1.5 + 0.3]),
    "the right numbers in the wrong shape (it is flat)": np.ravel,
    "the right numbers with one axis of length 1 too many": lambda y: y[None],
    "cut to whole numbers, as an array of dtype int64 does": lambda y: (y + 1).astype(int) - 1,
    "right, but the last entry along axis 0 is missing": lambda y: y[:-1],
    "right, but the last entry along axis 0 should not be there": lambda y: np.concatenate(
        [y, y[:1] + 9]
    ),
    "the sum over axis 0 of what it should be": lambda y: y.sum(axis=0),
    "0 in every entry": np.zeros_like,
    "nan (not a number) everywhere": lambda y: y * np.nan,
}


@pytest.mark.parametrize("words", MADE)
@given(seed=SEEDS, shape=SHAPES)
@settings(max_examples=15, deadline=None)
def test_what_was_done_is_said(words, seed, shape):
    expected = right(seed, shape)
    assert words in says(MADE[words](expected), expected)


@given(seed=SEEDS, shape=SHAPES)
@settings(max_examples=40, deadline=None)
def test_of_other_numbers_nothing_is_said(seed, shape):
    expected, got = right(seed, shape), right(seed + 1, shape)
    assert says(got, expected) == ""


@given(seed=SEEDS, n=st.integers(3, 6))
@settings(max_examples=20, deadline=None)
def test_squares_have_a_diagonal_and_triangles(seed, n):
    expected = right(seed, (n, n))
    zeros = "y is right but below the diagonal: it is 0 there"
    assert says(np.triu(expected), expected) == zeros
    assert "on the diagonal" in says(expected + np.eye(n), expected)
    assert "transposed" in says(expected.T, expected)


def test_a_missing_sum_or_mean_is_told_from_one_too_much():
    losses = right(3, (5,))
    assert "its mean over all of it is what is expected" in says(losses, losses.mean())
    assert "its sum over axis 1 is what is expected" in says(
        right(4, (3, 4)), right(4, (3, 4)).sum(1)
    )


def test_a_factor_is_told_in_terms_of_the_arguments_where_only_one_fits():
    x, y = right(1, (7, 3)), right(2, (3,))
    known = {"given": {"x": x}, "letters": {"x": ("N", "D")}}
    assert "divided by N; N is 7 here" in says(y / 7, y, **known)
    assert "multiplied by N * D" in says(y * 21, y, **known)
    square = {"given": {"x": right(1, (7, 7))}, "letters": {"x": ("N", "D")}}
    assert "0.142857 times what it should be" in says(y / 7, y, **square)


def test_a_factor_of_one_number_needs_another_case():
    one = Sample("loss", np.array(4.618), np.array(2.309))
    assert related([one]) == ""
    again = Sample("loss", np.array(2.882), np.array(1.441), again=True)
    assert related([one, again]) == "loss is twice what it should be"
    other = Sample("loss", np.array(2.983), np.array(1.441), again=True)
    assert related([one, other]) == ""


def test_a_factor_that_goes_with_a_length_is_that_length():
    cases = [
        Sample("y", n * right(n, (3,)), right(n, (3,)), {"x": right(0, (n, 2))}, {"x": ("N", "D")})
        for n in (4, 6)
    ]
    assert related(cases) == "y is what it should be, multiplied by N; N is 4 here"


def test_tiny_arrays_for_which_two_relations_hold_are_not_spoken_of():
    assert says([2.0, 4.0], [1.0, 2.0]) == ""
    assert says([4], [2]) == ""


def test_lists_of_indices():
    expected = np.array([3, 7, 12, 40])
    assert "not complete: 2 of 4, without 7" in says([3, 40], expected)
    assert "complete, but has 1 entry that should not be there: 9" in says(
        [3, 7, 9, 12, 40], expected
    )
    assert "but 7 is there more than once" in says([3, 7, 7, 12, 40], expected)
    assert "empty" in says(np.zeros(0, int), expected)
    assert "a mask" in says(np.isin(np.arange(50), expected), expected)


def test_parts_by_the_input():
    x = np.array([-1.0, 2.0, -3.0, 4.0, 5.0, 6.0, 7.0])
    y = right(1, (7,))
    assert (
        says(np.where(x < 0, y + 1, y), y, given={"x": x}) == "y is right but where x is negative"
    )
    same = np.array([True, False, True, True, False])
    rows = right(2, (5, 3))
    got = np.where(same[:, None], rows, 0.3 * rows)
    assert says(got, rows, given={"same": same}) == "y is right but where same is False"
    assert "labels" not in says(got, rows, given={"labels": same})


def test_the_input_itself():
    x = right(5, (3, 4))
    assert "the same as x, which was given" in says(x, right(6, (3, 4)), given={"x": x})


def test_results_in_each_others_place():
    a, b = right(1, (3,)), right(2, (3,))
    pair = [Sample("first", a, b), Sample("second", b, a)]
    assert exchanged(pair).startswith("first and second are exchanged")
    assert exchanged([Sample("first", a, a), Sample("second", b, a)]) == ""


def test_a_result_that_never_changes():
    one = Sample("y", np.array(0.5), np.array(0.7))
    other = Sample("y", np.array(0.5), np.array(0.9), again=True)
    third = Sample("y", np.array(0.5), np.array(0.8))
    assert fixed([one, other, third]) == (
        "y stays the same when the inputs change (0.5 every time): it should depend on them"
    )
    assert fixed([one]) == ""
    assert fixed([one, other]) == ""  # a coarse number may be there twice by chance
    assert fixed([one, other, Sample("y", np.array(0.6), np.array(0.8))]) == ""
    rows = [Sample("y", right(1, (4,)), right(n, (4,)), again=n == 3) for n in (2, 3)]
    assert "y stays the same" in fixed(rows)


def test_a_factor_of_one_pair_must_hold_for_other_cases():
    pair, again = (
        Sample("y", 0.15 * right(n, (1, 2)), right(n, (1, 2)), again=n == 2) for n in (1, 2)
    )
    others = [Sample("y", right(n, (5, 2)) ** 2, right(n, (5, 2))) for n in (3, 4, 5)]
    assert "0.15 times what it should be" in related([pair, again])
    assert related([pair, again, *others]) == ""


def test_a_short_list_lacks_its_last_by_chance_where_other_cases_lack_others():
    rows = np.array([5, 2, 6, 12, 7, 8])
    short = Sample("y", rows[:-1], rows)
    others = [Sample("y", np.delete(rows + n, [1, 3]), rows + n) for n in (1, 2, 3)]
    assert "right, but the last entry is missing" in related([short])
    same = [Sample("y", rows[:-1] + n, rows + n) for n in (1, 2, 3)]
    assert "right, but the last entry is missing" in related([short, *same])
    assert "last entry" not in related([short, *others])


def test_which_entries_are_there_is_not_said_where_the_case_says_what_is_wrong_with_one():
    rows = np.array([5, 2, 6, 12, 7, 8])
    more = Sample("y", np.append(rows, [3, 9]), rows)
    other = Sample("y", np.insert(rows, 2, [4, 1]), rows)
    for sample in (more, other):
        assert "should not be there" in related([sample])
        assert related([sample], worded=True) == ""


def test_of_drawn_results_the_order_says_nothing():
    y = right(1, (9,))
    drawn = [Sample("first", y[::-1], y)]
    assert "reverse order" in related(drawn)
    assert related(drawn, drawn=True) == ""


def test_a_factor_may_be_twice_a_product_of_lengths():
    x, y = right(1, (3, 5, 7)), right(2, (3,))
    known = {"given": {"x": x}, "letters": {"x": ("C", "H", "W")}}
    assert "multiplied by 2 * C * H * W; 2 * C * H * W is 210 here" in says(210 * y, y, **known)


def test_letters_are_read_from_a_docstring():
    doc = "x: (N, C, H, W). labels: (N,). a, b: (N, D), pairs. kernel = (R, S)."
    assert letters_of(doc) == {
        "x": ("N", "C", "H", "W"), "labels": ("N",), "a": ("N", "D"), "b": ("N", "D"),
    }  # fmt: skip


KINDS = st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_])


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_came_out_nothing_is_raised(data):
    shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    got, expected = (
        data.draw(KINDS.flatmap(lambda dtype: hnp.arrays(dtype, shapes))) for _ in range(2)
    )
    x = data.draw(KINDS.flatmap(lambda dtype: hnp.arrays(dtype, shapes)))
    with np.errstate(all="ignore"):
        said = says(got, expected, given={"x": x, "k": 3.0})
    assert len(said) < 300


def test_an_infinity_that_is_meant_is_no_headline():
    right = np.append(-np.inf, np.arange(1.0, 7) ** 2)
    assert "infinite" not in says(np.append(right[1:], np.inf), right)
    assert "infinite" in says(np.append(right[1:6], np.inf), right[1:])


def test_a_large_part_is_told_only_where_most_of_it_is_wrong():
    between = np.abs(right(8, (6, 6))) + 1
    np.fill_diagonal(between, -np.arange(1.0, 7.0))
    above = np.triu_indices(6, 1)
    got = between.copy()
    got[above[0][::2], above[1][::2]] += 1
    got.T[above[0][1::2], above[1][1::2]] += 1
    assert says(got, between) == ""  # 15 of 30, whose sign and place is not what matters
    assert "off the diagonal" in says(between + 1 - np.eye(6), between)


def test_a_factor_without_meaning_must_hold_wherever_it_fails():
    first, again = (
        Sample("new m", 9 * right(n, (1,)), right(n, (1,)), again=n == 2) for n in (1, 2)
    )
    alike = [Sample("new m", 9 * right(n, (5,)), right(n, (5,))) for n in (3, 4)]
    other = Sample("new m", right(6, (5,)) + 9 * right(5, (5,)), right(5, (5,)))
    assert "9 times what it should be" in related([first, again, *alike])
    assert related([first, again, *alike, other]) == ""


def test_nearly_right_is_said_where_all_that_fails_is():
    cases = [Sample("y", right(n, (3,)) + 1e-4, right(n, (3,)), again=n == 2) for n in (1, 2, 3)]
    uneven = [replace(c, got=c.got * np.array([1.0, 1.0002, 0.9999])) for c in cases]
    assert related(uneven).startswith("y is nearly right, off by ")
    far = Sample("y", right(4, (3,)), right(5, (3,)))
    assert related([*uneven, far]) == ""


def test_a_small_step_does_not_make_a_result_nearly_right():
    cases = []
    for n in (1, 2, 3):
        w, step, other = right(n, (5,)), right(n + 10, (5,)), right(n + 20, (5,))
        cases.append(Sample("w", w - 1e-4 * other, w - 1e-4 * step, {"w": w}, again=n == 2))
    assert related(cases) == ""


def layers(factor, shapes):
    """Samples of each shape (C, H, W), off by what factor gives for it."""
    return [
        Sample(
            "y", factor(*shape) * right(n, shape), right(n, shape), {"x": right(0, shape)},
            {"x": ("C", "H", "W")}, again=n == 1,
        )
        for n, shape in enumerate(shapes)
    ]  # fmt: skip


def test_a_factor_that_is_a_product_of_lengths_in_one_shape_only_is_not_that_product():
    shapes = [(3, 5, 4), (3, 5, 4), (2, 3, 3), (4, 2, 5)]
    eighth = layers(lambda c, h, w: c * h * w / 4, shapes)
    assert "multiplied by C * H;" in related(eighth[:2])
    assert related(eighth).startswith("y is what it should be, multiplied by C * H * W / 4 (15 ")
    assert "multiplied by C * H;" in related(layers(lambda c, h, w: c * h, shapes))


def test_a_factor_that_is_nothing_in_particular_is_told_with_another():
    drawn = layers(lambda c, h, w: 0.1 * h**2 + w, [(3, 5, 4), (3, 5, 4), (2, 3, 3), (4, 2, 5)])
    assert related(drawn) == (
        "y is right but for one factor in all of its entries, which differs from case to case (6.5 "
        "here, 3.9 in another): look at what is multiplied, divided or added last"
    )
    once_more = [drawn[0], replace(drawn[1], got=1.1 * drawn[1].got)]
    assert "(6.5 here, 7.15 in another)" in related(once_more)
    assert related([drawn[0], replace(drawn[1], got=drawn[1].got ** 2)]) == ""
    offsets = [replace(s, got=s.expected + n) for n, s in enumerate(drawn, 1)]
    assert "off by one number in all of its entries" in related(offsets)


def test_a_factor_may_be_made_of_numbers_of_pairs():
    cases = []
    for n in (5, 8, 11):
        labels = (np.arange(n) > 2).astype(int)
        k = 3 * (n - 3) / (n * (n - 1) / 2)
        y = right(n, ())
        cases.append(Sample("y", k * y, y, {"labels": labels}, {"labels": ("N",)}, again=n == 8))
    assert "(ones times zeros in labels) / (N (N - 1) / 2)" in related(cases)
    assert related(cases[:2]) == ""


def test_a_step_in_the_right_direction_and_of_another_length():
    w, grad = right(1, (6,)), right(2, (6,)) - 1
    assert says(w - 0.02 * grad, w - 0.01 * grad, given={"w": w}) == (
        "y is wrong in its step from w alone: y - w is twice what it should be"
    )
    assert "with the other sign" in says(w + 0.01 * grad, w - 0.01 * grad, given={"w": w})


def test_a_function_and_a_factor():
    one, again = right(1, ()), right(2, ())
    pair = [Sample("y", 2 * np.sqrt(y), y, again=y is again) for y in (one, again)]
    assert related(pair) == "y is twice the root of what it should be"
    y = right(3, (5,)) - 2
    assert says(abs(y) / 2, y) == "y is half of the absolute value of what it should be"
    assert says((2 * y) ** 2, y) == "y is four times the square of what it should be"


def test_a_length_that_is_off_is_told_by_what():
    assert says(right(1, (3, 4)), right(2, (3, 5))) == (
        "y is too short by 1 along axis 1: shape (3, 4), expected (3, 5)"
    )
    cases = [
        Sample("y", right(1, (2, 9)), right(2, (2, 9 + 2 * p)), {"padding": p}, again=p == 3)
        for p in (2, 3)
    ]
    assert "too short along axis 1 by 2 * padding (4 here)" in related(cases)


def test_nothing_is_not_said_to_be_floats():
    assert "floats" not in says(np.zeros(0), np.zeros(0, int))


def test_a_fraction_is_told_without_what_stands_above_and_below():
    cases = []
    for n, (t, d) in enumerate([(6, 2), (6, 2), (30, 3), (5, 5)]):
        x, y = right(n, (t, d)), right(n + 9, (t, d))
        cases.append(Sample("y", t / 2 * y, y, {"x": x}, {"x": ("T", "d")}, again=n == 1))
    assert related(cases).startswith("y is what it should be, multiplied by T / 2")
    assert "T * d" not in related(cases)


def test_numbers_too_far_apart_for_a_factor_warn_of_nothing():
    assert "times" not in says(np.full(5, 1e300), np.linspace(1e-200, 2e-200, 5))
