"""NumPy's functions on Tensors: ours where minidl has them, else values, never a lost gradient."""

import numpy as np
import pytest

from minidl import Tensor, no_grad

X = np.array([[0.5, 2.0, 1.0], [3.0, 0.25, 4.0]])

SAME = [
    np.exp, np.log, np.sqrt, np.tanh, np.abs, np.negative, np.square, np.sum, np.mean, np.max,
    np.min, np.amax, np.var, np.std, np.prod, np.ravel, np.squeeze, np.transpose, np.linalg.norm,
    lambda x: np.mean(x, 0), lambda x: np.sum(x, axis=(0, 1), keepdims=True),
    lambda x: np.std(x, axis=1, ddof=1), lambda x: np.cumsum(x, 1), lambda x: np.clip(x, 1, 2),
    lambda x: np.clip(x, a_min=1, a_max=None), lambda x: np.reshape(x, (3, 2)),
    lambda x: np.reshape(x, 6), lambda x: np.transpose(x, (1, 0)), lambda x: np.expand_dims(x, 1),
    lambda x: np.broadcast_to(x, (4, 2, 3)), lambda x: np.concatenate([x, x], axis=1),
    lambda x: np.stack((x, x)), lambda x: np.where(X > 1, x, 0),
    lambda x: np.linalg.norm(x, axis=1),
    lambda x: np.add(x, X), lambda x: np.matmul(x, X.T), lambda x: np.maximum(x, 1),
    lambda x: np.power(x, 2), lambda x: np.subtract(1, x), lambda x: X - x, lambda x: X @ x.T,
    lambda x: np.float64(2) * x, lambda x: np.linalg.norm(x, axis=-1, keepdims=True),
]  # fmt: skip


@pytest.mark.parametrize("function", SAME)
def test_a_function_that_minidl_has_gives_a_tensor_with_its_gradient(function):
    x = Tensor(X, requires_grad=True)
    y = function(x)
    assert isinstance(y, Tensor)
    np.testing.assert_allclose(y.data, function(X), rtol=1e-14)  # the last digits of float64
    y.backward(np.ones(y.shape))
    assert x.grad.shape == X.shape


def test_comparisons_and_places_give_tensors_without_gradient():
    x = Tensor(X, requires_grad=True)
    assert np.greater(X, x + 1).data.sum() == 0
    assert np.argmax(x, axis=1).data.tolist() == [1, 2]
    assert np.array_equal(x == X, np.ones((2, 3), bool))


ONLY_VALUES = [np.median, np.sin, lambda x: np.linalg.norm(x, 1), lambda x: np.mean(x, dtype=float),
               lambda x: np.add.reduce(x), lambda x: np.dot(x, X.T), lambda x: np.pad(x, 1),
               lambda x: np.average(x, weights=X)]  # fmt: skip


@pytest.mark.parametrize("function", ONLY_VALUES)
def test_what_would_lose_the_gradient_says_what_to_use(function):
    x = Tensor(X, requires_grad=True)
    with pytest.raises(TypeError, match=r"^np\..*use t.data for the values alone"):
        function(x)
    np.testing.assert_array_equal(function(x.detach()), function(X))
    with no_grad():
        np.testing.assert_array_equal(function(x), function(X))


def test_what_has_no_gradient_anyway_is_answered_from_the_values():
    x = Tensor(X, requires_grad=True)
    assert np.isfinite(x).all()
    assert np.shape(x) == (2, 3)
    assert np.ndim(x) == 2
    assert np.array_equal(x, X)
    assert np.allclose(x, X)
    assert np.count_nonzero(x) == 6
    assert np.argsort(x, axis=1)[0].tolist() == [0, 2, 1]


def test_an_array_does_not_silently_swallow_a_gradient():
    total = np.zeros((2, 3))
    with pytest.raises(TypeError, match="a = a \\+ t"):
        total += Tensor(X, requires_grad=True)
    total += Tensor(X)
    np.testing.assert_array_equal(total, X)


def test_values_in_a_graph_say_why_they_cannot_be_written():
    x = Tensor(X, requires_grad=True)
    y = (x * x).sum()
    values = x.data
    changes = [
        lambda: values.__setitem__(0, 1),
        lambda: values.__iadd__(1),
        lambda: values[0].__setitem__(0, 1),
        lambda: np.add(X, 1, out=values),
    ]
    for change in changes:
        with pytest.raises(ValueError, match=r"read-only while a graph holds .*after backward"):
            change()
    assert type(values + 1) is type(values.sum(axis=0)) is np.ndarray
    assert type(np.concatenate([values, X])) is np.ndarray
    assert repr(values) == repr(X)
    copied = values.copy()
    copied[0] = 7
    y.backward()
    x.data[0] = 7
    np.testing.assert_array_equal(x.data, copied)


def test_an_entry_of_a_tensor_is_not_set():
    with pytest.raises(TypeError, match=r"shape \(2, 3\)\) is not changed in place.*minidl.where"):
        Tensor(X)[0] = 1
