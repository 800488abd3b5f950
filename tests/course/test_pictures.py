"""Pictures of a wrong array: expected, yours, and the difference, in colours that all can tell."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from minidl.course import check
from minidl.course.report import Picture
from minidl.course.report.pictures import READABLE, drawn

RNG = np.random.default_rng(0)


def figures(got, expected):
    """(image, alt text, caption) of each figure."""
    html = drawn(Picture("y", np.asarray(got), np.asarray(expected)))
    for figure in ElementTree.fromstring(html):
        image = figure.find("img")
        data = base64.b64decode(image.get("src").removeprefix("data:image/png;base64,"))
        with Image.open(io.BytesIO(data)) as found:
            pixels = np.asarray(found.convert("RGB"))
        yield pixels, image.get("alt"), " ".join(figure.find("figcaption").itertext())


def test_expected_yours_and_the_difference():
    expected = np.arange(24.0).reshape(4, 6)
    got = expected.copy()
    got[1, 2] += 3
    found = list(figures(got, expected))
    assert [alt.partition(":")[0] for _, alt, _ in found] == [
        "expected", "yours", "yours − expected",
    ]  # fmt: skip
    assert "at most 3, at [1, 2]; 1 of 24 differ" in found[2][1]
    assert "shape (4, 6), from 0 (dark) to 23" in found[0][1]
    assert {pixels.shape for pixels, _, _ in found} == {(96, 144, 3)}


def test_expected_and_yours_have_one_scale():
    expected, got = np.zeros((5, 5)), np.zeros((5, 5))
    expected[0, 0], got[1, 1] = 1.0, 2.0
    one, other, _ = (pixels for pixels, _, _ in figures(got, expected))
    assert (one[-1, -1] == other[-1, -1]).all()  # 0 in both
    assert not (one[0, 0] == other[40, 40]).all()  # 1 and 2
    same = list(figures(got * 0.5, expected))
    assert (same[0][0][0, 0] == same[1][0][40, 40]).all()  # 1 and 1


def test_in_the_difference_no_difference_is_white_red_too_much_and_blue_too_little():
    expected, got = np.zeros((5, 5)), np.zeros((5, 5))
    got[0, 0], got[4, 4] = 2.0, -2.0
    pixels = list(figures(got, expected))[2][0].astype(int)
    red, blue, none = pixels[0, 0], pixels[-1, -1], pixels[70, 70]
    assert red[0] > red[2] + 50
    assert blue[2] > blue[0] + 50
    assert none.min() > 240


def test_of_more_axes_the_plane_with_the_largest_difference_is_drawn():
    expected = RNG.normal(size=(2, 3, 5, 4))
    got = expected.copy()
    got[1, 2, 3, 0] = 50.0
    got[0, 0] += 0.1
    found = list(figures(got, expected))
    assert all("plane [1, 2] of" in alt for _, alt, _ in found[:2])
    assert "at [3, 0]; 1 of 20 differ" in found[2][1]


def test_other_shapes_have_no_difference():
    found = list(figures(np.ones((5, 6)), np.ones((5, 5))))
    assert len(found) == 2
    assert "shape (5, 5)" in found[0][1]
    assert "shape (5, 6)" in found[1][1]


def test_what_is_no_number_is_grey_and_said():
    expected, got = np.zeros((5, 5)), np.zeros((5, 5))
    got[0, 0], got[0, 1], got[4, 4] = np.nan, np.inf, 1.0
    found = list(figures(got, expected))
    assert (found[1][0][0, 0] == 128).all()
    assert (found[1][0][0, 30] == 128).all()
    assert [alt.endswith("grey: nan or infinite") for _, alt, _ in found] == [False, True, True]


@pytest.mark.parametrize(
    "shape", [(), (40,), (4, 4), (2, 2, 4), (0, 5), (1, 16)], ids=lambda shape: f"{shape}"
)
def test_what_can_be_read_as_numbers_or_has_no_rows_is_not_drawn(shape):
    assert drawn(Picture("y", np.ones(shape), np.zeros(shape))) == ""


def test_everything_else_is(monkeypatch):
    for dtype in (bool, np.uint8, np.int64, np.float32, np.float64):
        array = np.ones((5, READABLE), dtype)
        assert len(list(figures(array, np.zeros_like(array)))) == 3


def test_all_nan_and_huge_values_are_drawn():
    nothing, huge = np.full((5, 5), np.nan), np.full((5, 5), 1e308)
    assert len(list(figures(nothing, huge))) == 3
    assert len(list(figures(-huge, huge))) == 3


def test_a_report_has_the_pictures_of_a_wrong_matrix(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    checks = toy_course.root / "tests/exercises/ex01_toy.py"
    checks.write_text(checks.read_text().replace("size=3", "size=(6, 7)"))
    (toy_course.exercises / "ex01_toy.py").write_text("def double(x):\n    return x + 2\n")
    html = check("ex01.double")._repr_html_()
    assert html.count("data:image/png;base64,") == 3
    assert len(re.findall(r'<img [^>]*alt="[^"]+"', html)) == 3
