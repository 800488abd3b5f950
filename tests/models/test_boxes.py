"""Overlap, suppression and decoding of boxes, by values worked out on paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.models import intersection_over_union, non_maximum_suppression
from minidl.models.boxes import decode_boxes, decode_points

SQUARE = [0, 0, 10, 10]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SQUARE, 1),
        ([5, 0, 15, 10], 50 / 150),
        ([2, 2, 4, 4], 4 / 100),
        ([10, 0, 20, 10], 0),  # they touch
        ([20, 20, 30, 30], 0),
        ([5, 5, 5, 5], 0),  # empty
        ([9, 9, 1, 1], 0),  # inside out
    ],
)
def test_the_overlap_of_a_square(other, expected):
    assert intersection_over_union([SQUARE], [other]) == pytest.approx(expected)


def test_all_pairs_of_boxes_are_compared():
    boxes = [SQUARE, [5, 0, 15, 10], [100, 100, 101, 101]]
    overlaps = intersection_over_union(boxes, boxes[:2])
    np.testing.assert_allclose(overlaps, [[1, 1 / 3], [1 / 3, 1], [0, 0]])


corners = st.tuples(*[st.floats(-100, 100)] * 4)
boxes_of = st.lists(corners, min_size=1, max_size=8)


@given(boxes_of, boxes_of)
def test_overlaps_are_shares_and_symmetric(a, b):
    overlaps = intersection_over_union(a, b)
    assert overlaps.shape == (len(a), len(b))
    assert ((overlaps >= 0) & (overlaps <= 1 + 1e-12)).all()
    np.testing.assert_allclose(overlaps, intersection_over_union(b, a).T)


def test_the_best_of_overlapping_boxes_is_kept():
    boxes = [SQUARE, [1, 0, 11, 10], [50, 50, 60, 60], [2, 0, 12, 10]]
    assert non_maximum_suppression(boxes, [0.8, 0.9, 0.5, 0.7]).tolist() == [1, 2]


def test_what_overlaps_only_a_dropped_box_stays():
    boxes = [[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]]  # each overlaps its neighbour by .43
    assert non_maximum_suppression(boxes, [0.9, 0.8, 0.7], 0.3).tolist() == [0, 2]


@given(boxes_of, st.floats(0, 1))
def test_no_two_kept_boxes_overlap_by_more_than_the_limit(boxes, limit):
    kept = non_maximum_suppression(boxes, np.linspace(1, 0, len(boxes)), limit)
    overlaps = intersection_over_union(np.array(boxes)[kept], np.array(boxes)[kept])
    assert (overlaps[~np.eye(len(kept), dtype=bool)] <= limit).all()
    assert kept[0] == 0


def test_of_no_boxes_none_are_kept():
    assert non_maximum_suppression([], []).shape == (0,)
    assert decode_boxes(np.zeros((0, 4)), np.zeros((0, 2)), 8).shape == (0, 4)
    assert decode_points(np.zeros((0, 10)), np.zeros((0, 2)), 8).shape == (0, 5, 2)


@pytest.mark.parametrize(
    ("boxes", "scores", "limit"),
    [([SQUARE], [0.5, 0.6], 0.3), ([SQUARE], [0.5], 1.5), ([[1, 2, 3]], [0.5], 0.3)],
)
def test_what_does_not_fit_is_refused(boxes, scores, limit):
    with pytest.raises(ValueError, match="given"):
        non_maximum_suppression(boxes, scores, limit)


def test_a_box_is_decoded_around_its_cell():
    # the cell in column 3 and row 2 of a grid of 8 pixels: its centre moves by half a cell to
    # the right; the box is 2 cells wide and 1 high
    box = decode_boxes([[0.5, 0, np.log(2), 0]], [[3, 2]], 8)
    np.testing.assert_allclose(box, [[28 - 8, 16 - 4, 28 + 8, 16 + 4]])


def test_points_are_decoded_from_their_cell():
    points = decode_points([[0, 0, 1, -0.5]], [[3, 2]], 8)
    np.testing.assert_allclose(points, [[[24, 16], [32, 12]]])
