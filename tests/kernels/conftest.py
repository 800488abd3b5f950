"""Tests of what only the compiled kernels promise skip themselves where those are switched off."""

from collections.abc import Iterator

import pytest

from minidl.kernels.choice import compiled


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fast_only: about compiled kernels, not about plain ones")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("fast_only") and not compiled():
        pytest.skip("MINIDL_KERNELS=plain: no compiled kernel runs here")


@pytest.fixture
def kernels_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A monkeypatch of the environment that is looked at anew, in the test and after it."""
    compiled.cache_clear()
    yield monkeypatch
    compiled.cache_clear()
