"""The shipped digits: the real ones, split as the README beside them says."""

import hashlib
from pathlib import Path

import numpy as np

from minidl import data

ASSETS = Path(data.__file__).parent / "assets"


def test_sizes_dtypes_and_ranges():
    digits = data.digits()
    assert digits.train_images.shape == (1297, 1, 8, 8)
    assert digits.test_images.shape == (500, 1, 8, 8)
    for images, labels in (digits[:2], digits[2:]):
        assert images.dtype == np.float32
        assert (images.min(), images.max()) == (0, 1)
        assert labels.dtype == np.int64
        assert len(labels) == len(images)


def test_the_split_is_stratified_and_disjoint():
    digits = data.digits()
    assert np.array_equal(np.bincount(digits.test_labels), np.full(10, 50))
    assert np.bincount(digits.train_labels).min() >= 124
    seen = {image.tobytes() for image in digits.train_images}
    assert not any(image.tobytes() in seen for image in digits.test_images)


def test_the_file_is_the_one_its_readme_describes():
    found = hashlib.sha256((ASSETS / "digits.npz").read_bytes()).hexdigest()
    assert found in (ASSETS / "README.md").read_text()


def test_each_call_gives_arrays_of_its_own():
    data.digits().train_images[:] = 9
    assert data.digits().train_images.max() == 1


def test_the_classes_look_like_their_labels():
    """Nearest class mean, a model that cannot learn much, is right nine times in ten."""
    train, labels, test, expected = (a.reshape(len(a), -1) for a in data.digits())
    means = np.stack([train[labels[:, 0] == k].mean(0) for k in range(10)])
    nearest = ((test[:, None] - means) ** 2).sum(2).argmin(1)
    assert 0.85 < (nearest == expected[:, 0]).mean() < 0.97
