"""Faces in a photograph are kept: where they are, what they cost, and that without one nothing
changes."""

import numpy as np
import pytest

from minidl import Tensor, data, nn, style
from minidl.gradients import gradcheck
from minidl.style.colours import between_colours, in_colours_of
from minidl.style.costs import content_cost, masked_content_cost, normalised_gram
from minidl.style.faces import EDGE, REACH, STYLE_LEFT, face_boxes, face_mask
from minidl.style.objective import Objective
from minidl.style.pictures import at_size

RNG = np.random.default_rng(0)
PERSON, CAT, ART = (
    data.sample_image("astronaut"), data.sample_image("cat"), data.artwork("waves", 48)
)  # fmt: skip
FACE = np.array([[0.3, 0.2, 0.7, 0.6]])
NO_FACE = np.empty((0, 4))


class Small(nn.Module):
    """Three layers of a network that is neither deep nor trained."""

    def __init__(self):
        self.first = nn.Conv2d(3, 8, 3, padding=1, seed=0)
        self.second = nn.Conv2d(8, 8, 3, padding=1, stride=2, seed=1)
        self.third = nn.Conv2d(8, 8, 3, padding=1, stride=2, seed=2)

    def features(self, x, layers):
        one = self.first(x).relu()
        two = self.second(one).relu()
        found = {"relu1_1": one, "relu3_1": two, "relu4_2": self.third(two).relu()}
        return {name: found[name] for name in layers}


def paint(content, **options):
    defaults = {"size": 96, "steps": 5, "layers": ["relu1_1", "relu3_1"], "grain": 0.0,
                "detail": 0.0, "dots": 0.0}  # fmt: skip
    return style.transfer(content, ART, network=Small(), **{"quiet": True, **defaults, **options})


def objective(boxes, **options):
    settings = style.Settings(
        layers={"relu1_1": 0.2, "relu3_1": 0.2}, grain=0.0, detail=0.0, dots=0.0, **options
    )
    return Objective(Small(), settings, at_size(PERSON, 96, "content"), [ART], boxes)


def cost_and_gradient(made_by, picture):
    pixels = Tensor(picture[None], requires_grad=True)
    cost, parts = made_by(pixels)
    cost.backward()
    return cost.item(), parts, pixels.grad


def test_a_face_is_found_and_a_cat_has_none():
    (left, top, right, bottom), *more = face_boxes(PERSON)
    assert not more
    assert 0.3 < left < right < 0.6
    assert 0.05 < top < bottom < 0.4
    assert face_boxes(CAT).shape == (0, 4)


def test_boxes_are_the_same_shares_at_any_size():
    small = face_boxes(at_size(PERSON, 192, "content"))
    assert np.abs(small - face_boxes(PERSON)).max() < 0.03  # the detector's own unsteadiness


def test_the_mask_is_one_on_the_face_and_zero_away_from_it():
    mask = face_mask(FACE, 50, 100)
    assert mask.shape == (50, 100)
    assert mask.dtype == np.float32
    down, right = (np.arange(50)[:, None] + 0.5) / 50, (np.arange(100) + 0.5) / 100
    distance = np.hypot((right - 0.5) / 0.2, (down - 0.4) / 0.2)  # in halves of the box
    assert (mask[distance <= REACH - EDGE] == 1).all()
    assert (mask[distance >= REACH + EDGE] == 0).all()
    between = np.abs(distance - REACH) < 0.9 * EDGE
    assert ((mask > 0) & (mask < 1))[between].all()


def test_masks_of_several_faces_and_of_none():
    other = np.add(FACE, [0.2, 0.3, 0.2, 0.3])
    both = face_mask(np.concatenate([FACE, other]), 40, 40)
    assert np.array_equal(both, np.maximum(face_mask(FACE, 40, 40), face_mask(other, 40, 40)))
    assert not face_mask(NO_FACE, 40, 40).any()


def test_a_face_that_reaches_beyond_the_picture():
    mask = face_mask(np.array([[-0.5, -0.5, 0.5, 0.5]]), 20, 20)
    assert mask[0, 0] == 1
    assert mask[-1, -1] == 0


def test_the_masked_cost_is_the_content_cost_where_all_is_kept():
    made, wanted = RNG.standard_normal((2, 1, 3, 4, 5))
    everywhere = masked_content_cost(wanted, made, np.ones((4, 5)))
    assert everywhere.item() == content_cost(wanted, made).item()


def test_the_gradient_of_the_masked_cost():
    made, wanted = RNG.standard_normal((2, 3, 4, 5))
    mask = RNG.random((4, 5)) * (RNG.random((4, 5)) > 0.3)
    gradcheck(lambda x: masked_content_cost(wanted, x, mask), made)
    pixels = Tensor(made, requires_grad=True)
    masked_content_cost(wanted, pixels, mask).backward()
    assert (pixels.grad[:, mask == 0] == 0).all()


def test_without_a_face_cost_and_gradient_are_the_same_to_the_bit():
    picture = RNG.random((3, 96, 96), np.float32)
    without = cost_and_gradient(objective(None), picture)
    for same in (objective(NO_FACE), objective(FACE, faces=0.0)):
        cost, parts, gradient = cost_and_gradient(same, picture)
        assert (cost, parts) == without[:2]
        assert np.array_equal(gradient, without[2])


def test_with_a_face_the_cost_has_one_part_more():
    cost, parts, _ = cost_and_gradient(objective(FACE), RNG.random((3, 96, 96), np.float32))
    weights = {"content": 10, "faces": 30, "relu1_1": 24, "relu3_1": 24, "total variation": 20}
    assert set(parts) == set(weights)
    assert np.isclose(cost, sum(weights[n] * part for n, part in parts.items()), rtol=1e-5)


def test_the_face_alone_is_asked_to_look_like_the_photograph():
    made_by = objective(FACE)
    made = Tensor(RNG.random((1, 8, 48, 48), np.float32), requires_grad=True)
    made_by.faces["relu3_1"].cost(made).backward()
    assert np.array_equal(made.grad[0].any(axis=0), face_mask(FACE, 48, 48) > 0)


def test_a_recoloured_face_is_begun_with_half_in_its_own_colours():
    begun = paint(PERSON, steps=0, init="recoloured")
    mask = face_mask(begun.faces, *begun.content.shape[1:])
    whole = in_colours_of(begun.content, begun.styles, [1.0])
    half = between_colours(begun.content, begun.styles, [1.0])
    assert np.allclose(begun.picture[:, mask == 1], half[:, mask == 1], atol=1e-6)
    assert np.array_equal(begun.picture[:, mask == 0], whole[:, mask == 0])


def test_the_style_asks_less_of_a_face_and_as_much_in_all():
    styled = objective(FACE)._styled(Tensor(np.ones((1, 1, 40, 40)))).data[0, 0]
    assert np.isclose(np.square(styled).mean(), 1, rtol=1e-6)
    assert np.isclose(styled[16, 20] ** 2, STYLE_LEFT * styled[0, 0] ** 2, rtol=1e-6)


def test_the_gradient_of_a_style_that_asks_less():
    made_by = objective(FACE)
    gradcheck(lambda x: normalised_gram(made_by._styled(x)), RNG.standard_normal((1, 2, 5, 6)))


def test_a_painting_of_a_cat_does_not_know_of_faces():
    assert np.array_equal(paint(CAT).picture, paint(CAT, faces=0).picture)


def test_a_face_stays_nearer_to_itself(capsys):
    options = {"steps": 20, "init": "content"}
    kept, plain = paint(PERSON, quiet=False, **options), paint(PERSON, faces=0, **options)
    assert capsys.readouterr().out.count("a face was found: it is kept") == 1
    assert len(kept.faces) == 1
    assert "faces" in kept.history.parts
    assert (len(plain.faces), "faces" in plain.history.parts) == (0, False)
    look = between_colours(kept.content, kept.styles, [1.0])
    features = [Small().features(Tensor(p[None]), ["relu4_2"])["relu4_2"]
                for p in (look, kept.picture, plain.picture)]  # fmt: skip
    mask = face_mask(kept.faces, *features[0].shape[2:])
    near, far = (masked_content_cost(features[0], f, mask).item() for f in features[1:])
    assert near < 0.8 * far


@pytest.mark.parametrize("options", [{"alpha": 0.0}, {"beta": 0.0}, {"faces": 0.0}])
def test_where_faces_do_not_count_none_is_looked_for(options, monkeypatch):
    monkeypatch.setattr("minidl.style.painting.face_boxes", None)
    assert "faces" not in paint(PERSON, steps=1, **options).history.parts


def test_a_network_that_sees_no_finer_keeps_faces_with_the_layer_of_the_content():
    result = paint(PERSON, layers=["relu1_1"], steps=1)
    assert "faces" in result.history.parts


def test_faces_are_kept_in_the_hues_of_the_photograph_too():
    assert len(paint(PERSON, preserve_colour=True).faces) == 1
