"""Learning-rate schedules."""

import numpy as np
import pytest

from minidl import nn, optim


def rates(make, steps):
    sgd = optim.SGD([nn.Parameter([1.0])], 1.0)
    schedule = make(sgd)
    found = [sgd.lr]
    for _ in range(steps):
        schedule.step()
        found.append(sgd.lr)
    return found


def test_step():
    assert np.allclose(rates(lambda o: optim.StepLR(o, 2, 0.5), 5), [1, 1, 0.5, 0.5, 0.25, 0.25])


def test_cosine_ends_at_eta_min_and_stays():
    found = rates(lambda o: optim.CosineLR(o, 4, 0.2), 6)
    half = np.cos(np.pi / 4)
    assert np.allclose(found, 0.2 + 0.4 * np.array([2, 1 + half, 1, 1 - half, 0, 0, 0]))


def test_going_on_from_a_state():
    first, second = (optim.SGD([nn.Parameter([1.0])], lr) for lr in (1.0, 9.0))
    early, late = optim.CosineLR(first, 10), optim.CosineLR(second, 10)
    for _ in range(3):
        early.step()
    late.load_state_dict(early.state_dict())
    assert second.lr == first.lr
    early.step()
    late.step()
    assert second.lr == first.lr


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: optim.StepLR(o, 0), "given step_size=0"),
        (lambda o: optim.StepLR(o, 1, -1), "given gamma=-1"),
        (lambda o: optim.CosineLR(o, 0), "given T_max=0"),
        (lambda o: optim.CosineLR(o, 5, -1), "given eta_min=-1"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        rates(make, 1)


def test_every_group_follows_the_schedule_from_its_own_rate():
    params = [nn.Parameter([1.0]), nn.Parameter([1.0])]
    sgd = optim.SGD([{"params": params[:1], "lr": 1.0}, {"params": params[1:]}], lr=0.1)
    schedule = optim.StepLR(sgd, 1, 0.5)
    schedule.step()
    assert [group["lr"] for group in sgd.param_groups] == [0.5, 0.05]
    again = optim.StepLR(sgd, 1, 0.5)
    again.load_state_dict(schedule.state_dict())
    again.step()
    assert [group["lr"] for group in sgd.param_groups] == [0.25, 0.025]
