"""The page to browse: everything is in it, and no file name can break it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from minidl import nn
from minidl.data import save_image
from minidl.vis import top_patches_by_layer
from minidl.vis.page import write_page

pytest.importorskip("jinja2")


@pytest.fixture
def network():
    network = nn.Sequential(
        {"small": nn.Conv2d(3, 3, 3, seed=0), "large": nn.Conv2d(3, 2, 28, seed=1)}
    )
    network[0].bias.data[1] = -100  # never excited
    network[1].bias.data[:] = 100  # always
    return network


def written(network, images, tmp_path, **choice):
    found = top_patches_by_layer(network, ["small", "large"], images, quiet=True, **choice)
    write_page(found, tmp_path / "page.html", "A <title> & more")
    return found, (tmp_path / "page.html").read_text()


@pytest.fixture
def images():
    return np.random.default_rng(0).random((9, 3, 32, 32), np.float32)


def test_every_layer_and_unit_is_there_and_nothing_from_elsewhere(network, images, tmp_path):
    _, text = written(network, images, tmp_path)
    assert re.findall(r'<figure id="([^"]+)"', text) == [
        "small-0", "small-1", "small-2", "large-0", "large-1"
    ]  # fmt: skip
    assert re.findall(r'<a href="#(\w+)"', text) == ["small", "large"]
    assert "sees 30 x 30 pixels, in steps of 1" in text
    sources = re.findall(r'src="([^"]{30})', text)
    assert all(source.startswith("data:image/") for source in sources)
    assert "http" not in text


def test_a_silent_unit_has_no_pictures(network, images, tmp_path):
    _, text = written(network, images, tmp_path, units=[1])
    unit = re.search(r'<figure id="small-1">.*?</figure>', text, re.DOTALL).group()
    assert "silent" in unit
    assert "<img" not in unit


def test_tiny_patches_are_kept_exactly(network, images, tmp_path):
    found, text = written(network, images, tmp_path)
    first = re.search(r'"data:image/png;base64,([^"]+)"', text).group(1)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(first))))
    expected = (found["small"].patches[0, 0] * 255).round().astype(np.uint8)
    np.testing.assert_array_equal(pixels, expected.transpose(1, 2, 0))


def test_names_of_files_are_text_and_not_markup(network, images, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    save_image(images[0], folder / '"><script>alert(1)<.png')
    (folder / "<b>bad.png").write_text("no picture")
    _, text = written(network, folder, tmp_path)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "<b>bad" not in text
    assert "A &lt;title&gt; &amp; more" in text
    assert "Pictures that could not be used" in text


def test_where_a_patch_lies_is_said(network, images, tmp_path):
    found, text = written(network, images, tmp_path)
    rows, columns = found["large"].window(0, 0)
    value = found["large"].activations[0, 0]
    says = f"{value:.4g} in {found['large'].images[0, 0]}, rows {rows.start} to {rows.stop - 1}"
    assert f"{says}, columns {columns.start} to {columns.stop - 1}" in text
