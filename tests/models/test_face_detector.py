"""The detector on the photographs that ship: three people, and pictures without any."""

import numpy as np
import pytest
from PIL import Image

from minidl import data
from minidl.models import Face, FaceDetector
from minidl.models.alignment import TARGET

PEOPLE = ("astronaut", *data.PORTRAITS)


@pytest.fixture(scope="module")
def detector():
    return FaceDetector.pretrained()


def rotated(picture, degrees):
    image = Image.fromarray((picture.transpose(1, 2, 0) * 255).round().astype(np.uint8))
    turned = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    return np.asarray(turned, np.float32).transpose(2, 0, 1) / 255


@pytest.mark.parametrize("name", PEOPLE)
def test_the_face_is_found_with_its_points_in_it(detector, name):
    (face,) = detector.detect(data.sample_image(name))
    assert face.score > 0.9
    left_eye, right_eye, nose, left_mouth, right_mouth = face.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    assert (face.points > face.box[:2]).all()
    assert (face.points < face.box[2:]).all()


def test_the_astronauts_eyes_are_where_they_are(detector):
    """Read off the picture by eye; YuNet's points are a twentieth of a face off, here 3 pixels."""
    (face,) = detector.detect(data.sample_image("astronaut"))
    assert face.points[:2] == pytest.approx(np.array([[152.5, 75.5], [185.5, 77.5]]), abs=4)


@pytest.mark.parametrize("longer", [100, 384, 1000, 2600])
def test_places_are_in_the_pictures_own_pixels(detector, longer):
    photo = data.sample_image("obama")
    (here,), (there,) = detector.detect(photo), detector.detect(data.resize_image(photo, longer))
    scale = longer / max(photo.shape)
    # the network sees other pixels: box and points move by a tenth of the face at most
    assert there.box / scale == pytest.approx(here.box, abs=0.1 * here.size)
    assert there.points / scale == pytest.approx(here.points, abs=0.1 * here.size)


@pytest.mark.parametrize("degrees", [-30, 30])
@pytest.mark.parametrize("name", PEOPLE)
def test_turned_heads_are_found(detector, name, degrees):
    (face,) = detector.detect(rotated(data.sample_image(name), degrees))
    eyes = face.points[1] - face.points[0]
    tilt = -np.rad2deg(np.arctan2(eyes[1], eyes[0]))  # rows count downwards
    assert tilt == pytest.approx(degrees, abs=12)  # people hold their heads a little aslant


@pytest.mark.parametrize("name", PEOPLE)
def test_a_mirrored_picture_has_mirrored_places(detector, name):
    photo = data.sample_image(name)
    (face,) = detector.detect(photo)
    (other,) = detector.detect(np.ascontiguousarray(photo[:, :, ::-1]))
    mirrored = other.points * [-1, 1] + [photo.shape[2], 0]
    swapped = mirrored[[1, 0, 2, 4, 3]]  # left and right are the picture's
    # the network is not symmetric: its points are a twentieth of a face off on either side
    assert swapped == pytest.approx(face.points, abs=0.1 * face.size)


def test_grey_and_tiny_pictures_filled_by_a_face(detector):
    photo = data.sample_image("obama")
    (face,) = detector.detect(photo)
    left, top, right, bottom = face.box.astype(int)
    cut = photo[:, top - 20 : bottom + 10, left - 15 : right + 15]
    grey = np.repeat(cut.mean(0, keepdims=True), 3, axis=0)
    for longer in (112, 56, 28):
        assert len(detector.detect(data.resize_image(grey, longer))) == 1, longer


@pytest.mark.parametrize("count", [2, 10])
def test_everybody_in_a_group_is_found(detector, count):
    photos = [data.resize_image(data.sample_image(PEOPLE[i % 3]), (200, 160)) for i in range(count)]
    rows = [np.concatenate(photos[i : i + 5], axis=2) for i in range(0, count, 5)]
    assert len(detector.detect(np.concatenate(rows, axis=1))) == count


def test_a_batch_is_its_pictures(detector):
    photo = data.sample_image("obama")
    batch = np.stack([photo, np.zeros_like(photo), photo[:, :, ::-1]])
    one, none, mirrored = detector.detect(batch)
    assert (len(one), none, len(mirrored)) == (1, [], 1)
    # the same sums, perhaps in other blocks: float32 rounding, times exp and a scale
    assert one[0].points == pytest.approx(detector.detect(photo)[0].points, abs=0.01)


@pytest.mark.parametrize("name", sorted({*data.SAMPLE_IMAGES} - {"astronaut"}))
def test_there_is_no_face_in_other_photographs(detector, name):
    assert detector.detect(data.sample_image(name)) == []


def test_a_profile_is_found_when_it_is_asked_for(detector):
    (face,) = detector.detect(data.sample_image("camera"), profiles=True)
    assert face.profile


def test_who_looks_into_the_camera_is_no_profile():
    assert not Face(1.0, np.array([0, 0, 150, 150]), TARGET).profile
    beside = TARGET.copy()
    beside[2, 0] += 50  # the tip of the nose, beyond the eye on the right
    assert Face(1.0, np.array([0, 0, 150, 150]), beside).profile
    narrow = (TARGET - 75) * [0.4, 1] + 75
    assert Face(1.0, np.array([0, 0, 150, 150]), narrow).profile


@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 1, 500), (3, 700, 2), (3, 32, 33), (3, 5, 4000)])
def test_pictures_of_any_shape_are_looked_at(detector, shape):
    assert detector.detect(np.full(shape, 0.5, np.float32)) == []


@pytest.mark.parametrize(
    ("image", "options", "error", "says"),
    [
        (np.zeros((3, 8, 8), np.uint8), {}, TypeError, "expected floats"),
        (np.zeros((8, 8, 3)), {}, ValueError, r"expected \(3, H, W\)"),
        (np.zeros((3, 0, 8)), {}, ValueError, r"expected \(3, H, W\)"),
        (np.full((3, 8, 8), 255.0), {}, ValueError, "expected 0 to 1"),
        (np.full((3, 8, 8), np.nan), {}, ValueError, "expected 0 to 1"),
        (np.zeros((3, 8, 8)), {"score": 0}, ValueError, "score=0"),
        (np.zeros((3, 8, 8)), {"longer": 8}, ValueError, "longer=8"),
    ],
)
def test_what_is_no_picture_is_refused(detector, image, options, error, says):
    with pytest.raises(error, match=says):
        detector.detect(image, **options)
