"""Two maps of different sizes added up: the compiled kernel equals NumPy, and NumPy the words."""

import numpy as np
import pytest

from minidl.kernels.passes import joining
from minidl.kernels.passes.joining import add_averaged, add_enlarged

ROUNDED = 1e-6  # float32, sums of five numbers


def drawn(*shape: int, last: bool = False) -> np.ndarray:
    a = np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)
    return np.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2) if last else a


def test_enlarged_in_words() -> None:
    fine, coarse = np.zeros((1, 1, 2, 4)), np.array([[[[1.0, 2.0]]]])
    fine[0, 0, 1, 3] = 10
    assert add_enlarged(fine, coarse).tolist() == [[[[1, 1, 2, 2], [1, 1, 2, 12]]]]


def test_averaged_in_words() -> None:
    coarse, fine = np.array([[[[-5.0]], [[7.0]]]]), np.arange(10.0).reshape(1, 1, 2, 5)
    # Blocks of the two rows 0 1 2 3 (4) and 5 6 7 8 (9): means 3 and 5.
    assert add_averaged(coarse, fine).tolist() == [[[[0, 5]], [[7, 0]]]]


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("channels", [1, 16, 24, 64])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (20, 33)])
def test_enlarged_on_both_rungs(
    size: tuple, channels: int, last: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    h, w = size
    fine, coarse = drawn(2, channels, 2 * h, 2 * w, last=last), drawn(2, channels, h, w, last=last)
    y = add_enlarged(fine, coarse)
    monkeypatch.setattr(joining, "compiled", lambda: False)
    np.testing.assert_array_equal(y, add_enlarged(fine, coarse))


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    ("coarse", "fine"),
    [
        ((16, 4, 4), (16, 8, 8)),
        ((32, 4, 4), (16, 9, 9)),  # an odd edge, fewer channels
        ((32, 3, 3), (32, 8, 8)),  # the learned is smaller
        ((16, 1, 1), (48, 4, 5)),
        ((16, 5, 2), (16, 4, 8)),
        ((16, 2, 2), (16, 1, 1)),  # nothing to be averaged
        ((5, 2, 3), (4, 5, 7)),  # channels that fill no vector
    ],
)
def test_averaged_on_both_rungs(
    coarse: tuple, fine: tuple, last: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = drawn(3, *coarse, last=last), drawn(3, *fine, last=last)
    y = add_averaged(a, b)
    monkeypatch.setattr(joining, "compiled", lambda: False)
    np.testing.assert_allclose(y, add_averaged(a, b), rtol=0, atol=ROUNDED)


def test_nan_stays_nan_and_nothing_stays_nothing() -> None:
    fine = drawn(1, 16, 4, 4)
    fine[0, 3, 0, 0] = np.nan
    assert np.isnan(add_averaged(drawn(1, 16, 2, 2), fine)[0, 3, 0, 0])
    assert add_averaged(drawn(0, 16, 2, 2), drawn(0, 16, 4, 4)).shape == (0, 16, 2, 2)
    assert add_enlarged(drawn(0, 16, 4, 4), drawn(0, 16, 2, 2)).shape == (0, 16, 4, 4)
