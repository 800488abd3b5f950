"""Initial weights: the spread each formula promises, and that signals keep their size."""

import math

import numpy as np
import pytest

from minidl import functional as F
from minidl import nn
from minidl.nn import init

SHAPE = (64, 32, 3, 3)  # fan_in 288, fan_out 576


@pytest.mark.parametrize(
    ("values", "std"),
    [
        (init.kaiming_normal(SHAPE, 0), math.sqrt(2 / 288)),
        (init.kaiming_uniform(SHAPE, 0), math.sqrt(2 / 288)),
        (init.kaiming_normal(SHAPE, 0, mode="fan_out"), math.sqrt(2 / 576)),
        (init.kaiming_uniform(SHAPE, 0, negative_slope=0.5), math.sqrt(2 / (1.25 * 288))),
        (init.xavier_normal(SHAPE, 0), math.sqrt(2 / 864)),
        (init.xavier_uniform(SHAPE, 0, gain=3), 3 * math.sqrt(2 / 864)),
    ],
)
def test_spread(values, std):
    assert values.shape == SHAPE
    assert values.dtype == np.float32
    assert values.std() == pytest.approx(std, rel=0.02)
    assert abs(values.mean()) < 0.02 * std


def test_uniform_values_stay_within_the_bound():
    bound = math.sqrt(6 / 288)
    values = init.kaiming_uniform(SHAPE, 0)
    assert 0.99 * bound < np.abs(values).max() <= bound


def test_kaiming_keeps_signals_through_many_relu_layers():
    x = np.random.default_rng(0).standard_normal((64, 256)).astype(np.float32)
    rng = np.random.default_rng(1)
    for _ in range(20):
        x = F.relu(F.linear(x, init.kaiming_normal((256, 256), rng))).data
    assert 0.3 < np.sqrt((x * x).mean()) < 3


def test_layers_begin_within_one_over_the_root_of_fan_in():
    layer = nn.Conv2d(32, 64, 3, seed=0)
    for values in (layer.weight.data, layer.bias.data):
        assert 0.9 / math.sqrt(288) < np.abs(values).max() <= 1 / math.sqrt(288)


@pytest.mark.parametrize("shape", [(3,), (), (2, 0)])
def test_shapes_without_fans_are_refused(shape):
    with pytest.raises(ValueError, match="given weight shape"):
        init.kaiming_normal(shape)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="given mode='fan_avg'"):
        init.kaiming_normal((2, 2), mode="fan_avg")
