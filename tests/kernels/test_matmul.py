"""Matrix products on the micro-kernel equal NumPy's."""

import numpy as np
import pytest

from minidl.kernels import matmul
from minidl.kernels.matmul import fast

TOLERANCE = 1e-5  # float32 sums in another order


def product(m: int, k: int, n: int, flip_a: bool, flip_b: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((m, k)), rng.standard_normal((k, n))
    order = "FC"
    a = np.asarray(a, np.float32, order=order[not flip_a])
    b = np.asarray(b, np.float32, order=order[not flip_b])
    for array in (a, b):
        array.flags.writeable = False
    return a, b


@pytest.mark.parametrize("flip_a", [False, True])
@pytest.mark.parametrize("flip_b", [False, True])
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (3, 700, 5), (100, 33, 65), (64, 513, 64), (9, 1, 40)]
)
def test_both_kernels_equal_numpy(shape: tuple, flip_a: bool, flip_b: bool) -> None:
    a, b = product(*shape, flip_a, flip_b)
    expected = a.astype(float) @ b.astype(float)
    for result in (fast.by_rows(a, b), fast.over_rows(a.T, b)):
        assert result.dtype == np.float32
        assert np.abs(result - expected).max() <= TOLERANCE * np.abs(expected).max()


@pytest.mark.fast_only
@pytest.mark.parametrize(("flip", "kernel"), [(False, "by_rows"), (True, "over_rows")])
def test_large_products_go_to_the_micro_kernel(
    flip: bool, kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    monkeypatch.setattr(fast, kernel, lambda a, b: called.append(kernel) or np.ones(1))
    matmul.matmul(*product(64, 8000, 64, flip, False))
    assert called == [kernel]


@pytest.mark.fast_only
@pytest.mark.parametrize("channels", [8, 32, 40, 96, 544])
def test_a_gram_matrix_equals_numpys_and_is_symmetric(channels: int) -> None:
    x = product(channels, 1100, 1, True, False)[0]
    expected = x.astype(float) @ x.T.astype(float)
    for result in (fast.gram(x.T), matmul.gram(x), matmul.gram(np.ascontiguousarray(x))):
        assert np.abs(result - expected).max() <= TOLERANCE * np.abs(expected).max()
    np.testing.assert_array_equal(matmul.gram(x), matmul.gram(x).T)


@pytest.mark.fast_only
def test_a_product_with_its_own_transpose_is_a_gram_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(fast, "gram", lambda a: called.append(a.shape) or np.ones(1))
    features = np.ones((1, 64, 80, 90), np.float32)
    last = np.ascontiguousarray(np.moveaxis(features, 1, -1))
    for maps in (features, np.moveaxis(last, -1, 1)):
        rows = maps.reshape(64, -1)
        matmul.matmul(rows, rows.T)
    assert called == [(7200, 64)] * 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_other_products_are_numpys_own(dtype: type) -> None:
    a, b = (array.astype(dtype) for array in product(7, 8, 9, False, False))
    np.testing.assert_array_equal(matmul.matmul(a, b), a @ b)


def test_the_plain_environment_does_without_kernels(
    kernels_environment: pytest.MonkeyPatch,
) -> None:
    kernels_environment.setenv("MINIDL_KERNELS", "plain")
    kernels_environment.setattr(fast, "by_rows", None)
    a, b = product(64, 8000, 64, False, False)
    expected = a.astype(float) @ b.astype(float)
    assert np.abs(matmul.matmul(a, b) - expected).max() <= TOLERANCE * np.abs(expected).max()


def test_shapes_that_do_not_meet_are_refused() -> None:
    with pytest.raises(ValueError, match=r"given \(2, 3\) and \(2, 3\)"):
        matmul.matmul(np.ones((2, 3)), np.ones((2, 3)))
