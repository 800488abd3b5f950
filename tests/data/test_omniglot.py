"""Omniglot: the official files, read and labelled; one-shot tasks within an alphabet."""

import io
import zipfile

import numpy as np
import pytest

from minidl import data
from minidl.data import download
from minidl.data.omniglot import _SHA256, _averages

DRAWINGS = (
    np.random.default_rng(0).random((2, 3, 20, 105, 105)) < 0.1
)  # alphabet, character, drawer


@pytest.fixture
def small_file(tmp_path, monkeypatch):
    """A file laid out as the official ones, with two alphabets of three characters."""
    from PIL import Image

    with zipfile.ZipFile(tmp_path / "omniglot_evaluation.zip", "w") as packed:
        for (a, c, d), _ in np.ndenumerate(DRAWINGS[..., 0, 0]):
            file = io.BytesIO()
            Image.fromarray(~DRAWINGS[a, c, d]).save(file, "png")
            name = f"images_evaluation/{'AB'[a]}/character{c + 1:02}/0{a}{c}0_{d + 1:02}.png"
            packed.writestr(name, file.getvalue())
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    return tmp_path / "omniglot_evaluation.zip"


def test_drawings_and_their_labels(small_file):
    read = data.omniglot("evaluation")
    assert read.images.shape == (120, 1, 105, 105)
    assert read.images.dtype == np.float32
    assert np.array_equal(read.images[:, 0] > 0.5, DRAWINGS.reshape(120, 105, 105))
    assert np.array_equal(read.labels, np.repeat(np.arange(6), 20))
    assert np.array_equal(read.alphabets, np.repeat([0, 1], 60))
    assert np.array_equal(read.drawers, np.tile(np.arange(20), 6))
    assert read.alphabet_names == ("A", "B")


def test_smaller_images_are_averages_over_areas(small_file):
    images = data.omniglot("evaluation", size=35).images
    blocks = DRAWINGS.reshape(120, 35, 3, 35, 3).mean(axis=(2, 4))
    assert np.allclose(images[:, 0], blocks, atol=1e-6)
    uneven = data.omniglot("evaluation", size=28).images
    assert uneven.shape == (120, 1, 28, 28)
    assert np.isclose(uneven.mean(), DRAWINGS.mean(), atol=1e-5)
    assert np.allclose(_averages(28).sum(axis=1), 1)
    assert np.count_nonzero(_averages(28)[0]) == 4  # 3.75 pixels wide


def test_some_alphabets_only(small_file):
    read = data.omniglot("evaluation", alphabets="B")  # as good as ["B"]
    assert read.alphabet_names == ("B",)
    assert set(read.labels) == {0, 1, 2}
    assert np.array_equal(read.images[:, 0] > 0.5, DRAWINGS[1].reshape(60, 105, 105))


def test_episodes(small_file):
    read = data.omniglot("evaluation", size=10)
    episodes = list(data.one_shot_episodes(read, ways=3, episodes=6, seed=0))
    assert len(episodes) == 6
    for number, (support, queries) in enumerate(episodes):
        assert np.array_equal(read.labels[support], read.labels[queries])
        assert len(set(read.labels[support])) == 3
        assert set(read.alphabets[support]) == {number % 2}
        assert len(set(read.drawers[support])) == len(set(read.drawers[queries])) == 1
        assert read.drawers[support[0]] != read.drawers[queries[0]]


def test_the_same_seed_gives_the_same_episodes(small_file):
    read = data.omniglot("evaluation", size=10)
    one, two, other = ([e.queries.tolist() for e in data.one_shot_episodes(read, 3, 5, seed=s)]
                       for s in (1, 1, 2))  # fmt: skip
    assert one == two != other


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.omniglot("small"), "given part='small', expected one of background"),
        (lambda: data.omniglot(size=106), "given size=106"),
        (lambda: data.omniglot("evaluation", alphabets=["Greek"]), "expected some of A, B"),
        (
            lambda: next(data.one_shot_episodes(data.omniglot("evaluation", size=5), ways=4)),
            "given ways=4, expected 2 to 3",
        ),
    ],
)
def test_errors(small_file, call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_damaged_file(small_file):
    small_file.write_bytes(b"not a zip")
    with pytest.raises(ValueError, match=r"omniglot_evaluation\.zip is damaged"):
        data.omniglot("evaluation")


def present(part):
    return (download.data_folder() / f"omniglot_{part}.zip").is_file()


@pytest.mark.parametrize(("part", "characters"), [("small1", 136), ("small2", 156)])
def test_the_official_files(part, characters):
    if not present(f"background_{part}"):
        pytest.skip(f"omniglot_background_{part}.zip is not in {download.data_folder()}")
    read = data.omniglot(f"background_{part}", size=21)
    assert read.images.shape == (characters * 20, 1, 21, 21)
    assert (np.bincount(read.labels) == 20).all()
    assert len(read.alphabet_names) == 5
    assert 0.05 < read.images.mean() < 0.12  # thin strokes on paper
    episodes = list(data.one_shot_episodes(read, episodes=5))
    assert all(len(set(read.alphabets[e.support])) == 1 for e in episodes)


def test_the_small_parts_are_verified():
    assert all(len(_SHA256[f"background_small{i}"]) == 64 for i in (1, 2))
