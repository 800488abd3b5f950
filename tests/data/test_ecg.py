"""The shipped electrocardiogram: the one its README describes, with beats where beats are."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from minidl import data
from minidl.data.shipped import ASSETS, load_arrays


def both():
    return list(data.ecg())


def test_sizes_dtypes_and_units():
    for recording, seconds in zip(both(), (107, 85), strict=True):
        assert recording.sampling_rate == 360
        assert recording.signal.shape == (seconds * 360,)
        assert recording.signal.dtype == np.float32
        assert 1 < recording.signal.max() < 4, "millivolt"
        assert recording.beats.dtype == np.int64
        assert recording.wide.dtype == bool
        assert len(recording.wide) == len(recording.beats)


def test_beats_lie_inside_in_order_and_a_heart_apart():
    for recording in both():
        gaps = np.diff(recording.beats) / recording.sampling_rate
        assert recording.beats[0] > 0
        assert recording.beats[-1] < len(recording.signal)
        assert gaps.min() > 0.4
        assert gaps.max() < 1


def test_a_beat_is_the_highest_point_near_it():
    for recording in both():
        for beat in recording.beats[1:-1]:
            near = recording.signal[beat - 30 : beat + 31]
            assert recording.signal[beat] > near.max() - 0.1


def test_wide_beats_are_wider_than_the_others():
    for recording in both():
        shapes = np.stack([recording.signal[b - 36 : b + 54] for b in recording.beats[1:-1]])
        narrow, wide = (shapes[recording.wide[1:-1] == kind].mean(0) for kind in (False, True))
        above_half = [np.sum(s > (s.max() + np.median(s)) / 2) for s in (narrow, wide)]
        assert above_half[1] > 2 * above_half[0]


def test_no_second_of_one_stretch_is_in_the_other():
    train, test = (recording.signal for recording in both())
    seconds = {train[i : i + 360].tobytes() for i in range(len(train) - 360)}
    assert not any(test[i : i + 360].tobytes() in seconds for i in range(0, len(test) - 360, 360))


def test_each_call_gives_arrays_of_its_own():
    data.ecg().train.signal[:] = 9
    assert data.ecg().train.signal.max() < 9


@pytest.mark.parametrize("name", ["ecg.npz", "volume.npz"])
def test_the_file_is_the_one_its_readme_describes(name):
    found = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()
    assert found in (ASSETS / "README.md").read_text()


def test_a_damaged_file_is_refused(tmp_path: Path):
    good = (ASSETS / "ecg.npz").read_bytes()
    (tmp_path / "ecg.npz").write_bytes(good[:-1] + b"x")
    with pytest.raises(ValueError, match=r"SHA-256.*install minidl again"):
        load_arrays("ecg.npz", hashlib.sha256(good).hexdigest(), tmp_path)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz is missing"):
        load_arrays("none.npz", "", tmp_path)
