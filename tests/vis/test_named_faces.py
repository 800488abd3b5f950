"""Boxes and names drawn into a picture."""

import numpy as np
import pytest

from minidl.vis import draw_faces

GREY = np.full((3, 200, 300), 0.5, np.float32)


def changed(boxes, names):
    """Where the picture changed, (200, 300)."""
    drawn = draw_faces(GREY, boxes, names)
    assert drawn.shape == GREY.shape
    return (np.abs(drawn - GREY) > 0.01).any(axis=0)  # half a step of 255 is .002


def test_a_box_is_drawn_around_a_face_and_its_name_under_it():
    where = changed([[100, 50, 160, 120]], ["Ada"])
    assert where[50, 100:160].all()
    assert where[50:120, 100].all()
    assert not where[55:115, 105:155].any()
    assert where[121:140, 110:150].any()
    assert not where[:45].any()


def test_without_a_name_there_is_only_the_box():
    assert not changed([[100, 50, 160, 120]], [""])[125:].any()


@pytest.mark.parametrize("box", [[-20, -20, 40, 60], [250, 150, 320, 230], [0, 0, 300, 200]])
def test_names_stay_in_the_picture(box):
    where = changed([box], ["Bartholomew"])
    more = where & ~changed([box], [""])
    assert more.sum() > 500


def test_nothing_is_drawn_for_nobody():
    assert not changed([], []).any()


def test_as_many_names_as_boxes():
    with pytest.raises(ValueError, match="1 boxes and 2 names"):
        draw_faces(GREY, [[0, 0, 9, 9]], ["a", "b"])


@pytest.mark.parametrize("box", [[9, 0, 0, 9], [0, 9, 9, 0], [0, 0, np.nan, 9], [0, 0, np.inf, 9]])
def test_boxes_that_cannot_be_drawn_are_refused(box):
    with pytest.raises(ValueError, match="draw_faces: given boxes that are turned inside out"):
        draw_faces(GREY, [box], ["a"])
