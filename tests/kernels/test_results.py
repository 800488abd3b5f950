"""Large results come back to be used again, and only when nobody looks at them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from minidl.kernels.machine import results

SHAPE = (3, 1000, 1000)


@pytest.fixture(autouse=True)
def _small_counts_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "LARGE_RESULT_BYTES", 1 << 20)
    monkeypatch.setattr(results, "RESULT_SLAB_BYTES", 40_000_000)
    monkeypatch.setattr(results, "_slabs", [])


def test_memory_of_a_result_that_is_gone_is_used_again() -> None:
    first = results.empty(SHAPE)
    address = first.ctypes.data
    del first
    assert results.empty((1000, 3000)).ctypes.data == address


def test_memory_is_not_used_while_a_view_looks_at_it() -> None:
    first = results.empty(SHAPE)
    first.fill(7)
    view = np.moveaxis(first, -1, 1)[1:, ::2]
    del first
    results.empty(SHAPE).fill(0)
    assert (view == 7).all()


def test_a_result_can_be_made_read_only_and_writable_again() -> None:
    view = np.moveaxis(results.empty(SHAPE), -1, 1)
    view.flags.writeable = False
    view.flags.writeable = True
    view[...] = 1
    assert view.dtype == np.float32


def test_zeros_are_zero_in_used_memory() -> None:
    results.empty(SHAPE).fill(np.nan)
    assert not results.zeros(SHAPE).any()


def test_memory_of_two_results_that_are_gone_serves_one_of_their_size() -> None:
    first, second = results.empty((2_000_000,)), results.empty((1_000_000,))
    address, kept = first.ctypes.data, results.empty((1_000_000,))
    del second, first
    assert results.empty((3_000_000,)).ctypes.data == address
    del kept


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "KEPT_RESULTS_BYTES", 30_000_000)
    sizes = range(3_000_000, 3_000_020)
    at_once = [results.empty((size,)) for size in sizes]
    slabs = len(results._slabs)
    del at_once
    kept = 4 * sum(slab.waiting for slab in results._slabs)
    assert slabs == 7
    assert kept <= 30_000_000


def test_a_result_that_goes_while_a_slab_is_cut_is_put_back_later() -> None:
    first = results.empty(SHAPE)
    address = first.ctypes.data
    with results._cutting:
        del first
        assert not any(slab.is_unused for slab in results._slabs)
    assert results.empty(SHAPE).ctypes.data == address


def test_threads_get_memory_of_their_own() -> None:
    def work(number: int) -> bool:
        right = True
        for _ in range(50):
            mine = results.empty((300_000 + number,))
            mine.fill(number)
            right = right and bool((mine == number).all())
        return right

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


def test_small_results_are_numpys_own() -> None:
    assert results.empty((10, 10)).base is None
