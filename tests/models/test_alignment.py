"""The similarity of five points, and the chip that it cuts out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.models import align, similarity
from minidl.models.alignment import CHIP, TARGET, warp


def map_of(scale, degrees, shift):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[scale * c, -scale * s, shift[0]], [scale * s, scale * c, shift[1]]])


def mapped(matrix, points):
    return np.asarray(points) @ matrix[:, :2].T + matrix[:, 2]


@given(st.floats(0.05, 20), st.floats(-180, 180), st.tuples(st.floats(-99, 99), st.floats(-99, 99)))
def test_a_similarity_is_found_again(scale, degrees, shift):
    matrix = map_of(scale, degrees, shift)
    # float64; the points are up to 100 and the scale 20, so 1e-8 is 1e-11 of them
    np.testing.assert_allclose(similarity(TARGET, mapped(matrix, TARGET)), matrix, atol=1e-8)


def test_no_reflection_where_a_reflection_would_fit_best():
    mirrored = TARGET * [-1, 1]
    matrix = similarity(TARGET, mirrored)
    assert np.linalg.det(matrix[:, :2]) > 0


def test_no_other_similarity_has_smaller_squares():
    rng = np.random.default_rng(0)
    there = TARGET + rng.normal(0, 5, TARGET.shape)
    best = ((mapped(similarity(TARGET, there), TARGET) - there) ** 2).sum()
    fitted = similarity(TARGET, there)
    for _ in range(50):
        other = fitted + np.stack([m := rng.normal(0, 0.01, 3), [-m[1], m[0], m[2]]])
        assert ((mapped(other, TARGET) - there) ** 2).sum() >= best


def test_the_target_is_dlibs_mean_shape_with_a_quarter_around_it():
    # of the shape's coordinates x: (x + 0.25) / 1.5 * 150; of the tip of the nose, landmark 30
    assert TARGET[2] == pytest.approx([(0.490127 + 0.25) * 100, (0.515625 + 0.25) * 100])
    left_eye = np.mean([0.121737, 0.187122, 0.265825, 0.334606, 0.260918, 0.182743])
    assert TARGET[0, 0] == pytest.approx((left_eye + 0.25) * 100, abs=1e-3)  # six digits each


@pytest.mark.parametrize("degrees", [-30, 0, 75])
@pytest.mark.parametrize("scale", [0.3, 1, 2.4, 5])
def test_the_points_lie_on_the_target_in_the_chip(scale, degrees):
    """A picture with a bump of light at each point: the bumps' middles are where they belong."""
    side = int(220 * scale) + 40
    points = mapped(map_of(scale, degrees, (0, 0)), TARGET - CHIP / 2) + side / 2
    rows, columns = np.mgrid[:side, :side] + 0.5  # pixels' middles
    for point, expected in zip(points, TARGET, strict=True):
        away = (columns - point[0]) ** 2 + (rows - point[1]) ** 2
        picture = np.repeat(np.exp(-away / (2 * (4 * scale) ** 2))[None], 3, 0).astype(np.float32)
        light = align(picture, points)[0].astype(np.float64)
        found = [(light * (np.arange(CHIP) + 0.5)).sum() / light.sum(), 0]
        found[1] = (light * (np.arange(CHIP)[:, None] + 0.5)).sum() / light.sum()
        assert found == pytest.approx(expected, abs=0.1)  # bilinear, on pixels of up to 3 a side


def test_a_chip_of_a_large_face_averages_all_its_pixels():
    """A chessboard of single pixels becomes grey; every ninth would be black or white."""
    rows, columns = np.mgrid[:1350, :1350]
    board = np.repeat(((rows + columns) % 2)[None], 3, 0).astype(np.float32)
    chip = align(board, TARGET * 9)
    assert chip[:, 5:-5, 5:-5] == pytest.approx(0.5, abs=0.01)  # 41 of 81 pixels


@pytest.mark.parametrize("times", [2, 3.5, 6])
def test_a_small_face_is_enlarged_without_corners(times):
    """Of waves of eight pixels, straight lines between the pixels miss 8 % at the crests."""

    def wave(x):
        return (0.5 + 0.4 * np.sin(2 * np.pi * x / 8)).astype(np.float32)

    row = wave(np.arange(80) + 0.5)
    side = round(60 * times)
    matrix = np.array([[times, 0, -10 * times], [0, times, -10 * times]])
    large = warp(np.broadcast_to(row, (3, 80, 80)), matrix, side)
    expected = wave((np.arange(side) + 0.5) / times + 10)
    assert np.abs(large - expected).max() < 0.012  # of .8; bilinear .03


@pytest.mark.parametrize("times", [1, 4, 9])
def test_enlarging_does_not_leave_0_to_1(times):
    board = np.repeat((np.indices((20, 20)).sum(0) // 3 % 2)[None], 3, 0).astype(np.float32)
    chip = warp(board, np.array([[times, 0.0, 0], [0, times, 0]]), 20 * times)
    assert (chip.min(), chip.max()) == (0, 1)


def test_a_face_without_size_needs_no_memory():
    grey = np.full((3, 50, 50), 0.5, np.float32)
    assert align(grey, TARGET * 1e-6 + 20) == pytest.approx(0.5)


def test_outside_the_picture_it_is_black():
    white = np.ones((3, 100, 100), np.float32)
    chip = warp(white, np.array([[1.0, 0, -50], [0, 1, 0]]), 150)
    assert chip[:, 10:90, :40].min() == 1
    assert chip[:, :, 60:].max() == 0
    assert warp(white, np.array([[1.0, 0, 900], [0, 1, 0]]), 150).max() == 0


@pytest.mark.parametrize(
    ("image", "points", "says"),
    [
        (np.zeros((3, 9, 9), np.uint8), TARGET, "expected floats"),
        (np.zeros((9, 9, 3), np.float32), TARGET, "expected floats"),
        (np.zeros((3, 9, 9), np.float32), TARGET[:4], r"expected \(5, 2\)"),
        (np.zeros((3, 9, 9), np.float32), np.ones((5, 2)), "all 5 points lie at"),
        (np.zeros((3, 9, 9), np.float32), TARGET * np.nan, "NaN"),
    ],
)
def test_what_cannot_be_aligned_is_refused(image, points, says):
    with pytest.raises(ValueError, match=says):
        align(image, points)
