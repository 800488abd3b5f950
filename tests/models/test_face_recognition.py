"""From photographs to names, and what is said where there is none."""

import numpy as np
import pytest

from minidl import data
from minidl.data import save_image
from minidl.metric import Gallery
from minidl.models import (
    FaceRecogniser,
    GalleryFolder,
    NoFaceError,
    PhotoGallery,
    align,
    all_pairs,
    train_embedding,
)
from minidl.models.drawn_check import fisher
from minidl.models.face_recognition import belief
from minidl.models.recipe import Recipe
from minidl.models.small_faces import coarse


@pytest.fixture(scope="module")
def recogniser():
    return FaceRecogniser()


def couple():
    """The two portraits side by side."""
    return np.concatenate([data.sample_image(name) for name in data.PORTRAITS], axis=2)


def shrunk_to(width):
    """The astronaut's photograph, so small that the face is `width` pixels wide."""
    return data.resize_image(data.sample_image("astronaut"), round(384 * width / 69))


def drawn():
    return data.faces([3], 1, size=128, split="test", seed=1).images[0]


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (lambda: data.sample_image("brick"), "there is no face; give a photograph"),
        (lambda: data.sample_image("cat"), "there is no face"),
        (lambda: data.sample_image("raccoon"), "there is no face"),
        (lambda: data.sample_image("camera"), "is in profile"),
        (lambda: shrunk_to(12), "1[12] pixels wide, and at least 13 are needed"),
        (couple, "2 faces where one is expected"),
        (drawn, "looks drawn"),
    ],
)
def test_what_cannot_be_recognised_is_said_in_one_sentence(recogniser, picture, says):
    with pytest.raises(NoFaceError, match=says) as caught:
        recogniser.only(picture(), "a.jpg")
    assert str(caught.value).startswith("a.jpg: ")
    assert "\n" not in str(caught.value)


def test_faces_are_seen_from_left_to_right(recogniser):
    seen = recogniser.look(couple())
    single = [recogniser.only(data.sample_image(name), name) for name in data.PORTRAITS]
    distances = [[np.linalg.norm(s.encoding - one.encoding) for s in seen] for one in single]
    assert np.diag(distances).max() < 0.3
    assert min(distances[0][1], distances[1][0]) > 0.6


def test_somebody_tiny_in_the_background_does_not_count(recogniser):
    photo = data.sample_image("obama").copy()
    photo[:, -64:, -64:] = data.resize_image(data.sample_image("astronaut"), 64)
    assert len(recogniser.look(photo)) == 2
    assert recogniser.only(photo, "a.jpg").face.size > 60


@pytest.mark.parametrize("photo", ["astronaut", *data.PORTRAITS])
@pytest.mark.parametrize("shade", [0.5, 1.0])
def test_real_people_are_not_taken_for_drawn(recogniser, photo, shade):
    assert recogniser.only(data.sample_image(photo) * np.float32(shade), photo).trouble == ""


def test_fishers_line_stands_between_two_clouds():
    rng = np.random.default_rng(0)
    spread = np.array([1.0, 5.0])
    a, b = rng.normal((0, 0), spread, (500, 2)), rng.normal((4, 0), spread, (500, 2))
    direction, offset = fisher(a, b, 0.0)
    values = [cloud @ direction + offset for cloud in (a, b)]
    # standard errors of 500 points are .05 of the spread
    assert [v.mean() for v in values] == pytest.approx([-2, 2], abs=0.2)
    assert [v.std() for v in values] == pytest.approx([1, 1], abs=0.1)


def test_near_the_limit_and_of_small_faces_little_is_to_be_believed():
    assert belief(0.58, 0.6, 100, 100).startswith("hardly: within")
    assert belief(0.3, 0.6, 100, 16).startswith("hardly: a face of 16 pixels")
    assert belief(0.3, 0.6, 100, 100).startswith("fairly: relatives")
    assert belief(0.7, 0.6, 100, 100).startswith("as a hint: years")


@pytest.fixture
def photos(tmp_path):
    """Files of the two portraits and the astronaut, by name."""
    files = {name: tmp_path / f"{name}.png" for name in ("astronaut", *data.PORTRAITS)}
    for name, file in files.items():
        save_image(data.sample_image(name), file)
    return files


def test_everybody_on_a_photograph_is_named(recogniser, photos, tmp_path):
    gallery = PhotoGallery.begin(tmp_path / "g")
    gallery.enrol(recogniser, {name: [photos[name]] for name in data.PORTRAITS})
    people = np.concatenate([couple(), np.zeros((3, 384, 20), np.float32)], axis=2)
    people = np.concatenate([people, data.sample_image("astronaut")], axis=2)
    named = PhotoGallery.open(tmp_path / "g").recognise(recogniser, people)
    assert [n.match.name for n in named] == [*data.PORTRAITS, None]


@pytest.mark.parametrize("longer", [60, 90])
@pytest.mark.parametrize("name", data.PORTRAITS)
def test_a_face_of_few_pixels_is_named_from_a_large_one(recogniser, photos, tmp_path, name, longer):
    gallery = PhotoGallery.begin(tmp_path / "g")
    gallery.enrol(recogniser, {person: [photos[person]] for person in photos})
    tiny = data.resize_image(data.sample_image(name)[:, :, ::-1], longer)
    (named,) = gallery.recognise(recogniser, tiny)
    assert named.seen.small
    assert named.match.name == name
    gallery.remove(name)
    (named,) = gallery.recognise(recogniser, tiny)
    assert named.match.name is None


def test_the_distance_of_two_faces_does_not_depend_on_their_order(recogniser):
    large, other = (recogniser.only(data.sample_image(name), name) for name in data.PORTRAITS)
    small = recogniser.only(shrunk_to(20), "small")
    assert recogniser.distance(large, small) == recogniser.distance(small, large)
    plain = float(np.linalg.norm(large.encoding - other.encoding))
    assert recogniser.distance(large, other) == pytest.approx(plain, rel=1e-5)  # float32 sums


def test_a_coarse_chip_shows_what_few_pixels_can():
    x = np.linspace(0, 1, 150, dtype=np.float32)
    slope = np.broadcast_to(x, (2, 3, 150, 150))
    stripes = np.broadcast_to((np.arange(150) % 2).astype(np.float32), (1, 3, 150, 150))
    inside = (..., slice(20, -20), slice(20, -20))
    # a slope and a mean are kept but for the ripples of a filter of a few pixels' width
    np.testing.assert_allclose(coarse(slope, 17)[inside], slope[inside], atol=0.01)
    np.testing.assert_allclose(coarse(stripes, 17)[inside], 0.5, atol=0.02)


def test_where_one_photograph_is_bad_nobody_is_enrolled(recogniser, photos, tmp_path):
    save_image(data.sample_image("cat"), tmp_path / "cat.png")
    gallery = PhotoGallery.begin(tmp_path / "g")
    with pytest.raises(NoFaceError, match=r"cat\.png: there is no face"):
        gallery.enrol(recogniser, {"Joe": [photos["biden"]], "Tom": [tmp_path / "cat.png"]})
    assert not PhotoGallery.there(tmp_path / "g")


def test_who_is_forgotten_is_no_longer_in_any_file(recogniser, photos, tmp_path):
    gallery = PhotoGallery.begin(tmp_path / "g")
    gallery.enrol(recogniser, {"Joe": [photos["biden"]], "Barack": [photos["obama"]]})
    encoding = recogniser.only(data.load_image(photos["biden"]), "").encoding
    trace = encoding[:8].astype(np.float32).tobytes()
    (file,) = (tmp_path / "g").iterdir()
    assert trace in file.read_bytes()
    PhotoGallery.open(tmp_path / "g").remove("Joe")
    (file,) = (tmp_path / "g").iterdir()
    assert trace not in file.read_bytes()
    assert b"Joe" not in file.read_bytes()
    assert b"Barack" in file.read_bytes()


def test_a_gallery_made_by_something_else_is_refused(recogniser, photos, tmp_path):
    for folder, made_by in (("drawn", ""), ("other", "YuNet 2 / 112 pixels / a ResNet-50")):
        (tmp_path / folder).mkdir()
        other = Gallery(0.5, 128, made_by=made_by)
        other.enrol("Ada", np.ones(128, np.float32))
        other.save(tmp_path / folder / "people.safetensors")
        assert Gallery.load(tmp_path / folder / "people.safetensors").made_by == made_by
        with pytest.raises(ValueError, match="distances mean nothing between"):
            PhotoGallery.open(tmp_path / folder)
    PhotoGallery.begin(tmp_path / "g").enrol(recogniser, {"Joe": [photos["biden"]]})
    with pytest.raises(ValueError, match="holds people of photographs"):
        GalleryFolder.open(tmp_path / "g")


def test_an_embedding_learns_to_tell_a_few_people_apart(recogniser):
    """Of drawn people, on whom the frozen network itself does badly."""
    people = data.faces(range(4), 6, size=96, split="test", seed=1)
    pairs = zip(people.images, people.labels, strict=True)
    found = [
        (align(image, face.points), who)
        for image, who in pairs
        for face in recogniser.detector.detect(image)
    ]
    chips, who = np.stack([chip for chip, _ in found]), [who for _, who in found]
    recipe = Recipe(steps=60, warm_up=20, lr=3e-3)
    embedding, history = train_embedding(recogniser.network, chips, who, recipe, quiet=True)
    encodings = embedding.encode(recogniser.network, chips)
    assert encodings.shape == (len(chips), 32)
    np.testing.assert_allclose(np.linalg.norm(encodings, axis=1), 1, rtol=1e-5)  # float32
    before, same = all_pairs(recogniser.network.encode(chips), who)
    after, _ = all_pairs(encodings, who)
    assert before[same].max() > before[~same].min()  # the network mixes them up,
    assert after[same].max() < after[~same].min()  # the embedding does not
    assert history.loss[-1] < history.loss[0]


def test_an_embedding_needs_two_people_with_two_chips(recogniser):
    chips = np.zeros((3, 3, 150, 150), np.float32)
    for labels in ([0, 0, 0], [0, 0, 1], [0, 0]):
        with pytest.raises(ValueError, match="two people or more, two chips each"):
            train_embedding(recogniser.network, chips, labels, quiet=True)
