"""What kernels keep of weights that cannot change, and of no others."""

import gc

import numpy as np
import pytest

from minidl.kernels import conv
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.machine import kept

SAME = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def test_an_immutable_array_cannot_be_made_writable() -> None:
    a = kept.immutable(drawn(2, 3))
    assert kept.is_immutable(a)
    assert kept.is_immutable(a[0])
    with pytest.raises(ValueError, match="WRITEABLE"):
        a.flags.writeable = True
    with pytest.raises(ValueError, match="read-only"):
        a[0, 0] = 1


def test_a_read_only_array_is_not_immutable() -> None:
    a = drawn(2, 3)
    a.flags.writeable = False
    assert not kept.is_immutable(a)
    assert not kept.is_immutable(np.frombuffer(bytearray(8), np.float32))


def test_only_what_depends_on_immutable_arrays_is_kept() -> None:
    made: list[int] = []

    def make() -> np.ndarray:
        made.append(1)
        return np.zeros(1)

    a, b = kept.immutable(drawn(3)), drawn(3)
    assert kept.prepared("test", (a,), make) is kept.prepared("test", (a,), make)
    assert len(made) == 1
    kept.prepared("another", (a,), make)
    assert len(made) == 2
    kept.prepared("test", (a, b), make)
    kept.prepared("test", (a, b), make)
    assert len(made) == 4


def test_what_was_kept_goes_with_the_weights() -> None:
    a = kept.immutable(drawn(3))
    kept.prepared("test", (a,), lambda: np.zeros(1))
    before = len(kept._kept)
    del a
    gc.collect()
    assert len(kept._kept) == before - 1


@pytest.mark.parametrize("shape", [(16, 16, 12), (16, 16, 1), (256, 256, 3), (8, 3, 9)])
def test_convolutions_of_kept_weights_equal_those_of_others(shape: tuple) -> None:
    outputs, inputs, side = shape
    w, bias = drawn(outputs, inputs, 3, 3), drawn(outputs)
    fixed = kept.immutable(w)
    for number in range(3):
        x = drawn(2, inputs, side, side) + number
        expected = conv.conv_forward(x, w, bias, SAME).copy()
        np.testing.assert_array_equal(conv.conv_forward(x, fixed, bias, SAME), expected)
        back = conv.conv_input_grad(expected, w, SAME, x.shape).copy()
        given = conv.conv_input_grad(expected, fixed, SAME, x.shape)
        np.testing.assert_array_equal(given, back)


@pytest.mark.parametrize("side", [1, 12])
def test_weights_changed_in_place_are_never_stale(side: int) -> None:
    x, w = drawn(1, 16, side, side), drawn(16, 16, 3, 3)
    w.flags.writeable = False
    before = conv.conv_forward(x, w, None, SAME).copy()
    w.flags.writeable = True
    w *= 2
    w.flags.writeable = False
    np.testing.assert_allclose(conv.conv_forward(x, w, None, SAME), 2 * before, rtol=1e-5)
