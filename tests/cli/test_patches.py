"""`minidl patches` on a folder: what it writes, and what it says when it cannot."""

import errno
import sys

import numpy as np
import pytest
from PIL import Image

from minidl.cli import app as cli
from minidl.cli import patches as patches_cli
from minidl.data import save_image


@pytest.fixture
def patches(capsys, monkeypatch, tmp_path):
    """Runs `minidl patches ...` in a folder of its own; gives the exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["minidl", "patches", *map(str, words)])
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def photos(tmp_path):
    """Three small pictures, in a folder and one inside it."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name in ("a.png", "b.jpg", "more/c.png"):
        save_image(rng.random((3, 40, 48), np.float32), folder / name)
    return folder


def test_a_page_of_grids_is_written(patches, photos, tmp_path):
    code, out, err = patches("photos", "--layer", "conv1_2", "--units", "0:6", "--out", "page.png")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "page.png: 6 units of conv1_2, from 3 pictures"
    assert "pictures: 100%" in out
    with Image.open(tmp_path / "page.png") as page:
        assert page.width > 300


def test_html_shows_all_convolutions(patches, photos, tmp_path):
    pytest.importorskip("jinja2")
    code, out, _ = patches("photos", "--html", "--units", "0:2", "--quiet")
    assert (code, out) == (0, "")
    text = (tmp_path / "patches.html").read_text()
    assert text.count("<section") == 11
    assert "What VGG-16 sees in photos" in text


def test_html_of_chosen_layers(patches, photos, tmp_path):
    pytest.importorskip("jinja2")
    patches("photos", "-l", "relu2_1", "-l", "pool1", "--units", "5", "--out", "page.html")
    text = (tmp_path / "page.html").read_text()
    assert 'id="relu2_1-5"' in text
    assert text.count("<section") == 2


def test_bad_files_are_passed_over_and_named(patches, photos):
    (photos / "text.jpg").write_text("no picture")
    code, out, _ = patches("photos", "-l", "conv1_1", "--units", "0,3")
    assert code == 0
    assert "skipped text.jpg: cannot be read as an image" in out
    assert out.splitlines()[-1].endswith("from 3 pictures (1 skipped)")


def test_an_interrupted_search_is_gone_on_with(patches, photos):
    patches("photos", "-l", "conv1_1", "--units", "0", "--state", "found", "-q")
    code, _, err = patches("photos", "-l", "conv1_1", "--units", "1", "--state", "found", "-q")
    assert code == 2
    assert "found belongs to another search" in err


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (["--state", "found"], "stopped; the same command goes on from found"),
        ([], "stopped; nothing was kept; with --state FILE the same command can go on"),
    ],
)
def test_stopped_it_says_where_it_goes_on_from(patches, photos, monkeypatch, kept, says):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("minidl.vis.scan.features", pressed)
    code, out, _ = patches("photos", "-l", "conv1_1", "--units", "0", *kept)
    assert (code, out.splitlines()[-1]) == (130, says)


def test_a_folder_that_cannot_be_written_to_is_said_before_the_search(patches, photos, monkeypatch):
    def full(**_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    monkeypatch.setattr("minidl.vis.top_patches_by_layer", lambda *_, **__: pytest.fail("it began"))
    code, _, err = patches("photos", "--out", "page.png")
    assert (code, err) == (2, "minidl: cannot write page.png: No space left on device\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["empty"], "there are no images in empty"),
        (["photos", "-l", "conv9_1"], "given layer 'conv9_1', expected one of conv1_1, relu1_1"),
        (
            ["photos", "-l", "conv1_1", "-l", "conv1_2"],
            "given 2 layers, expected one for a picture",
        ),
        (["photos", "--units", "3-5"], "--units is 3-5, expected 0:16, or 3,5,8, or all"),
        (["photos", "--units", "5:2"], "--units is 5:2, which holds no unit"),
        (["photos", "--units", "0:0"], "--units is 0:0, which holds no unit"),
        (["photos", "--units", "0:9999"], "given units=0:9999, but conv3_3 has units 0 to 255"),
        (["photos", "--units", "300:"], "given units=300:, but conv3_3 has units 0 to 255"),
        (["photos", "--units", "256"], "but conv3_3 has units 0 to 255"),
        (["photos", "--out", "page.exe"], "--out is page.exe, expected a file name that ends in"),
        (["photos", "--html", "--out", "page.png"], "expected a file name that ends in .html"),
        (["photos", "--out", "no/page.png"], "cannot write no/page.png: there is no folder no"),
        (["photos", "--out", "folder.png"], "cannot write folder.png: it is a folder"),
        (["photos", "--weights", "bad.safetensors"], "bad.safetensors is not a readable"),
        (["photos", "--weights", "none.safetensors"], "there is no file none.safetensors"),
        (["photos/a.png"], "a.png is a file: give a folder of images"),
        ([""], "given an empty name"),
        (["http://a.b/c"], "minidl: http://a.b/c is an address"),
        (["no\n\x1b[31m"], r"there is no folder no\n\x1b[31m"),
        (["photos", "--weights", "net.pth"], "net.pth is a PyTorch file (.pth)"),
        (
            ["photos", "--inside", "--layer", "conv5_1"],
            "no whole window of conv5_1, which sees 132",
        ),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_2(patches, photos, tmp_path, words, says):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.safetensors").write_text("torn")
    (tmp_path / "net.pth").write_bytes(b"PK\x03\x04")
    (tmp_path / "folder.png").mkdir()
    code, out, err = patches(*words)
    assert code == 2
    assert err.startswith("minidl: ")
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in out + err
    assert [path.name for path in tmp_path.glob("*.png")] == ["folder.png"]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("0:16", slice(0, 16)),
        ("8:", slice(8, None)),
        (":", slice(None)),
        ("all", slice(None)),
        ("3", [3]),
        ("3,5,8", [3, 5, 8]),
    ],
)
def test_units_are_written_like_slices_or_lists(text, chosen):
    assert patches_cli._units(text) == chosen
