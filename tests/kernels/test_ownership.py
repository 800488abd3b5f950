"""An array is kept instead of copied only where nobody else could see it change."""

import numpy as np
import pytest

from minidl.kernels.machine import results
from minidl.kernels.machine.ownership import is_lone

FRESH = {
    "new": lambda: np.ones((3, 4)),
    "a number": lambda: np.ones(()),
    "a view of all": lambda: np.ones((3, 4)).reshape(2, 6).T,
    "large": lambda: results.empty((1, 700, 1000)).transpose(0, 2, 1),
    "computed": lambda: np.ones((3, 4)) * 2,
    "empty": lambda: np.ones((0, 4)),
}
OTHERS = {
    "a part": lambda: np.ones((3, 4))[:2],
    "stretched": lambda: np.broadcast_to(np.ones(3), (2, 3)),
    "stretched to the size of its memory": lambda: np.lib.stride_tricks.as_strided(
        np.ones(6), (2, 3), (0, 8)
    ),
    "backwards": lambda: np.ones(6)[::-1],
    "read-only": lambda: np.frombuffer(bytes(8)),
    "somebody's memory": lambda: np.frombuffer(bytearray(8)),
    "of another kind": lambda: np.ma.ones(3),
}


@pytest.mark.parametrize("name", FRESH)
def test_what_only_a_list_holds_is_lone(name):
    assert is_lone([FRESH[name]()])


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_all_of_its_own_memory_is_not(name):
    assert not is_lone([OTHERS[name]()])


@pytest.mark.parametrize("name", FRESH)
def test_another_reference_is_seen(name):
    array = FRESH[name]()
    assert not is_lone([array])
    assert not is_lone([array.view()])
    assert not is_lone([array, array])
    assert not is_lone([array[...]])
