"""Where a photograph has detail its shapes are kept, and where it has none, dots cost."""

import numpy as np
import pytest

from minidl import Tensor, data, style
from minidl.gradients import gradcheck
from minidl.style.colours import between_colours
from minidl.style.costs import fine_detail, masked_fine_detail
from minidl.style.detail import FINER_WEIGHT, SMOOTH, detail_map, resized_map, smooth_mask
from minidl.style.objective import Objective
from tests.style.test_faces import Small

RNG = np.random.default_rng(0)
ART = data.artwork("waves", 48)
DOTS = np.where(np.add.outer(np.arange(96), np.arange(96)) % 4 < 2, 0.1, -0.1)
LAYERS = {"relu1_1": 0.2, "relu3_1": 0.2}


def half_smooth():
    """Grey to the left, squares of five pixels to the right: (3, 96, 96)."""
    squares = np.add.outer(np.arange(96) // 5, np.arange(96) // 5) % 2 * 0.8 + 0.1
    return np.repeat(np.where(np.arange(96) < 48, 0.5, squares)[None], 3, 0).astype(np.float32)


def objective(**options):
    settings = style.Settings(layers=LAYERS, grain=0.0, **options)
    return Objective(Small(), settings, half_smooth(), [ART])


def test_detail_is_where_something_changes_and_one_in_the_mean():
    found = detail_map(half_smooth())
    assert found.shape == (96, 96)
    assert found.dtype == np.float32
    assert np.isclose(found.mean(), 1, rtol=1e-5)
    assert found[:, :36].max() < 0.1
    assert found[:, 60:].min() > 1


def test_a_map_of_another_size_is_one_in_the_mean_again():
    found = detail_map(half_smooth())
    smaller = resized_map(found, 12, 13)
    assert smaller.shape == (12, 13)
    assert np.isclose(smaller.mean(), 1, rtol=1e-5)
    assert smaller.min() >= 0
    assert smaller[:, :4].max() < 0.1 < 1 < smaller[:, 9:].min()


def test_one_colour_has_as_much_detail_everywhere():
    flat = detail_map(np.full((3, 20, 30), 0.3, np.float32))
    assert (flat == 1).all()
    assert (resized_map(flat, 5, 7) == 1).all()


def test_smooth_places_count_for_dots_and_others_hardly():
    mask = smooth_mask(np.array([0, SMOOTH, 1, 3], np.float32))
    assert np.allclose(mask, [1, 1 / 2, 1 / 11, 1 / 31], rtol=1e-6)


def test_masked_fine_detail_is_the_fine_detail_where_all_counts():
    x = RNG.random((3, 9, 8))
    assert masked_fine_detail(x, np.ones((9, 8))).item() == fine_detail(x).item()
    assert masked_fine_detail(x, np.zeros((9, 8))).item() == 0


def test_the_gradient_of_masked_fine_detail():
    mask = RNG.random((9, 8))
    gradcheck(lambda x: masked_fine_detail(x, mask), RNG.random((3, 9, 8)))


def test_dots_cost_where_the_content_is_smooth():
    made_by, content = objective(), half_smooth()
    left, right = content.copy(), content.copy()
    left[:, :, 4:44] += DOTS[:, 4:44]
    right[:, :, 52:92] += DOTS[:, 52:92]
    before, *after = (made_by(Tensor(p[None]))[1]["dots"] for p in (content, left, right))
    assert after[0] - before > 5 * (after[1] - before) > 0


def test_detail_is_asked_for_where_it_is():
    made_by, picture = objective(), RNG.random((3, 96, 96), np.float32)
    looks = made_by.details
    assert list(looks) == ["relu3_1", "relu4_2"]
    assert np.isclose(looks["relu3_1"].mask.mean(), FINER_WEIGHT, rtol=1e-5)
    kept = between_colours(half_smooth(), [ART], (1.0,))
    expected = Small().features(Tensor(kept[None]), list(looks))
    assert all(np.array_equal(looks[n].features.data, expected[n].data) for n in looks)
    total, parts = made_by(Tensor(picture[None]))
    weights = {"content": 6.5, "detail": 3.5, "relu1_1": 24, "relu3_1": 24, "total variation": 20,
               "dots": 20}  # fmt: skip
    assert set(parts) == set(weights)
    assert np.isclose(total.item(), sum(w * parts[n] for n, w in weights.items()), rtol=1e-5)


@pytest.mark.parametrize("options", [{"alpha": 0.0}, {"beta": 0.0}, {"detail": 0.0, "dots": 0.0}])
def test_neither_counts_without_both_costs_or_a_weight(options):
    _, parts = objective(**options)(Tensor(RNG.random((1, 3, 96, 96), np.float32)))
    assert not {"detail", "dots"} & set(parts)


@pytest.mark.parametrize("detail", [-0.1, 1.5, float("nan")])
def test_detail_is_a_share(detail):
    with pytest.raises(ValueError, match=r"detail=.*expected at"):
        style.Settings(detail=detail)
