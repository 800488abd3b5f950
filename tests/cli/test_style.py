"""`minidl style`: pictures in, a picture out, made again, stopped half-way; what it refuses."""

import json
import os
import sys

import numpy as np
import pytest

from minidl import data
from minidl.cli import app as cli
from minidl.style import painting
from minidl.style.result import KEY

SMALL_AND_QUICK = ("--size", 24, "--steps", 3, "--layer", "relu1_1", "--content-layer", "relu1_2")


@pytest.fixture
def style(capsys, monkeypatch, tmp_path):
    """Runs `minidl style ...` in an empty folder; gives the exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["minidl", "style", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def files(folder):
    return sorted(f.name for f in folder.iterdir())


def test_names_in_a_picture_out(style, tmp_path):
    code, out, _ = style("cat", "currents", *SMALL_AND_QUICK)
    assert code == 0
    assert files(tmp_path) == ["cat-currents.png"]
    assert data.load_image("cat-currents.png").shape == (3, 16, 24)
    assert "written to cat-currents.png: step 3: cost" in out
    assert "painting: 100%" in out


def test_files_and_several_styles(style, tmp_path):
    data.save_image(data.artwork("petals", 30), tmp_path / "mine.jpg")
    code, _, _ = style("mine.jpg", "waves", "mine.jpg", "--style-weight", 2, "--style-weight", 1,
                       "--out", "new.jpg", "--quiet", *SMALL_AND_QUICK)  # fmt: skip
    assert (code, files(tmp_path)) == (0, ["mine.jpg", "new.jpg"])


def test_made_again_from_what_the_png_remembers(style, tmp_path):
    style("cat", "waves", *SMALL_AND_QUICK, "--init", "noise", "--seed", 5, "--out", "one.png")
    assert style("--again", "one.png", "--out", "two.png")[0] == 0
    one, two = (data.load_image(tmp_path / name) for name in ("one.png", "two.png"))
    assert np.array_equal(one, two)
    style("--again", "one.png", "--seed", 6, "--out", "three.png")
    assert not np.array_equal(one, data.load_image("three.png"))


def test_another_picture_under_the_same_name_is_noticed(style):
    data.save_image(data.artwork("petals", 30), "mine.png")
    style("mine.png", "waves", *SMALL_AND_QUICK, "--out", "one.png")
    data.save_image(data.artwork("glass", 30), "mine.png")
    assert (
        "a picture has changed since this PNG was made"
        in style("--again", "one.png", "--out", "b.png")[1]
    )


def test_pictures_along_the_way_and_their_sheet(style, tmp_path):
    code, out, _ = style("cat", "waves", *SMALL_AND_QUICK, "--every", 2, "--out", "a.png")
    assert code == 0
    assert files(tmp_path) == ["a-0002.png", "a-descent.png", "a.png"]
    assert "the descent is in a-descent.png" in out
    assert data.load_image("a-descent.png").shape[2] > 3 * 24  # steps 0, 2 and 3 side by side


def test_presets_options_and_what_they_win_over(style):
    style("cat", "waves", "-p", "quick", "-p", "keep-colours", *SMALL_AND_QUICK, "--out", "a.png")
    kept = data.load_text("a.png")["minidl-style"]
    assert '"preserve_colour": true' in kept
    assert '"size": 24' in kept


PERSON = ("astronaut", "waves", *SMALL_AND_QUICK, "--size", 96)


def test_a_face_is_kept_and_said_so(style):
    _, out, _ = style(*PERSON, "--out", "kept.png")
    assert out.count("a face was found: it is kept (faces 0 paints without)") == 1
    _, out, _ = style(*PERSON, "--faces", 0, "--out", "plain.png")
    assert "face" not in out
    assert not np.array_equal(data.load_image("kept.png"), data.load_image("plain.png"))


def test_a_png_made_before_faces_were_kept_is_made_again_as_it_was(style):
    style(*PERSON, "--faces", 0, "--out", "one.png")
    kept = json.loads(data.load_text("one.png")[KEY])
    del kept["settings"]["faces"]
    data.save_image(data.load_image("one.png"), "old.png", text={KEY: json.dumps(kept)})
    style("--again", "old.png", "--out", "two.png")
    assert np.array_equal(data.load_image("one.png"), data.load_image("two.png"))


def test_stopped_it_keeps_the_best_so_far(style, monkeypatch, tmp_path):
    paint = painting.paint

    def interrupted(content, styles, settings, callback, *rest):
        def stopping(result):
            callback(result)
            if result.step == 2:
                raise KeyboardInterrupt

        return paint(content, styles, settings, stopping, *rest)

    monkeypatch.setattr(painting, "paint", interrupted)
    code, out, _ = style("cat", "waves", *SMALL_AND_QUICK, "--out", "a.png")
    assert (code, files(tmp_path)) == (130, ["a.png"])
    assert "stopped after 2 steps; the best so far is in a.png" in out
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    style("--again", "a.png", "--out", "b.png")
    assert np.array_equal(data.load_image("a.png"), data.load_image("b.png"))


def test_names_are_listed(style):
    code, out, _ = style("--list")
    assert code == 0
    assert all(word in out for word in ("astronaut", "currents", "van Gogh", "keep-the-photo"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "give a CONTENT and a STYLE"),
        (["cat"], "give a CONTENT and a STYLE"),
        (["cat", "nobody"], "there is no file nobody, and no picture of that name"),
        (["cat", "curents"], "no picture of that name; did you mean currents? `minidl style"),
        (["rocoon", "waves", "--in-one-pass"], "there is no file rocoon, and no picture of that"),
        (["nobody.jpg", "waves"], "there is no file nobody.jpg"),
        (["cat", "waves", "-p", "keep-fases"], "no preset 'keep-fases'; did you mean keep-faces?"),
        (["bad.png", "waves"], "bad.png cannot be read as an image"),
        (["cat", "waves", "--out", "absent/a.png"], "there is no folder absent"),
        (["cat", "waves", "--out", "."], "expected a suffix"),
        (["cat", "waves", "--out", "a.xyz"], "expected a suffix such as .png"),
        (["good.png", "waves", "--out", "good.png"], "it is a picture to paint from"),
        (["cat", "waves", "-p", "better"], "there is no preset 'better'; there are quick"),
        (["cat", "waves", "--alpha", "0", "--beta", "0"], "there is nothing to paint for"),
        (["cat", "waves", "--steps", "-1"], "given steps=-1, expected at least 0"),
        (["cat", "waves", "--size", "8"], "given size=8, expected at least 16"),
        (["cat", "waves", "--size", "1000000"], "given a content picture to be taken with 1000000"),
        (
            ["cat", "waves", "--style-scale", "1000"],
            "given a style picture to be taken with 384000",
        ),
        (["cat", "waves", "--layer", "relu1_1=much"], "expected NAME or NAME=WEIGHT"),
        (["cat", "waves", "--layer", "relu9_1"], "given 'relu9_1', expected some of conv1_1"),
        (["--again", "good.png"], "good.png does not say how it was made"),
        (["--again", "absent.png"], "there is no file absent.png"),
        (["http://example.org/a.png", "waves"], "minidl: http://example.org/a.png is an address"),
        (["a\n\x1b[31mb.png", "waves"], r"there is no file a\n\x1b[31mb.png"),
        (["", "waves"], "given an empty name"),
        (["empty.png", "waves"], "empty.png cannot be read as an image: it is empty (0 bytes)"),
        (["pipe.png", "waves"], "cannot read pipe.png: it is a named pipe"),
        (["cat", "pipe.png"], "cannot read pipe.png: it is a named pipe"),
        (["--again", "pipe.png"], "cannot read pipe.png: it is a named pipe"),
    ],
)
def test_what_is_refused_in_one_line_with_nothing_written(style, tmp_path, words, says):
    data.save_image(data.artwork("petals", 30), tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no image")
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    before = files(tmp_path)
    code, out, err = style(*words, "--quiet")
    assert (code, out) == (2, "")
    assert err.startswith("minidl: ")
    assert says in err
    assert err.count("\n") == 1
    assert files(tmp_path) == before
