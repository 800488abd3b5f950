import gc
import weakref

import numpy as np
import pytest

import minidl
from minidl import Tensor, no_grad, tensor
from minidl.tensor import record


def leaf(*values):
    return Tensor(np.array(values, dtype=np.float64), requires_grad=True)


def test_gradients_of_a_tensor_used_twice_add_up():
    x = leaf(3.0)
    (x * x + x).sum().backward()
    assert x.grad == pytest.approx(7)


def test_a_second_loss_adds_to_the_gradient():
    x = leaf(2.0)
    (x * 3).sum().backward()
    (x * 5).sum().backward()
    assert x.grad == pytest.approx(8)


def test_zero_grad_forgets():
    x = leaf(2.0)
    (x * 3).sum().backward()
    x.zero_grad()
    assert x.grad is None


def test_the_gradient_kept_is_not_shared_between_leaves():
    a, b = leaf(1.0), leaf(2.0)
    (a + b).sum().backward()
    a.grad[0] = 100
    assert b.grad == pytest.approx(1)


@pytest.mark.parametrize("shape", [(3,), (2, 16, 65, 64)])
def test_the_gradient_kept_is_nobody_elses(shape):
    """Neither what was given to backward, nor what an operation keeps, nor another leaf's."""
    x, w = (Tensor(np.ones(shape, np.float32), requires_grad=True) for _ in range(2))
    g = np.ones(shape, np.float32)
    for result in (x + w, x * w, x.reshape(-1).reshape(*shape), x.relu() + w, x.exp()):
        x.grad = w.grad = None
        result.backward(g)
        x.grad[...] = 100
        assert (g == 1).all()
        assert (x._array == 1).all()
        assert w.grad is None or (w.grad == 1).all()


def test_the_gradient_of_a_sum_can_be_written_to():
    x = Tensor(np.ones((300, 64), np.float32), requires_grad=True)
    x.sum().backward()
    x.grad[0, 0] = 5
    assert x.grad.sum() == 5 + 300 * 64 - 1


def test_a_gradient_that_two_tensors_share_is_not_added_to():
    """Large gradients are added up in the memory of the first, where nobody else knows it."""
    a, b = (Tensor(np.ones((300, 256), np.float32), requires_grad=True) for _ in range(2))
    left, right = a * 2, b * 3
    shared = left + right
    (shared * 1 + left * 5 + left * 7 + shared.reshape(-1).reshape(300, 256)).sum().backward()
    assert (a.grad == 28).all()
    assert (b.grad == 6).all()


def test_results_are_let_go_of_on_the_way_back():
    x = leaf(1.0)
    seen = []

    def noted(g):
        gc.collect()
        seen.append(between() is None)
        return g

    first = record("noted", x._array * 1, (x,), (noted,))
    middle = first * 2
    between = weakref.ref(middle)
    last = middle * 3
    del first, middle
    last.backward()
    assert seen == [True]


def test_a_chain_of_100_000_ops_goes_backward():
    x = leaf(0.0)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.sum().backward()
    assert x.grad == pytest.approx(1)


def test_a_long_chain_can_be_dropped_without_backward():
    y = leaf(0.0)
    for _ in range(100_000):
        y = y + 1
    del y
    gc.collect()


def test_one_tensor_used_100_000_times_accumulates():
    x = leaf(1.0)
    minidl.stack([x] * 100_000).sum().backward()
    assert x.grad == pytest.approx(100_000)


def test_a_diamond_is_walked_once_per_tensor():
    y = x = leaf(1.0)
    for _ in range(60):
        y = y * 0.5 + y * 0.5  # 2^60 paths
    y.sum().backward()
    assert x.grad == pytest.approx(1)


def test_the_graph_is_freed_after_backward():
    x = leaf(1.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()


def test_no_grad_records_nothing():
    x = leaf(1.0)
    with no_grad():
        y = x * 2
    assert not y.requires_grad
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        y.backward()


def test_backward_without_gradient_needs_one_value():
    with pytest.raises(ValueError, match=r"given shape \(2,\)"):
        (leaf(1.0, 2.0) * 2).backward()


def test_backward_refuses_a_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"given shape \(3,\), expected \(2,\)"):
        (leaf(1.0, 2.0) * 2).backward(np.ones(3))


def test_data_is_read_only_while_a_graph_needs_it():
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    with pytest.raises(ValueError, match="read-only"):
        x.data[0] = 5
    y.backward()
    x.data[0] = 5
    assert x.data[0] == 5


def test_results_inside_a_graph_are_read_only():
    y = leaf(1.0) * 2
    with pytest.raises(ValueError, match="read-only"):
        y.data += 1


def test_data_stays_locked_until_the_last_graph_is_gone():
    x = leaf(1.0)
    first, second = (x * x).sum(), (x * x * x).sum()
    first.backward()
    assert not x.data.flags.writeable
    second.backward()
    assert x.data.flags.writeable


def test_a_graph_that_is_dropped_unlocks_its_data():
    x = leaf(1.0)
    y = x * x
    del y
    gc.collect()
    x.data -= 0.5
    assert x.data[0] == pytest.approx(0.5)


def test_replacing_data_leaves_the_old_graph_right():
    x = leaf(3.0)
    y = (x * x).sum()
    x.data = np.array([100.0])
    y.backward()
    assert x.grad == pytest.approx(6)


def test_a_tensor_copies_what_it_is_made_from():
    source = np.ones(2)
    x = Tensor(source)
    source[0] = 5
    assert x.data[0] == 1


def test_detach_shares_values_and_forgets_history():
    x = leaf(1.0)
    y = (x * 2).detach()
    assert not y.requires_grad
    assert np.shares_memory(x.data, x.detach().data)


def aliases(x):
    with no_grad():
        view = x.reshape(1, -1)
    return {"detached": x.detach(), "view": view, "detached view": view.detach()}


@pytest.mark.parametrize("name", ["detached", "view", "detached view"])
def test_a_graph_over_an_alias_keeps_the_original_read_only(name):
    x, factor = leaf(3.0), leaf(2.0)
    y = aliases(x)[name] * factor
    with pytest.raises(ValueError, match="read-only"):
        x.data[0] = 5
    y.sum().backward()
    x.data[0] = 5
    assert factor.grad == pytest.approx(3)


def test_an_alias_is_released_with_the_last_graph():
    x, factor = leaf(3.0), leaf(2.0)
    alias = aliases(x)["view"]
    first, second = (alias * factor).sum(), (x * factor).sum()
    first.backward()
    assert not x.data.flags.writeable
    second.backward()
    assert x.data.flags.writeable
    assert alias.data.flags.writeable


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1.5, np.float32),
        ([1.0, 2.0], np.float32),
        (np.ones(2, np.float64), np.float64),
        (np.ones(2, np.float32), np.float32),
        ([1, 2], np.int64),
        ([True], np.bool_),
    ],
)
def test_dtype_of_new_tensors(given, expected):
    assert tensor(given).dtype == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_constants_adopt_the_tensors_dtype(dtype):
    x = Tensor(np.ones(3, dtype), requires_grad=True)
    for y in (2 * x, x / 3, np.ones(3) * x, x ** np.float64(2), 1 - x, np.arange(3) + x):
        assert y.dtype == dtype
    (x * np.sqrt(2)).sum().backward()
    assert x.grad.dtype == dtype


def test_two_float_dtypes_are_refused():
    with pytest.raises(TypeError, match="float32 and float64"):
        Tensor(np.ones(2, np.float32)) + Tensor(np.ones(2, np.float64))


def test_ndarray_times_tensor_is_a_tensor():
    x = leaf(1.0, 2.0)
    y = np.array([3.0, 4.0]) * x
    assert isinstance(y, Tensor)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [3, 4])


def test_integers_cannot_require_gradients():
    with pytest.raises(TypeError, match=r"int64 of shape \(3,\)"):
        Tensor(np.arange(3), requires_grad=True)


@pytest.mark.parametrize("given", [np.ones(2, complex), np.array(["a"]), np.array([None])])
def test_arrays_it_cannot_compute_with_are_refused(given):
    with pytest.raises(TypeError, match="a Tensor holds"):
        Tensor(given)


def test_asarray_gives_the_values():
    np.testing.assert_array_equal(np.asarray(leaf(1.0, 2.0)), [1, 2])


def test_comparisons_are_boolean_and_carry_no_gradient():
    y = leaf(1.0, 3.0) > 2
    assert y.data.tolist() == [False, True]
    assert not y.requires_grad


def test_tensors_are_hashable_by_identity():
    x = leaf(1.0)
    assert len({x, x, leaf(1.0)}) == 2


def test_repr_shows_values_shape_and_op():
    assert repr(leaf(1.0) * 2) == "Tensor([2.], shape=(1,), dtype=float64, op=mul)"
    assert "requires_grad=True" in repr(leaf(1.0))


def test_item_needs_one_value():
    assert leaf(2.5).item() == 2.5
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        leaf(1.0, 2.0).item()


def test_iteration_and_len_follow_the_first_axis():
    x = Tensor(np.arange(6.0).reshape(3, 2))
    assert len(x) == 3
    assert [row.shape for row in x] == [(2,)] * 3


def test_integer_index_gradients_of_repeats_add_up():
    x = leaf(1.0, 2.0, 3.0)
    x[np.array([0, 0, 2])].sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 0, 1])


@pytest.mark.parametrize("index", [np.array([0, 1]), tensor([0, 1]), [0, 1]])
def test_an_index_changed_later_does_not_change_the_gradient(index):
    x = leaf(1.0, 2.0, 3.0)
    y = x[index].sum()
    (index.data if isinstance(index, Tensor) else index)[0] = 2
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 1, 0])


def test_a_condition_changed_later_does_not_change_the_gradient():
    x, condition = leaf(1.0, 2.0), np.array([True, False])
    y = minidl.where(condition, x, 0.0).sum()
    condition[:] = False
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 0])


def test_a_tensor_can_be_an_index():
    x = leaf(1.0, 2.0, 3.0)
    assert x[tensor([2, 0])].data.tolist() == [3, 1]


@pytest.mark.parametrize("other", [None, "a", object()])
def test_arithmetic_with_what_is_not_a_number_is_refused(other):
    with pytest.raises(TypeError, match="a Tensor holds"):
        leaf(1.0) + other


def test_comparison_with_none_is_false():
    assert (leaf(1.0) == None) is False  # noqa: E711


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.sum(axis=2), r"sum: given axis 2 for shape \(2, 3\), expected -2 to 1"),
        (lambda x: x.reshape(4), r"reshape: given shape \(2, 3\); cannot reshape"),
        (lambda x: minidl.where(x > 0, x, np.ones(4)), r"where: given shapes"),
        (lambda x: minidl.concatenate([x, x[0]]), r"concatenate: given shape \(2, 3\) and \(3,\)"),
        (lambda x: x[:0].max(), r"max: given shape \(0, 3\), expected at least one value"),
    ],
)
def test_what_numpy_refuses_is_said_with_operation_and_shapes(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call(Tensor(np.ones((2, 3), np.float32)))


@pytest.mark.parametrize(("seed", "kind"), [("a", TypeError), (-1, ValueError)])
def test_what_is_no_seed_is_named(seed, kind):
    with pytest.raises(kind, match=f"given seed={seed!r}, expected a whole number"):
        minidl.manual_seed(seed)


def test_gradcheck_of_what_gives_no_tensor_says_so():
    with pytest.raises(TypeError, match="fn returned int, expected a Tensor"):
        minidl.gradcheck(lambda x: 5, np.ones(2))


def test_boolean_tensors_combine_as_numpy_arrays_do():
    t = Tensor(np.array([-1.0, 0.5, 2.0], np.float32), requires_grad=True)
    low, high = t > 0, t < 1
    np.testing.assert_array_equal((low & high).data, [False, True, False])
    np.testing.assert_array_equal((low | high).data, [True, True, True])
    np.testing.assert_array_equal((low ^ high).data, [True, False, True])
    np.testing.assert_array_equal((~low).data, [True, False, False])
    np.testing.assert_array_equal((np.array([True, False, True]) & low).data, [False, False, True])
    with pytest.raises(TypeError, match="write parentheses around comparisons"):
        t & high
