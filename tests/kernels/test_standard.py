"""Standardised lines, compiled and in NumPy, against float64."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from minidl.kernels.machine.sizes import PASS_MIN_NUMBERS
from minidl.kernels.passes.standard import standardize, standardize_grad

# Results are near 1 and rounded twice on the compiled rung, three times on NumPy's.
TOLERANCE = 1e-6
SHAPES = [((96, 128), (1,)), ((4, 3, 17, 19), (2, 3)), ((70_001,), (0,)), ((3, 5, 400), (-1, 1))]


def in_float64(g, x, axes, eps):
    """y, 1 / std and the gradient, from the formula."""
    x, g = x.astype(np.float64), g.astype(np.float64)
    inverse = 1 / np.sqrt(x.var(axes, keepdims=True) + eps)
    y = (x - x.mean(axes, keepdims=True)) * inverse
    along = (g * y).mean(axes, keepdims=True)
    return y, inverse, (g - g.mean(axes, keepdims=True) - y * along) * inverse


def compare(x, g, axes, eps=1e-5):
    y, inverse = standardize(x, axes, eps)
    found = y, inverse, standardize_grad(g, y, inverse, axes)
    sizes = 1, inverse.max(), inverse.max() * abs(g).max()  # of what is added up
    for one, expected, size in zip(found, in_float64(g, x, axes, eps), sizes, strict=True):
        assert one.dtype == np.float32
        assert one.shape == expected.shape
        np.testing.assert_allclose(one, expected, rtol=TOLERANCE, atol=4 * TOLERANCE * size)


@pytest.mark.parametrize(("shape", "axes"), SHAPES)
def test_lines_are_standardised(shape, axes):
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal((2, *shape)).astype(np.float32)
    compare(3 * x + 100, g, axes)


@given(st.integers(1, 40), st.integers(2, 300), st.integers(0, 2**32 - 1))
def test_lines_of_any_length(lines, length, seed):
    x, g = np.random.default_rng(seed).standard_normal((2, lines, length)).astype(np.float32)
    compare(x, g, (1,))


def test_axes_that_are_not_lines_go_to_numpy():
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal((2, 50, 40, 3)).astype(np.float32)
    compare(x, g, (0, 2))
    compare(x.transpose(2, 1, 0), g.transpose(2, 1, 0), (1, 2))


@pytest.mark.parametrize("channels", [1, 3, 16, 37, 64])
def test_places_of_pictures_are_standardised_channels_last(channels):
    rng = np.random.default_rng(channels)
    side = int(np.sqrt(PASS_MIN_NUMBERS / channels / 2)) + 2
    x, g = rng.standard_normal((2, 2, side, side, channels)).astype(np.float32)
    x, g = 3 * x.transpose(0, 3, 1, 2) + 100, g.transpose(0, 3, 1, 2)
    compare(x, g, (2, 3))
    compare(x, np.ascontiguousarray(g), (3, 2))


@pytest.mark.parametrize("value", [1e30, 1000.1, -3e-20])
def test_equal_numbers_of_a_channel_give_exactly_0(value):
    x = np.full((2, 200, 200, 3), value, np.float32).transpose(0, 3, 1, 2)
    assert not standardize(x, (2, 3), 1e-5)[0].any()


@pytest.mark.parametrize("value", [1e30, 1000.1, -3e-20])
def test_equal_numbers_give_exactly_0(value):
    assert not standardize(np.full((3, 5000), value, np.float32), 1, 1e-5)[0].any()


def test_numbers_close_together_keep_their_digits():
    rng = np.random.default_rng(0)
    x = (1e4 + 1e-3 * rng.integers(0, 9, (4, 1000))).astype(np.float32)
    compare(x, rng.standard_normal(x.shape).astype(np.float32), (1,), eps=0.0)
