"""Optimisers against PyTorch: 50 steps on the same gradients, every option.

Both sides compute in float64 and in almost the same order, so they part by rounding only, some
1e-16 a step relative to the values; 1e-12 is far above what 50 steps add up to and far below any
difference of rule. L-BFGS is another implementation of the method, so only its result is compared.
"""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

from minidl import nn, optim  # noqa: E402

pytestmark = pytest.mark.oracle
TOLERANCE = 1e-12
SHAPES = [(3, 4), (5,), ()]


def grid(**values):
    return [dict(zip(values, v, strict=True)) for v in itertools.product(*values.values())]


SGD = [
    o for o in grid(lr=[0.1], momentum=[0.0, 0.9], dampening=[0.0, 0.3], weight_decay=[0.0, 0.1],
                    nesterov=[False, True])
    if not o["nesterov"] or (o["momentum"] and not o["dampening"])
]  # fmt: skip
ADAM = grid(lr=[0.05], betas=[(0.9, 0.999), (0.5, 0.7)], eps=[1e-8, 1e-2], weight_decay=[0.0, 0.1])
CASES = [("SGD", {"lr": 0.1}), ("Adam", {}), ("AdamW", {})]
CASES += [(name, o) for name, grid_ in zip(["SGD", "Adam", "AdamW"], [SGD, ADAM, ADAM], strict=True)
          for o in grid_]  # fmt: skip


def both(rng):
    starts = [rng.standard_normal(shape) for shape in SHAPES]
    theirs = [torch.tensor(s, requires_grad=True) for s in starts]
    return [nn.Parameter(s) for s in starts], theirs


def give_gradients(rng, ours, theirs):
    """The same to both; each parameter goes without one now and then."""
    for p, q in zip(ours, theirs, strict=True):
        g = None if rng.random() < 0.2 else rng.standard_normal(p.shape)
        p.grad = g
        q.grad = None if g is None else torch.tensor(g)


def assert_equal(ours, theirs, tolerance=TOLERANCE):
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "options"), CASES, ids=lambda v: str(v))
def test_fifty_steps(name, options):
    rng = np.random.default_rng(0)
    ours, theirs = both(rng)
    mine = getattr(optim, name)(ours, **options)
    reference = getattr(torch.optim, name)(theirs, **options)
    for _ in range(50):
        give_gradients(rng, ours, theirs)
        mine.step()
        reference.step()
        assert_equal(ours, theirs)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_groups_with_a_schedule_inside_fifty_steps(name):
    rng = np.random.default_rng(0)
    ours, theirs = both(rng)
    more = {"momentum": 0.9} if name == "SGD" else {"betas": (0.5, 0.7), "eps": 1e-3}
    groups = [
        [{"params": p[:1], "lr": 0.3}, {"params": p[1:], "weight_decay": 0.1, **more}]
        for p in (ours, theirs)
    ]
    mine = getattr(optim, name)(groups[0], lr=0.05)
    reference = getattr(torch.optim, name)(groups[1], lr=0.05)
    schedules = [
        optim.CosineLR(mine, 50, 0.01),
        torch.optim.lr_scheduler.CosineAnnealingLR(reference, 50, 0.01),
    ]
    for _ in range(50):
        give_gradients(rng, ours, theirs)
        mine.step()
        reference.step()
        for schedule in schedules:
            schedule.step()
    assert_equal(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda o: optim.StepLR(o, 7, 0.3), lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.3)),
        (
            lambda o: optim.CosineLR(o, 50, 0.01),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 50, 0.01),
        ),
    ],
    ids=["StepLR", "CosineLR"],
)
def test_schedules_inside_fifty_steps(ours, theirs):
    rng = np.random.default_rng(0)
    params, reference_params = both(rng)
    mine = optim.SGD(params, 0.5, momentum=0.9)
    reference = torch.optim.SGD(reference_params, 0.5, momentum=0.9)
    my_schedule, reference_schedule = ours(mine), theirs(reference)
    for _ in range(50):
        give_gradients(rng, params, reference_params)
        mine.step()
        reference.step()
        my_schedule.step()
        reference_schedule.step()
        assert mine.lr == pytest.approx(reference.param_groups[0]["lr"], rel=1e-10)
    assert_equal(params, reference_params)


@pytest.mark.parametrize("max_norm", [0.1, 2.0, 100.0])
def test_clip_grad_norm(max_norm):
    """PyTorch divides by norm + 1e-6, which is a relative difference of at most 1e-6 here."""
    rng = np.random.default_rng(0)
    ours, theirs = both(rng)
    for p, q in zip(ours, theirs, strict=True):
        p.grad = rng.standard_normal(p.shape) + 1
        q.grad = torch.tensor(p.grad)
    norm = optim.clip_grad_norm(ours, max_norm)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, max_norm).item(), rel=1e-12)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-6)


def test_lbfgs_reaches_the_minimum_that_pytorch_reaches():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((20, 5)), rng.standard_normal(20)
    ours, theirs = (
        nn.Parameter(np.zeros(5)),
        torch.zeros(5, dtype=torch.float64, requires_grad=True),
    )
    mine = optim.LBFGS([ours], max_iter=100)
    reference = torch.optim.LBFGS([theirs], max_iter=100, line_search_fn="strong_wolfe")

    def my_loss():
        loss = ((a @ ours - b) ** 2).sum() + (ours**4).sum()
        loss.backward()
        return loss

    def their_loss():
        reference.zero_grad()
        loss = ((torch.tensor(a) @ theirs - torch.tensor(b)) ** 2).sum() + (theirs**4).sum()
        loss.backward()
        return loss

    reached = mine.step(my_loss)
    reference.step(their_loss)
    assert reached == pytest.approx(their_loss().item(), rel=1e-8)
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), atol=1e-4)
