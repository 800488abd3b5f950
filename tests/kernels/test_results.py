"""Large results come back to be used again, and only when nobody looks at them."""

import numpy as np
import pytest

from minidl.kernels.machine import results

SHAPE = (3, 1000, 1000)


@pytest.fixture(autouse=True)
def _small_counts_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "LARGE_RESULT_BYTES", 1 << 20)
    monkeypatch.setattr(results, "_free", {})


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


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "KEPT_RESULTS_BYTES", 30_000_000)
    for size in range(3_000_000, 3_000_020):
        results.empty((size,))
    kept = sum(size * len(blocks) for size, blocks in results._free.items())
    assert 0 < 4 * kept <= 30_000_000 + 4 * 3_000_020


def test_small_results_are_numpys_own() -> None:
    assert results.empty((10, 10)).base is None
