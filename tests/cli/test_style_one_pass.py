"""`minidl style --in-one-pass`: pictures, sheets and pictures that move; and the preview."""

import sys

import numpy as np
import pytest
from PIL import Image

from minidl import data, style
from minidl.cli import app as cli
from minidl.cli.style.one_pass import FRAMES, between
from minidl.cli.style.sheet import GAP, WORDS
from minidl.style import painting

SMALL = ("--size", 24)
QUICK = (*SMALL, "--steps", 2, "--layer", "relu1_1", "--content-layer", "relu1_2")


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs `minidl style ...` in an empty folder; gives the exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["minidl", "style", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return call


def painted(*styles, photograph="cat", size=24, weights=None, **options):
    """The same by the library, as bytes are read from a file."""
    painter = style.Painter.pretrained()
    manner = painter.mix([painter.manner(s) for s in styles], weights)
    return painter.paint(photograph, manner, size=size, **options)


def same(file, picture):
    """Whether a file has this picture: bytes round by half a step of 255."""
    return np.abs(data.load_image(file) - picture).max() <= 0.51 / 255


def test_a_picture(run, tmp_path):
    code, out, _ = run("cat", "waves", "--in-one-pass", *SMALL)
    assert (code, [f.name for f in tmp_path.iterdir()]) == (0, ["cat-waves.png"])
    assert "written to cat-waves.png: 24 x 16, painted in one pass" in out
    assert same("cat-waves.png", painted("waves"))


def test_strength_colours_and_weights(run):
    run("cat", "waves", "glass", "--in-one-pass", "--style-weight", 3, "--style-weight", 1,
        "--strength", 0.5, "--keep-colours", *SMALL, "--out", "a.png")  # fmt: skip
    expected = painted("waves", "glass", weights=[3, 1], strength=0.5, preserve_colour=True)
    assert same("a.png", expected)


def test_made_again_with_another_strength(run):
    run("cat", "waves", "--in-one-pass", *SMALL, "--strength", 0.5, "--out", "a.png")
    run("--again", "a.png", "--out", "b.png")
    assert np.array_equal(data.load_image("a.png"), data.load_image("b.png"))
    run("--again", "a.png", "--strength", 1, "--out", "c.png")
    assert same("c.png", painted("waves"))


def test_several_artworks_are_a_row_of_a_sheet(run):
    code, out, _ = run("cat", "waves", "glass", "--in-one-pass", *SMALL, "--out", "a.png")
    assert code == 0
    assert "2 pictures, painted in one pass" in out
    page = data.load_image("a.png")
    assert page.shape == (3, 16 + WORDS + 2 * GAP, 3 * (24 + GAP) + GAP)
    left = GAP + 2 * (24 + GAP)
    cell = page[:, GAP : GAP + 16, left : left + 24]
    assert np.abs(cell - painted("glass")).max() <= 0.51 / 255


def test_photographs_of_a_folder_are_rows_in_the_order_of_names(run, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    data.save_image(data.artwork("petals", 40)[:, :30], folder / "b.png")
    data.save_image(data.sample_image("cat"), folder / "a.png")
    (folder / "notes.txt").write_text("no picture")
    code, out, _ = run("photos", "waves", "--in-one-pass", *SMALL, "--out", "a.png")
    assert code == 0
    assert "2 pictures" in out
    assert data.load_image("a.png").shape == (3, 2 * (18 + WORDS + GAP) + GAP, 2 * (24 + GAP) + GAP)


@pytest.mark.parametrize(
    ("styles", "out", "frames"),
    [(["waves", "glass"], "m.gif", 2 * FRAMES), (["waves"], "m.png", 2 * FRAMES)],
)
def test_a_picture_that_moves(run, styles, out, frames):
    code, said, _ = run("cat", *styles, "--morph", "--size", 16 * 3, "--out", out)
    assert code == 0
    assert f"written to {out}: {frames} frames" in said
    with Image.open(out) as image:
        assert image.is_animated
        assert image.size == (48, 32)
        assert image.n_frames > FRAMES  # frames that are the same are stored once
    if out.endswith(".png"):
        own = style.Painter.pretrained().manner(data.resize_image(data.sample_image("cat"), 48))
        first = style.Painter.pretrained().paint("cat", own, size=48)
        assert np.abs(data.load_image(out) - first).mean() < 0.01


def test_frames_go_from_each_manner_to_the_next_and_back():
    one, other = np.zeros(100, np.float32), np.ones(100, np.float32)
    shares = [manner[0] for manner in between([one, other])]
    assert len(shares) == 2 * FRAMES
    assert (shares[0], shares[FRAMES]) == (0, 1)
    steps = np.abs(np.diff([*shares, 0]))
    assert steps.max() < 0.08
    assert steps[0] < 0.01


def test_a_preview_is_there_before_the_descent_and_gone_after_it(run, monkeypatch, tmp_path):
    seen = []
    paint = painting.paint

    def looked_at(*arguments):
        seen.append(data.load_image(tmp_path / "a.png"))
        return paint(*arguments)

    monkeypatch.setattr(painting, "paint", looked_at)
    code, out, _ = run("cat", "waves", *QUICK, "--out", "a.png")
    assert code == 0
    assert "a preview is in a.png" in out
    photo = data.resize_image(data.sample_image("cat"), 24)
    art = data.resize_image(data.artwork("waves"), 24)
    painter = style.Painter.pretrained()
    assert np.abs(seen[0] - painter.paint(photo, painter.manner(art))).max() <= 0.51 / 255
    assert not np.array_equal(data.load_image("a.png"), seen[0])


@pytest.mark.parametrize("slow", ["vgg", "face_boxes"])
def test_the_preview_does_not_wait_for_what_the_descent_needs(slow, run, monkeypatch, tmp_path):
    found = getattr(painting, slow)

    def looked_at(given):
        assert (tmp_path / "a.png").exists()
        return found(given)

    monkeypatch.setattr(painting, slow, looked_at)
    assert run("cat", "waves", *QUICK, "--out", "a.png")[0] == 0


def test_no_preview(run, monkeypatch, tmp_path):
    def nothing(*_):
        assert not (tmp_path / "a.png").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(painting, "paint", nothing)
    code, out, _ = run("cat", "waves", *QUICK, "--no-preview", "--out", "a.png")
    assert code == 130
    assert "nothing was written" in out


def test_stopped_before_the_first_step_the_preview_stays(run, monkeypatch, tmp_path):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(painting, "paint", stopped)
    code, out, _ = run("cat", "waves", *QUICK, "--out", "a.png")
    assert code == 130
    assert "the preview is in a.png" in out
    assert (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["cat", "waves", "--in-one-pass", "--steps", 3], "given --steps with --in-one-pass"),
        (["cat", "waves", "--morph", "--beta", 3], "given --beta with --in-one-pass"),
        (["cat", "waves", "--strength", 0.5], "given --strength 0.5, expected --in-one-pass"),
        (["cat", "waves", "--morph", "--out", "a.jpg"], "a picture that moves is a .gif or a .png"),
        (["empty", "waves", "--in-one-pass"], "there are no pictures in the folder empty"),
        (["empty", "waves", "--morph"], "empty"),
        (["nobody", "waves", "--in-one-pass"], "there is no file nobody"),
        (["cat", "nobody", "glass", "--in-one-pass"], "there is no file nobody"),
        (["cat", "waves", "--in-one-pass", "--size", 8], "given size=8, expected at least 16"),
        (["cat", "waves", "--in-one-pass", "--style-weight", 0], "not all 0"),
        (["cat", "waves", "--in-one-pass", "--size", 10**6], "expected at most"),
    ],
)
def test_what_is_refused_in_one_line_with_nothing_written(run, tmp_path, words, says):
    (tmp_path / "empty").mkdir()
    code, out, err = run(*words, "--quiet")
    assert (code, out) == (2, "")
    assert err.startswith("minidl: ")
    assert says in err
    assert err.count("\n") == 1
    assert [f.name for f in tmp_path.iterdir()] == ["empty"]
