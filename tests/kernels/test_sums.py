"""Sums in float64: right for any length, axis and memory order, the fast ones as the plain ones.

Where float32 is what comes out, 1e-7 is a rounding to it (2^-24) and a little; where float64 comes
out, 1e-12 leaves room for 10^6 roundings of 1e-16 that go all one way, and more.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from minidl.kernels import sums
from minidl.kernels.sums import deviations, dot, fast, mean, total

ROUNDING = 1e-7


@pytest.fixture(autouse=True, params=["on every thread", "alone"])
def everything_is_large(request, monkeypatch):
    monkeypatch.setattr(sums, "SUM_MIN_NUMBERS", 1)
    monkeypatch.setattr(sums, "SUM_WHOLE_MIN_NUMBERS", 1)
    # many items of work, from arrays that are small
    monkeypatch.setattr(fast, "SUM_ITEM_NUMBERS", 1 << 9)
    monkeypatch.setattr(fast, "SUM_ITEM_COLUMNS", 1 << 6)
    monkeypatch.setattr(
        fast, "LONE_SUM_NUMBERS", 1 if request.param == "on every thread" else 1 << 40
    )


def agree(x, y, axis, keepdims):
    wide = x.astype(np.float64)
    found = total(x, axis, keepdims, wide=True)
    np.testing.assert_allclose(found, wide.sum(axis, keepdims=keepdims), rtol=1e-12, atol=1e-11)
    expected = (wide * y).sum(axis, keepdims=keepdims)
    np.testing.assert_allclose(dot(x, y, axis, keepdims), expected, rtol=1e-12, atol=1e-11)
    expected = (wide * wide).sum(axis, keepdims=keepdims)
    np.testing.assert_allclose(dot(x, x, axis, keepdims), expected, rtol=1e-12, atol=1e-11)


def subsets(ndim):
    every = itertools.chain.from_iterable(
        itertools.combinations(range(ndim), count) for count in range(1, ndim + 1)
    )
    return [None, *every]


ORDERS = {
    "rows": lambda x: x,
    "columns": np.asfortranarray,
    "channels last": lambda x: np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0),
    "gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "backwards": lambda x: x[::-1],
    "stretched": lambda x: np.broadcast_to(x[:1], x.shape),
    "stretched over all": lambda x: np.broadcast_to(x.ravel()[0], x.shape),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "shape", [(700,), (40, 3), (300, 17), (3, 200), (9, 70, 2), (2, 33, 65), (3, 4, 5, 6), (1, 1)]
)
def test_every_axis_in_every_memory_order(shape, order):
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal(shape, dtype=np.float32) for _ in range(2))
    for axis in subsets(len(shape)):
        for keepdims in (False, True):
            agree(ORDERS[order](x), y, axis, keepdims)


@given(array_shapes(max_dims=4, max_side=40), st.data())
@settings(max_examples=60, deadline=None)
def test_any_shape(shape, data):
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal(shape, dtype=np.float32) for _ in range(2))
    axis = data.draw(st.sampled_from(subsets(len(shape))))
    agree(x.transpose(data.draw(st.permutations(range(len(shape))))).reshape(shape), y, axis, True)


@pytest.mark.parametrize("terms", [9, 1000, 10**6])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("others", [1, 3, 4, 20])
@pytest.mark.parametrize("large", [1, 1 << 40])  # the fast kernel, and NumPy
def test_sums_of_equal_numbers_do_not_drift(monkeypatch, terms, axis, others, large):
    monkeypatch.undo()
    monkeypatch.setattr(sums, "SUM_MIN_NUMBERS", large)
    shape = (terms, others) if axis == 0 else (others, terms)
    x = np.full(shape, 1000.1, np.float32)
    exact = float(x.flat[0])
    np.testing.assert_allclose(total(x, axis), terms * exact, rtol=ROUNDING)
    np.testing.assert_array_equal(mean(x, axis), x.flat[0])
    # NumPy adds float64 down an axis one after the other
    np.testing.assert_allclose(dot(x, x, axis), terms * exact**2, rtol=1e-9)


def test_a_sum_may_cancel():
    x = np.random.default_rng(0).standard_normal(10**6, dtype=np.float32)
    expected = x.astype(np.float64).sum()  # about 1,000, of terms that add up to 800,000
    assert total(x) == pytest.approx(expected, rel=ROUNDING)


def test_a_mean_of_what_overflows_as_a_sum():
    x = np.full(100, 3e38, np.float32)
    assert mean(x) == np.float32(3e38)


@pytest.mark.parametrize("axis", [0, 1])
def test_deviations_of_numbers_that_lie_close_together(axis):
    """A mean rounded to float32 would be off by more than they differ."""
    x = (1000 + np.arange(3000).reshape(1000, 3) % 2 * 2**-14).astype(np.float32)
    x[0] += np.float32(2**-14)
    wide = x.astype(np.float64)
    apart, squares = deviations(x, axis)
    expected = wide - wide.mean(axis, keepdims=True)
    np.testing.assert_allclose(apart, expected, atol=1e-7 * np.abs(expected).max())
    np.testing.assert_allclose(squares, (expected**2).sum(axis, keepdims=True), rtol=1e-6)


def test_infinities_and_nan_stay():
    x = np.ones((100, 4), np.float32)
    x[5, 1], x[6, 2] = np.inf, np.nan
    np.testing.assert_array_equal(total(x, 0), [100, np.inf, np.nan, 100])


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float64])
def test_other_types_are_numpys(dtype):
    x = (np.arange(12).reshape(3, 4) % 3).astype(dtype)
    for axis in (None, 0, 1):
        assert total(x, axis).dtype == x.sum(axis).dtype
        np.testing.assert_array_equal(total(x, axis), x.sum(axis))
        np.testing.assert_array_equal(mean(x, axis), x.mean(axis))


def test_an_axis_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="out of bounds"):
        total(np.ones((2, 3), np.float32), 2)
