"""The compiled sums and blends of batch normalisation equal NumPy's in float64."""

import numpy as np
import pytest

from minidl import functional as F
from minidl.kernels.machine import threads
from minidl.kernels.machine.sizes import PASS_MIN_NUMBERS
from minidl.kernels.passes.channels import blend, moments, scale, sums

CHANNELS = [1, 3, 16, 20, 48]
BEFORE = threads.get_num_threads()


def images(channels, seed=0, offset=0.0):
    """Float32, large enough for the fast kernel, not a whole number of its blocks."""
    rng, side = np.random.default_rng(seed), int(np.sqrt(PASS_MIN_NUMBERS / channels)) + 1
    x = rng.standard_normal((1, side, side, channels), dtype=np.float32) + np.float32(offset)
    return x.transpose(0, 3, 1, 2)


def many(channels, seed=0):
    """Three examples of them."""
    rng, side = np.random.default_rng(seed), int(np.sqrt(PASS_MIN_NUMBERS / channels / 3)) + 2
    x = rng.standard_normal((3, side, side - 1, channels), dtype=np.float32)
    return x.transpose(0, 3, 1, 2)


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_moments(channels, offset):
    x = images(channels, offset=offset)
    mean, var = moments(x)
    exact_mean, exact_var = moments(x.astype(np.float64))
    np.testing.assert_allclose(mean, exact_mean, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(var, exact_var, rtol=1e-4)


@pytest.mark.parametrize("each", [False, True])
@pytest.mark.parametrize("channels", CHANNELS)
def test_sums_scale_and_blend(channels, each):
    u, v = (many(channels, seed=seed) for seed in (0, 1))
    shape = (len(u), channels) if each else (channels,)
    a, b, c = np.random.default_rng(2).standard_normal((3, *shape))
    wide = u.astype(np.float64), v.astype(np.float64)
    np.testing.assert_allclose(sums(u, v, b), sums(*wide, b), rtol=1e-5, atol=1e-3)
    for found, expected in [
        (blend(u, a, v, b, c), blend(wide[0], a, wide[1], b, c)),
        (scale(u, a, b, c), scale(wide[0], a, b, c)),
    ]:
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("channels", CHANNELS)
def test_moments_of_each_example_are_its_own(channels):
    x = many(channels) + np.arange(3, dtype=np.float32).reshape(-1, 1, 1, 1) * 100
    mean, var = moments(x, each=True)
    np.testing.assert_allclose(mean, x.mean((2, 3), np.float64), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(var, x.astype(np.float64).var((2, 3)), rtol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_its_channel_and_example(value):
    x = many(20)
    x[1, 7, 3, 4] = value
    with np.errstate(invalid="ignore"):
        found = np.isfinite(moments(x, each=True)[1])
        of_all = np.isfinite(moments(x)[1])
    assert not found[1, 7]
    assert found.sum() == found.size - 1
    assert of_all.sum() == of_all.size - 1


@pytest.mark.fast_only
def test_sums_do_not_depend_on_the_number_of_threads():
    u, v, centre = many(20), many(20, seed=1), np.zeros((3, 20))
    found = []
    for count in (1, 2, 3):
        threads.set_num_threads(count)
        found.append((*moments(u, each=True), sums(u, v, centre)))
    threads.set_num_threads(BEFORE)
    for other in found[1:]:
        for one, same in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_a_channel_that_never_changes_has_variance_zero():
    x = np.full((4, 16, 64, 64), 3.3, np.float32)
    assert (moments(x)[1] == 0).all()
    y = F.batch_norm(x, None, None, training=True)
    np.testing.assert_allclose(y.data, 0, atol=1e-3)


@pytest.mark.fast_only
def test_any_memory_order_gives_the_same():
    x = images(16)
    np.testing.assert_array_equal(moments(x), moments(np.ascontiguousarray(x)))
