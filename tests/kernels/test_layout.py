"""Copies in another order: the same numbers, whatever the shape, the order and the gaps."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from minidl.kernels import layout
from minidl.kernels.choice import compiled
from minidl.kernels.layout import channels_first, channels_last, contiguous, copied, fill, like
from minidl.kernels.machine import results
from minidl.kernels.machine.simd import LANES
from minidl.kernels.passes.elementwise import add, add_up, multiply, relu, relu_grad


@pytest.fixture(autouse=True, params=["one thread", "every thread"])
def everything_is_large(request, monkeypatch):
    from minidl.kernels.layout import fast
    from minidl.kernels.passes import elementwise

    monkeypatch.setattr(layout, "TURN_MIN_NUMBERS", 1)
    monkeypatch.setattr(layout, "PASS_MIN_NUMBERS", 1)
    monkeypatch.setattr(elementwise, "PASS_MIN_NUMBERS", 1)
    monkeypatch.setattr(
        fast, "LONE_TURN_NUMBERS", 1 if request.param == "every thread" else 1 << 40
    )
    monkeypatch.setattr(fast, "TURN_BLOCK", 2 * LANES)  # several blocks, from arrays that are small
    monkeypatch.setattr(fast, "TURN_BLOCK_NUMBERS", 6 * LANES**2)


def numbers(shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


SIDES = (1, 2, 3, LANES - 1, LANES, LANES + 1, 5 * LANES + 3)


@pytest.mark.parametrize("rows", SIDES)
@pytest.mark.parametrize("columns", SIDES)
def test_a_matrix_is_turned(rows, columns):
    x = numbers((rows, columns))
    found = contiguous(x.T)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, x.T)


@given(array_shapes(min_dims=2, max_dims=5, max_side=40), st.data())
@settings(max_examples=100, deadline=None)
def test_any_order_of_any_shape(shape, data):
    x = numbers(shape).transpose(data.draw(st.permutations(range(len(shape)))))
    found = contiguous(x)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, x)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda x: x[:, ::2],
        lambda x: x[::-1],
        lambda x: x.swapaxes(0, 2)[:, 1:],
        lambda x: np.broadcast_to(x[:1], x.shape).swapaxes(0, 2),
        lambda x: x.astype(np.float64).T,
        lambda x: x[:0].T,
    ],
)
def test_arrays_with_gaps_repeats_and_other_types(spoilt):
    x = spoilt(numbers((20, 24, 28)))
    np.testing.assert_array_equal(contiguous(x), x)


def test_what_lies_so_is_not_copied():
    x = numbers((4, 5, 6))
    assert contiguous(x) is x
    assert like(x, x + 1) is x


@pytest.mark.parametrize("shape", [(2, 3, 7), (2, 20, 9, 8), (1, 17, 4, 5, 6)])
def test_channels_last_and_back(shape):
    x = numbers(shape)
    last = channels_last(x)
    np.testing.assert_array_equal(last, np.moveaxis(x, 1, -1))
    np.testing.assert_array_equal(channels_first(last), x)
    assert channels_last(channels_first(last)).base is not None  # a view


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_like_takes_the_order_of_its_model(order):
    x = numbers((18, 19, 20))
    model = numbers(tuple(x.shape[a] for a in order)).transpose(np.argsort(order))
    assert model.shape == x.shape
    found = like(x, model)
    np.testing.assert_array_equal(found, x)
    assert found.strides == model.strides


@given(
    shape=array_shapes(max_dims=4, max_side=LANES + 3),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=100, deadline=None)
def test_a_copy_has_a_place_for_every_number_in_the_order_of_the_model(shape, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(shape))
    model = np.zeros(np.array(shape)[order], np.float32).transpose(np.argsort(order))
    once = [1 if rng.random() < 0.5 else n for n in shape]  # the others are stretched
    a = np.broadcast_to(numbers(once).transpose(rng.permutation(len(shape)))
                        if len(set(once)) == 1 else numbers(once), shape)  # fmt: skip
    copy = copied(a, model)
    np.testing.assert_array_equal(copy, a)
    assert copy.strides == model.strides or 1 in shape
    assert not np.shares_memory(copy, a)
    copy[...] = 0  # it can be written to


def test_like_does_not_write_out_a_number_that_stands_for_many():
    stretched = np.broadcast_to(np.float32(1), (18, 19, 20))
    assert like(stretched, numbers((20, 19, 18)).T) is stretched


def test_like_leaves_what_its_model_gives_no_order():
    x = numbers((18, 19))
    assert like(x, np.broadcast_to(np.float32(1), x.shape)) is x
    assert like(x, numbers((36, 19))[::2]) is x


OPERATIONS = {
    "add": (add, lambda a, b: a + b),
    "multiply": (multiply, lambda a, b: a * b),
    "relu": (lambda a, b: relu(a), lambda a, b: np.maximum(a, 0)),
    "relu_grad": (lambda a, b: relu_grad(b, a), lambda a, b: np.where(a <= 0, np.float32(0), b)),
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("second", ["alike", "otherwise", "gaps", "broadcast"])
def test_passes_are_numpys_to_the_last_bit_in_any_two_orders(name, second):
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((3, 18, 7, 9), dtype=np.float32) for _ in range(2))
    a[0, 0, 0, :4] = 0, np.nan, np.inf, -np.inf
    a = channels_first(channels_last(a))
    b = {
        "alike": lambda: channels_first(channels_last(b)),
        "otherwise": lambda: b,
        "gaps": lambda: np.repeat(b, 2, axis=-1)[..., ::2],
        "broadcast": lambda: np.broadcast_to(b[:, :, :1, :1], b.shape),
    }[second]()
    ours, numpys = OPERATIONS[name]
    np.testing.assert_array_equal(ours(a, b), numpys(a, b))
    np.testing.assert_array_equal(ours(b, a), numpys(b, a))


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("shape", [(5, 7, 16), (1, 1, 48), (3, 2000, 32), (9, 33, 17)])
def test_passes_are_the_same_written_past_the_caches(name, shape, monkeypatch):
    monkeypatch.setattr(results, "LARGE_RESULT_BYTES", 1)
    a, b = np.random.default_rng(0).standard_normal((2, *shape), dtype=np.float32)
    ours, numpys = OPERATIONS[name]
    np.testing.assert_array_equal(ours(a, b), numpys(a, b))


@pytest.mark.parametrize("shape", [(2, 48, 7, 9), (1, 16, 3, 3), (3, 20, 5, 5)])
def test_repeated_numbers_are_the_same_written_past_the_caches(shape, monkeypatch):
    from minidl.kernels.layout import fast

    monkeypatch.setattr(results, "LARGE_RESULT_BYTES", 1)
    monkeypatch.setattr(fast, "REPEATED_STREAM_BYTES", 1)
    model = channels_first(channels_last(numbers(shape)))
    a = np.broadcast_to(numbers((1, shape[1], 1, 1)), shape)
    np.testing.assert_array_equal(copied(a, model), a)


@pytest.mark.parametrize("size", [2, 5 * LANES + 3])
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_added_up_is_written_over_nothing_that_anybody_knows(size, turned):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 3, size), dtype=np.float32)
    b = np.ascontiguousarray(b.T).T if turned else b
    held, expected = [a.copy()], a + b
    at = held[0].ctypes.data
    found = add_up(held, b)
    np.testing.assert_array_equal(found, expected)
    assert (found.ctypes.data == at) == compiled()
    known, before = a.copy(), a.copy()
    for list_of_it in ([known], [known[...]], [known.reshape(-1).reshape(known.shape)]):
        np.testing.assert_array_equal(add_up(list_of_it, b), expected)
        np.testing.assert_array_equal(known, before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(2, 3, 5, 7), (1, 1, 4, 4), (3, 2 * LANES + 1, 9), (0, 3, 2)])
def test_a_target_of_any_order_is_filled_with_an_array_of_any_order(shape, dtype):
    a = numbers(shape).astype(dtype)
    for order in itertools.permutations(range(len(shape))):
        places = np.argsort(order)
        target = np.zeros([shape[axis] for axis in order], np.float32).transpose(places)
        fill(target, a)
        np.testing.assert_array_equal(target, a)
        fill(target, -np.ascontiguousarray(a.transpose(order)).transpose(places))
        np.testing.assert_array_equal(target, -a)
        gaps = np.zeros([2 * n for n in shape], np.float32)[
            tuple(slice(None, None, 2) for _ in shape)
        ]
        fill(gaps, a)
        np.testing.assert_array_equal(gaps, a)
