"""The residual network for photographs: its weights, and what it says of three people."""

import numpy as np
import pytest

from minidl import Tensor, data
from minidl.models import FaceDetector, FaceResNet, align
from minidl.models.face_resnet import DownBlock
from minidl.models.photo_weights import folded
from minidl.models.quantised import restored

PEOPLE = ("astronaut", *data.PORTRAITS)


@pytest.fixture(scope="module")
def network():
    return FaceResNet.pretrained()


@pytest.fixture(scope="module")
def chips():
    """(6, 3, 150, 150): each of PEOPLE as they are, then mirrored, grey and a third of the size."""
    detector, found = FaceDetector.pretrained(), []
    photos = [data.sample_image(name) for name in PEOPLE]
    small = [
        data.resize_image(p[:, :, ::-1].mean(0, keepdims=True).repeat(3, 0), 128) for p in photos
    ]
    for photo in [*photos, *small]:
        (face,) = detector.detect(photo)
        found.append(align(photo, face.points))
    return np.stack(found)


def test_one_persons_pictures_are_near_and_two_peoples_are_not(network, chips):
    encodings = network.encode(chips)
    assert encodings.shape == (6, 128)
    distances = np.linalg.norm(encodings[:3, None] - encodings[None, 3:], axis=2)
    same = np.eye(3, dtype=bool)
    assert distances[same].max() < 0.5
    assert distances[~same].min() > 0.6


def test_chips_are_encoded_each_by_itself(network, chips):
    together = network.encode(chips)
    single = np.concatenate([network.encode(chip) for chip in chips])
    # float32 sums through 29 layers, in other blocks: 1e-4 of the length of an encoding, 1.4
    np.testing.assert_allclose(together, single, atol=2e-4)
    np.testing.assert_array_equal(network.encode(list(chips)), together)


def test_no_chip_gives_no_encoding(network):
    assert network.encode([]).shape == (0, 128)


@pytest.mark.parametrize("shape", [(1, 3, 149, 150), (1, 1, 150, 150), (2, 150, 150, 3)])
def test_other_shapes_are_refused(network, shape):
    with pytest.raises(ValueError, match=r"expected floats \(N, 3, 150, 150\)"):
        network.encode(np.zeros(shape, np.float32))


def test_bytes_are_refused(network):
    with pytest.raises(ValueError, match="uint8"):
        network.encode(np.zeros((1, 3, 150, 150), np.uint8))


def test_the_pretrained_network_is_frozen(network):
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_where_shapes_differ_zeros_are_added():
    """Convolutions of zeros say nothing: what comes out is the average of 2 x 2, and zeros."""
    block = DownBlock(2, 3)
    for parameter in block.parameters():
        parameter.data[:] = 0
    x = np.arange(1, 33, dtype=np.float32).reshape(1, 2, 4, 4)
    out = block(Tensor(x)).data
    assert out.shape == (1, 3, 2, 2)  # the convolution alone would make 1 x 1
    np.testing.assert_allclose(out[0, 0], [[3.5, 5.5], [11.5, 13.5]])
    assert (out[0, 2] == 0).all()


def test_eight_bits_are_steps_from_the_least_value():
    arrays = {"a": np.array([0, 1, 255], np.uint8), "b": np.array([0.5], np.float16)}
    found = restored(arrays, {"a": {"scale": 0.5, "min": -1.0}})
    np.testing.assert_array_equal(found["a"], np.float32([-1, -0.5, 126.5]))
    assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}
    with pytest.raises(ValueError, match="scale of a is not known"):
        restored(arrays, {})


def test_a_batch_norm_is_folded_into_its_convolution():
    weight, bias = np.arange(8, dtype=np.float32).reshape(2, 1, 2, 2), np.float32([1, 2])
    scale, shift = np.float32([2, 3]), np.float32([10, 20])
    layer = {"c.weight": weight, "c.bias": bias, "c.scale": scale, "c.shift": shift}
    found = folded({**layer, "head.weight": np.ones((1, 2), np.float32)})
    assert set(found) == {"c.weight", "c.bias", "head.weight"}
    np.testing.assert_array_equal(found["c.weight"][1], 3 * weight[1])
    np.testing.assert_array_equal(found["c.bias"], [12, 26])
