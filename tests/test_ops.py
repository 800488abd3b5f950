import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

import minidl.functional as F
from minidl import Tensor, concatenate, gradcheck, maximum, minimum, nn, pad, stack, where
from minidl.ops import OPS, linalg
from minidl.ops.registry import each, normal, op, unbroadcast


@pytest.mark.parametrize("name", OPS)
def test_gradient_of_every_registered_op(name):
    samples = OPS[name].samples(np.random.default_rng(0))
    assert samples
    for sample in samples:
        gradcheck(lambda *t, o=sample.options: OPS[name].function(*t, **o), *sample.arrays)


def test_every_registered_op_has_an_oracle_entry():
    """Read off the file's text: it cannot be imported without PyTorch, which may be missing."""
    text = (Path(__file__).parent / "oracle" / "test_ops.py").read_text()
    listed = {
        target.id: ast.literal_eval(node.value) if isinstance(node.value, ast.Set)
        else {ast.literal_eval(key) for key in node.value.keys}
        for node in ast.parse(text).body if isinstance(node, ast.Assign)
        for target in node.targets if target.id in ("ORACLE", "WINDOWED")
    }  # fmt: skip
    assert set(OPS) == listed["ORACLE"] | listed["WINDOWED"], "add it to ORACLE, or remove it there"


def test_an_op_that_promotes_is_named():
    @op(each(normal((2,))))
    def promoting(x):
        return x * np.float64(2), (lambda g: g,)

    @op(each(normal((2,))))
    def promoting_backwards(x):
        return x * 2, (lambda g: g * np.float64(2),)

    try:
        x = Tensor(np.ones(2, np.float32), requires_grad=True)
        with pytest.raises(TypeError, match="promoting: its result is float64 for float32"):
            promoting(x)
        y = promoting_backwards(x)
        with pytest.raises(TypeError, match="promoting_backwards: the gradient of its input"):
            y.backward(np.ones(2))
    finally:
        del OPS["promoting"], OPS["promoting_backwards"]


def test_gradcheck_finds_a_wrong_gradient():
    def doubled_gradient(x):
        return x * x + (x * x - (x * x).detach())

    with pytest.raises(AssertionError, match="gradient of input 0"):
        gradcheck(doubled_gradient, np.ones(3))


def test_gradcheck_finds_nan():
    with pytest.raises(AssertionError), np.errstate(all="ignore"):
        gradcheck(lambda x: (x * 0).sqrt() * 0, np.ones(2))


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4), st.integers(0, 99))
@settings(max_examples=200, deadline=None)
def test_broadcasting_backwards_restores_shapes(shapes, seed):
    rng = np.random.default_rng(seed)
    a, b = (Tensor(rng.standard_normal(s), requires_grad=True) for s in shapes.input_shapes)
    y = a * b
    assert y.shape == shapes.result_shape
    y.backward(np.ones(y.shape))
    np.testing.assert_allclose(
        a.grad, unbroadcast(np.broadcast_to(b.data, y.shape), a.shape), rtol=1e-12, atol=1e-12
    )
    assert (a.grad.shape, b.grad.shape) == (a.shape, b.shape)


@given(array_shapes(max_dims=4, max_side=4), st.data())
@settings(max_examples=100, deadline=None)
def test_reductions_follow_numpy(shape, data):
    x = np.random.default_rng(0).standard_normal(shape)
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    keepdims = data.draw(st.booleans())
    for name in ("sum", "mean", "max", "min", "var", "std", "prod"):
        expected = getattr(x, name)(axis=axis, keepdims=keepdims)
        found = getattr(Tensor(x), name)(axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(found.data, expected, rtol=1e-12, atol=1e-15)
        assert found.shape == np.shape(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPS)
def test_every_op_keeps_its_dtype(name, dtype):
    for sample in OPS[name].samples(np.random.default_rng(0)):
        if "dtype" in sample.options:
            continue
        inputs = [Tensor(a.astype(dtype), requires_grad=True) for a in sample.arrays]
        y = OPS[name].function(*inputs, **sample.options)
        y.backward(np.ones(y.shape))
        assert {y.dtype, *(t.grad.dtype for t in inputs)} == {np.dtype(dtype)}


def test_equal_maxima_share_the_gradient():
    x = Tensor(np.array([1.0, 3.0, 3.0]), requires_grad=True)
    x.max().backward()
    np.testing.assert_array_equal(x.grad, [0, 0.5, 0.5])


def test_softmax_of_huge_logits_is_finite():
    x = Tensor(np.array([1e4, -1e4, 0.0]))
    np.testing.assert_array_equal(F.softmax(x).data, [1, 0, 0])
    np.testing.assert_array_equal(F.log_softmax(x).data, [0, -2e4, -1e4])


def test_sigmoid_keeps_small_values_and_overflows_to_0():
    y = F.sigmoid(np.float32([-1e4, -80, -20, 0, 1e4]))
    expected = np.float64([0, np.exp(-80), 1 / (1 + np.exp(20)), 0.5, 1])
    np.testing.assert_allclose(y.data, expected, rtol=1e-6)  # float32 has 7 digits


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_far_from_0_is_the_relu(approximate, dtype):
    """Without a warning, also where x^3 overflows, and with PyTorch's gradients 0 and 1."""
    x = Tensor(np.array([-1e30, -1e3, 1e3, 1e30], dtype), requires_grad=True)
    y = F.gelu(x, approximate)
    y.backward(np.ones(4))
    np.testing.assert_array_equal(y.data, np.maximum(x.data, 0))
    np.testing.assert_array_equal(x.grad, [0, 0, 1, 1])


def test_gelu_keeps_small_values():
    """1 + erf would be 0 in float32 from -6 on; the value is -6 P(X <= -6)."""
    y = F.gelu(np.float32([-6.0]))
    np.testing.assert_allclose(y.data, [-6 * 9.865876450376946e-10], rtol=1e-5)  # float32


def test_gelu_names_its_approximations():
    with pytest.raises(
        ValueError, match="gelu: given approximate='erf', expected 'none' or 'tanh'"
    ):
        F.gelu([1.0], approximate="erf")


@pytest.mark.parametrize("name", ["sum", "max", "min", "norm"])
@pytest.mark.parametrize("axis", [0, -1])
def test_a_single_value_can_be_reduced_over_an_axis_as_in_numpy(name, axis):
    x = Tensor(3.0, requires_grad=True)
    getattr(x, name)(axis=axis).backward()
    assert x.grad == 1


def test_arrays_by_keyword_are_refused():
    with pytest.raises(TypeError, match="pad: given 0 arrays, expected 1, positional"):
        pad(x=Tensor([1.0], requires_grad=True), width=1)


def test_an_integer_result_carries_no_gradient():
    y = Tensor([1.5], requires_grad=True).astype(np.int64)
    assert (y.data.tolist(), y.requires_grad) == ([1], False)


@pytest.mark.parametrize("dtype", [np.float16, complex, "U3"])
def test_astype_refuses_what_a_tensor_cannot_hold(dtype):
    with pytest.raises(TypeError, match="astype: given"):
        Tensor([1.0]).astype(dtype)


def test_limits_of_clip_do_not_change_the_dtype():
    assert Tensor([1.0, 2.0]).clip(np.float64(1.5), np.float64(3)).dtype == np.float32


def test_clip_without_limits_changes_nothing_and_passes_the_gradient():
    x = Tensor([-2.0, 3.0], requires_grad=True)
    y = x.clip()
    y.backward(np.float32([5, 7]))
    assert (y.data.tolist(), x.grad.tolist()) == ([-2, 3], [5, 7])


@pytest.mark.parametrize("p", [1, 2, 3, np.inf])
def test_normalize_at_zero_has_a_finite_gradient(p):
    x = Tensor(np.zeros((2, 3)), requires_grad=True)
    F.normalize(x, p).sum().backward()
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_zero_vector_stays_and_passes_no_gradient(dtype):
    x = Tensor(np.zeros((2, 3), dtype), requires_grad=True)
    y = F.normalize(x)
    (y.sum() + x.norm(axis=1).sum()).backward()
    assert not y.data.any()
    assert not x.grad.any()


# Lengths whose squares, or that themselves, are no numbers of the dtype.
SIZES = [(np.float32, s) for s in (1e-44, 1e-25, 1e25, 3e38)]
SIZES += [(np.float64, s) for s in (5e-324, 1e-200, 1e200, 1.7e308)]


@pytest.mark.parametrize(("dtype", "size"), SIZES)
def test_lengths_of_any_size(dtype, size):
    """Right to 1e-6, but for a last bit of numbers that have only a few bits."""
    unit = np.array([[0.6, 0.8]])
    x = Tensor((unit * size).astype(dtype), requires_grad=True)
    ours = x.data.astype(np.longdouble)
    length = np.sqrt((ours**2).sum())
    y = x.norm(axis=1)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(y.data, length.astype(dtype), rtol=1e-6, atol=0)
    y.backward([1.0])
    np.testing.assert_allclose(x.grad, (ours / length).astype(float), rtol=1e-6)
    if size > 1e-12:
        np.testing.assert_allclose(F.normalize(x.data).data, ours / length, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e30, 3e38])
def test_the_gradient_of_a_direction_does_not_overflow(dtype, size):
    x = Tensor(np.array([[0.6 * size, 0.8 * size]], dtype), requires_grad=True)
    F.normalize(x).backward(np.array([[1, 0]]) * 1e30)
    across = np.array([1 - 0.36, -0.48]) * 1e30 / size
    np.testing.assert_allclose(x.grad[0], across, rtol=1e-5)


def test_an_infinite_entry_has_no_direction_and_infinite_length():
    x = Tensor([[np.inf, 1.0], [3.0, 4.0]], requires_grad=True)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(F.normalize(x).data, [[np.nan, 0], [0.6, 0.8]])
        y = x.norm(axis=1)
        y.sum().backward()
    np.testing.assert_array_equal(y.data, [np.inf, 5])
    np.testing.assert_allclose(x.grad, [[np.nan, 0], [0.6, 0.8]])


@pytest.mark.parametrize("pick", [maximum, minimum])
def test_the_larger_takes_the_gradient_also_at_infinities(pick):
    big, small = (1, 0) if pick is maximum else (0, 1)
    a = Tensor([np.inf, -np.inf, np.inf, np.inf, 1.0, np.nan], requires_grad=True)
    b = Tensor([np.inf, -np.inf, -np.inf, 1.0, np.inf, 1.0], requires_grad=True)
    y = pick(a, b)
    y.backward(np.ones(6))
    np.testing.assert_array_equal(a.grad, [0.5, 0.5, big, big, small, 1])
    np.testing.assert_array_equal(b.grad, [0.5, 0.5, small, small, big, 1])
    assert np.isnan(y.data[5])


def test_an_infinite_gradient_does_not_become_nan_where_it_does_not_pass():
    for function in (F.relu, lambda t: t.clip(0, 1), Tensor.max, lambda t: maximum(t, 0.0)):
        x = Tensor([-1.0, 0.5], requires_grad=True)
        y = function(x)
        y.backward(np.full(y.shape, np.inf))
        np.testing.assert_array_equal(x.grad, [0, np.inf])


def test_nan_is_the_largest_and_the_smallest_and_takes_the_gradient():
    for name in ("max", "min"):
        x = Tensor([1.0, np.nan, 3.0], requires_grad=True)
        y = getattr(x, name)()
        y.backward()
        assert np.isnan(y.data)
        np.testing.assert_array_equal(x.grad, [0, 1, 0])


def test_relu_keeps_nan_in_every_way_through():
    x = np.full((1, 16, 9, 9), -1, np.float32)
    x[0, 0, 4, 4] = np.nan
    w = np.eye(16, dtype=np.float32)[:, :, None, None]
    for y in (F.relu(Tensor(x, requires_grad=True)), F.conv2d(x, w, activation="relu")):
        assert np.isnan(y.data).sum() >= 1


# The sums of the library: right to 1e-6 of float64, however many terms, along any axis.

TERMS = 300_000
EXACT = float(np.float32(1000.1))


@pytest.mark.parametrize("shape", [(TERMS, 4), (4, TERMS), (TERMS, 1), (TERMS,)])
def test_reductions_of_many_equal_numbers(shape):
    axis = int(np.argmax(shape))
    x = Tensor(np.full(shape, 1000.1, np.float32))
    np.testing.assert_allclose(x.sum(axis=axis).data, TERMS * EXACT, rtol=1e-6)
    np.testing.assert_allclose(x.mean(axis=axis).data, EXACT, rtol=1e-6)
    np.testing.assert_allclose(x.norm(axis=axis).data, EXACT * TERMS**0.5, rtol=1e-6)
    np.testing.assert_array_equal(x.var(axis=axis).data, 0)


def gradient_of_a_stretched(function, *shapes):
    """The gradient to the first of two ones, of a sum of 0.1 times function(them)."""
    a, b = (Tensor(np.ones(s, np.float32), requires_grad=True) for s in shapes)
    y = function(a, b)
    y.backward(np.full(y.shape, 0.1, np.float32))
    return a.grad


@pytest.mark.parametrize(
    "found",
    [
        lambda: gradient_of_a_stretched(lambda a, b: a + b, (4,), (TERMS, 4)),
        lambda: gradient_of_a_stretched(lambda a, b: b * a, (3, 1), (3, TERMS)),
        lambda: gradient_of_a_stretched(lambda a, b: a.broadcast_to(b.shape), (2,), (TERMS, 2)),
        lambda: gradient_of_a_stretched(lambda a, b: a[np.zeros(TERMS, int)], (1,), ()),
        lambda: gradient_of_a_stretched(lambda a, b: F.linear(b, b[:4], a), (4,), (TERMS, 4)),
        lambda: gradient_of_a_stretched(lambda a, b: where(b > 0, a, b), (2,), (TERMS, 2)),
        lambda: gradient_of_a_stretched(lambda a, b: maximum(a, b) * 2, (2,), (TERMS, 2)),
    ],
)
def test_gradients_that_sum_over_many(found):
    np.testing.assert_allclose(found(), TERMS * float(np.float32(0.1)), rtol=1e-6)


def test_a_gradient_to_weights_sums_over_many_samples():
    w = Tensor(np.ones((4, 4), np.float32), requires_grad=True)
    y = F.linear(np.full((TERMS, 4), 0.1, np.float32), w)
    y.backward(np.full(y.shape, 0.1, np.float32))
    # BLAS adds up 256 products at a time in float32
    np.testing.assert_allclose(w.grad, TERMS * float(np.float32(0.1)) ** 2, rtol=5e-6)


@pytest.mark.parametrize("shape", [(TERMS, 2), (2, TERMS)])
def test_softmax_sums_over_many(shape):
    axis = int(np.argmax(shape))
    x = Tensor(np.zeros(shape, np.float32), requires_grad=True)
    np.testing.assert_allclose(F.softmax(x, axis=axis).data, 1 / TERMS, rtol=1e-6)
    y = F.log_softmax(x, axis=axis)
    np.testing.assert_allclose(y.data, -np.log(TERMS), rtol=1e-6)
    y.backward(np.full(shape, 0.1, np.float32))
    np.testing.assert_allclose(x.grad, 0, atol=1e-6)


@pytest.mark.parametrize("channels", [3, 16])
def test_batch_norm_measures_many_and_an_outlier(channels):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((TERMS // 10, channels), dtype=np.float32)
    x[0] = 1e6  # the value that sums of squares are taken from
    mean, var = np.zeros(channels), np.zeros(channels)
    F.batch_norm(x, mean, var, training=True, momentum=1)
    wide = x.astype(np.float64)
    np.testing.assert_allclose(mean, wide.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(var, wide.var(axis=0, ddof=1), rtol=1e-6)


def test_layer_norm_of_many():
    x = np.full((2, TERMS), 1000.1, np.float32)
    x[:, ::2] = 1000.2
    y = F.layer_norm(x, TERMS).data
    np.testing.assert_allclose(np.abs(y), 1, rtol=4e-3)  # eps = 1e-5 beside a variance of 0.0025
    np.testing.assert_allclose(y.astype(np.float64).mean(axis=1), 0, atol=1e-6)


def test_stack_and_concatenate_follow_numpy():
    a, b = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    for axis in (0, 1, -1):
        np.testing.assert_array_equal(stack([a, b], axis).data, np.stack([a, b], axis))
        np.testing.assert_array_equal(concatenate([a, b], axis).data, np.concatenate([a, b], axis))


def test_where_takes_gradients_from_the_chosen_side():
    a, b = (Tensor(np.ones(2), requires_grad=True) for _ in range(2))
    where(np.array([True, False]), a, b).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([1, 0], [0, 1])


def test_pad_follows_numpy():
    x = np.arange(4.0).reshape(2, 2)
    np.testing.assert_array_equal(pad(x, ((1, 0), (0, 2))).data, np.pad(x, ((1, 0), (0, 2))))


@pytest.mark.parametrize("axis", [3, -4])
def test_stack_refuses_an_axis_that_is_not_there(axis):
    with pytest.raises(ValueError, match=r"stack: given axis .*, expected -3 to 2"):
        stack([np.ones((2, 3))], axis)


@pytest.mark.parametrize("join", [stack, concatenate])
def test_joining_nothing_is_refused(join):
    with pytest.raises(ValueError, match="given no tensors"):
        join([])


def test_matmul_names_the_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 3\)"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3)))


@pytest.mark.parametrize("symmetric", [True, False])
def test_a_matrix_times_itself_turned_has_the_gradient_of_both(symmetric, monkeypatch):
    """x @ x.T: (g + g^T) x, in one product where g is symmetric and in two where it is not."""
    rng = np.random.default_rng(0)
    x = Tensor(rng.standard_normal((70, 600), dtype=np.float32), requires_grad=True)
    g = rng.standard_normal((70, 70), dtype=np.float32)
    g = g + g.T if symmetric else g
    gram, products = x @ x.T, []
    product = linalg._product
    monkeypatch.setattr(linalg, "_product", lambda *ab: products.append(1) or product(*ab))
    gram.backward(g)
    expected = (g + g.T).astype(np.float64) @ x.data
    np.testing.assert_allclose(x.grad, expected, atol=1e-4)  # sums of 70 numbers up to 100
    assert len(products) == (1 if symmetric else 2)


def test_what_only_looks_like_a_matrix_turned_has_a_gradient_of_its_own():
    rng = np.random.default_rng(0)
    a, b = (Tensor(rng.standard_normal((3, 4)), requires_grad=True) for _ in range(2))
    (a @ b.T).backward(np.eye(3))
    np.testing.assert_array_equal(a.grad, b.data)
    np.testing.assert_array_equal(b.grad, a.data)
    alias = Tensor._wrap(a._array)
    alias.requires_grad = True
    a.grad = None
    (a @ alias.T).backward(np.eye(3))
    a.grad[...] = 7
    np.testing.assert_array_equal(alias.grad, a.data)


def test_shapes_that_do_not_broadcast_are_named():
    with pytest.raises(ValueError, match=r"add: given shapes \(2,\) and \(3,\)"):
        Tensor(np.ones(2)) + np.ones(3)


def test_variance_needs_more_values_than_ddof():
    with pytest.raises(ValueError, match="given 1 values along axis None"):
        Tensor([1.0]).var(ddof=1)


@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_the_gradient_of_a_product_is_right_where_factors_are_0(zeros):
    x = np.array([2.0, 3.0, 5.0])
    x[:zeros] = 0
    t = Tensor(x, requires_grad=True)
    t.prod().backward()
    np.testing.assert_array_equal(t.grad, {0: [15, 10, 6], 1: [15, 0, 0], 2: [0, 0, 0]}[zeros])


def test_the_deviation_of_equal_values_has_gradient_0():
    x = Tensor(np.ones(3), requires_grad=True)
    x.std().backward()
    assert x.grad.tolist() == [0, 0, 0]


def test_logsumexp_of_huge_and_of_no_values_is_exact():
    x = Tensor(np.array([[1e4, 1e4], [-np.inf, -np.inf]]), requires_grad=True)
    y = x.logsumexp(axis=1)
    np.testing.assert_array_equal(y.data, [1e4 + np.log(2), -np.inf])
    y.backward(np.ones(2))
    np.testing.assert_array_equal(x.grad, [[0.5, 0.5], [0, 0]])


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_argmax_and_argmin_follow_numpy_and_carry_no_gradient(name):
    x = np.array([[1.0, 3.0, 3.0], [0.0, -1.0, -1.0]])
    for options in ({}, {"axis": 0}, {"axis": -1}, {"axis": 1, "keepdims": True}):
        found = getattr(Tensor(x, requires_grad=True), name)(**options)
        np.testing.assert_array_equal(found.data, getattr(np, name)(x, **options))
        assert not found.requires_grad


def test_changes_of_shape():
    x = Tensor(np.arange(24.0).reshape(2, 1, 3, 4))
    assert x.squeeze().shape == x.squeeze(1).shape == x.squeeze(-3).shape == (2, 3, 4)
    assert x.unsqueeze(0).shape == (1, 2, 1, 3, 4)
    assert x.unsqueeze(-1).shape == (2, 1, 3, 4, 1)
    assert x.flatten().shape == (24,)
    assert x.flatten(1).shape == (2, 12)
    assert x.flatten(-3, 2).shape == (2, 3, 4)
    assert Tensor(3.0).flatten().shape == (1,)


def test_split_by_size_and_by_sizes():
    x = Tensor(np.arange(10.0).reshape(5, 2), requires_grad=True)
    assert [part.shape for part in x.split(2)] == [(2, 2), (2, 2), (1, 2)]
    first, second = x.split([1, 4])
    assert (first.shape, second.shape) == ((1, 2), (4, 2))
    assert [part.shape for part in x.split(1, axis=-1)] == [(5, 1), (5, 1)]
    second.sum().backward()
    assert x.grad[:, 0].tolist() == [0, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.squeeze(1), r"squeeze: given axis=1 of shape \(2, 3\), expected length 1"),
        (lambda x: x.unsqueeze(4), "unsqueeze: given axis 4"),
        (lambda x: x.flatten(1, 0), r"flatten: given axes 1 to 0 of shape \(2, 3\)"),
        (lambda x: x.split(0), r"split: given 0 for axis 0 of shape \(2, 3\)"),
        (lambda x: x.split([1, 3]), r"sizes that add up to 2"),
        (lambda x: x.clip(x), r"clip: given low=Tensor .* shape \(2, 3\).*minidl.maximum"),
        (lambda x: Tensor([[1, 2], [3]]), r"given a list of 2 parts of lengths \[1, 2\]"),
    ],
)
def test_what_does_not_fit_a_shape_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call(Tensor(np.ones((2, 3))))


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda x: x.sum(dim=0), "write axis="),
        (lambda x: x.mean(axis=0, keepdim=True), "write keepdims="),
        (lambda x: x.std(unbiased=False), "write ddof="),
        (lambda x: x.argmax(dim=0), "argmax: given dim=.*write axis="),
        (lambda x: x.flatten(start_dim=1), "write start_axis="),
        (lambda x: x.squeeze(dim=0), "write axis="),
        (lambda x: x.split(1, dim=0), "write axis="),
        (lambda x: F.softmax(x, dim=1), "softmax: given dim=.*write axis="),
        (lambda x: F.normalize(x, dim=1), "normalize: given dim=.*write axis="),
        (lambda x: concatenate([x, x], dim=0), "concatenate: given dim=.*write axis="),
        (lambda x: stack([x, x], dim=0), "write axis="),
        (lambda x: nn.Softmax(dim=1), "Softmax: given dim=.*write axis="),
        (lambda x: nn.Flatten(start_dim=1), "Flatten: given start_dim=.*write start_axis="),
        (lambda x: F.relu(x, inplace=True), "given inplace=True; .* use the result"),
    ],
)
def test_axes_named_as_in_pytorch_are_answered_with_their_name_here(call, instead):
    with pytest.raises(TypeError, match=instead):
        call(Tensor(np.ones((2, 3))))


def test_joining_along_no_axis_joins_what_is_flattened():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    assert concatenate([x, 2 * x[0]], axis=None).data.tolist() == [1] * 6 + [2] * 3
