"""Real handwritten digits, shipped with the package."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.data.shipped import load_arrays

_SHA256 = "4aa85f17aaa467bb7f1a12bd3f7ba0a5dd1308d264af96912a930e21fae78af8"


class Digits(NamedTuple):
    """Images (N, 1, 8, 8), float32, 0 (paper) to 1 (ink); labels (N,), int64, 0 to 9."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def digits() -> Digits:
    """1,797 handwritten digits: 1,297 to train on and 500 (50 of each class) to test on.

    The split is fixed, and training examples are in the order of the original file. New arrays at
    every call. Source and licence: minidl/data/assets/README.md.
    """
    stored = load_arrays("digits.npz", _SHA256)
    return Digits(
        _scaled(stored["train_images"]),
        stored["train_labels"].astype(np.int64),
        _scaled(stored["test_images"]),
        stored["test_labels"].astype(np.int64),
    )


def _scaled(images: np.ndarray) -> np.ndarray:
    return (images[:, None] / 16).astype(np.float32)
