"""The margin is mirrored while a picture is painted, and none of it is left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.style.margin import Margin
from tests.style.test_transfer import paint


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 12))
def test_what_is_cut_is_what_was_given(height, width, pixels):
    picture = np.random.default_rng(0).random((3, height, width), np.float32)
    margin = Margin(picture.shape, pixels)
    framed = margin.around(picture)
    most = min(pixels, height - 1, width - 1)
    assert framed.shape == (3, height + 2 * most, width + 2 * most)
    assert np.array_equal(margin.cut(framed), picture)
    if most:
        assert np.array_equal(framed[:, most - 1, most:-most], picture[:, 1])


def test_boxes_stay_on_what_they_hold():
    boxes = np.array([[0.25, 0.5, 0.75, 1.0], [0, 0, 1, 1]])
    expected = [[0.3, 0.5, 0.7, 6 / 7], [0.1, 1 / 7, 0.9, 6 / 7]]
    assert np.allclose(Margin((3, 20, 32), 4).boxes(boxes), expected)
    assert np.array_equal(Margin((3, 20, 32), 0).boxes(boxes), boxes)


@pytest.mark.parametrize("steps", [0, 3])
def test_the_painting_is_as_large_as_without(steps):
    seen = []
    result = paint(steps=steps, margin=8, callback=lambda r: seen.append(r.picture.shape))
    assert result.picture.shape == (3, 32, 32)
    assert set(seen) == {(3, 32, 32)}
    if not steps:
        assert np.array_equal(result.picture, paint(steps=0).picture)


def test_one_colour_in_the_style_of_one_colour_has_no_frame():
    """With zeros beyond the edge it has: there is nothing else that is not alike everywhere."""
    grey, blue = np.full((3, 32, 32), 0.5, np.float32), np.zeros((3, 32, 32), np.float32)
    blue[2] = 0.9
    without, framed = (paint(grey, blue, alpha=1e-3, margin=m).picture for m in (0, 8))
    assert np.ptp(without, axis=(1, 2)).max() > 0.3
    assert np.ptp(framed, axis=(1, 2)).max() < 0.01
