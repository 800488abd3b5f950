"""L-BFGS: it minimises, never ends worse, keeps bounds, and says what is wrong."""

import numpy as np
import pytest

from minidl import nn, optim


def quadratic(params, centre=3.0):
    def closure():
        loss = sum((((p - centre) ** 2) * (i + 1)).sum() for i, p in enumerate(params))
        loss.backward()
        return loss

    return closure


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_finds_the_minimum_over_several_parameters(dtype):
    params = [nn.Parameter(np.zeros((2, 2), dtype)), nn.Parameter(np.zeros(3, dtype))]
    loss = optim.LBFGS(params).step(quadratic(params))
    assert loss < 1e-8
    assert all(np.allclose(p.data, 3, atol=1e-4) and p.dtype == dtype for p in params)


def test_rosenbrock():
    p = nn.Parameter(np.array([-1.2, 1.0]))

    def closure():
        loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        loss.backward()
        return loss

    assert optim.LBFGS([p], max_iter=100).step(closure) < 1e-8
    assert np.allclose(p.data, 1, atol=1e-3)


def test_never_ends_worse_than_it_began():
    """A wrong gradient leads every trial uphill; the starting point is given back."""
    p = nn.Parameter([1.0, 2.0])

    def closure():
        loss = (p**2).sum()
        loss.backward()
        p.grad = -p.grad
        return loss

    assert optim.LBFGS([p]).step(closure) == 5
    assert np.array_equal(p.data, [1, 2])


def test_a_loss_that_becomes_nan_leaves_the_best_point():
    p = nn.Parameter([0.5])

    def closure():
        loss = ((p - 1) ** 2).sum() if p.data[0] < 0.7 else (p * float("nan")).sum()
        loss.backward()
        return loss

    before = 0.25
    with pytest.warns(RuntimeWarning, match=r"LBFGS: the loss is nan at evaluation \d.*best found"):
        assert optim.LBFGS([p]).step(closure) <= before
    assert np.isfinite(p.data).all()


def test_a_gradient_that_becomes_nan_is_said_too():
    p = nn.Parameter([4.0, 1.0])

    def closure():
        loss = ((p - 1) ** 2).sum()
        loss.backward()
        if p.data[0] < 4:
            p.grad = np.array([np.nan, 0], np.float32)
        return loss

    with pytest.warns(RuntimeWarning, match="1 of 2 values of the gradient are not finite"):
        assert optim.LBFGS([p]).step(closure) <= 9
    assert np.isfinite(p.data).all()


def test_a_gradient_that_is_nan_to_begin_with_is_refused():
    p = nn.Parameter([0.0])

    def closure():
        loss = (p**0.5).sum()  # 0, with an infinite gradient
        loss.backward()
        return loss

    message = "LBFGS: 1 of 1 values of the gradient are not finite to"
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match=message):
        optim.LBFGS([p]).step(closure)


def test_a_search_without_trouble_says_nothing(recwarn):
    p = nn.Parameter([0.0])
    optim.LBFGS([p]).step(quadratic([p]))
    assert not recwarn.list


def test_interrupted_it_leaves_the_best_point():
    p = nn.Parameter([10.0, -4.0])
    losses = []

    def closure():
        if len(losses) == 3:
            raise KeyboardInterrupt
        loss = (p**4).sum()
        loss.backward()
        losses.append((loss.item(), p.data.copy()))
        return loss

    with pytest.raises(KeyboardInterrupt):
        optim.LBFGS([p]).step(closure)
    assert np.array_equal(p.data, min(losses, key=lambda pair: pair[0])[1])


def test_bounds():
    p = nn.Parameter(np.zeros(2))
    optim.LBFGS([p], bounds=(None, 2.0)).step(quadratic([p]))
    assert np.allclose(p.data, 2)


def test_frozen_parameters_stay():
    p, frozen = nn.Parameter([0.0]), nn.Parameter([0.0], requires_grad=False)
    optim.LBFGS([p, frozen]).step(quadratic([p, frozen]))
    assert np.allclose(p.data, 3)
    assert frozen.data == 0


@pytest.mark.parametrize(
    ("closure", "error", "message"),
    [
        (None, TypeError, "needs a closure"),
        (lambda: float("nan"), ValueError, "the loss is nan to begin with"),
        (lambda: 1.0, RuntimeError, "left no gradients"),
    ],
)
def test_errors(closure, error, message):
    p = nn.Parameter([1.0])
    with pytest.raises(error, match=message):
        optim.LBFGS([p]).step(closure)
    assert p.data == 1


def test_wrong_options():
    with pytest.raises(ValueError, match="given max_iter=0"):
        optim.LBFGS([nn.Parameter([1.0])], max_iter=0)
    for bounds in ((1, 0), (0, float("nan"))):
        with pytest.raises(ValueError, match="expected the lower one first"):
            optim.LBFGS([nn.Parameter([1.0])], bounds=bounds)


def test_the_callback_counts_iterations_and_can_end_the_search():
    p, numbers = nn.Parameter([3.0, -2.0]), []

    def callback(number):
        numbers.append(number)
        if number == 2:
            raise StopIteration

    def closure():
        loss = (p**4).sum()
        loss.backward()
        return loss

    reached = optim.LBFGS([p], max_iter=9).step(closure, callback)
    assert numbers == [1, 2]
    assert 0 < reached < 97


@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_between_bounds_the_size_of_the_loss_does_not_matter(size):
    p = nn.Parameter(np.full(50, 0.2))
    weights = np.linspace(1, 100, 50)
    places = []

    def closure():
        loss = ((p - 0.6) ** 2 * weights).sum() * size
        loss.backward()
        places.append(p.data.copy())
        return loss

    optim.LBFGS([p], max_iter=30, tolerance_grad=1e-9, bounds=(0, 1)).step(closure)
    assert np.abs(places[1] - places[0]).max() < 0.03  # no leap to begin with
    assert np.allclose(p.data, 0.6, atol=1e-3)
