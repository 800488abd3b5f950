"""The two networks of the painter: shapes, borders, and the file of their weights."""

import numpy as np
import pytest

from minidl import Tensor, nn, no_grad
from minidl.models import painter_weights, shipped
from minidl.models.mobilenet import InvertedResidual, MannerNetwork
from minidl.models.narrow_conv import NarrowConv2d
from minidl.models.paint_network import PaintNetwork
from minidl.models.quantised import restored_by_row

RNG = np.random.default_rng(0)


def test_a_shortcut_only_where_shapes_agree():
    x = Tensor(RNG.random((1, 4, 8, 6), np.float32))
    same, wider, smaller = (InvertedResidual(4, *a) for a in ((4, 2, 1), (6, 2, 1), (4, 2, 2)))
    assert [b.added for b in (same, wider, smaller)] == [True, False, False]
    assert [b(x).shape for b in (same, wider, smaller)] == [
        (1, 4, 8, 6), (1, 6, 8, 6), (1, 4, 4, 3)
    ]  # fmt: skip
    inner = same.project(same.depthwise(same.expand(x)).data.clip(0, 6))
    np.testing.assert_allclose(same(x).data, inner.data + x.data, atol=1e-6)  # one rounding


def test_a_manner_of_artworks_of_any_multiple_of_the_grid():
    network = MannerNetwork(100)
    with no_grad():
        assert network(Tensor(RNG.random((2, 3, 32, 96), np.float32))).shape == (2, 100)


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (1, 3, 9, 14), (1, 3, 23, 12)])
def test_a_painting_has_the_shape_of_the_photograph(shape):
    with no_grad():
        painted = PaintNetwork()(
            Tensor(RNG.random(shape, np.float32)), Tensor(RNG.random((shape[0], 100), np.float32))
        )
    assert painted.shape == shape


def test_pictures_of_a_batch_do_not_see_each_other():
    network = PaintNetwork()
    photos, manners = RNG.random((2, 3, 12, 12), np.float32), RNG.random((2, 100), np.float32)
    with no_grad():
        both = network(Tensor(photos), Tensor(manners)).data
        alone = network(Tensor(photos[1:]), Tensor(manners[1:])).data
    np.testing.assert_allclose(both[1:], alone, atol=1e-5)  # float32 sums in another order


@pytest.mark.parametrize(
    ("channels", "kernel", "bias"), [(3, 9, False), (8, 3, True), (20, 5, True)]
)
@pytest.mark.parametrize("width", [9, 10, 16])
def test_several_pixels_at_a_time_are_the_same_convolution(channels, kernel, bias, width):
    narrow = NarrowConv2d(2, channels, kernel, bias).astype(np.float64)
    plain = nn.Conv2d(2, channels, kernel, padding=kernel // 2, bias=bias, padding_mode="reflect")
    plain.astype(np.float64).load_state_dict(narrow.state_dict())
    x = nn.Parameter(RNG.standard_normal((2, 2, 7, width)))
    g = RNG.standard_normal((2, channels, 7, width))
    found = []
    for layer in (narrow, plain):
        x.grad = None
        y = layer(x)
        (y * g).sum().backward()
        found.append([y.data, x.grad, *(p.grad for p in layer.parameters())])
    for ours, other in zip(*found, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-10, atol=1e-10)  # float64


def test_bytes_are_restored_row_by_row():
    arrays = {"w": np.array([[1, -2], [3, 4]], np.int8), "w.step": np.array([0.5, 2], np.float32),
              "b": np.array([1.5], np.float32)}  # fmt: skip
    found = restored_by_row(arrays)
    assert sorted(found) == ["b", "w"]
    assert found["w"].tolist() == [[0.5, -1.0], [6.0, 8.0]]
    with pytest.raises(ValueError, match="the step of w is not known"):
        restored_by_row({"w": arrays["w"]})


def test_a_damaged_file_is_refused(tmp_path):
    file = tmp_path / painter_weights.PAINTER[0]
    file.write_bytes((shipped.ASSETS / file.name).read_bytes()[:-1] + b"\0\0")
    with pytest.raises(ValueError, match="SHA-256"):
        painter_weights.painter_weights(tmp_path)
    file.unlink()
    with pytest.raises(FileNotFoundError, match="install minidl again"):
        painter_weights.painter_weights(tmp_path)


def test_it_is_small():
    assert (shipped.ASSETS / painter_weights.PAINTER[0]).stat().st_size < 3e6
