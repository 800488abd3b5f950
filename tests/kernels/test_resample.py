"""Reading at other places: the compiled rung equals NumPy's, forward and back."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minidl.kernels import resample as room
from minidl.kernels.machine import threads
from minidl.kernels.resample import Reads, plain

fast = pytest.importorskip("minidl.kernels.resample.fast")
pytestmark = pytest.mark.fast_only


def reads_of(rng, axis, size):
    """Up to four reads for each of up to 40 places, some of them of one place twice."""
    index = rng.integers(0, size, (rng.integers(1, 5), rng.integers(1, 40)))
    weights = rng.standard_normal(index.shape) if rng.random() < 0.7 else None
    return Reads(axis, index, weights)


def case(rng):
    """An array in any memory order, sometimes with gaps, and reads of some of its axes."""
    rank = rng.integers(1, 6)
    shape = rng.integers(1, 20 if rank < 4 else 9, rank)
    if rng.random() < 0.5:
        shape[-1] = rng.choice([16, 33, 64, 130])
    x = rng.standard_normal(shape).astype(np.float32).transpose(rng.permutation(rank))
    if rng.random() < 0.3:
        x = np.repeat(x, 2, axis=-1)[..., ::2]
    axes = rng.permutation(rank)[: rng.integers(1, rank + 1)]
    return x, tuple(reads_of(rng, int(axis), x.shape[axis]) for axis in axes)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_rungs_agree(seed):
    rng = np.random.default_rng(seed)
    x, reads = case(rng)
    exact = plain.resample(x.astype(np.float64), reads)
    y = fast.resample(x, reads)
    assert y.dtype == np.float32
    size = 1 + np.abs(exact).max()  # of what is added up, about
    np.testing.assert_allclose(y, exact, atol=3e-5 * size)
    g = rng.standard_normal(y.shape).astype(np.float32).transpose(rng.permutation(y.ndim))
    g = np.ascontiguousarray(g).transpose(np.argsort(g.strides)) if g.shape == y.shape else y
    g = g if g.shape == y.shape else y
    exact = plain.resample_grad(g.astype(np.float64), reads, x.shape)
    dx = fast.resample_grad(g, reads, x.shape)
    assert dx.shape == x.shape
    np.testing.assert_allclose(dx, exact, atol=3e-5 * (1 + np.abs(exact).max()))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_goes_where_it_is_read_and_nowhere_else(value):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 20, 7, 9)).astype(np.float32)
    x[1, 3, 2, 5] = value
    reads = tuple(Reads(a, rng.integers(0, n, (2, 11)), rng.random((2, 11))) for a, n in
                  ((2, 7), (3, 9)))  # fmt: skip
    found, expected = fast.resample(x, reads), plain.resample(x, reads)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    g = np.ones(found.shape, np.float32)
    g[0, 4, 3, 3] = value
    found, expected = (r.resample_grad(g, reads, x.shape) for r in (fast, plain))
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))


def test_channels_stay_last_in_memory():
    x = np.zeros((2, 9, 9, 5), np.float32).transpose(0, 3, 1, 2)
    reads = tuple(Reads(axis, np.zeros((1, 12), np.int64)) for axis in (2, 3))
    for y in (fast.resample(x, reads), plain.resample(x, reads)):
        assert y.transpose(0, 2, 3, 1).flags.c_contiguous


def test_the_result_does_not_depend_on_the_number_of_threads():
    rng, before = np.random.default_rng(0), threads.get_num_threads()
    x = rng.standard_normal((3, 32, 40, 50)).astype(np.float32)
    reads = reads_of(rng, 2, 40), reads_of(rng, 3, 50)
    found = []
    for count in (1, 2, 3):
        threads.set_num_threads(count)
        y = room.resample(x, reads)
        found.append((y, room.resample_grad(y, reads, x.shape)))
    threads.set_num_threads(before)
    for other in found[1:]:
        np.testing.assert_array_equal(found[0][0], other[0])
        np.testing.assert_array_equal(found[0][1], other[1])


def test_nothing_to_read_gives_nothing():
    reads = (Reads(1, np.zeros((1, 4), np.int64)),)
    assert fast.resample(np.zeros((0, 3), np.float32), reads).shape == (0, 4)
    assert not fast.resample_grad(np.ones((2, 4), np.float32), reads, (2, 3))[:, 1:].any()
