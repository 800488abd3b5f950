"""Pooling: the three rungs agree, the rules at ties, NaN and borders hold, nothing leaks."""

import itertools
import sys
import types
from collections.abc import Iterator

import numba
import numpy as np
import pytest

from minidl.kernels import pool
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.pool import fast, loops, strided

RUNGS = {"loops": loops, "strided": strided, "fast": fast}
Case = tuple[np.ndarray, tuple[int, ...], ConvSpec]


def random_case(rng: np.random.Generator, rank: int, dtype: type = np.float32) -> Case:
    """Small integers (so that ties abound), odd geometry, and any memory order."""
    draw = lambda low, high: tuple(int(v) for v in rng.integers(low, high + 1, rank))  # noqa: E731
    kernel, dilation = draw(1, 4), draw(1, 2)
    padding = tuple(tuple(rng.integers(0, k // 2 + 1, 2).tolist()) for k in kernel)
    fits = [
        max(1, d * (k - 1) + 1 - sum(p)) for k, d, p in zip(kernel, dilation, padding, strict=True)
    ]
    size = tuple(int(f + rng.integers(0, 6 - rank)) for f in fits)
    batch, channels = rng.integers(1, 3), rng.choice([1, 3, 17, 32])  # with vectors and without
    x = rng.integers(-2, 3, (batch, *size, channels)).astype(dtype)
    x = np.moveaxis(x, -1, 1)
    if rng.random() < 0.5:
        x = np.repeat(x, 2, axis=-1)[..., ::2]
    return x, kernel, ConvSpec(draw(1, 5), padding, dilation, 1)


def cases(rank: int, count: int, dtype: type = np.float32) -> Iterator[Case]:
    rng = np.random.default_rng(rank)
    return (random_case(rng, rank, dtype) for _ in range(count))


def gradient(y: np.ndarray) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(y.shape).astype(y.dtype)


def one_window(values: list[float]) -> Case:
    return np.array([[values]], np.float32), (len(values),), ConvSpec((1,), ((0, 0),), (1,), 1)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(
    ("rung", "dtype"), [("strided", np.float32), ("strided", np.float64), ("fast", np.float32)]
)
def test_max_pooling_equals_the_loops(rung: str, rank: int, dtype: type) -> None:
    for x, kernel, spec in cases(rank, 15, dtype):
        y, where = RUNGS[rung].max_pool(x, kernel, spec)
        expected, places = loops.max_pool(x, kernel, spec)
        np.testing.assert_array_equal(y, expected)
        np.testing.assert_array_equal(where, places)
        np.testing.assert_array_equal(RUNGS[rung].max_values(x, kernel, spec), expected)
        g = gradient(y)
        dx = RUNGS[rung].max_pool_grad(g, where, kernel, spec, x.shape)
        expected = loops.max_pool_grad(g, where, kernel, spec, x.shape)
        np.testing.assert_allclose(dx, expected, atol=1e-5)
        assert dx.dtype == y.dtype == dtype


@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("rung", ["strided", "fast"])
def test_average_pooling_equals_the_loops(rung: str, rank: int, count_include_pad: bool) -> None:
    for x, kernel, spec in cases(rank, 15):
        y = RUNGS[rung].avg_pool(x, kernel, spec, count_include_pad)
        expected = loops.avg_pool(x, kernel, spec, count_include_pad)
        np.testing.assert_allclose(y, expected, atol=1e-5)
        g = gradient(y)
        dx = RUNGS[rung].avg_pool_grad(g, kernel, spec, x.shape, count_include_pad)
        expected = loops.avg_pool_grad(g, kernel, spec, x.shape, count_include_pad)
        np.testing.assert_allclose(dx, expected, atol=1e-5)


@pytest.mark.parametrize("rung", RUNGS)
def test_of_equal_values_the_first_is_the_maximum(rung: str) -> None:
    x, kernel, spec = one_window([0.0, 7.0, 7.0])
    assert RUNGS[rung].max_pool(x, kernel, spec)[1].item() == 1


@pytest.mark.parametrize("rung", RUNGS)
def test_nan_is_the_maximum_and_the_last_nan_is_where(rung: str) -> None:
    x, kernel, spec = one_window([np.nan, 9.0, np.nan, np.inf])
    y, where = RUNGS[rung].max_pool(x, kernel, spec)
    assert np.isnan(y.item())
    assert where.item() == 2


@pytest.mark.parametrize("rung", RUNGS)
def test_padding_never_wins_over_minus_infinity(rung: str) -> None:
    x, spec = np.full((1, 1, 1), -np.inf, np.float32), ConvSpec((1,), ((1, 0),), (1,), 1)
    assert RUNGS[rung].max_pool(x, (2,), spec)[1].item() == 1


@pytest.mark.parametrize("rung", RUNGS)
def test_a_window_of_nothing_but_padding_has_no_gradient(rung: str) -> None:
    x, spec = np.ones((1, 1, 1), np.float32), ConvSpec((2,), ((4, 0),), (1,), 1)
    y, where = RUNGS[rung].max_pool(x, (1,), spec)
    assert y.tolist() == [[[-np.inf, -np.inf, 1]]]
    assert RUNGS[rung].max_pool_grad(np.ones_like(y), where, (1,), spec, x.shape).tolist() == [
        [[1]]
    ]
    mean = RUNGS[rung].avg_pool(x, (1,), spec, count_include_pad=False)
    assert mean.tolist() == [[[0, 0, 1]]]


def test_a_window_of_more_than_256_places_keeps_its_offset() -> None:
    x = np.zeros((1, 1, 20, 20), np.float32)
    x[0, 0, 19, 18] = 1
    spec = ConvSpec((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
    for rung in RUNGS.values():
        _, where = rung.max_pool(x, (20, 20), spec)
        assert where.item() == 398
        assert (rung.max_pool_grad(x[..., :1, :1] + 1, where, (20, 20), spec, x.shape) == x).all()


@pytest.mark.parametrize("rung", RUNGS)
def test_a_window_that_does_not_fit_is_an_error_with_shapes(rung: str) -> None:
    x, _, spec = one_window([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(3,\).*\(2,\)"):
        RUNGS[rung].max_pool(x, (3,), spec)


def test_results_are_channels_last_in_memory() -> None:
    x, kernel, spec = next(cases(2, 1))
    y, where = pool.max_pool(x, kernel, spec)
    mean = pool.avg_pool(x, kernel, spec)
    gradients = (
        pool.max_pool_grad(y, where, kernel, spec, x.shape),
        pool.avg_pool_grad(mean, kernel, spec, x.shape),
    )
    for result in (y, where, mean, *gradients):
        assert np.moveaxis(result, 1, -1).flags.c_contiguous


def test_read_only_inputs_compile_nothing_new_and_stay_read_only() -> None:
    x, kernel, spec = next(cases(2, 1))
    y, where = fast.max_pool(x, kernel, spec)
    fast.max_pool_grad(y, where, kernel, spec, x.shape)
    kernels = (fast.max_pool_rows, fast.max_pool_grad_rows)
    compiled = [len(kernel.signatures) for kernel in kernels]
    for array in (x, y, where):
        array.flags.writeable = False
    again, _ = fast.max_pool(x, kernel, spec)
    fast.max_pool_grad(y, where, kernel, spec, x.shape)
    np.testing.assert_array_equal(again, y)
    assert [len(kernel.signatures) for kernel in kernels] == compiled
    assert not x.flags.writeable


def test_plain_kernels_need_no_numba(kernels_environment: pytest.MonkeyPatch) -> None:
    kernels_environment.setenv("MINIDL_KERNELS", "plain")
    kernels_environment.setitem(sys.modules, "minidl.kernels.pool.fast", None)
    kernels_environment.delattr("minidl.kernels.pool.fast", raising=False)
    x, kernel, spec = next(cases(2, 1))
    np.testing.assert_array_equal(
        pool.max_pool(x, kernel, spec)[0], loops.max_pool(x, kernel, spec)[0]
    )


def test_an_empty_batch_gives_an_empty_result() -> None:
    spec = ConvSpec((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
    y, where = pool.max_pool(np.ones((0, 2, 3, 3), np.float32), (2, 2), spec)
    assert y.shape == (0, 2, 2, 2)
    assert pool.max_pool_grad(y, where, (2, 2), spec, (0, 2, 3, 3)).shape == (0, 2, 3, 3)


class Guarded:
    """Stands in for `numpy` inside fast: what it allocates lies between two guard bands."""

    BAND = 4096

    def __init__(self) -> None:
        self.memory: list[np.ndarray] = []

    def empty(self, shape: tuple[int, ...], dtype: type) -> np.ndarray:
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        memory = np.full(size + 2 * self.BAND, 0xA5, np.uint8)
        self.memory.append(memory)
        return memory[self.BAND : self.BAND + size].view(dtype).reshape(shape)

    def numpy(self) -> types.SimpleNamespace:
        return types.SimpleNamespace(**{**vars(np), "empty": self.empty})

    def intact(self) -> bool:
        bands = (band for m in self.memory for band in (m[: self.BAND], m[-self.BAND :]))
        return len(self.memory) > 0 and all((band == 0xA5).all() for band in bands)


def run_everything(x: np.ndarray, kernel: tuple[int, ...], spec: ConvSpec) -> None:
    y, where = fast.max_pool(x, kernel, spec)
    fast.max_pool_grad(gradient(y), where, kernel, spec, x.shape)
    mean = fast.avg_pool(x, kernel, spec, False)
    fast.avg_pool_grad(gradient(mean), kernel, spec, x.shape, False)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_nothing_is_written_outside_the_results(rank: int, monkeypatch: pytest.MonkeyPatch) -> None:
    run_everything(*next(cases(rank, 1)))  # compile with the real NumPy
    guarded = Guarded()
    monkeypatch.setattr(fast, "np", guarded.numpy())
    for case in cases(rank, 60):
        run_everything(*case)
    assert guarded.intact()


def test_no_index_is_out_of_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "max_pool_rows",
        "max_pool_grad_rows",
        "avg_pool_rows",
        "avg_pool_grad_rows",
        "avg_pool_large_rows",
    ):
        checked = numba.njit(boundscheck=True)(getattr(fast, name).py_func)
        monkeypatch.setattr(fast, name, checked)
    for case in itertools.chain(*(cases(rank, 60) for rank in (1, 2, 3))):
        run_everything(*case)


def test_the_guard_bands_notice_a_write() -> None:
    guarded = Guarded()
    inner = guarded.empty((4,), np.float32)
    assert guarded.intact()
    np.lib.stride_tricks.as_strided(inner, (5,))[4] = 1
    assert not guarded.intact()
