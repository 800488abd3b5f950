"""The nearest points equal those of a search in float64, whatever the points are like."""

import numpy as np
import pytest

from minidl.kernels.machine import threads
from minidl.kernels.nearest import (
    LARGEST_COORDINATE,
    NEAREST_ORDERED_NEIGHBOURS,
    NearestIndex,
    brute,
    codes,
)

rng = np.random.default_rng(0)


def normal(m: int, d: int) -> np.ndarray:
    return rng.standard_normal((m, d))


def small_integers(m: int, d: int) -> np.ndarray:
    """Many equal distances, all of them exact."""
    return rng.integers(-2, 3, (m, d))


def far_from_zero(m: int, d: int) -> np.ndarray:
    """Distances of about 1 between vectors of length 1000: float32 products cannot tell them."""
    return 1000 / np.sqrt(d) + rng.standard_normal((m, d)) / np.sqrt(d)


def nearly_equal(m: int, d: int) -> np.ndarray:
    return 1 + rng.integers(0, 3, (m, d)) * 2.0**-22


def tiny(m: int, d: int) -> np.ndarray:
    return 1e-25 * rng.standard_normal((m, d))


def huge(m: int, d: int) -> np.ndarray:
    return rng.uniform(-LARGEST_COORDINATE, LARGEST_COORDINATE, (m, d)) / 2


def one_outlier(m: int, d: int) -> np.ndarray:
    points = rng.standard_normal((m, d))
    points[m // 2] *= 1e8
    return points


KINDS = [normal, small_integers, far_from_zero, nearly_equal, tiny, huge, one_outlier]


def brute_force(points: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    squares = np.stack([((points.astype(float) - q) ** 2).sum(axis=1) for q in queries])
    order = np.argsort(squares, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(squares, order, 1), order


def assert_nearest(points, queries, k, distances, indices) -> None:
    """The distances are right, they are those of the points named, and those are distinct.

    Sums in float64 depend on their order in the last digits; equal points have equal sums.
    """
    expected, order = brute_force(points, queries, k)
    np.testing.assert_allclose(distances, expected, rtol=1e-12)
    own = ((points[indices].astype(float) - queries[:, None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(own, distances, rtol=1e-12)
    assert all(len(set(row)) == k for row in indices.tolist())
    sure = np.all(np.diff(expected, axis=1, prepend=-1) > 1e-12 * expected, axis=1)
    if k < len(points):
        following = brute_force(points, queries, k + 1)[0][:, -1]
        sure &= following > expected[:, -1] * (1 + 1e-12)
    np.testing.assert_array_equal(indices[sure], order[sure])


def both(points: np.ndarray, queries: np.ndarray, k: int):
    """What the compiled kernels find, and what NumPy finds."""
    index = NearestIndex(points.shape[1])
    index.add(points)
    yield index.search(queries, k)
    yield brute.search(points, queries, k)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", range(6))
def test_equals_brute_force(kind, case) -> None:
    m, d = int(rng.integers(1, 5001)), int(rng.integers(1, 301))
    m, k = min(m, 300_000 // d), int(rng.integers(1, 30))
    points = kind(m, d).astype(np.float32)
    m, k = len(points), min(k, len(points))
    near = points[rng.integers(0, m, 3)] + kind(3, d).astype(np.float32) / 16
    queries = np.concatenate([near.astype(np.float32), points[:9], kind(7, d).astype(np.float32)])
    for distances, indices in both(points, queries[: 1 + 3 * case], k):
        assert distances.dtype == np.float64
        assert_nearest(points, queries[: 1 + 3 * case], k, distances, indices)


@pytest.mark.parametrize("team", [1, 2, 3])
@pytest.mark.parametrize("queries", [1, 3, 20])
def test_of_equally_near_points_the_lower_number_comes_first(team, queries, monkeypatch) -> None:
    monkeypatch.setattr(codes, "LONE_SEARCH_PRODUCTS", 0)  # every thread has a share
    points = small_integers(9000, 3).astype(np.float32)  # 125 different points
    sought = points[:queries]
    before = threads.get_num_threads()
    threads.set_num_threads(team)
    try:
        for found in both(points, sought, 40):
            for ours, expected in zip(found, brute_force(points, sought, 40), strict=True):
                np.testing.assert_array_equal(ours, expected)
    finally:
        threads.set_num_threads(before)


def test_of_equally_near_points_of_two_threads_the_lower_number_comes_first() -> None:
    distances = np.array([[[1.0, 2.0]], [[1.0, 2.0]]])
    indices = np.array([[[7, 3]], [[4, 8]]])
    merged = codes._merged(distances, indices)
    assert [a.tolist() for a in merged] == [[[1.0, 1.0]], [[4, 7]]]


@pytest.mark.parametrize("order", [1, -1])
def test_points_in_order_of_their_distance(order) -> None:
    points = (np.arange(3000, dtype=np.float32)[::order, None] * np.ones(5)).astype(np.float32)
    for distances, indices in both(points, points[[0, 1500, 2999]], 7):
        assert_nearest(points, points[[0, 1500, 2999]], 7, distances, indices)


@pytest.mark.parametrize("queries", [1, 30])
def test_the_nearest_point_whose_code_errs_as_much_as_it_can(queries) -> None:
    """The first number makes a code worth 1/127; all others are the same part of that.

    The last point is the nearest, but 0.55 is coded as 1: it seems to be 0.55 away, not 0.10.
    """
    parts = np.array([0.3495] * 100 + [0.55] + [0.45])
    points = np.repeat(parts[:, None] / 127, 200, axis=1).astype(np.float32)
    points[:, 0] = 1
    points, sought = points[:-1], np.repeat(points[-1:], queries, axis=0)
    for _, indices in both(points, sought, 1):
        assert indices.tolist() == [[100]] * queries


@pytest.mark.parametrize("k", [NEAREST_ORDERED_NEIGHBOURS, NEAREST_ORDERED_NEIGHBOURS + 1, 700])
def test_as_many_neighbours_as_there_are_points(k) -> None:
    points = small_integers(k, 4).astype(np.float32)
    for found in both(points, points[:5], k):
        for ours, expected in zip(found, brute_force(points, points[:5], k), strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_more_queries_than_are_searched_at_a_time() -> None:
    points, queries = small_integers(50, 6).astype(np.float32), small_integers(600, 6)
    for found in both(points, queries.astype(np.float32), 3):
        for ours, expected in zip(found, brute_force(points, queries, 3), strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_points_added_and_removed_between_searches() -> None:
    index, points = NearestIndex(7), np.empty((0, 7), np.float32)
    for step in range(60):
        if step % 3 == 2:
            gone = rng.choice(len(points), len(points) // 3, replace=False)
            index.remove(gone)
            points = np.delete(points, gone, axis=0)
        else:
            new = small_integers(int(rng.integers(0, 90)), 7).astype(np.float32)
            index.add(new)
            points = np.concatenate([points, new])
        np.testing.assert_array_equal(index.points, points)
        if len(points):
            queries = small_integers(2 + 5 * (step % 2), 7).astype(np.float32)
            found, expected = index.search(queries, 1), brute_force(points, queries, 1)
            np.testing.assert_array_equal(found[1], expected[1])


def test_adding_copies_everything_only_now_and_then() -> None:
    index, places = NearestIndex(4), set()
    for _ in range(2000):
        index.add(np.ones((1, 4), np.float32))
        places.add(index.points.ctypes.data)
    assert len(places) < 10


def test_the_plain_environment_is_numpys_own(kernels_environment) -> None:
    kernels_environment.setenv("MINIDL_KERNELS", "plain")
    points = normal(300, 5).astype(np.float32)
    index = NearestIndex(5)
    index.add(points)
    distances, indices = index.search(points[:4], 2)
    assert index._codes is None
    assert_nearest(points, points[:4], 2, distances, indices)


def test_given_arrays_of_any_layout_are_only_read() -> None:
    points = np.asfortranarray(normal(40, 6).astype(np.float32))[::2]
    points.flags.writeable = False
    index = NearestIndex(6)
    index.add(points)
    np.testing.assert_array_equal(index.search(points, 1)[1][:, 0], np.arange(20))
    assert not index.points.flags.writeable


@pytest.mark.parametrize(
    ("points", "k", "message"),
    [
        (np.ones((2, 4)), 1, r"given shape \(2, 4\), expected \(N, 3\)"),
        (np.ones(3), 1, r"given shape \(3,\), expected \(N, 3\)"),
        (np.full((1, 3), np.nan), 1, "given NaN or infinity"),
        (np.full((1, 3), 1e19), 1, r"given 1e\+19, expected numbers up to 1e\+15"),
        (np.ones((2, 3)), 0, "given k=0, expected 1 to 2"),
        (np.ones((2, 3)), 3, "given k=3, expected 1 to 2"),
    ],
)
def test_what_cannot_be_searched_is_refused(points, k, message) -> None:
    index = NearestIndex(3)
    index.add(np.ones((2, 3)))
    with pytest.raises(ValueError, match=message):
        index.search(points, k)
    if k == 1:
        with pytest.raises(ValueError, match=message):
            index.add(points)
        assert len(index) == 2
