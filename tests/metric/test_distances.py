"""Distances of points that are close for where they lie, tiny, huge, equal or not finite.

Expected values are differences in long double, and 1e-6 is what the project asks for; float64
itself leaves 1e-11 (see `ops.distance.CLOSE`).
"""

import numpy as np
import pytest

from minidl import Tensor, gradcheck
from minidl.metric import paired_distances, pairwise_distances


def exact(a, b):
    difference = np.asarray(a, np.longdouble)[:, None] - np.asarray(b, np.longdouble)
    return np.sqrt((difference**2).sum(axis=-1))


def gradient(a, squared=False):
    t = Tensor(a, requires_grad=True)
    y = pairwise_distances(t, squared=squared)
    y.backward(np.triu(np.ones(y.shape)))
    return t.grad


CLOSE = [
    (np.float64, 1e8, 1.0), (np.float64, 1e6, 0.05), (np.float64, 1.0, 1e-7),
    (np.float64, 1e15, 1.0), (np.float32, 1e4, 1e-3), (np.float32, 1e30, 1e25),
]  # fmt: skip


@pytest.mark.parametrize(("dtype", "offset", "apart"), CLOSE)
def test_points_that_are_close_for_where_they_lie(dtype, offset, apart):
    rng = np.random.default_rng(0)
    a = (offset + apart * rng.standard_normal((6, 3))).astype(dtype)
    np.testing.assert_allclose(pairwise_distances(a).data, exact(a, a).astype(float), rtol=1e-6)
    wide = a.astype(np.longdouble)
    d = exact(a, a)
    d[d == 0] = np.inf  # in float32 some are equal
    w = np.triu(np.ones((6, 6)), 1)
    w = (w + w.T) / d
    expected = (w[..., None] * (wide[:, None] - wide)).sum(axis=1).astype(float)
    np.testing.assert_allclose(gradient(a), expected, rtol=1e-6, atol=1e-6)


def test_clusters_far_apart():
    """No one centre takes away what the points of each cluster have in common."""
    rng = np.random.default_rng(0)
    centres = 1e7 * rng.standard_normal((4, 1, 5))
    a = (centres + rng.standard_normal((4, 6, 5))).reshape(24, 5)
    np.testing.assert_allclose(pairwise_distances(a).data, exact(a, a).astype(float), rtol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "size"),
    [(np.float32, 1e-44), (np.float32, 1e-30), (np.float32, 1e38), (np.float64, 5e-324),
     (np.float64, 1e-200), (np.float64, 1e200), (np.float64, 8e307)],
)  # fmt: skip
def test_points_of_any_size(dtype, size):
    a = (np.array([[0, 0], [3, 4], [6, 8], [-3, 0]]) / 8 * size).astype(dtype)
    expected = exact(a, a).astype(dtype)
    np.testing.assert_allclose(pairwise_distances(a).data, expected, rtol=1e-6)
    assert np.isfinite(gradient(a)).all()


def test_a_pair_of_tiny_ones_beside_a_huge_one():
    a = np.array([[1e-150, 0], [0, 1e-150], [1e150, 0]])
    np.testing.assert_allclose(pairwise_distances(a).data[0, 1], np.sqrt(2) * 1e-150)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_two_distinct_points_are_never_0_apart(dtype):
    rng = np.random.default_rng(0)
    a = (1000 * rng.standard_normal((50, 4))).astype(dtype)
    b = np.nextafter(a, np.inf, dtype=dtype)
    d = pairwise_distances(a, b).data
    assert (np.diag(d) > 0).all()
    np.testing.assert_allclose(np.diag(d), paired_distances(a, b).data, rtol=1e-6)
    assert (np.diag(pairwise_distances(a, a.copy()).data) == 0).all()


def test_points_that_are_not_finite_reach_only_their_own_pairs():
    a = np.array([[np.inf, 0], [np.inf, 1], [np.nan, 0], [3, 4], [0, 0]])
    d = pairwise_distances(a).data
    nan, inf = np.nan, np.inf
    expected = [[nan, nan, nan, inf, inf], [nan, nan, nan, inf, inf], [nan] * 5,
                [inf, inf, nan, 0, 5], [inf, inf, nan, 5, 0]]  # fmt: skip
    np.testing.assert_array_equal(d, expected)


@pytest.mark.parametrize("squared", [False, True])
def test_gradients_of_close_and_far_pairs_together(squared):
    rng = np.random.default_rng(0)
    a = 100 * rng.standard_normal((3, 1, 2)) + 0.1 * rng.standard_normal((3, 2, 2))
    a, b = a.reshape(6, 2), a.reshape(6, 2)[::-1] + 0.05
    gradcheck(lambda s, t: pairwise_distances(s, t, squared=squared), a, b, rtol=1e-4, atol=1e-5)


def test_many_close_pairs_are_worked_off_some_at_a_time(monkeypatch):
    from minidl.ops import distance

    a = 1e6 + np.random.default_rng(0).standard_normal((9, 3))
    a[5] = 0  # so that the centre is far from the others
    whole, slope = pairwise_distances(a).data, gradient(a)
    monkeypatch.setattr(distance, "ROOM", 15)
    np.testing.assert_array_equal(pairwise_distances(a).data, whole)
    np.testing.assert_allclose(gradient(a), slope, rtol=1e-12)
