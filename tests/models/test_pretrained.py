"""The encoder that comes with the package does what its file says."""

import re

import pytest

from minidl.data import faces
from minidl.models import FaceEncoder, evaluate, shipped


def test_it_recognises_people_it_never_met():
    unseen = faces(range(500, 540), 4, split="test")
    found = evaluate(FaceEncoder.pretrained(), unseen.images, unseen.labels, ways=40, episodes=20)
    assert found.one_shot.value > 0.93
    assert found.eer < 0.03
    assert found.tar.value > 0.95
    pixels = evaluate(None, unseen.images, unseen.labels, ways=40, episodes=20)
    assert pixels.one_shot.value < 0.35


def test_it_says_where_it_comes_from():
    about = FaceEncoder.pretrained().about
    assert about["made by"].startswith("minidl faces train --seed")
    assert re.search(r"one-shot 50-way 9\d\.\d%", about["figures"])
    assert 0 < about["threshold"] < 2


def test_it_is_ready_for_use():
    assert not FaceEncoder.pretrained().training


def test_a_damaged_file_is_refused(tmp_path):
    file = tmp_path / shipped.FACES[0]
    file.write_bytes((shipped.ASSETS / file.name).read_bytes()[:-1] + b"\0\0")
    with pytest.raises(ValueError, match="SHA-256"):
        shipped.face_weights(tmp_path)
    file.unlink()
    with pytest.raises(FileNotFoundError, match="install minidl again"):
        shipped.face_weights(tmp_path)


def test_it_is_small():
    assert (shipped.ASSETS / shipped.FACES[0]).stat().st_size < 2e6
