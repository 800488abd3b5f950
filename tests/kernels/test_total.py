"""Sums of two gradients: NumPy's own values, and the memory order of what was added."""

import numpy as np
import pytest

from minidl.kernels.machine.sizes import PASS_MIN_NUMBERS
from minidl.kernels.passes.elementwise import add


def pair(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal(shape, np.float32), rng.standard_normal(shape, np.float32)


@pytest.mark.parametrize(
    "size", [1, PASS_MIN_NUMBERS - 1, PASS_MIN_NUMBERS, 3 * PASS_MIN_NUMBERS + 5]
)
def test_a_sum_is_numpys_to_the_bit(size: int) -> None:
    a, b = pair((size,))
    np.testing.assert_array_equal(add(a, b), a + b)


def test_features_that_are_channels_last_stay_so() -> None:
    a, b = (np.moveaxis(v, -1, 1) for v in pair((1, 70, 40, 48)))
    total = add(a, b)
    np.testing.assert_array_equal(total, a + b)
    assert np.moveaxis(total, 1, -1).flags.c_contiguous


def test_arrays_in_different_orders_or_with_gaps_are_added_too() -> None:
    a, b = pair((300, 400))
    for u, v in ((a, np.asfortranarray(b)), (a[:, ::2], b[:, ::2]), (a[::-1], b[::-1])):
        np.testing.assert_array_equal(add(u, v), u + v)


def test_other_types_and_shapes_are_numpys() -> None:
    a, b = pair((300, 400))
    assert add(a.astype(np.float64), b.astype(np.float64)).dtype == np.float64
    np.testing.assert_array_equal(add(a, b[:1]), a + b[:1])


def test_a_sum_may_be_of_one_array_twice_and_leaves_it_alone() -> None:
    a, _ = pair((300, 400))
    before = a.copy()
    np.testing.assert_array_equal(add(a, a), 2 * before)
    np.testing.assert_array_equal(a, before)
