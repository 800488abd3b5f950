"""Tests of what only the compiled kernels promise skip themselves where those are switched off."""

import pytest

from minidl.kernels.conv import plain


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fast_only: about compiled kernels, not about plain ones")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("fast_only") and plain():
        pytest.skip("MINIDL_KERNELS=plain: no compiled kernel runs here")
