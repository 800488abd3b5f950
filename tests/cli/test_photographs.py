"""`minidl faces` on photographs: two official portraits, the astronaut, and who is no person."""

import sys

import numpy as np
import pytest
from PIL import Image

from minidl import data
from minidl.cli import app as cli
from minidl.data import load_image, save_image

PEOPLE = ("astronaut", *data.PORTRAITS)


@pytest.fixture
def faces(capsys, monkeypatch, tmp_path):
    """Runs `minidl faces ...` in a folder with the photographs; gives code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    for name in (*PEOPLE, "cat", "camera", "brick"):
        save_image(data.sample_image(name), tmp_path / f"{name}.png")
    pair = [data.sample_image(name) for name in data.PORTRAITS]
    save_image(np.concatenate(pair, axis=2), tmp_path / "two.png")
    for name in PEOPLE:
        small = data.resize_image(data.sample_image(name)[:, :, ::-1], 128)
        save_image(small.mean(0, keepdims=True), tmp_path / f"{name}-grey.png")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["minidl", "faces", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture
def enrolled(faces):
    faces("enrol", "Joe", "biden.png")
    faces("enrol", "Barack", "obama.png")


def test_verify_says_what_it_did_the_distance_the_limit_and_how_far_to_believe_it(faces):
    code, out, _ = faces("verify", "obama.png", "obama-grey.png")
    assert code == 0
    assert out.startswith("the same person: distance 0.")
    for words in ("<= limit 0.600", "verification, 1:1", "how far to believe it: ", "author"):
        assert words in out
    code, out, _ = faces("verify", "obama.png", "biden.png")
    assert (code, out.startswith("different people: distance 0.")) == (1, True)
    assert faces("verify", "obama.png", "biden.png", "--threshold", 2)[0] == 0


def test_a_picture_is_turned_as_its_exif_says(faces, tmp_path):
    image = Image.open(tmp_path / "obama.png").transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[274] = 6  # orientation: to be turned clockwise by 90 degrees
    image.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert faces("verify", "obama.png", "turned.jpg")[0] == 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("cat", "there is no face"),
        ("brick", "there is no face"),
        ("camera", "the face is in profile"),
        ("two", "2 faces where one is expected"),
        ("nobody", "there is no file nobody.png"),
    ],
)
def test_what_cannot_be_said_is_one_line_and_exit_code_2(faces, name, says):
    for words in (("verify", "obama.png", f"{name}.png"), ("verify", f"{name}.png", "obama.png")):
        code, out, err = faces(*words)
        assert (code, out) == (2, "")
        assert says in err
        assert err.startswith("minidl: ")
        assert err.count("\n") == 1


def test_a_drawn_face_is_not_compared(faces):
    faces("draw", "people", "--identities", 1, "--images", 2)
    code, out, err = faces("verify", "people/Ada/1.png", "people/Ada/2.png")
    assert (code, out) == (2, "")
    assert "looks drawn" in err


@pytest.mark.usefixtures("enrolled")
def test_everybody_on_a_photograph_is_named_and_drawn_into_a_picture(faces, tmp_path):
    code, out, _ = faces("recognise", "two.png", "--out", "named.png", "--top", 2)
    rows = [line for line in out.splitlines() if "two.png" in line]
    assert code == 0
    assert ["Joe" in rows[0].split("│")[3], "Barack" in rows[1].split("│")[3]] == [True, True]
    assert "recognition, 1:2" in out
    assert "at most 0.600" in out
    named, plain = load_image(tmp_path / "named.png"), load_image(tmp_path / "two.png")
    assert named.shape == plain.shape
    assert (named != plain).any()


@pytest.mark.usefixtures("enrolled")
def test_strangers_profiles_and_cats_are_nobody(faces, tmp_path):
    names = ["astronaut.png", "camera.png", "cat.png", "obama-grey.png"]
    code, out, _ = faces("recognise", *names, "--out", "out")
    rows = {name: next(line for line in out.splitlines() if name in line) for name in names}
    assert code == 1
    assert "none of them" in rows["astronaut.png"]
    assert "cannot say" in rows["camera.png"]
    assert "no face" in rows["cat.png"]
    assert "Barack" in rows["obama-grey.png"]
    assert len(list((tmp_path / "out").iterdir())) == 4
    assert faces("recognise", "cat.png")[0] == 2


@pytest.mark.usefixtures("enrolled")
def test_who_is_forgotten_is_nobody_again(faces):
    assert faces("forget", "Joe")[0] == 0
    assert "Joe" not in faces("list")[1]
    assert faces("recognise", "biden-grey.png")[0] == 1
    gone = "minidl: nobody is enrolled as 'Joe' in gallery; `minidl faces list` shows who is\n"
    assert faces("forget", "Joe")[::2] == (2, gone)


@pytest.mark.usefixtures("enrolled")
def test_galleries_of_photographs_and_of_drawn_people_do_not_mix(faces):
    faces("draw", "people", "--identities", 1, "--images", 1)
    code, _, err = faces("enrol", "--drawn", "Ada", "people/Ada/1.png")
    assert (code, "holds people of photographs" in err) == (2, True)
    faces("enrol", "--drawn", "Ada", "people/Ada/1.png", "-g", "drawn")
    code, _, err = faces("recognise", "obama.png", "-g", "drawn")
    assert (code, "--drawn goes on with it" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["enrol", "Ada", "cat.png"], "cat.png: there is no face"),
        (["enrol", "Ada", "two.png"], "two.png: 2 faces where one is expected"),
        (["recognise", "obama.png"], "nobody is enrolled in gallery"),
        (["verify", "obama.png", "biden.png", "--encoder", "x"], "--encoder goes with --drawn"),
        (["recognise", "--drawn", "obama.png", "--out", "x.png"], "--out goes with photographs"),
    ],
)
def test_what_cannot_be_done_is_one_line(faces, tmp_path, words, says):
    code, out, err = faces(*words)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert not (tmp_path / "gallery").exists()


def test_the_help_says_what_it_must_not_be_used_for(faces):
    code, out, _ = faces("--help")
    assert code == 0
    assert "must not decide anything" in " ".join(out.split())
