import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidl import metric

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40).filter(
    lambda pairs: len({same for _, same in pairs}) == 2
)


def split(pairs):
    return np.array([d for d, _ in pairs], float), np.array([s for _, s in pairs])


@given(PAIRS)
@settings(deadline=None)
def test_roc_counts_what_each_threshold_accepts(pairs):
    d, same = split(pairs)
    for t, far, tar in zip(*metric.roc_curve(d, same), strict=True):
        assert far == np.mean(d[~same] <= t)
        assert tar == np.mean(d[same] <= t)


@given(PAIRS, st.floats(0, 0.9))
@settings(deadline=None)
def test_the_chosen_threshold_is_the_largest_that_keeps_the_far(pairs, far):
    d, same = split(pairs)
    t = metric.choose_threshold(d, same, far)
    assert np.mean(d[~same] <= t) <= far
    larger = d[d > t]
    if larger.size:
        assert np.mean(d[~same] <= larger.min()) > far


@given(PAIRS)
@settings(deadline=None)
def test_the_equal_error_rate_lies_between_its_neighbours(pairs):
    d, same = split(pairs)
    _, far, tar = metric.roc_curve(d, same)
    found = metric.equal_error_rate(d, same)
    assert min(np.maximum(far, 1 - tar)) >= found >= max(np.minimum(far, 1 - tar))


def test_separated_pairs_have_no_errors():
    d, same = np.array([0.1, 0.2, 0.8, 0.9]), np.array([True, True, False, False])
    assert metric.equal_error_rate(d, same) == 0
    assert metric.tar_at_far(d, same, 0.01).value == 1


def test_equal_error_rate_of_two_normals_is_the_known_one():
    rng = np.random.default_rng(0)
    d = np.concatenate([rng.normal(0, 1, 200_000), rng.normal(2, 1, 200_000)])
    same = np.arange(400_000) < 200_000
    # the normal tail beyond one deviation; 200,000 draws put 0.0008 (one sigma) around it
    assert metric.equal_error_rate(d, same) == pytest.approx(0.15866, abs=0.004)


def test_wilson_interval_equals_published_values():
    # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3
    low, high = metric.wilson_interval(81, 263, z=1.959964)
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert metric.wilson_interval(0, 20, z=1.959964) == pytest.approx((0, 0.1611), abs=5e-5)


def test_a_threshold_from_elsewhere_is_used_as_it_is():
    d, same = np.array([0.1, 0.3, 0.2, 0.9]), np.array([True, True, False, False])
    assert metric.tar_at_far(d, same, threshold=0.15).value == 0.5
    assert metric.far_at(d, same, threshold=0.25).value == 0.5


def test_false_matches_grow_with_people():
    found = metric.false_match_probability(0.01, [1, 100])
    np.testing.assert_allclose(found, [0.01, 1 - 0.99**100])


def test_verify_compares_distances_with_the_threshold():
    a, b = np.zeros((2, 2)), np.array([[0.3, 0.4], [3.0, 4.0]])
    assert metric.verify(a, b, 0.5).tolist() == [True, False]


@pytest.mark.parametrize(
    ("distances", "same", "message"),
    [
        ([1.0, 2.0], [True, True], "2 pairs of one person and 0 of two"),
        ([1.0, np.nan], [True, False], "1 of 2 distances are NaN"),
        ([1.0], [True, False], r"distances \(1,\) and `same` \(2,\)"),
    ],
)
def test_pairs_that_measure_nothing_are_refused(distances, same, message):
    with pytest.raises(ValueError, match=message):
        metric.roc_curve(distances, same)


@pytest.mark.parametrize(
    "call",
    [
        lambda: metric.verify(np.zeros((2, 2)), np.zeros((2, 2)), np.nan),
        lambda: metric.tar_at_far([0.1, 0.9], [True, False], threshold=np.nan),
        lambda: metric.far_at([0.1, 0.9], [True, False], np.nan),
    ],
)
def test_a_threshold_that_is_nan_is_refused(call):
    with pytest.raises(ValueError, match="given threshold=nan"):
        call()


def test_fewer_than_no_people_are_refused():
    with pytest.raises(ValueError, match="given people=-3"):
        metric.false_match_probability(0.1, -3)
