"""The photographs that come with the package."""

import numpy as np
import pytest

from minidl.data import ALBUM, SAMPLE_IMAGES, load_image, sample_image
from minidl.data.samples import SAMPLES


def test_there_are_a_dozen_or_more():
    assert len(SAMPLE_IMAGES) >= 12


@pytest.mark.parametrize("name", SAMPLE_IMAGES)
def test_each_is_a_picture_of_moderate_size(name):
    image = sample_image(name)
    assert image.dtype == np.float32
    assert len(image) == 3
    assert 224 <= max(image.shape[1:]) <= 384
    assert image.min() >= 0
    assert image.max() <= 1
    assert image.std() > 0.05


@pytest.mark.parametrize("name", SAMPLE_IMAGES)
def test_the_origin_of_each_is_stated(name):
    assert f"\n| {name} | " in (SAMPLES / "README.md").read_text()


def test_an_unknown_name_is_answered_with_the_known():
    with pytest.raises(ValueError, match=r"given 'lena', expected one of astronaut, .*temple"):
        sample_image("lena")


def test_the_album_has_many_small_photographs_and_the_origin_of_each():
    photographs = sorted(ALBUM.glob("*.jpg"))
    assert len(photographs) >= 60
    assert sum(path.stat().st_size for path in photographs) < 2e6
    rows = (ALBUM / "README.md").read_text(encoding="utf-8").partition("|---|")[2]
    for path in photographs:
        assert max(load_image(path).shape[1:]) == 256
        (row,) = [line for line in rows.splitlines() if line.startswith(f"| {path.stem} | ")]
        who, source, licence = row.split(" | ")[1:]
        assert who.strip()
        assert source.startswith("<https://")
        assert licence in ("public domain |", "CC0 |")
