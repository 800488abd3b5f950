"""Selectivity: a unit that was made to see something is found out, one that was not is not."""

import numpy as np
import pytest

from minidl import nn
from minidl.data import face_traits, faces
from minidl.models import FaceEncoder
from minidl.vis import face_properties, unit_answers, unit_selectivity


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def network():
    """Unit 0 sees red, unit 1 the lack of blue, unit 2 nothing (its weights are 0)."""
    network = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False))
    network[0].weight.data[:, :, 0, 0] = [[1, 0, 0], [0, 0, -1], [0, 0, 0]]
    return network


@pytest.fixture
def images(rng):
    return rng.random((200, 3, 4, 4), np.float32) * rng.random((200, 3, 1, 1), np.float32)


def colours(images):
    red, _, blue = images.mean((2, 3)).T
    return {
        "red": red > np.median(red),
        "blue": blue > np.median(blue),
        "chance": np.random.default_rng(1).random(len(images)) < 0.3,
    }


def test_units_are_found_to_see_what_they_were_made_for(network, images):
    found = unit_selectivity(network, "0", images, colours(images), quiet=True)
    assert [found.properties[i] for i in found.best[:2]] == ["red", "blue"]
    assert found.absent[:2].tolist() == [False, True]
    assert (found.auc[:2] > 0.8).all()
    assert found.says(1).startswith(f"unit 1 sees no blue, {found.auc[1]:.2f} (shuffled: 0.")
    assert found.strongest(2) in ([0, 1], [1, 0])


def test_a_unit_that_never_answers_tells_nothing(network, images):
    found = unit_selectivity(network, "0", images, colours(images), quiet=True)
    assert found.auc[2] == 0.5


def test_shuffled_properties_are_found_hardly_better_than_by_chance(network, images):
    found = unit_selectivity(network, "0", images, colours(images), quiet=True)
    # with 100 pictures, half of them with the property, 95 % of AUCs are below 0.5 + 1.65 * 0.058
    assert (found.control[:2] < 0.65).all()
    assert (found.auc[:2] > found.control[:2] + 0.2).all()


def test_what_is_chosen_by_luck_is_not_measured_by_luck(rng, network, images):
    """Of 300 properties that mean nothing the best looks good in the half that chose it."""
    nothing = {str(i): rng.random(200) < 0.5 for i in range(300)}
    found = unit_selectivity(network, "0", images, nothing, quiet=True, shuffles=5)
    assert np.abs(found.every[:2] - 0.5).max() > 0.1
    assert (found.auc < 0.65).all()


def test_auc_is_the_share_of_pairs_in_the_right_order(images, network):
    properties = colours(images)
    found = unit_selectivity(network, "0", images, properties, quiet=True, shuffles=1)
    answers = unit_answers(network, "0", images, quiet=True)[:, 0]
    with_it, without = answers[properties["blue"]], answers[~properties["blue"]]
    pairs = np.sign(with_it[:, None] - without).mean() / 2 + 0.5
    assert found.every[0, 1] == pytest.approx(pairs)


def test_groups_are_not_torn_apart(network, rng):
    """Every picture of a group is the same: a torn group would be recognised, not understood."""
    groups = np.repeat(np.arange(20), 10)
    images = np.repeat(rng.random((20, 3, 2, 2), np.float32), 10, axis=0)
    label = np.repeat(rng.random(20) < 0.5, 10)
    properties = {str(i): np.repeat(rng.permutation(label[::10]), 10) for i in range(40)}
    whole = unit_selectivity(network, "0", images, properties, groups, shuffles=1, quiet=True)
    torn = unit_selectivity(network, "0", images, properties, shuffles=1, quiet=True)
    assert torn.auc[:2].mean() > whole.auc[:2].mean() + 0.1


def test_the_same_seed_gives_the_same(network, images):
    properties = colours(images)
    a, b = (
        unit_selectivity(network, "0", images, properties, seed=3, shuffles=3, quiet=True)
        for _ in range(2)
    )
    np.testing.assert_array_equal(a.control, b.control)


def test_skin_is_seen_by_the_encoder_of_drawn_faces():
    """It is the same in all pictures of a person, so an encoder of persons has to use it."""
    drawn = faces(40, 3, split="test")
    properties = face_properties(drawn.factors, face_traits(drawn.labels, split="test"))
    found = unit_selectivity(
        FaceEncoder.pretrained(), "conv3", drawn.images, properties, drawn.labels, shuffles=20,
        quiet=True,
    )  # fmt: skip
    best = found.strongest(1)[0]
    assert found.properties[found.best[best]] == "high tone"
    assert found.auc[best] > max(0.8, found.control[best] + 0.15)


def test_properties_of_faces_are_what_was_drawn():
    drawn = faces(30, 4)
    properties = face_properties(drawn.factors, face_traits(drawn.labels))
    np.testing.assert_array_equal(properties["glasses"], drawn.factors["glasses"] == 1)
    assert properties["high yaw"].mean() == pytest.approx(0.5, abs=0.02)
    per_person = properties["high tone"].reshape(30, 4)
    assert (per_person == per_person[:, :1]).all()
    assert all(0 < is_it.sum() < 120 for is_it in properties.values())


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "given no properties"),
        ({"a": [True] * 3}, r"given a of shape \(3,\), expected \(4,\)"),
        ({"a": [True] * 4}, "a is the same in all 4 pictures"),
    ],
)
def test_useless_properties_are_refused(network, properties, message):
    with pytest.raises(ValueError, match=message):
        unit_selectivity(network, "0", np.zeros((4, 3, 2, 2), np.float32), properties)
