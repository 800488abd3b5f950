"""Images: whatever the file, upright RGB from 0 to 1; and what cannot be read or written."""

import numpy as np
import pytest
from PIL import Image

from minidl import Tensor, data

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (4, 6, 3), np.uint8)


def written(folder, image, name="image.png", **options):
    image.save(folder / name, **options)
    return folder / name


def test_rgb(tmp_path):
    image = data.load_image(written(tmp_path, Image.fromarray(PIXELS)))
    assert image.shape == (3, 4, 6)
    assert image.dtype == np.float32
    assert image.flags.c_contiguous
    assert np.array_equal(image, (PIXELS.transpose(2, 0, 1) / 255).astype(np.float32))


def test_grey_has_three_equal_channels(tmp_path):
    image = data.load_image(written(tmp_path, Image.fromarray(PIXELS[..., 0])))
    assert image.shape == (3, 4, 6)
    assert np.allclose(image, PIXELS[..., 0] / 255)


def test_sixteen_bit_grey_keeps_its_range(tmp_path):
    values = np.array([[0, 32768, 65535]], np.uint16)
    image = data.load_image(written(tmp_path, Image.fromarray(values)))
    assert np.allclose(image, values / 65535)


def test_black_and_white(tmp_path):
    image = data.load_image(written(tmp_path, Image.fromarray(PIXELS[..., 0]).convert("1")))
    assert set(np.unique(image)) == {0, 1}


def test_transparency_is_laid_on_white(tmp_path):
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 3] = [0, 255, 128]
    image = data.load_image(written(tmp_path, Image.fromarray(rgba)))
    assert np.allclose(image[:, 0], [1, 0, 127 / 255], atol=1 / 255)


def test_a_palette_with_a_transparent_colour(tmp_path):
    palette = Image.new("P", (2, 1), 0)
    palette.putpalette([10, 20, 30, 255, 0, 0])
    palette.putpixel((1, 0), 1)
    image = data.load_image(written(tmp_path, palette, "image.gif", transparency=0))
    assert np.allclose(image[:, 0], [[1, 1], [1, 0], [1, 0]])


def test_cmyk(tmp_path):
    cmyk = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    image = data.load_image(written(tmp_path, cmyk, "image.jpg"))
    assert np.allclose(image.mean((1, 2)), [1, 0, 0], atol=0.05)


def test_exif_orientation_turns_the_image_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held turned: rotate by 90 degrees clockwise to see it
    path = written(tmp_path, Image.fromarray(PIXELS), exif=exif)
    upright = np.rot90(PIXELS, -1).transpose(2, 0, 1) / 255
    assert np.allclose(data.load_image(path), upright)


@pytest.mark.parametrize("kind", [np.asarray, Tensor])
def test_what_is_saved_as_png_comes_back(tmp_path, kind):
    image = (PIXELS.transpose(2, 0, 1) / 255).astype(np.float32)
    data.save_image(kind(image), tmp_path / "out.png")
    assert np.array_equal(data.load_image(tmp_path / "out.png"), image)
    assert list(tmp_path.iterdir()) == [tmp_path / "out.png"]


def test_grey_is_saved_and_values_are_clipped(tmp_path):
    values = np.array([[-1.0, 0.5, 2.0]])
    for image in (values, values[None]):
        data.save_image(image, tmp_path / "out.png")
        assert np.allclose(data.load_image(tmp_path / "out.png"), [[0, 128 / 255, 1]])


def test_jpeg_is_close(tmp_path):
    smooth = np.linspace(0, 1, 3 * 16 * 16, dtype=np.float32).reshape(3, 16, 16)
    data.save_image(smooth, tmp_path / "out.jpg")
    assert np.abs(data.load_image(tmp_path / "out.jpg") - smooth).mean() < 0.02


def test_unreadable_files_are_named(tmp_path):
    path = written(tmp_path, Image.fromarray(RNG.integers(0, 256, (64, 64, 3), np.uint8)))
    with pytest.raises(FileNotFoundError, match=r"there is no file .*absent\.png"):
        data.load_image(tmp_path / "absent.png")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        data.load_image(tmp_path)
    whole = path.read_bytes()
    for damaged in (b"not an image", b"", whole[: len(whole) // 2], whole[:30]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"image\.png cannot be read as an image"):
            data.load_image(path)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((3, 2, 2), np.uint8), TypeError, "given uint8 values, expected floats"),
        (np.zeros((1, 3, 2, 2)), ValueError, r"given shape \(1, 3, 2, 2\).*save images\[0\]"),
        (np.zeros((2, 2, 3)), ValueError, r"given shape \(2, 2, 3\), expected \(3, H, W\)"),
        (np.zeros((3, 0, 2)), ValueError, r"given shape \(3, 0, 2\)"),
        (np.full((3, 2, 2), np.nan), ValueError, r"\(3, 2, 2\) has NaN"),
    ],
)
def test_what_is_not_an_image_is_refused_and_leaves_the_old_file(tmp_path, image, error, message):
    path = tmp_path / "out.png"
    data.save_image(np.ones((3, 1, 1)), path)
    with pytest.raises(error, match=message):
        data.save_image(image, path)
    assert data.load_image(path).shape == (3, 1, 1)


def test_where_it_cannot_be_written(tmp_path):
    image = np.zeros((3, 2, 2))
    with pytest.raises(ValueError, match=r"out\.xyz, expected a suffix"):
        data.save_image(image, tmp_path / "out.xyz")
    with pytest.raises(ValueError, match="expected a suffix"):
        data.save_image(image, tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        data.save_image(image, tmp_path / "absent" / "out.png")


def test_a_png_keeps_words(tmp_path):
    data.save_image(np.zeros((2, 2)), tmp_path / "out.png", text={"said": "grüß Gott"})
    assert data.load_text(tmp_path / "out.png") == {"said": "grüß Gott"}
    data.save_image(np.zeros((2, 2)), tmp_path / "out.jpg", text={"said": "lost"})
    assert data.load_text(tmp_path / "out.jpg") == {}
