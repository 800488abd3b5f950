"""The compiled sums and blends of batch normalisation equal NumPy's in float64."""

import numpy as np
import pytest

from minidl import functional as F
from minidl.kernels.machine.sizes import PASS_MIN_NUMBERS
from minidl.kernels.passes.channels import blend, moments, sums

CHANNELS = [1, 3, 16, 20, 48]


def images(channels, seed=0, offset=0.0):
    """Float32, large enough for the fast kernel, not a whole number of its blocks."""
    rng, side = np.random.default_rng(seed), int(np.sqrt(PASS_MIN_NUMBERS / channels)) + 1
    x = rng.standard_normal((1, side, side, channels), dtype=np.float32) + np.float32(offset)
    return x.transpose(0, 3, 1, 2)


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_moments(channels, offset):
    x = images(channels, offset=offset)
    mean, var = moments(x)
    exact_mean, exact_var = moments(x.astype(np.float64))
    np.testing.assert_allclose(mean, exact_mean, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(var, exact_var, rtol=1e-4)


@pytest.mark.parametrize("channels", CHANNELS)
def test_sums_and_blend(channels):
    u, v = images(channels), images(channels, seed=1)
    a, b, c = np.random.default_rng(2).standard_normal((3, channels))
    wide = u.astype(np.float64), v.astype(np.float64)
    np.testing.assert_allclose(sums(u, a, v, b), sums(wide[0], a, wide[1], b), rtol=1e-4, atol=0.05)
    mixed = blend(u, a, v, b, c)
    assert mixed.dtype == np.float32
    np.testing.assert_allclose(mixed, blend(wide[0], a, wide[1], b, c), rtol=1e-5, atol=1e-5)


def test_a_channel_that_never_changes_has_variance_zero():
    x = np.full((4, 16, 64, 64), 3.3, np.float32)
    assert (moments(x)[1] == 0).all()
    y = F.batch_norm(x, None, None, training=True)
    np.testing.assert_allclose(y.data, 0, atol=1e-3)


@pytest.mark.fast_only
def test_any_memory_order_gives_the_same():
    x = images(16)
    np.testing.assert_array_equal(moments(x), moments(np.ascontiguousarray(x)))
