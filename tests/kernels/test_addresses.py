"""Addresses are read, and they are those that NumPy says."""

import numpy as np
import pytest

from minidl.kernels.machine import addresses

FILLED = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
READ_ONLY = FILLED[1:]
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize(
    "array",
    [FILLED, FILLED[1, :, 2], FILLED[::-1], FILLED.T, READ_ONLY, np.float32(3)[...], np.empty(0)],
)
@pytest.mark.parametrize("read", [True, False])
def test_an_address_is_where_numpy_says_the_numbers_begin(array, read, monkeypatch):
    monkeypatch.setattr(addresses, "_is_there", read and addresses._is_there)
    assert addresses.address(array) == array.ctypes.data
