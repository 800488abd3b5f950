"""Pictures and weights from which no patch can come: named, never a KeyError or silence."""

import os

import numpy as np
import pytest
from PIL import Image

from minidl import data, nn, vis
from minidl.models import vgg16
from minidl.vis.selectivity import unit_answers

RNG = np.random.default_rng(0)
PICTURE = RNG.random((3, 40, 40)).astype(np.float32)


def network():
    return nn.Sequential(nn.Conv2d(3, 4, 3, seed=0), nn.ReLU(), nn.MaxPool2d(2))


def torn(value=np.nan):
    picture = PICTURE.copy()
    picture[0, 0, 0] = value
    return picture


def top(pictures, net=None, layer="1", **options):
    return vis.top_patches(net or network(), layer, pictures, units=[0], quiet=True, **options)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_picture_with_one_nan_is_named(value):
    found = top([torn(value), PICTURE], k=2)
    assert found.images.tolist() == [[1, -1]]
    assert found.skipped == (("0", "has NaN or infinity in it (1 of 4800 numbers)"),)
    assert found.name(0, 1) == ""
    with pytest.raises(ValueError, match=r"none of 1 pictures could be used: has NaN"):
        top([torn(value)])


def test_a_picture_whose_numbers_overflow_is_named():
    net = network()
    net[0].weight.data[:] = np.array([10, -10, 10], np.float32).reshape(3, 1, 1)
    huge = np.full((3, 8, 8), 3e38, np.float32)
    found = top([huge, PICTURE], net, "0")
    assert found.skipped == (("0", "becomes infinite in 0: its numbers are too large"),)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("part", ["0.weight", "0.bias", "1.running_var"])
def test_weights_with_nan_are_named(part, value):
    net = nn.Sequential(nn.Conv2d(3, 4, 3, seed=0), nn.BatchNorm2d(4))
    at, name = part.split(".")
    array = getattr(net[int(at)], name)
    (array.data if isinstance(array, nn.Parameter) else array)[-1] = value
    with pytest.raises(ValueError, match=rf"{part} of shape .* has NaN or infinity in it"):
        top([PICTURE], net)
    with pytest.raises(ValueError, match=rf"{part} of shape"):
        unit_answers(net, "1", PICTURE[None], quiet=True)


def test_nan_behind_the_layer_does_not_matter():
    net = nn.Sequential(nn.Conv2d(3, 4, 3, seed=0), nn.Conv2d(4, 1, 1))
    net[1].weight.data[:] = np.nan
    assert top([PICTURE], net, "0").images.tolist() == [[0] + [-1] * 8]


def test_pictures_smaller_than_the_field_are_named():
    small = RNG.random((3, 32, 32)).astype(np.float32)
    says = "holds in its 32 x 32 pixels no whole window of conv3_3, which sees 40 x 40"
    with pytest.raises(ValueError, match=f"none of 1 pictures could be used: {says}"):
        top([small], vgg16(seed=0), "conv3_3", inside=True)
    large = RNG.random((3, 48, 48)).astype(np.float32)
    found = top([small, large], vgg16(seed=0), "conv3_3", inside=True, k=1)
    assert found.skipped == (("0", says),)


def test_a_layer_without_a_place_is_empty_as_documented():
    found = vis.top_patches_by_layer(
        vgg16(seed=0), ["conv1_1", "conv3_3"], [PICTURE[:, :20, :20]], [0, 1], 2, inside=True,
        quiet=True,
    )  # fmt: skip
    empty = found["conv3_3"]
    assert (empty.activations == -np.inf).all()
    assert (empty.images == -1).all()
    assert (empty.positions == -1).all()
    assert empty.patches.shape == (2, 2, 3, 40, 40)
    assert (empty.patches == 0.5).all()
    assert (found["conv1_1"].images[:, 0] == 0).all()


@pytest.mark.parametrize("layer", ["0", "1", "2"])
def test_what_an_iterator_gives_once_is_named_as_well(layer):
    found = top(iter([torn(), PICTURE]), layer=layer)
    assert [name for name, _ in found.skipped] == ["0"]


def test_a_folder_is_used_or_named_whole(tmp_path):
    image = Image.fromarray((PICTURE * 255).astype(np.uint8).transpose(1, 2, 0))
    written = [
        suffix
        for suffix in ("png", "PPM", "tga", "jfif", "jp2", "webp", "avif", "pcx", "sgi", "dds")
        if f".{suffix.lower()}" in data.image_suffixes()
    ]
    for suffix in written:
        image.save(tmp_path / f"a.{suffix}", format="JPEG" if suffix == "jfif" else None)
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.jpg").write_text("no picture")
    (tmp_path / "notes.txt").write_text("not looked at")
    os.mkfifo(tmp_path / "pipe.gif")
    (tmp_path / "gone.bmp").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.tif").symlink_to(tmp_path / "loop.tif")
    (tmp_path / "folder.png").mkdir()
    found = top(tmp_path, k=1)
    used = set(found.names) - {name for name, _ in found.skipped}
    assert used == {f"a.{suffix}" for suffix in written}
    reasons = dict(found.skipped)
    assert set(reasons) == {"empty.png", "words.jpg", "pipe.gif", "gone.bmp", "loop.tif"}
    assert "it is empty (0 bytes)" in reasons["empty.png"]
    assert "it is a named pipe" in reasons["pipe.gif"]


def test_a_name_with_control_characters_is_said_in_one_line(tmp_path, capsys):
    (tmp_path / "a\n\x1b[31mb.png").touch()
    with pytest.raises(ValueError, match="none of 1 pictures"):
        vis.top_patches(network(), "0", tmp_path)
    said = "".join(capsys.readouterr())
    assert r"skipped a\n\x1b[31mb.png: cannot be read" in said
    assert "\x1b[31m" not in said


def test_k_has_to_be_a_number():
    with pytest.raises(ValueError, match=r"given k=1\.5, expected a whole number"):
        top([PICTURE], k=1.5)
