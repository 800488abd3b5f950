"""Frozen networks are replayed, and nobody can tell: whatever changes, so do the results."""

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from minidl import Tensor, detect_anomaly, nn, no_grad
from minidl.functional import fused
from minidl.kernels import conv
from minidl.kernels.choice import compiled
from minidl.models import FaceDetector, FaceResNet, replay
from minidl.models.face_resnet import DownBlock, ResidualBlock
from minidl.models.frozen import frozen
from minidl.models.replay import replayed
from minidl.ops import OPS


class Net(nn.Module):
    """A convolution without padding, a residual block and one to half the size."""

    def __init__(self) -> None:
        self.stem = nn.Conv2d(3, 32, 3, activation="relu", seed=0)
        self.body = nn.Sequential(ResidualBlock(32), DownBlock(32, 64))

    def forward(self, x: Tensor) -> Tensor:
        return replayed(self, lambda t: [self.body(self.stem(t))], x)[0]


@pytest.fixture
def net() -> Net:
    rng, found = np.random.default_rng(0), Net()
    for parameter in found.parameters():
        parameter.data = rng.standard_normal(parameter.shape).astype(np.float32) / 8
    return frozen(found)


def given(seed: int, shape: tuple = (2, 3, 23, 26)) -> Tensor:
    return Tensor(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def plain(net: Net, x: Tensor) -> np.ndarray:
    """What the network says where a gradient is recorded."""
    return net.body(net.stem(x)).data


def programs(net: nn.Module) -> int:
    parts = replay._networks.get(net)
    return 0 if parts is None else sum(callable(p) for p in parts[1]._known[1].values())


def assert_right(net: Net, times: int = 4, shape: tuple = (2, 3, 23, 26)) -> None:
    for seed in range(times):
        x = given(seed, shape)
        with no_grad():
            found = net(x).data
        np.testing.assert_allclose(found, plain(net, x), rtol=1e-4, atol=1e-4)


def test_the_third_call_makes_a_program_which_says_the_same(net: Net) -> None:
    assert_right(net, 2)
    assert not programs(net)
    assert_right(net, 4)
    assert programs(net) == compiled()


def test_other_shapes_have_programs_of_their_own_and_few_are_remembered(net: Net) -> None:
    for size in range(12, 24):
        assert_right(net, 3, (1, 3, size, 15))
    assert programs(net) == compiled() * fused._SHAPES


def replaced(net: Net) -> None:
    net.body[0].conv1.weight.data = -net.body[0].conv1.weight.data


def thawed(net: Net) -> None:
    net.requires_grad_(True)
    net.stem.weight.data *= 2


def loaded(net: Net) -> None:
    net.load_state_dict({name: -2 * a for name, a in net.state_dict().items()})


def other_option(net: Net) -> None:
    net.body[0].conv2.padding, net.body[0].conv1.padding = 0, 2


def other_part(net: Net) -> None:
    net.body[0].conv1 = frozen(nn.Conv2d(32, 32, 3, padding=1, activation="relu", seed=5))


def other_parameter(net: Net) -> None:
    net.stem.bias = nn.Parameter(np.full(32, 3, np.float32), requires_grad=False)


def without_activation(net: Net) -> None:
    net.stem.activation = None


CHANGES = (
    replaced, thawed, loaded, other_option, other_part, other_parameter, without_activation,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_network_that_was_changed_is_never_stale(net: Net, change: Callable) -> None:
    assert_right(net)
    before = plain(net, given(0))
    change(net)
    assert not np.allclose(before, plain(net, given(0)), atol=1e-3)
    assert_right(net)


def test_weights_changed_in_place_after_thawing_are_never_stale(net: Net) -> None:
    assert_right(net)
    net.requires_grad_(True)
    for _ in range(3):
        assert_right(net)
        net.stem.weight.data *= 2
    assert not programs(net)


def test_a_gradient_is_recorded_where_one_is_asked_for(net: Net) -> None:
    assert_right(net)
    x = Tensor(given(0).data, requires_grad=True)
    net(x).sum().backward()
    assert x.grad is not None
    assert x.grad.any()


def test_who_watches_sees_every_call(net: Net) -> None:
    assert_right(net)
    layer, seen = net.body[0].conv2, []
    vars(layer)["forward"] = lambda x: seen.append(x.shape) or type(layer).forward(layer, x)
    with no_grad():
        net(given(0))
        net(given(0))
    assert len(seen) == 2
    del vars(layer)["forward"]
    assert_right(net)


@pytest.mark.parametrize("what", ["relu", "conv_forward"])
def test_an_operation_in_the_library_s_place_is_used(
    net: Net, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_right(net)
    own, calls = conv.conv_forward if what == "conv_forward" else OPS[what].forward, []

    def mine(*args: Any, **options: Any) -> Any:
        calls.append(what)
        return own(*args, **options)

    if what == "conv_forward":
        monkeypatch.setattr(conv, what, mine)
    else:
        monkeypatch.setitem(OPS, what, replace(OPS[what], forward=mine))
    assert_right(net, 1)
    assert len(calls) == 2 * (2 if what == "relu" else 5)  # with a gradient, and without


def test_anomalies_are_detected(net: Net) -> None:
    assert_right(net)
    x = given(0)
    x.data[0, 0, 0, 0] = np.nan
    with no_grad(), detect_anomaly(), pytest.raises(Exception, match="NaN"):
        net(x)


def test_float64_goes_its_own_way() -> None:
    net = frozen(Net().astype(np.float64))
    x = Tensor(given(0).data, dtype=np.float64)
    for _ in range(4):
        with no_grad():
            assert net(x).dtype == np.float64
    assert not programs(net)


def test_a_network_that_is_gone_takes_its_program_along(net: Net) -> None:
    own = Net()
    assert_right(frozen(own))
    gc.collect()  # what other tests left
    before = len(replay._networks)
    del own
    gc.collect()
    assert len(replay._networks) == before - 1


@pytest.mark.parametrize("shape", [(1, 3, 150, 150), (2, 3, 150, 150)])
def test_encodings_of_faces_are_what_they_were(shape: tuple) -> None:
    network = FaceResNet.pretrained()
    for seed in range(4):
        chips = np.random.default_rng(seed).random(shape, np.float32)
        expected = network(chips).data  # a graph may be asked for: nothing is replayed
        np.testing.assert_allclose(network.encode(chips), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 3, 96, 64), (2, 3, 32, 160)])
def test_the_detector_says_what_it_said(shape: tuple) -> None:
    network = FaceDetector.pretrained().network
    for seed in range(4):
        x = Tensor(np.random.default_rng(seed).random(shape, np.float32))
        with no_grad():
            found = network(x)
        for ours, theirs in zip(found, network(x), strict=True):
            for a, b in zip(ours[1:], theirs[1:], strict=True):
                np.testing.assert_allclose(a.data, b.data, rtol=0, atol=1e-4)
