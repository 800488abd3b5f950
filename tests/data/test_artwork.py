"""Artworks: drawn by our code, the same every time, rich; paintings fetched and checked."""

import hashlib
import urllib.request

import numpy as np
import pytest

from minidl import data
from minidl.data import ARTWORKS, PAINTINGS, artwork, painting


@pytest.mark.parametrize("name", ARTWORKS)
def test_a_picture_with_many_colours_and_details_of_several_sizes(name):
    picture = artwork(name, 96)
    assert picture.shape == (3, 96, 96)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 1
    colours = np.unique((picture * 7).round().reshape(3, -1), axis=1)
    assert colours.shape[1] > 40  # 512 are possible; a woodcut has few inks
    for step in (1, 4, 16):
        assert np.abs(picture[..., step:] - picture[..., :-step]).mean() > 0.03


@pytest.mark.parametrize("name", ARTWORKS)
def test_the_same_every_time_and_at_every_size(name):
    assert np.array_equal(artwork(name, 48), artwork(name, 48))
    small, large = artwork(name, 64), artwork(name, 400)
    seen = data.resize_image(large, 64)
    assert np.corrcoef(small.ravel(), seen.ravel())[0, 1] > 0.85  # fine lines fall between pixels


def test_the_size_when_none_is_said():
    assert artwork("mosaic").shape == (3, 512, 512)


def test_nobody_elses_random_numbers_are_used():
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    artwork("glass", 16)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("size", [0, 15, -3, 64.0, "big"])
def test_a_size_that_makes_no_picture(size):
    with pytest.raises((TypeError, ValueError), match=r"artwork: given size=.*a whole number"):
        artwork("waves", size)


def test_an_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match=r"given 'guernica'.*currents, glass.*starry_night"):
        artwork("guernica")
    with pytest.raises(ValueError, match=r"given 'glass'.*starry_night"):
        painting("glass")


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A painting that is already in the data folder."""
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    (tmp_path / "paintings").mkdir()
    file = tmp_path / "paintings/the_scream.png"
    image = np.random.default_rng(0).random((3, 60, 40))
    data.save_image(image, file)
    file = file.rename(file.with_suffix(".jpg"))  # Pillow looks into the file, not at its name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    monkeypatch.setitem(PAINTINGS, "the_scream", PAINTINGS["the_scream"]._replace(sha256=digest))
    return image


def test_a_painting_by_name(published):
    assert np.allclose(painting("the_scream"), published, atol=1 / 255)
    assert artwork("the_scream", 30).shape == (3, 30, 20)


def test_another_file_is_refused(published, tmp_path):
    (tmp_path / "paintings/the_scream.jpg").write_bytes(b"a forgery")
    with pytest.raises(ValueError, match=r"the_scream\.jpg has SHA-256 .*delete it"):
        painting("the_scream", quiet=True)


def test_without_a_network_it_says_what_to_do(tmp_path, monkeypatch):
    def offline(*arguments, **options):
        raise OSError("no network")

    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", offline)
    with pytest.raises(FileNotFoundError, match=r"starry_night\.jpg.*no network.*MINIDL_DATA") as e:
        artwork("starry_night", quiet=True)
    assert "\n" not in str(e.value)


def test_resizing_keeps_proportions_and_means():
    image = np.random.default_rng(0).random((3, 40, 80), np.float32)
    assert data.resize_image(image, 20).shape == (3, 10, 20)
    assert data.resize_image(image, (7, 9)).shape == (3, 7, 9)
    assert np.array_equal(data.resize_image(image, 80), image)
    assert abs(data.resize_image(image, 10).mean() - image.mean()) < 0.01
    with pytest.raises(ValueError, match=r"given shape \(40, 80\)"):
        data.resize_image(image[0], 20)
    with pytest.raises(ValueError, match="expected at least 1"):
        data.resize_image(image, 0)
