"""Verification, recognition and the rates decide alike, for distances at the threshold itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidl import metric
from minidl.metric import Gallery

TENTHS = [0.1, 0.2, 0.3, 0.6, 0.7, 0.9, 1.1]  # none of which float32 holds exactly


def around(distance):
    """The threshold that is the distance, and its neighbours in float64 and in float32."""
    narrow, infinite = np.float32(distance), np.float32(np.inf)
    wide = [distance, np.nextafter(distance, -np.inf), np.nextafter(distance, np.inf)]
    return [float(t) for t in (*wide, *(np.nextafter(narrow, e) for e in (-infinite, infinite)))]


def decisions(a, b, threshold):
    """What each part of the library says of one pair of float32 encodings (d,)."""
    gallery = Gallery(threshold)
    gallery.enrol("A", b)
    distance = metric.paired_distances(a[None], b[None]).data
    pairs, same = np.append(distance, 0), [False, True]
    curve = metric.roc_curve(pairs, same)
    return {
        "verify": bool(metric.verify(a[None], b[None], threshold)[0]),
        "gallery": gallery.recognise(a)[0].name == "A",
        "distance": gallery.recognise(a)[0].distance <= threshold,
        "far_at": metric.far_at(pairs, same, threshold).value == 1,
        "tar_at_far": metric.tar_at_far(pairs, ~np.array(same), threshold=threshold).value == 1,
        "roc": curve.far[np.flatnonzero(curve.thresholds <= threshold)[-1]] == 1,
    }


@given(st.integers(0, 10**6), st.integers(1, 200))
@settings(deadline=None, max_examples=60)
def test_all_say_the_same_of_a_pair_at_the_threshold(seed, d):
    a, b = np.random.default_rng(seed).standard_normal((2, d)).astype(np.float32)
    distance = float(metric.paired_distances(a[None], b[None]).data[0])
    for threshold, expected in zip(around(distance), (True, False, True, False, True), strict=True):
        assert set(decisions(a, b, threshold).values()) == {expected}


@pytest.mark.parametrize("threshold", TENTHS)
def test_all_say_the_same_at_a_threshold_that_float32_cannot_hold(threshold):
    a, b = np.array([threshold], np.float32), np.zeros(1, np.float32)
    assert set(decisions(a, b, threshold).values()) == {bool(float(a[0]) <= threshold)}


def test_the_order_of_the_memory_does_not_decide():
    a, b = np.random.default_rng(0).standard_normal((2, 64, 100)).astype(np.float32)
    distances = metric.paired_distances(a, b).data
    for threshold in distances[:8].tolist():
        rows = metric.verify(a, b, threshold)
        assert np.array_equal(rows, metric.verify(a.copy("F"), b.copy("F"), threshold))
        assert np.array_equal(rows, distances.astype(np.float64) <= threshold)


def test_a_threshold_chosen_on_pairs_accepts_what_the_curve_counted():
    a, b = np.random.default_rng(1).standard_normal((2, 200, 16)).astype(np.float32)
    distances = metric.paired_distances(a, b).data
    same = np.arange(200) < 100
    for far in (0.0, 0.01, 0.1, 0.5):
        threshold = metric.choose_threshold(distances, same, far)
        taken = metric.verify(a, b, threshold)
        assert taken[~same].mean() == metric.far_at(distances, same, threshold).value <= far
        assert taken[same].mean() == metric.tar_at_far(distances, same, far).value


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_threshold_below_all_distances_is_below_in_either_precision(dtype):
    distances = np.array([0.3, 0.3, 0.7], dtype)
    threshold = metric.choose_threshold(distances, [True, False, False], far=0)
    assert not (distances <= threshold).any()  # as NumPy compares them
    assert metric.far_at(distances, [True, False, False], threshold).value == 0
    assert metric.choose_threshold([0.0, 0.0], [True, False], 0) < 0


def test_distances_of_candidates_come_nearest_first():
    rng = np.random.default_rng(2)
    gallery = Gallery(1.0)
    for number in range(50):
        gallery.enrol(str(number), (1 + 1e-7 * rng.standard_normal((4, 33))).astype(np.float32))
    for match in gallery.recognise(np.zeros((5, 33), np.float32), top=50):
        found = [c.distance for c in match.candidates]
        assert len(found) == 50
        assert found == sorted(found)


@pytest.mark.parametrize("threshold", ["0.6", None, [0.5], np.array([0.5, 0.6]), 1j])
def test_a_threshold_that_is_no_number_is_named(threshold):
    calls = {
        "verify": lambda: metric.verify([[1.0]], [[0.0]], threshold),
        "Gallery": lambda: Gallery(threshold),
        "far_at": lambda: metric.far_at([0.1, 0.9], [True, False], threshold),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError, match=rf"{name}: given threshold=.*, expected a number"):
            call()


def test_encodings_with_nan_are_not_other_people():
    with pytest.raises(ValueError, match="verify: 1 of 2 distances are NaN"):
        metric.verify([[1.0], [np.nan]], [[1.0], [1.0]], 0.5)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("abc", "given encodings='abc', expected an array of numbers"),
        ([None, 1], r"given encodings=\[None, 1\], expected an array of numbers"),
        ([[1, 2], [3]], r"given encodings=\[\[1, 2\], \[3\]\], expected"),
        (np.ones(3, complex), "given encodings=ndarray of complex128"),
        ([], r"given shape \(0,\)"),
        (np.ones((0, 3)), r"given no encoding of A \(shape \(0, 3\)\)"),
        (np.ones((2, 0)), r"given shape \(2, 0\)"),
        (np.float32(1), r"given shape \(\)"),
    ],
)
def test_encodings_that_are_none_are_named(given, says):
    gallery = Gallery(1.0)
    with pytest.raises((TypeError, ValueError), match=f"enrol: {says}"):
        gallery.enrol("A", given)
    assert len(gallery) == 0
