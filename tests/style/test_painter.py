"""The painter of one pass: any size, mixed manners, strength, colours; what it refuses.

That its networks are the published ones is in tests/oracle.
"""

import numpy as np
import pytest

from minidl import data, style
from minidl.style.painter import _looked_at
from minidl.style.pictures import coloured_as

PHOTO = data.sample_image("cat")


@pytest.fixture(scope="module")
def painter():
    return style.Painter.pretrained()


@pytest.fixture(scope="module")
def manners(painter):
    return [painter.manner(name) for name in ("waves", "glass")]


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 41), (34, 19), (48, 64), (63, 62)])
def test_any_size_and_aspect(painter, manners, height, width):
    photo = data.resize_image(PHOTO, (height, width))
    painted = painter.paint(photo, manners[0])
    assert painted.shape == photo.shape
    assert painted.dtype == np.float32
    assert 0 <= painted.min() < painted.max() <= 1


def test_a_size_is_that_of_the_longer_side(painter, manners):
    assert max(painter.paint("cat", manners[0], size=40).shape) == 40


def test_manners_differ_between_artworks_more_than_within_one(painter, manners):
    waves, glass = manners
    assert waves.shape == (100,)
    smaller = painter.manner(data.artwork("waves", 300))
    assert np.linalg.norm(smaller - waves) < 0.3 * np.linalg.norm(glass - waves)


def test_the_manner_decides_the_colours(painter, manners):
    photo = data.resize_image(PHOTO, 64)
    for manner, own, other in zip(manners, ("waves", "glass"), ("glass", "waves"), strict=True):
        painted = painter.paint(photo, manner).mean((1, 2))
        near, far = (
            np.linalg.norm(painted - data.artwork(a, 64).mean((1, 2))) for a in (own, other)
        )
        assert near < far


def test_manners_mix_by_weight(painter, manners):
    waves, glass = manners
    assert np.allclose(painter.mix([waves, glass]), (waves + glass) / 2, atol=1e-6)
    assert np.allclose(painter.mix([waves, glass], [1, 3]), waves / 4 + 3 * glass / 4, atol=1e-6)
    assert np.array_equal(painter.mix([waves, glass], [1, 0]), waves)
    photo = data.resize_image(PHOTO, 32)
    added = painter.paint(photo, 0.5 * waves + 0.5 * glass)  # arrays can be added, too
    assert np.allclose(added, painter.paint(photo, painter.mix(manners)), atol=1e-4)


def test_strength_goes_from_the_photographs_own_manner_to_the_artworks(painter, manners):
    photo = data.resize_image(PHOTO, 48)
    own = painter.paint(photo, painter.manner(photo))
    found = [painter.paint(photo, manners[0], s) for s in (0.0, 0.5, 1.0)]
    assert np.allclose(found[0], own, atol=1e-4)
    assert np.array_equal(found[2], painter.paint(photo, manners[0]))
    away = [np.square(f - own).mean() for f in found]
    assert away[0] < away[1] < away[2]


def test_colours_are_kept(painter, manners):
    photo = data.resize_image(PHOTO, 48)
    kept = painter.paint(photo, manners[0], preserve_colour=True)
    assert np.array_equal(kept, coloured_as(painter.paint(photo, manners[0]), photo))


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(300, 300, (256, 256)), (400, 100, (512, 128)), (100, 160, (192, 320)), (9, 999, (32, 2688))],
)
def test_an_artwork_is_looked_at_with_its_proportions(height, width, expected):
    assert _looked_at(height, width) == expected


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda p, m: p.paint("cat", m[:50]), ValueError, r"shape \(50,\), expected 100"),
        (lambda p, m: p.paint("cat", m * np.nan), ValueError, "expected 100 finite floats"),
        (lambda p, m: p.paint("cat", m, 1.5), ValueError, "given strength=1.5, expected 0 to 1"),
        (lambda p, m: p.paint("cat", m, size=8), ValueError, "expected at least 16 on each side"),
        (lambda p, m: p.paint("cat", m, size=0), ValueError, "given size=0"),
        (lambda p, m: p.paint("cat", m, size=10**6), ValueError, "expected at most"),
        (lambda p, m: p.paint("nobody", m), FileNotFoundError, "no file nobody"),
        (lambda p, m: p.paint(np.ones((3, 20, 20), np.uint8), m), TypeError, "divide by 255"),
        (lambda p, m: p.manner(np.ones((20, 20, 3))), ValueError, "transpose"),
        (lambda p, m: p.mix([]), ValueError, "given no manners"),
        (lambda p, m: p.mix([m, m], [1]), ValueError, r"weights \[1\] for 2 manners"),
        (lambda p, m: p.mix([m, m], [1, -1]), ValueError, "none negative"),
        (lambda p, m: p.mix([m, m], [0, 0]), ValueError, "not all 0"),
        (lambda p, m: p.mix([m, m[:9]]), ValueError, r"mix: given a manner of float32"),
    ],
)
def test_what_is_refused_in_one_line(painter, manners, call, error, says):
    with pytest.raises(error, match=says) as raised:
        call(painter, manners[0])
    assert "\n" not in str(raised.value)
