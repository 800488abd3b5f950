"""L-BFGS against SciPy's L-BFGS-B: the same minima, with and without bounds, in as many looks."""

import numpy as np
import pytest
import scipy.optimize

from minidl import Tensor, nn, optim
from minidl.optim.lbfgs import Curvature

RNG = np.random.default_rng(0)
CURVED = RNG.standard_normal((40, 30))
WEIGHTS = np.geomspace(1, 1e4, 30)


def rosenbrock(p):
    return (100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2).sum()


def valley(p):
    """A quadratic 10,000 times as steep one way as another, turned."""
    return (((CURVED @ p) ** 2).sum() + (WEIGHTS * (p - 0.3) ** 2).sum()) / 2


def chain(p):
    """Two exponentials for every number: flat on one side, steep on the other."""
    return (p.exp() + (-2 * p).exp() / 2 + p[::-1] * p / 10).sum()


OBJECTIVES = {
    "rosenbrock": (rosenbrock, np.tile([-1.2, 1.0], 5)),
    "valley": (valley, RNG.standard_normal(30)),
    "chain": (chain, np.linspace(-2, 3, 12)),
}


def counted(objective, p):
    """A closure, and how often it was called."""
    calls = []

    def closure():
        calls.append(1)
        loss = objective(p)
        loss.backward()
        return loss

    return closure, calls


def of_vector(objective):
    """The objective as SciPy takes it: a loss and its gradient, float64."""

    def f(x):
        p = Tensor(x, requires_grad=True)
        loss = objective(p)
        loss.backward()
        return loss.item(), p.grad.astype(np.float64)

    return f


@pytest.mark.parametrize("bounds", [None, (0.0, 0.8), (None, 0.5), (-0.1, None)])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_reaches_the_minimum_that_scipy_reaches(name, bounds):
    objective, start = OBJECTIVES[name]
    p = nn.Parameter(start.copy())
    closure, calls = counted(objective, p)
    reached = optim.LBFGS(
        [p], max_iter=500, tolerance_grad=1e-9, tolerance_change=0, bounds=bounds
    ).step(closure)
    _, least, told = scipy.optimize.fmin_l_bfgs_b(
        of_vector(objective), start, bounds=[bounds] * start.size if bounds else None,
        m=7, pgtol=1e-9, factr=0, maxiter=500,
    )  # fmt: skip
    # Both end where a step changes nothing in float64: the last digits of sums of some 40 terms.
    assert reached == pytest.approx(least, rel=1e-9, abs=1e-12)
    # SciPy finds a corner at once, by the path of its Cauchy point; a line meets it in some steps.
    assert len(calls) <= 2 * told["funcalls"] + 70
    if bounds:
        low, high = (-np.inf if bounds[0] is None else bounds[0]), (bounds[1] or np.inf)
        assert ((p.data >= low) & (p.data <= high)).all()


def test_the_recursion_is_the_bfgs_update_written_out():
    """H+ = (I - s y'/ys) H (I - y s'/ys) + s s'/ys, from H = scale I (Nocedal and Wright, 7.16)."""
    rng, curvature, n = np.random.default_rng(1), Curvature(5), 8
    matrix = rng.standard_normal((n, n))
    hessian = matrix @ matrix.T + np.eye(n)
    pairs = [(s, hessian @ s) for s in rng.standard_normal((5, n))]
    for s, y in pairs:
        curvature.learn(s, y)
    h = np.eye(n) * (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ pairs[-1][1])
    for s, y in pairs:
        part = np.eye(n) - np.outer(y, s) / (y @ s)
        h = part.T @ h @ part + np.outer(s, s) / (y @ s)
    g = rng.standard_normal(n)
    np.testing.assert_allclose(curvature.applied(g), h @ g, rtol=1e-10)
    np.testing.assert_allclose(curvature.applied(pairs[-1][1]), pairs[-1][0], rtol=1e-10)


def test_a_pair_along_which_the_ground_curves_down_is_not_kept():
    curvature = Curvature(5)
    curvature.learn(np.array([1.0, 0.0]), np.array([-1.0, 0.0]))
    assert not curvature.pairs
    np.testing.assert_array_equal(curvature.applied(np.array([2.0, 3.0])), [2.0, 3.0])
