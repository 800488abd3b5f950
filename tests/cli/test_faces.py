"""`minidl faces --drawn` on image files, with the encoder for drawn faces that ships."""

import sys

import numpy as np
import pytest

from minidl.cli import app as cli
from minidl.data import load_image, save_image
from minidl.models import FaceEncoder, GalleryFolder


@pytest.fixture
def faces(capsys, monkeypatch, tmp_path):
    """Runs `minidl faces ...` in an empty folder; gives the exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["minidl", "faces", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture
def people(faces):
    """Ada, Ben and Cleo, three pictures each; Ada and Ben enrolled with one."""
    faces("draw", "people", "--identities", 3, "--images", 3)
    faces("enrol", "--drawn", "Ada", "people/Ada/1.png")
    faces("enrol", "--drawn", "Ben", "people/Ben/1.png")


def test_drawing_makes_a_folder_of_pictures_for_each(faces, tmp_path):
    assert faces("draw", "out", "--identities", 2, "--images", 3, "--size", 32)[0] == 0
    files = sorted(str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*.png"))
    assert files == [f"out/{name}/{i}.png" for name in ("Ada", "Ben") for i in (1, 2, 3)]
    assert load_image(tmp_path / files[0]).shape == (3, 32, 32)


@pytest.mark.usefixtures("people")
def test_the_enrolled_are_recognised_and_others_are_none_of_them(faces):
    code, out, _ = faces(
        "recognise", "--drawn", "people/Ada/2.png", "people/Ben/3.png", "people/Cleo/1.png"
    )
    rows = [line for line in out.splitlines() if ".png" in line]
    assert ["Ada" in rows[0], "Ben" in rows[1].split("│")[2], "none of them" in rows[2]] == [
        True
    ] * 3
    assert code == 1


@pytest.mark.usefixtures("people")
def test_everybody_recognised_is_exit_code_0(faces):
    code, out, _ = faces("recognise", "--drawn", "people/Ada", "--top", 2)
    assert code == 0
    assert out.count("Ben") == 3  # the second candidate of each


@pytest.mark.usefixtures("people")
def test_verify_says_same_or_different_with_distance_and_threshold(faces):
    code, out, _ = faces("verify", "--drawn", "people/Ada/1.png", "people/Ada/2.png")
    assert (code, "the same person: distance 0." in out, "threshold" in out) == (0, True, True)
    code, out, _ = faces("verify", "--drawn", "people/Ada/1.png", "people/Ben/1.png")
    assert (code, "different people" in out) == (1, True)
    code, out, _ = faces(
        "verify", "--drawn", "people/Ada/1.png", "people/Ben/1.png", "--threshold", 2
    )
    assert (code, "threshold 2.000" in out) == (0, True)


@pytest.mark.usefixtures("people")
def test_enrolling_changes_no_weight(faces, tmp_path):
    before = (tmp_path / "gallery/encoder.safetensors").read_bytes()
    faces("enrol", "--drawn", "Cleo", "people/Cleo/1.png")
    assert (tmp_path / "gallery/encoder.safetensors").read_bytes() == before
    assert faces("recognise", "--drawn", "people/Cleo/2.png")[0] == 0


def test_a_folder_of_folders_enrols_everybody(faces):
    faces("draw", "people", "--identities", 2, "--images", 3)
    assert faces("enrol", "--drawn", "--people", "people", "--gallery", "g")[0] == 0
    code, out, _ = faces("list", "--gallery", "g")
    rows = [[w for w in line.split() if w != "│"] for line in out.splitlines()]
    assert code == 0
    assert ["Ada", "3"] in rows
    assert ["Ben", "3"] in rows
    assert "2 people, threshold" in out


@pytest.mark.usefixtures("people")
def test_a_bad_file_enrols_nobody(faces, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no image")
    before = {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    code, out, err = faces("enrol", "--drawn", "Cleo", "people/Cleo", "bad.png")
    assert (code, out) == (2, "")
    assert err.startswith("minidl: bad.png cannot be read as an image")
    assert err.count("\n") == 1
    assert {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()} == before


@pytest.mark.usefixtures("people")
def test_who_is_forgotten_is_unknown_again(faces):
    assert "as 'Adda' in gallery; did you mean Ada?" in faces("forget", "Adda")[2]
    assert faces("forget", "Ada")[0] == 0
    assert "none of them" in faces("recognise", "--drawn", "people/Ada/2.png")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["list"], "nobody is enrolled in gallery"),
        (["recognise", "--drawn", "x.png"], "nobody is enrolled in gallery"),
        (["enrol", "--drawn", "Ada"], "given no NAME or no FILES"),
        (["enrol", "Ada", "x.png"], "there is no file or folder x.png"),
        (["enrol", "--people", "nowhere"], "there is no folder nowhere"),
        (["verify", "--drawn", "x.png", "y.png"], "there is no file x.png"),
        (["verify", "--drawn", "x.png", "y.png", "--encoder", "z"], "there is no file z"),
        (["verify", "http://a.b/x.png", "y.png"], "minidl: http://a.b/x.png is an address"),
        (["verify", "", "y.png"], "given an empty name"),
        (["verify", "/dev/zero", "y.png"], "cannot read /dev/zero: it is a device"),
        (["verify", "a\n\x1b[31m.png", "y.png"], r"there is no file a\n\x1b[31m.png"),
        (["enrol", "Ada", ""], "given an empty name"),
        (["enrol", "Ada", "/dev/zero"], "cannot read /dev/zero: it is a device"),
        (["train", "--mining", "best"], "given mining='best'"),
        (["train", "--out", "no/folder.safetensors"], "cannot write no/folder.safetensors"),
    ],
)
def test_what_cannot_be_done_is_one_line(faces, tmp_path, words, says):
    code, out, err = faces(*words)
    assert (code, out) == (2, "")
    assert says in err
    assert err.startswith("minidl: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_markup_in_names_is_shown_as_it_is(faces, tmp_path):
    faces("draw", "people", "--identities", 1, "--images", 1)
    faces("enrol", "--drawn", "[red]Zoe[/red]", "people/Ada/1.png")
    assert "[red]Zoe[/red]" in faces("list")[1]


def test_an_image_of_any_shape_is_cut_to_its_middle_square(faces, tmp_path):
    faces("draw", "people", "--identities", 1, "--images", 1)
    face = load_image(tmp_path / "people/Ada/1.png")
    wide = face.repeat(2, axis=1).repeat(2, axis=2)[:, :, 20:]  # 256 x 236
    save_image(wide, tmp_path / "wide.jpg")
    assert faces("verify", "--drawn", "people/Ada/1.png", "wide.jpg")[0] == 0


def test_weights_of_others_are_named_as_what_they_are(faces, tmp_path):
    faces("draw", "people", "--identities", 1, "--images", 1)
    (tmp_path / "net.pth").write_bytes(b"PK\x03\x04")
    code, out, err = faces("enrol", "--drawn", "Ada", "people/Ada/1.png", "--encoder", "net.pth")
    assert (code, out) == (2, "")
    assert err.startswith("minidl: net.pth is a PyTorch file (.pth)")
    assert err.count("\n") == 1


def test_a_folder_of_any_format_is_enrolled(faces, tmp_path):
    faces("draw", "people", "--identities", 1, "--images", 1)
    image = load_image(tmp_path / "people/Ada/1.png")
    for name in ("2.ppm", "3.TGA", "4.webp"):
        save_image(image, tmp_path / "people/Ada" / name)
    assert "4 pictures enrolled" in faces("enrol", "--drawn", "Ada", "people/Ada")[1]


def test_a_large_photo_is_reduced_while_it_is_read(tmp_path, monkeypatch):
    from minidl.data import reading
    from minidl.models import load_photo

    waves = np.add.outer(np.sin(np.arange(300) / 30), np.cos(np.arange(400) / 30)) / 4 + 0.5
    save_image(waves.astype(np.float32), tmp_path / "a.png")
    whole = load_photo(tmp_path / "a.png", 16)
    monkeypatch.setattr(reading, "LARGE", 1000)
    reduced = load_photo(tmp_path / "a.png", 16)
    # The square's edge falls between reduced pixels: a shift by up to 1/6 of a pixel, over which
    # these waves change by 0.03.
    assert np.abs(reduced - whole).max() < 0.03


def test_training_writes_an_encoder_a_plot_and_figures(faces, tmp_path, monkeypatch):
    import minidl.models as models

    sizes = {"people": 4, "pictures": 2, "pool": 4, "album": 2, "fresh": 1}
    monkeypatch.setattr(models, "DrawnFaces", lambda **k: models.batches.DrawnFaces(**sizes, **k))
    code, out, _ = faces("train", "--steps", 3, "--out", "e.safetensors", "--plot", "p.png", "-q")
    assert code == 2  # there is no -q
    code, out, _ = faces("train", "--steps", 3, "--out", "e.safetensors", "--plot", "p.png")
    assert code == 0
    assert "raw pixels" in out
    assert sorted(f.name for f in tmp_path.iterdir()) == ["e.safetensors", "p.png"]
    about = FaceEncoder.load_file(tmp_path / "e.safetensors").about
    assert about["threshold"] > 0
    assert "--steps 3" in about["made by"]


@pytest.mark.usefixtures("people")
def test_a_gallery_keeps_the_encoder_it_began_with(faces, tmp_path):
    code, _, err = faces(
        "enrol", "--drawn", "Cleo", "people/Cleo/1.png", "--encoder", "gallery/encoder.safetensors"
    )
    assert code == 2
    assert "has an encoder of its own" in err
    assert GalleryFolder.open(tmp_path / "gallery").people.names == ("Ada", "Ben")


def test_control_characters_in_a_name_do_not_reach_the_terminal(faces):
    faces("draw", "people", "--identities", 1, "--images", 1)
    code, out, _ = faces("enrol", "--drawn", "a\n\x1b[31mb", "people/Ada/1.png")
    assert code == 0
    assert "a\\n\\x1b[31mb: 1 picture enrolled" in out
    assert "\x1b" not in faces("list")[1]


@pytest.mark.parametrize("words", [("draw", "taken"), ("enrol", "Ada", "taken", "-g", "taken")])
def test_a_file_in_the_place_of_a_folder_is_said(faces, tmp_path, words):
    save_image(np.zeros((3, 8, 8), np.float32), tmp_path / "x.png")
    (tmp_path / "x.png").rename(tmp_path / "taken")
    assert faces(*words)[::2] == (2, "minidl: taken is a file; give the name of a folder\n")


def test_pictures_larger_than_memory_are_refused_in_a_line(faces):
    code, _, err = faces("draw", "out", "--size", 100_000)
    assert (code, err.count("\n")) == (2, 1)
    assert "draw them in parts" in err


@pytest.mark.usefixtures("people")
def test_who_was_enrolled_meanwhile_is_not_lost(tmp_path):
    one, other = GalleryFolder.open(tmp_path / "gallery"), GalleryFolder.open(tmp_path / "gallery")
    one.enrol({"Cleo": [tmp_path / "people/Cleo/1.png"]})
    other.remove("Ben")
    assert GalleryFolder.open(tmp_path / "gallery").people.names == ("Ada", "Cleo")


def test_two_galleries_begun_at_once_with_two_encoders_do_not_mix(faces, tmp_path):
    faces("draw", "people", "--identities", 2, "--images", 1)
    encoders = FaceEncoder.pretrained(), FaceEncoder(seed=0).eval()
    one, other = (GalleryFolder.begin(tmp_path / "gallery", e, 0.5) for e in encoders)
    one.enrol({"Ada": [tmp_path / "people/Ada/1.png"]})
    with pytest.raises(ValueError, match="begun meanwhile with another encoder"):
        other.enrol({"Ben": [tmp_path / "people/Ben/1.png"]})
    assert GalleryFolder.open(tmp_path / "gallery").people.names == ("Ada",)


@pytest.mark.parametrize("stage", ["minidl.models.train_encoder", "minidl.cli.app.app"])
def test_ctrl_c_before_anything_was_kept_does_not_promise_to_go_on(faces, monkeypatch, stage):
    def pressed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, pressed)
    code, out, err = faces("train", "--steps", 1, "--quiet")
    assert (code, err) == (130, "")
    assert "goes on" not in out


def test_a_folder_that_is_read_only_is_said_before_the_training(faces, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    code, out, err = faces("train", "--steps", 1)
    assert (code, out) == (2, "")
    assert err == "minidl: cannot write encoder.safetensors: the folder . is read-only\n"
