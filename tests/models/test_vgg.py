"""VGG: named layers, where it stops, what it refuses, weights from files."""

import numpy as np
import pytest

from minidl import Tensor, nn
from minidl.models import VGG, vgg16, vgg19, vgg_weights
from minidl.models.vgg import layer_names

PICTURE = (1, 3, 32, 32)


@pytest.fixture(scope="module")
def trained():
    return vgg16(pretrained=True)


@pytest.fixture(scope="module")
def random():
    return vgg16(seed=0)


@pytest.fixture
def x(rng):
    return rng.random(PICTURE, np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def write_torchvision(path, network, **changes):
    """A file as torchvision's would be, each array with a number of its own; those by our names."""
    ours = {}
    theirs = {"classifier.0.weight": np.zeros((2, 2), np.float32)}
    for number, (name, part) in enumerate(network.named_children()):
        for kind, own in part.named_parameters():
            ours[f"{name}.{kind}"] = len(ours) + 1
            theirs[f"features.{number}.{kind}"] = np.full(own.shape, len(ours), np.float32)
    nn.save({**theirs, **changes}, path)
    return ours


def test_layers_are_named_as_in_the_literature(random):
    assert random.layers[:6] == ("conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1")
    assert random.layers[-1] == "pool5"
    assert sum(name.startswith("conv") for name in random.layers) == 13
    assert sum(name.startswith("conv") for name in vgg19().layers) == 16


def test_shipped_weights_end_with_relu5_1(trained):
    assert trained.layers[-2:] == ("conv5_1", "relu5_1")


def test_conv_is_the_value_before_the_relu(trained, x):
    found = trained.features(x, ["conv2_1", "relu2_1"])
    assert (found["conv2_1"].data < 0).any()
    np.testing.assert_array_equal(np.maximum(found["conv2_1"].data, 0), found["relu2_1"].data)


@pytest.mark.parametrize("last", [None, "relu3_1"])
@pytest.mark.parametrize("depth", [16, 19])
def test_layers_have_their_names_before_there_are_weights(depth, last):
    assert layer_names(depth, last) == VGG(depth, last).layers


def test_asking_for_more_layers_changes_none(trained, x):
    all_of_them = trained.features(x, trained.layers)
    for name in ("relu1_1", "conv2_2", "pool3", "relu5_1"):
        alone = trained.features(x, name)[name].data
        # fused and separate ReLU may add in another order: float32 rounding of sums of 4608
        np.testing.assert_allclose(alone, all_of_them[name].data, rtol=1e-4, atol=1e-3)


def test_features_come_in_the_order_asked(trained, x):
    assert list(trained.features(x, ["relu2_1", "pool1"])) == ["relu2_1", "pool1"]


def test_nothing_runs_beyond_the_last_layer_asked(random, x, monkeypatch):
    def refuse(*_):
        raise AssertionError("conv2_1 was run")

    monkeypatch.setattr(type(random.conv2_1), "forward", refuse)
    random.features(x, "pool1")


def test_calling_it_gives_the_last_layer(random, x):
    assert random(x).shape == (1, 512, 1, 1)


def test_a_gradient_to_the_picture_leaves_the_weights_alone(trained, x):
    picture = Tensor(x, requires_grad=True)
    trained.features(picture, "conv3_1")["conv3_1"].sum().backward()
    assert picture.grad.shape == PICTURE
    assert np.abs(picture.grad).max() > 0
    assert all(p.grad is None for p in trained.parameters())


def test_random_weights_can_be_trained_and_follow_the_seed(random):
    assert all(p.requires_grad for p in random.parameters())
    np.testing.assert_array_equal(random.conv3_2.weight.data, vgg16(seed=0).conv3_2.weight.data)


def test_a_picture_of_mean_colour_sees_no_border(trained):
    flat = np.broadcast_to(trained.mean, (1, 3, 32, 32))
    out = trained.features(flat, "conv1_2")["conv1_2"].data[0]
    inner = out[:, 1:-1, 1:-1]
    np.testing.assert_allclose(inner, np.broadcast_to(inner[:, :1, :1], inner.shape), atol=1e-4)
    # conv1_1 of mean colour is its bias everywhere, as the padding's zeros are mean colour, too
    first = trained.features(flat, "conv1_1")["conv1_1"].data[0]
    expected = np.broadcast_to(trained.conv1_1.bias.data[:, None, None], first.shape)
    np.testing.assert_allclose(first, expected, atol=1e-4)


def test_first_weights_see_colours_and_edges(trained):
    """Of ImageNet's first filters some answer to one colour and some to a change of brightness."""
    weight = trained.conv1_1.weight.data
    flat, grey = weight.sum((2, 3)), weight.sum(1)
    colours = np.abs(flat).max(1) > 2 * np.abs(flat.sum(1))
    edges = np.abs(grey).sum((1, 2)) > 5 * np.abs(grey.sum((1, 2)))
    assert colours.sum() > 10
    assert edges.sum() > 10


def test_average_pooling_takes_means(x):
    network = vgg16(pooling="avg", seed=0)
    found = network.features(x, ["relu1_2", "pool1"])
    expected = found["relu1_2"].data.reshape(1, 64, 16, 2, 16, 2).mean((3, 5))
    np.testing.assert_allclose(found["pool1"].data, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", [vgg16, vgg19])
def test_torchvision_files_are_read(make, tmp_path):
    path = tmp_path / "vgg.safetensors"
    expected = write_torchvision(path, make(seed=0))
    network = make(weights=path)
    for name, array in network.named_parameters():
        assert (array.data == expected.pop(name)).all()
    assert not expected
    np.testing.assert_allclose(network.mean.ravel(), [0.485, 0.456, 0.406])
    np.testing.assert_allclose(network.std.ravel(), [0.229, 0.224, 0.225])
    assert not any(p.requires_grad for p in network.parameters())


def test_a_file_of_another_network_is_named(random, tmp_path):
    path = tmp_path / "vgg.safetensors"
    write_torchvision(path, random)
    with pytest.raises(ValueError, match=r"vgg\.safetensors has no features.16.weight"):
        vgg19(weights=path)
    wide = {"features.2.weight": np.zeros((64, 32, 3, 3), np.float32)}
    write_torchvision(path, random, **wide)
    with pytest.raises(ValueError, match=r"features.2.weight is float32 .*expected floats of"):
        vgg16(weights=path)
    nn.save({"body.weight": np.zeros(3)}, path)
    with pytest.raises(ValueError, match=r"has no features.0.weight.*body.weight"):
        vgg16(weights=path)


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "vgg.safetensors"
    path.write_bytes(b"torn")
    with pytest.raises(ValueError, match=r"vgg\.safetensors is not a readable safetensors file"):
        vgg16(weights=path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.safetensors"):
        vgg16(weights=tmp_path / "nothing.safetensors")


def test_damaged_shipped_weights_are_refused(tmp_path):
    name = vgg_weights.SHIPPED[0]
    packed = bytearray((vgg_weights.ASSETS / name).read_bytes())
    packed[-1] ^= 1
    (tmp_path / name).write_bytes(packed)
    with pytest.raises(ValueError, match=r"vgg16\.safetensors has SHA-256 .* install minidl again"):
        vgg_weights.shipped(tmp_path)


def test_pretrained_and_weights_exclude_each_other():
    with pytest.raises(ValueError, match="pretrained=True and weights='a'"):
        vgg16(True, weights="a")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("conv6_1", r"given 'conv6_1', expected some of conv1_1, relu1_1, .* pool5"),
        (["relu1_1", "fc6"], "given 'fc6'"),
        ([], "given no layer"),
    ],
)
def test_unknown_layers_are_answered_with_the_known(random, x, layers, message):
    with pytest.raises(ValueError, match=message):
        random.features(x, layers)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((3, 32, 32), r"shape \(3, 32, 32\), expected floats \(N, 3, H, W\)"),
        ((1, 1, 32, 32), r"shape \(1, 1, 32, 32\)"),
        ((1, 3, 1, 32), r"too small for pool2, which needs a height and width of at least 4"),
    ],
)
def test_wrong_shapes_are_refused(random, shape, message):
    with pytest.raises(ValueError, match=message):
        random.features(np.zeros(shape, np.float32), "pool2")


def test_bytes_are_refused(random):
    with pytest.raises(ValueError, match="given uint8 of shape"):
        random.features(np.zeros(PICTURE, np.uint8), "relu1_1")


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match="given depth=11 and pooling='max', expected 16 or 19"):
        VGG(11)
    with pytest.raises(ValueError, match="pooling='mean'"):
        vgg16(pooling="mean")


def test_an_unknown_last_part_is_refused_and_not_taken_for_the_whole():
    with pytest.raises(ValueError, match="given last='conv9_9', expected one of conv1_1"):
        VGG(16, "conv9_9", seed=0)
