"""Arrays that enter a network: they take its dtype, whichever layer comes first."""

import numpy as np
import pytest

from minidl import Tensor, nn
from minidl.models import FaceEncoder, vgg16
from minidl.vis.chain import features

RNG = np.random.default_rng(0)
PICTURES = RNG.random((2, 1, 8, 8))
FIRST = {
    "conv": lambda: nn.Conv2d(1, 1, 3),
    "max pool": lambda: nn.MaxPool2d(2),
    "avg pool": lambda: nn.AvgPool2d(2),
    "batch norm": lambda: nn.BatchNorm2d(1),
    "batch norm without weights": lambda: nn.BatchNorm2d(1, affine=False),
    "layer norm": lambda: nn.LayerNorm(8),
    "layer norm without weights": lambda: nn.LayerNorm(8, elementwise_affine=False),
    "relu": nn.ReLU,
    "leaky relu": nn.LeakyReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
    "softmax": nn.Softmax,
    "dropout": lambda: nn.Dropout(0.5, seed=0),
    "identity": nn.Identity,
    "sequential": lambda: nn.Sequential(nn.MaxPool2d(2)),
}


class Flat(nn.Module):
    def __init__(self):
        self.flatten, self.linear = nn.Flatten(), nn.Linear(64, 1, seed=0)

    def forward(self, x):
        return self.linear(self.flatten(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("given", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_an_array_takes_the_dtype_of_the_network(first, given, dtype):
    net = nn.Sequential(first(), nn.Conv2d(1, 1, 3, seed=0)).astype(dtype)
    assert net(PICTURES.astype(given)).dtype == dtype


def test_an_array_takes_the_dtype_of_a_module_of_ones_own():
    assert Flat()(PICTURES).dtype == np.float32
    assert Flat()(x=PICTURES).dtype == np.float32


def test_it_is_the_value_that_the_converted_array_gives():
    net = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(1, 1, 3, seed=0))
    assert np.array_equal(net(PICTURES).data, net(PICTURES.astype(np.float32)).data)


def test_a_vgg_and_an_encoder_take_float64_pictures():
    pictures = RNG.random((1, 3, 16, 16))
    network = vgg16(seed=0)
    assert network.features(pictures, "pool1")["pool1"].dtype == np.float32
    assert features(nn.Sequential(nn.ReLU(), nn.Conv2d(3, 1, 3)), pictures, ["1"])["1"].dtype == (
        np.float32
    )
    encoder = FaceEncoder(4, size=16, widths=(2, 2), seed=0).eval()
    assert encoder(pictures).dtype == np.float32
    assert encoder.features(pictures, "conv1")["conv1"].dtype == np.float32


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_a_tensor_of_the_other_dtype_is_refused_whichever_comes_first(first):
    net = nn.Sequential(first(), nn.Conv2d(1, 1, 3, seed=0))
    with pytest.raises(TypeError, match="float32 and float64; convert one"):
        net(Tensor(PICTURES))


def test_what_is_no_array_of_floats_is_not_touched():
    class Kept(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

        def forward(self, x):
            return x

    labels, words = np.arange(3), ["a"]
    assert Kept()(labels) is labels
    assert Kept()(words) is words
    assert nn.ReLU()(PICTURES).dtype == np.float64  # no parameters: no dtype to take
