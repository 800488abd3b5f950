"""Receptive fields: the arithmetic against what really moves when a pixel is changed."""

import numpy as np
import pytest

from minidl import nn, no_grad
from minidl.models import FaceEncoder, vgg16
from minidl.vis import receptive_field

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
POOLS = {
    1: (nn.MaxPool1d, nn.AvgPool1d),
    2: (nn.MaxPool2d, nn.AvgPool2d),
    3: (nn.MaxPool3d, nn.AvgPool3d),
}


@pytest.fixture(scope="module")
def vgg():
    return vgg16(seed=0)


def drawn_layer(rng, rank):
    """A convolution with positive weights, or a pool: a pixel that grows makes all it reaches grow.

    Of the paddings all kinds: int, one per axis, pairs, "same" and "valid".
    """
    kernel = [int(k) for k in rng.integers(1, 4, rank)]
    stride = [int(s) for s in rng.integers(1, 4, rank)]
    dilation = [int(d) for d in rng.integers(1, 3, rank)]
    if rng.random() < 0.4:
        limit = [k // 2 for k in kernel]  # what pools allow
        padding = [tuple(int(p) for p in rng.integers(0, most + 1, 2)) for most in limit]
        pool = POOLS[rank][rng.integers(2)]
        dilated = {"dilation": dilation} if pool is POOLS[rank][0] else {}
        return pool(kernel, stride, padding, **dilated)
    kind = rng.integers(5)
    if kind == 0:
        padding, stride = "same", [1] * rank
    else:
        one_each = [int(p) for p in rng.integers(0, 3, rank)]
        each_side = [tuple(int(p) for p in rng.integers(0, 3, 2)) for _ in range(rank)]
        padding = ["valid", int(rng.integers(3)), one_each, each_side][kind - 1]
    layer = CONVOLUTIONS[rank](1, 1, kernel, stride, padding, dilation, bias=False)
    layer.weight.data = rng.uniform(0.5, 1.5, layer.weight.shape)
    return layer


def drawn_network(rng):
    """A network of one to four layers and an input (spatial shape) that passes all of them."""
    while True:
        rank = int(rng.choice([1, 1, 2, 2, 2, 3]))
        network = nn.Sequential(*(drawn_layer(rng, rank) for _ in range(rng.integers(1, 5))))
        shape = tuple(int(n) for n in rng.integers(3, {1: 30, 2: 12, 3: 6}[rank], rank))
        if min(receptive_field(network).map_shape(shape)) > 0:
            try:
                return network, shape, network(np.zeros((1, 1, *shape)))[0, 0].shape
            except ValueError:  # a layer in the middle did not fit
                continue


def moved(network, shape):
    """(*map, *shape) booleans: which units answer to which pixel, found by changing each."""
    pixels = int(np.prod(shape))
    changed = 1e3 * np.eye(pixels).reshape(pixels, 1, *shape)
    with no_grad():
        before = network(np.zeros((1, 1, *shape))).data
        after = network(changed).data
    answers = (after != before)[:, 0]  # (pixels, *map)
    return np.moveaxis(answers, 0, -1).reshape(*answers.shape[1:], *shape)


@pytest.mark.parametrize("seed", range(300))
def test_boxes_are_what_moves(seed):
    network, shape, found_map = drawn_network(np.random.default_rng(seed))
    field = receptive_field(network)
    assert field.map_shape(shape) == found_map
    answers = moved(network, shape)
    for position in np.ndindex(found_map):
        seen = np.zeros(shape, bool)
        seen[np.ix_(*field.pixels(position, shape))] = True
        np.testing.assert_array_equal(answers[position], seen)
        expected = [
            slice(int(i.min()), int(i.max()) + 1) if len(i) else slice(0, 0)
            for i in np.nonzero(answers[position])
        ]
        assert field.box(position, shape) == tuple(expected)


@pytest.mark.parametrize(
    ("layer", "size", "stride"),
    [("conv1_1", 3, 1), ("conv3_3", 40, 4), ("conv4_3", 92, 8), ("conv5_1", 132, 16)],
)
def test_vgg16_has_the_known_fields(vgg, layer, size, stride):
    for name in (layer, layer.replace("conv", "relu")):
        field = receptive_field(vgg, name)
        assert field.size == (size, size)
        assert field.stride == (stride, stride)


def test_size_stride_and_offset_by_hand():
    network = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(1, 1, 3))
    field = receptive_field(network)
    assert (field.size, field.stride, field.offset) == ((8, 8), (2, 2), (-1, -1))
    assert receptive_field(network, "0").size == (3, 3)


def test_window_keeps_its_size_at_the_border_and_box_does_not():
    field = receptive_field(nn.Sequential(nn.Conv1d(1, 1, 5, padding=2)))
    assert field.window((0,)) == (slice(-2, 3),)
    assert field.box((0,), (10,)) == (slice(0, 3),)


@pytest.mark.parametrize("layer", ["conv1_2", "conv2_2", "conv3_1", "conv3_3"])
def test_inside_are_the_windows_that_need_no_clipping(vgg, layer):
    field = receptive_field(vgg, layer)
    shape = (61, 90)
    rows, columns = field.inside(shape)
    for position in np.ndindex(field.map_shape(shape)):
        whole = all(
            w.start >= 0 and w.stop <= n for w, n in zip(field.window(position), shape, strict=True)
        )
        y, x = position
        assert (rows.start <= y < rows.stop and columns.start <= x < columns.stop) == whole


def test_a_rest_that_a_stride_leaves_over_is_not_seen():
    """Clipping the window would say 7 pixels: the second layer's last value is padding."""
    network = nn.Sequential(nn.Conv1d(1, 1, 3, stride=2), nn.Conv1d(1, 1, 3, padding=1))
    field = receptive_field(network)
    assert field.window((1,)) == (slice(0, 7),)
    assert field.box((1,), (6,)) == (slice(0, 5),)


def test_a_unit_in_the_padding_sees_nothing():
    field = receptive_field(nn.Sequential(nn.Conv1d(1, 1, 1, padding=1)))
    assert field.box((0,), (4,)) == (slice(0, 0),)


def test_box_cuts_images_of_any_leading_axes(vgg):
    image = np.zeros((3, 64, 48), np.float32)
    box = receptive_field(vgg, "conv2_1").box((0, 10), image.shape)
    assert image[(slice(None), *box)].shape == (3, 6, 10)


def test_nested_and_pointwise_parts():
    inner = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.BatchNorm2d(1))
    network = nn.Sequential({"stem": nn.Conv2d(1, 1, 3), "body": inner})
    assert receptive_field(network, "body.2").size == (5, 5)
    assert receptive_field(nn.Sequential(nn.ReLU())).size == (1, 1)


def test_the_face_encoder_has_fields():
    field = receptive_field(FaceEncoder(seed=0), "pool2")
    assert (field.size, field.stride) == ((10, 10), (4, 4))


def test_what_has_no_field_is_refused():
    network = nn.Sequential({"conv": nn.Conv2d(1, 1, 3), "flat": nn.Flatten()})
    with pytest.raises(TypeError, match="flat is Flatten, which has no receptive field"):
        receptive_field(network)
    with pytest.raises(TypeError, match=r"given Linear, expected an nn\.Sequential"):
        receptive_field(nn.Linear(2, 2))
    with pytest.raises(ValueError, match="given layer 'conv2', expected one of conv, flat"):
        receptive_field(network, "conv2")
    mixed = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Conv1d(1, 1, 3))
    with pytest.raises(ValueError, match=r"given layers for \[1, 2\] axes"):
        receptive_field(mixed)


@pytest.mark.parametrize(
    ("position", "message"),
    [
        ((8, 0), r"position \(8, 0\), but an input of \(10, 10\) gives a map of \(8, 8\)"),
        ((-1, 0), r"position \(-1, 0\), expected 2 numbers of at least 0"),
        ((1,), r"position \(1,\), expected 2 numbers"),
    ],
)
def test_positions_outside_the_map_are_refused(position, message):
    field = receptive_field(nn.Sequential(nn.Conv2d(1, 1, 3)))
    with pytest.raises(ValueError, match=message):
        field.box(position, (10, 10))
