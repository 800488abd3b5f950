"""Kernels go a shorter way through Numba than others."""

import numba
import pytest
from numba import types

from minidl.kernels.machine.jit import OPTIONS, inner
from minidl.kernels.machine.pipeline import plain


@inner
def _moved(place, by, back):
    return place - by if back else place + by


@numba.njit(**OPTIONS)
def _walk(steps):
    place = 0
    for step in range(steps):
        place = _moved(place, 0, False)
        place = _moved(place, step, True)
    return _moved(place, 0, steps > 0)


def test_an_inner_function_is_compiled_once_for_counts_and_where_they_begin():
    assert _walk(4) == -6
    assert list(_moved.overloads) == [(types.int64, types.int64, types.boolean)]


def test_of_an_inner_function_no_machine_code_is_made():
    _walk(1)
    (made,) = _moved.overloads.values()
    engine = made.library.codegen._engine
    assert not engine.is_symbol_defined(made.fndesc.mangled_name)


@pytest.mark.parametrize(
    ("constant", "type_"), [(0, types.int64), (False, types.boolean), (True, types.boolean)]
)
def test_where_counts_begin_is_any_number(constant, type_):
    assert plain(types.literal(constant)) == type_


@pytest.mark.parametrize("constant", [1, 4, "x"])
def test_other_constants_have_code_of_their_own(constant):
    assert plain(types.literal(constant)) == types.literal(constant)
