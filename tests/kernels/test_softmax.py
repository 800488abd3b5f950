"""Softmax and its logarithm, compiled and in NumPy, against float64; the exponential they use."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minidl.kernels.passes import softmax as passes

ULP = 2.0**-23
# e^x and a factor are rounded, and the difference x - max, of whatever size, before e^x.
TOLERANCE = 4 * ULP


def in_float64(x, g, axis):
    """softmax, log_softmax and their gradients, from the formulas."""
    x, g = x.astype(np.float64), g.astype(np.float64)
    shifted = x - x.max(axis, keepdims=True)
    log = shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))
    y = np.exp(log)
    return y, y * (g - (g * y).sum(axis, keepdims=True)), log, g - y * g.sum(axis, keepdims=True)


def compare(x, g, axis):
    y, log = passes.softmax(x, axis), passes.log_softmax(x, axis)
    found = y, passes.softmax_grad(g, y, axis), log, passes.log_softmax_grad(g, log, axis)
    size = np.abs(g).max() * (1 + np.abs(x).max())
    sums = np.abs(g).astype(np.float64).sum(axis).max()
    atol = 1e-38, size * TOLERANCE, TOLERANCE * np.abs(log).max(), TOLERANCE * (sums + size)
    for one, expected, near in zip(found, in_float64(x, g, axis), atol, strict=True):
        assert one.dtype == np.float32
        assert one.shape == expected.shape
        scale = TOLERANCE * (1 + np.abs(x - x.max(axis, keepdims=True)).max())
        np.testing.assert_allclose(one, expected, rtol=scale, atol=near)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_lines_of_any_length(lines, length, seed):
    rng = np.random.default_rng(seed)
    x, g = rng.standard_normal((2, lines, length)).astype(np.float32)
    compare(4 * x, g, 1)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2), (3, 1, 0, 2)])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_any_axis_in_any_memory_order(order, axis):
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal((2, 5, 21, 8, 19)).astype(np.float32)
    x, g = x.transpose(order), g.transpose(order)
    compare(x, g, axis)
    compare(x, np.ascontiguousarray(g), axis)
    compare(x[:, ::-1], np.broadcast_to(g[:1, :1, :1, :1], x.shape), axis)


def plain(monkeypatch, function, *arguments):
    monkeypatch.setattr(passes, "_large", lambda x: False)
    with np.errstate(all="ignore"):
        found = function(*arguments)
    monkeypatch.undo()
    return found


@pytest.mark.parametrize("length", [3, 16, 17, 64, 100])
def test_what_is_not_finite_is_as_in_numpy(monkeypatch, length):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1500, length)).astype(np.float32)
    x[rng.random(x.shape) < 0.02] = np.inf
    x[rng.random(x.shape) < 0.02] = -np.inf
    x[rng.random(x.shape) < 0.01] = np.nan
    x[0], x[1], x[2], x[3] = np.inf, -np.inf, np.nan, -3e38
    x[3, -1] = 3e38
    g = rng.standard_normal(x.shape).astype(np.float32)
    for function, gradient in [
        (passes.softmax, passes.softmax_grad),
        (passes.log_softmax, passes.log_softmax_grad),
    ]:
        expected = plain(monkeypatch, function, x, 1)
        with np.errstate(all="ignore"):
            y = function(x, 1)
        np.testing.assert_allclose(y, expected, rtol=2e-5, atol=1e-38)
        with np.errstate(all="ignore"):
            expected = plain(monkeypatch, gradient, g, y, 1)
            found = gradient(g, y, 1)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_equal_numbers_have_equal_shares_wherever_they_stand():
    y = passes.softmax(np.full((64, 83), 3.7, np.float32), 1)
    assert (y == y[0, 0]).all()
    x = np.zeros((1024, 37), np.float32)
    x[:, ::5] = -1.3
    for found in (passes.softmax(x, 1), passes.log_softmax(x, 1)):
        assert len(np.unique(found)) == 2


@pytest.mark.fast_only
def test_the_exponential_is_within_a_unit_of_its_last_place():
    """Of every float32 between 0 and -104, in steps: below, e^x is 0."""
    from minidl.kernels.machine.simd import LANES

    bits = np.arange(0x80000000, np.float32(-104.0).view(np.uint32), 997, np.uint32)
    x = bits[: len(bits) // LANES * LANES].view(np.float32)
    pairs = np.stack([np.zeros_like(x), x], 1)  # softmax gives e^x / (1 + e^x)
    y = passes.softmax(pairs, 1)
    e = np.exp(x.astype(np.float64))
    error = np.abs(y[:, 1] - e / (1 + e))
    assert (error <= 2.5 * np.maximum(ULP * e / (1 + e) / 2, 2.0**-149)).all()
