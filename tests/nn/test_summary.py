"""The table of a model: rows in running order, and a model left as it was."""

import numpy as np
import pytest

from minidl import nn
from minidl.nn.summarize import trace


def model():
    body = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
    return nn.Sequential({"body": body, "flat": nn.Flatten(), "head": nn.Linear(64, 3)})


def test_rows():
    rows = trace(model(), (2, 1, 4, 4))
    assert [(name, shape, count) for name, _, shape, count in rows] == [
        ("body.0", (2, 4, 4, 4), 40),
        ("body.1", (2, 4, 4, 4), 8),
        ("body.2", (2, 4, 4, 4), 0),
        ("flat", (2, 64), 0),
        ("head", (2, 3), 195),
    ]


def test_the_model_is_left_as_it_was():
    net = model()
    net.body.eval()
    before = net.state_dict()
    trace(net, (2, 1, 4, 4))
    assert net.training
    assert not net.body[0].training
    assert all(np.array_equal(before[n], a) for n, a in net.state_dict().items())
    assert not any("forward" in vars(module) for module in net.modules())


def test_the_model_is_left_as_it_was_when_the_shape_is_wrong():
    net = model()
    with pytest.raises(ValueError, match="linear: given input"):
        trace(net, (2, 1, 5, 4))
    assert net.training
    assert not any("forward" in vars(module) for module in net.modules())


def test_summary_prints_layers_shapes_and_total(capsys):
    nn.summary(model(), (2, 1, 4, 4))
    printed = capsys.readouterr().out
    for expected in ("body.0", "(2, 64)", "195", "total", "243"):
        assert expected in printed
