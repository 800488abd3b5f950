"""Frozen networks: nothing changes their weights unseen, and they can be freed again."""

import numpy as np
import pytest

from minidl import nn, no_grad, optim
from minidl.models import FaceDetector, FaceResNet
from minidl.models.frozen import frozen

X = np.random.default_rng(0).standard_normal((2, 16, 9, 12)).astype(np.float32)


def conv() -> nn.Conv2d:
    return nn.Conv2d(16, 16, 3, padding=1, seed=0)


def test_its_weights_cannot_be_written_to_and_say_so():
    layer = frozen(conv())
    assert not layer.weight.requires_grad
    with pytest.raises(ValueError, match=r"of a frozen tensor.*t.data = t.data.copy"):
        layer.weight.data[0] = 1
    with pytest.raises(ValueError, match="frozen"):
        layer.bias.data += 1


@pytest.mark.parametrize("free", ["requires_grad_", "load_state_dict", "data", "optimizer"])
def test_new_weights_give_new_results(free):
    layer, expected = frozen(conv()), conv()
    with no_grad():
        before = layer(X).data.copy()
        for parameter in expected.parameters():
            parameter.data = 2 * parameter.data
        if free == "requires_grad_":
            layer.requires_grad_(True)
            for parameter in layer.parameters():
                parameter.data *= 2
        elif free == "load_state_dict":
            layer.load_state_dict(expected.state_dict())
        elif free == "data":
            for parameter in layer.parameters():
                parameter.data = 2 * parameter.data
        else:
            for parameter in layer.parameters():
                parameter.grad = -parameter.data
            optim.SGD(layer.parameters(), lr=1.0).step()
        after = layer(X).data
    np.testing.assert_allclose(after, 2 * before, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("network", [FaceResNet, FaceDetector])
def test_pretrained_networks_are_frozen_until_they_are_freed(network):
    found = network.pretrained()
    assert not any(p.data.flags.writeable for p in found.parameters())
    found.requires_grad_(True)
    assert all(p.data.flags.writeable for p in found.parameters())
