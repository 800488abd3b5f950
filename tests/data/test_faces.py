"""Drawn faces: the same by seed, people that persist, true factors, hard for raw pixels."""

import subprocess
import sys

import numpy as np
import pytest

from minidl import data
from minidl.kernels.machine import threads

STILL = {
    "yaw": 0, "pitch": 0, "roll": 0, "shift_x": 0, "shift_y": 0, "scale": 1, "hair_style": 0,
    "glasses": 0, "occlusion": 0, "blur": 0, "noise": 0, "beard": 0, "moustache": 0,
    "light_azimuth": 0, "light_elevation": 20, "light_strength": 0.8, "ambient": 0.4, "warmth": 0,
    "exposure": 1, "smile": 0, "mouth_open": 0, "eyes_open": 1, "gaze_x": 0, "gaze_y": 0,
    "brow_raise": 0, "hair_colour": 0.05, "background": 0.3, "blobs": 0, "clothes": 0.2,
}  # fmt: skip


def test_shapes_and_ranges():
    images, labels, factors = data.faces(3, 4, size=32)
    assert images.shape == (12, 3, 32, 32)
    assert images.dtype == np.float32
    assert images.transpose(0, 2, 3, 1).flags.c_contiguous
    assert images.min() >= 0
    assert images.max() <= 1
    assert images.std() > 0.1
    assert labels.dtype == np.int64
    assert labels.tolist() == np.repeat([0, 1, 2], 4).tolist()
    assert all(len(values) == 12 for values in factors.values())


def test_a_picture_does_not_depend_on_what_else_is_asked_for():
    many = data.faces(4, 5, size=16)
    one = data.faces([3], [2], size=16)
    assert np.array_equal(one.images[0], many.images[3 * 5 + 2])
    assert one.labels == [3]
    assert one.factors["yaw"] == many.factors["yaw"][3 * 5 + 2]


def test_the_number_of_threads_does_not_matter():
    before = threads.get_num_threads()
    try:
        threads.set_num_threads(1)
        alone = data.faces(5, 4, size=16).images
        threads.set_num_threads(3)
        assert np.array_equal(data.faces(5, 4, size=16).images, alone)
    finally:
        threads.set_num_threads(before)


def test_more_pictures_than_are_drawn_at_a_time(monkeypatch):
    whole = data.faces(3, 4, size=8).images
    monkeypatch.setattr(sys.modules["minidl.data.faces"], "_CHUNK", 5)
    assert np.array_equal(data.faces(3, 4, size=8).images, whole)


def test_another_process_draws_the_same():
    code = "from minidl import data; print(data.faces(2, 2, size=16).images.tolist())"
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
            for _ in range(2)}  # fmt: skip
    assert len(runs) == 1


def portraits(count, **options):
    """The same picture of different people: nothing differs but who they are."""
    return data.faces(count, 1, size=48, fixed=STILL, **options).images.reshape(count, -1)


def nearest(a, b):
    """Root mean square difference of each row of a to the nearest other row of b."""
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    if a is b:
        np.fill_diagonal(squares, np.inf)
    return np.sqrt(squares.min(axis=1) / a.shape[1])


def test_no_two_people_are_alike():
    people = portraits(300)
    assert len(np.unique(people, axis=0)) == 300
    assert nearest(people, people).min() > 0.02


def test_train_and_test_people_and_seeds_are_disjoint():
    groups = [portraits(60), portraits(60, split="test"), portraits(60, seed=1)]
    for i, group in enumerate(groups):
        for other in groups[i + 1 :]:
            assert nearest(group, other).min() > 0.02


def test_nothing_but_the_factors_differs_between_pictures_of_one_person():
    images = data.faces(1, 6, fixed=STILL).images
    assert np.array_equal(images, np.broadcast_to(images[:1], images.shape))


FACTORS = [
    ("yaw", 20), ("pitch", 10), ("roll", 10), ("light_azimuth", 60), ("light_strength", 0.5),
    ("warmth", 0.2), ("exposure", 1.3), ("smile", 0.9), ("mouth_open", 1), ("eyes_open", 0.6),
    ("gaze_x", 0.5), ("brow_raise", 0.05), ("glasses", 1), ("hair_style", 4), ("beard", 0.7),
    ("occlusion", 1), ("occlusion", 2), ("occlusion", 3), ("blur", 0.8), ("noise", 0.05),
    ("shift_x", 0.1), ("scale", 1.1), ("background", 0.7),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FACTORS)
def test_every_factor_is_seen(name, value):
    still, changed = (data.faces(1, 1, fixed=f).images for f in (STILL, {**STILL, name: value}))
    assert np.abs(still - changed).max() > 0.04


def test_a_face_turns_to_the_side_that_its_yaw_says():
    """Eyes, nose and mouth are darker than the cheeks around them: the dark moves with them."""
    left, right = (data.faces(20, 1, fixed={**STILL, "yaw": y}).images for y in (-20, 20))
    face = np.s_[:, :, 24:46, 18:46]
    dark = [(1 - images[face]).sum((0, 1, 2)) for images in (left, right)]
    places = [np.average(np.arange(28), weights=d - d.min()) for d in dark]
    assert places[1] > places[0] + 2


def test_the_lit_side_is_brighter():
    for side, azimuth in ((-1, -70), (1, 70)):
        image = data.faces(6, 1, fixed={**STILL, "light_azimuth": azimuth}).images
        face = image[:, :, 20:50, 14:50].mean(axis=(0, 1, 2))
        assert side * (face[18:].mean() - face[:18].mean()) > 0.03


def test_fixed_factors_leave_the_rest_as_it_was():
    free, fixed = data.faces(2, 3), data.faces(2, 3, fixed={"yaw": 5, "hair_colour": (0, 0, 1)})
    assert (fixed.factors["yaw"] == 5).all()
    assert np.array_equal(fixed.factors["hair_colour"], [[0, 0, 1]] * 6)
    rest = set(free.factors) - {"yaw", "hair_colour"}
    assert all(np.array_equal(free.factors[name], fixed.factors[name]) for name in rest)


def test_a_larger_picture_shows_the_same():
    calm = {"noise": 0, "blur": 0}
    small = data.faces(2, 3, fixed=calm).images
    large = data.faces(2, 3, size=128, fixed=calm).images.reshape(6, 3, 64, 2, 64, 2).mean((3, 5))
    assert np.abs(small - large).mean() < 0.02


def test_factors_vary_and_glasses_and_hair_change_between_pictures_of_one_person():
    factors = data.faces(1, 300, size=8).factors
    assert set(factors["hair_style"]) == set(range(len(data.HAIR_STYLES)))
    assert set(factors["occlusion"]) == set(range(len(data.OCCLUSIONS)))
    assert 0.15 < factors["glasses"].mean() < 0.35
    assert 7 < factors["yaw"].std() < 20


def test_raw_pixels_do_not_recognise_people():
    """50-way one-shot: the nearest of 50 people's first pictures to their second ones."""
    images = data.faces(100, 4, split="test").images.reshape(100, 4, -1)
    right = []
    for first, second in [(0, 1), (1, 2), (2, 3), (3, 0)]:
        for half in (slice(0, 50), slice(50, 100)):
            known, asked = images[half, first], images[half, second]
            distances = (known**2).sum(1) - 2 * asked @ known.T
            right.append(distances.argmin(axis=1) == np.arange(50))
    assert 0.02 < np.mean(right) <= 0.35


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.faces(0), "given identities=0"),
        (lambda: data.faces(2, [-1]), r"given images=\[-1\]"),
        (lambda: data.faces(2.5), "given identities=2.5"),
        (lambda: data.faces(2, split="valid"), "given split='valid', expected \"train\""),
        (lambda: data.faces(2, size=4), "given size=4"),
        (lambda: data.faces(2, seed=-1), "given seed=-1"),
        (lambda: data.faces(2, fixed={"jaw": 1}), "given fixed='jaw', expected one of yaw"),
        (lambda: data.faces(2, fixed={"hair_colour": (1, 2)}), r"shape \(2,\), expected \(3,\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_numba_is_loaded_by_the_first_face_only():
    code = "import sys, minidl.data; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_more_than_memory_holds_is_refused_at_once():
    with pytest.raises(ValueError, match="draw them in parts"):
        data.faces(10**9, 1000)


def test_a_fixed_factor_that_is_nan_is_refused():
    with pytest.raises(ValueError, match="fixed 'yaw' = nan, expected finite numbers"):
        data.faces(1, 1, size=8, fixed={"yaw": np.nan})
