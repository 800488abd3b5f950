"""Image files of every kind of number, very large ones, and what only pretends to be an image."""

import os
import struct
import subprocess
import sys
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from minidl import data
from minidl.data import reading

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (40, 60, 3), np.uint8)
RAMP = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (8, 1))


def png(path, shape, depth, kind, rows, transparent=None):
    """A PNG of raw rows. kind: 0 grey, 2 RGB, 4 grey with alpha, 6 RGBA."""
    header = struct.pack(">IIBBBBB", shape[1], shape[0], depth, kind, 0, 0, 0)
    chunks = [(b"IHDR", header)]
    chunks += [(b"tRNS", transparent)] if transparent else []
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    chunks += [(b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))
        for name, held in chunks
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    return path


def tiff(path, values, bits, kind, order=">"):
    """A grey TIFF of one row. kind: 1 unsigned, 2 signed, 3 floating."""
    held = bytes(values) if isinstance(values, bytes) else np.asarray(values).tobytes()
    width = len(held) * 8 // bits
    tags = [(256, width), (257, 1), (258, bits), (259, 1), (262, 1), (273, 134), (277, 1),
            (278, 1), (279, len(held)), (339, kind)]  # fmt: skip
    out = (b"MM" if order == ">" else b"II") + struct.pack(order + "HIH", 42, 8, len(tags))
    out += b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags)
    path.write_bytes(out + struct.pack(order + "I", 0) + held)
    return path


# What the numbers mean


def test_floats_from_0_to_1_are_taken_as_they_are(tmp_path):
    Image.fromarray(RAMP).save(tmp_path / "f.tif")
    (tmp_path / "f.pfm").write_bytes(b"Pf\n64 8\n-1.0\n" + RAMP.tobytes())
    for name in ("f.tif", "f.pfm"):
        assert np.array_equal(data.load_image(tmp_path / name), np.stack([RAMP] * 3))


@pytest.mark.parametrize(
    ("factor", "says"),
    [(255, "it holds floats from 0 to 255, expected 0 to 1"), (np.nan, "it has NaN")],
)
def test_floats_of_another_range_are_refused(tmp_path, factor, says):
    Image.fromarray(RAMP * np.float32(factor)).save(tmp_path / "f.tif")
    with pytest.raises(ValueError, match=rf"f\.tif cannot be read as an image: {says}"):
        data.load_image(tmp_path / "f.tif")


@pytest.mark.parametrize("values", [[0, 255], [0, 70000], [-5, 3]])
def test_32_bit_integers_are_refused(tmp_path, values):
    Image.fromarray(np.array([values], np.int32)).save(tmp_path / "i.tif")
    says = f"32-bit integers from {values[0]} to {values[1]}"
    with pytest.raises(ValueError, match=says):
        data.load_image(tmp_path / "i.tif")


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bits_in_either_order_of_bytes(tmp_path, order):
    values = np.array([0, 4095, 65535], order + "u2")
    image = data.load_image(tiff(tmp_path / "g.tif", values, 16, 1, order))
    assert np.allclose(image[:, 0], values.astype(np.float32) / 65535, rtol=1e-6)  # float32


def test_12_bits_reach_white(tmp_path):
    packed = int("".join(f"{v:012b}" for v in (0, 4095, 2048, 4095)), 2).to_bytes(6, "big")
    image = data.load_image(tiff(tmp_path / "g.tif", packed, 12, 1, "<"))
    assert np.allclose(image[0, 0], [0, 1, 2048 / 4095, 1], rtol=1e-6)  # float32


def test_a_transparent_number_among_16_bits_is_white(tmp_path):
    values = np.array([[0, 100, 65535, 101]], np.uint16)
    Image.fromarray(values).save(tmp_path / "g.png", transparency=100)
    image = data.load_image(tmp_path / "g.png")
    assert np.allclose(image[0, 0], [0, 1, 1, 101 / 65535], rtol=1e-6)  # float32


def test_a_transparent_colour_of_16_bits_is_that_colour_only(tmp_path):
    colours = np.array([[0, 0, 5], [0, 0, 0], [0x1234, 0x5678, 0x9ABC]], ">u2")
    for transparent, white in ((0, [1, 0, 0]), (2, [0, 0, 1])):
        path = png(tmp_path / "c.png", (1, 3), 16, 2, [colours], bytes(colours[transparent]))
        assert (data.load_image(path)[:, 0].min(axis=0) == 1).tolist() == [w == 1 for w in white]


@pytest.mark.parametrize(("bits", "row"), [(1, 0b01000000), (2, 0b00010000), (4, 0b00000001)])
def test_a_transparent_grey_of_few_bits_is_white(tmp_path, bits, row):
    path = png(tmp_path / "g.png", (1, 2), bits, 0, [bytes([row])], struct.pack(">H", 0))
    image = data.load_image(path)
    assert image[0, 0, 0] == 1
    assert image[0, 0, 1] == pytest.approx(1 / (2**bits - 1))


def test_alpha_of_16_bits_is_laid_on_white(tmp_path):
    grey = png(tmp_path / "la.png", (1, 2), 16, 4, [np.array([0, 0, 0, 65535], ">u2")])
    rgba = png(tmp_path / "c.png", (1, 2), 16, 6, [np.array([0, 0, 0, 0] * 2, ">u2")])
    assert data.load_image(grey)[0, 0].tolist() == [1, 0]
    assert (data.load_image(rgba) == 1).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(PIXELS).save(tmp_path / "o.png", exif=exif)
    with Image.open(tmp_path / "o.png") as image:
        expected = np.asarray(ImageOps.exif_transpose(image), np.float32) / 255
    assert np.array_equal(data.load_image(tmp_path / "o.png"), expected.transpose(2, 0, 1))


# Large pictures


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16", "F"])
def test_a_picture_converted_in_bands_is_the_same(tmp_path, monkeypatch, mode):
    if mode in ("I;16", "F"):
        image = Image.fromarray(RAMP if mode == "F" else (RAMP * 65535).astype(np.uint16))
    else:
        image = Image.fromarray(PIXELS).convert(mode)
    path = tmp_path / "picture.tif"
    image.save(path)
    whole = data.load_image(path)
    monkeypatch.setattr(reading, "_BAND", 128)
    assert np.array_equal(data.load_image(path), whole)


def test_a_large_picture_becomes_the_means_of_its_squares(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGE", 100)
    monkeypatch.setattr(reading, "_BAND", 600)
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    small = reading.read(tmp_path / "a.png", lambda width, height: 8)
    exact = PIXELS.astype(np.float64).transpose(2, 0, 1) / 255
    assert small.shape == (3, 5, 8)  # the last column of 4 pixels
    squares = exact[:, :, :56].reshape(3, 5, 8, 7, 8).mean(axis=(2, 4))
    assert np.allclose(small[..., :7], squares, atol=0.51 / 255)  # Pillow rounds to 8 bits
    last = exact[:, :, 56:].reshape(3, 5, 8, 4).mean(axis=(2, 3))
    assert np.allclose(small[..., 7], last, atol=0.51 / 255)


def test_a_large_picture_of_floats_becomes_the_means_too(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGE", 100)
    monkeypatch.setattr(reading, "_BAND", 200)
    Image.fromarray(RAMP).save(tmp_path / "f.tif")
    small = reading.read(tmp_path / "f.tif", lambda width, height: 3)
    assert small.shape == (3, 3, 22)
    expected = [RAMP[0, start : start + 3].mean() for start in range(0, 64, 3)]
    assert np.allclose(small, expected, atol=1e-6)  # sums of 9 in float32


def test_longest_reduces_larger_pictures_and_leaves_others(tmp_path):
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    whole = data.load_image(tmp_path / "a.png")
    assert np.array_equal(data.load_image(tmp_path / "a.png", 60), whole)
    reduced = data.load_image(tmp_path / "a.png", longest=30)
    assert np.array_equal(reduced, data.resize_image(whole, 30))
    with pytest.raises(ValueError, match="given longest=0, expected at least 1"):
        data.load_image(tmp_path / "a.png", 0)


def test_reducing_while_reading_makes_nearly_the_same_picture(tmp_path, monkeypatch):
    smooth = np.add.outer(np.sin(np.arange(400) / 40), np.cos(np.arange(600) / 60)) / 4 + 0.5
    Image.fromarray((smooth * 255).astype(np.uint8)).save(tmp_path / "a.jpg", quality=98)
    Image.fromarray((smooth * 255).astype(np.uint8)).save(tmp_path / "a.png")
    for name in ("a.jpg", "a.png"):
        at_once = data.load_image(tmp_path / name, 48)
        monkeypatch.setattr(reading, "LARGE", 1000)
        by_steps = data.load_image(tmp_path / name, 48)
        monkeypatch.undo()
        assert by_steps.shape == at_once.shape == (3, 32, 48)
        assert np.abs(by_steps - at_once).max() < 0.01  # two and a half of 255 steps


def test_a_hundred_million_pixels_are_refused_or_reduced(tmp_path):
    row = b"\0" * 1250
    path = png(tmp_path / "huge.png", (10_000, 10_000), 1, 0, [row] * 10_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"10000 x 10000 pixels, expected at most .*longest="):
            data.load_image(path)
    if not sys.platform.startswith("linux"):  # which says the peak of one process alone
        return
    code = (
        "import re, sys; from pathlib import Path; from minidl import data\n"
        "image = data.load_image(sys.argv[1], longest=300); assert image.shape == (3, 300, 300)\n"
        "print(re.search(r'VmHWM:\\s*(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    command = [sys.executable, "-W", "always", "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # The file's own bytes, 100 MB as Pillow keeps them, Python with NumPy (60 MB) and a band; as
    # float32 it would be 1,200 MB.
    assert int(done.stdout) * 1024 < 400e6
    assert done.stderr == ""


# What is no picture


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        (b"", r"it is empty \(0 bytes\)"),
        (b"\n <!DOCTYPE html><html>Not found", "it is a page of the web"),
        (b"version https://git-lfs.github.com/spec/v1\n", "it is a pointer of Git LFS"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is an SVG drawing"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"some words", "it is text"),
        (b"GIF89a", "it begins as a GIF does, but is damaged or cut short"),
        (bytes(range(128, 256)), "it begins as no format that Pillow knows"),
    ],
)
def test_what_is_no_picture_is_said_to_be_what_it_is(tmp_path, contents, says):
    (tmp_path / "a.png").write_bytes(contents)
    with pytest.raises(ValueError, match=rf"a\.png cannot be read as an image: .*{says}"):
        data.load_image(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "tif", "bmp", "webp", "tga", "ppm"])
def test_a_file_that_is_cut_anywhere_is_a_value_error(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(PIXELS).save(path)
    whole = path.read_bytes()
    for share in (0.01, 0.1, 0.5):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ValueError, match=r"cannot be read as an image: [^\n]+$"):
            data.load_image(path)


def test_a_bomb_is_refused_in_one_line(tmp_path):
    path = png(tmp_path / "bomb.png", (60_000, 60_000), 8, 2, [])
    with pytest.raises(
        ValueError, match=r"bomb.png cannot .* it says that it has more than [^\n]+"
    ):
        data.load_image(path, 100)


def test_the_smallest_and_the_longest(tmp_path):
    Image.new("RGB", (1, 1), "red").save(tmp_path / "one.png")
    Image.new("L", (30_000, 1), 255).save(tmp_path / "row.png")
    assert data.load_image(tmp_path / "one.png")[:, 0, 0].tolist() == [1, 0, 0]
    assert data.load_image(tmp_path / "row.png").shape == (3, 1, 30_000)
    assert data.load_image(tmp_path / "row.png", 64).shape == (3, 1, 64)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(OSError, match=r"cannot read .*pipe\.png: it is a named pipe"):
        data.load_image(tmp_path / "pipe.png")


def test_the_suffixes_are_those_of_pillow():
    suffixes = data.image_suffixes()
    assert {".png", ".jpg", ".jpeg", ".jfif", ".webp", ".ppm", ".tga", ".tif"} <= suffixes
    assert not suffixes & {".pdf", ".h5", ".txt", ".safetensors"}
