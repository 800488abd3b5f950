"""Pages of patches: what is drawn where."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")
import matplotlib.pyplot as plt

from minidl import nn
from minidl.vis import plot_patches, top_patches


@pytest.fixture
def top():
    """Six units; unit 2 is never excited."""
    rng = np.random.default_rng(0)
    network = nn.Sequential(nn.Conv2d(3, 6, 4, seed=0))
    network[0].bias.data[2] = -100
    return top_patches(network, "0", rng.random((12, 3, 9, 9), np.float32), quiet=True)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def names(ax):
    return [text.get_text() for text in ax.texts]


def test_every_unit_has_a_grid_with_its_name(top):
    ax = plot_patches(top)
    assert names(ax) == ["unit 0", "unit 1", "unit 2, silent", "unit 3", "unit 4", "unit 5"]


def test_units_are_chosen_by_their_numbers(top):
    assert names(plot_patches(top, [4, 1])) == ["unit 4", "unit 1"]


def test_the_best_patch_is_at_the_top_left(top):
    page = plot_patches(top, [3]).images[0].get_array()
    height = (page.shape[0] - 18 - 2 * 2) // 3
    first = page[18 : 18 + height, :height]
    expected = top.patches[3, 0].transpose(1, 2, 0).repeat(height // 4, 0).repeat(height // 4, 1)
    np.testing.assert_array_equal(first, expected)


def test_a_silent_unit_is_left_empty(top):
    page = np.asarray(plot_patches(top, [2]).images[0].get_array())
    assert set(np.unique(page).tolist()) == {np.float32(0.93), 1.0}


def test_it_draws_on_given_axes(top):
    _, ax = plt.subplots()
    assert plot_patches(top, [0], ax=ax) is ax


def test_a_style_that_arranges_figures_itself_is_no_trouble(top, recwarn):
    with plt.rc_context({"figure.constrained_layout.use": True}):
        plot_patches(top).figure.canvas.draw()
    assert not [str(w.message) for w in recwarn]


def test_columns_are_as_asked(top):
    wide = plot_patches(top, columns=6).images[0].get_array().shape
    high = plot_patches(top, columns=1).images[0].get_array().shape
    assert wide[1] > 5 * wide[0]
    assert high[0] > 5 * high[1]


def test_grey_patches_are_drawn():
    network = nn.Sequential(nn.Conv2d(1, 2, 3, seed=0))
    found = top_patches(
        network, "0", np.random.default_rng(0).random((9, 1, 9, 9), np.float32), quiet=True
    )
    assert plot_patches(found).images[0].get_array().shape[2] == 3


def test_what_cannot_be_drawn_is_named(top):
    with pytest.raises(ValueError, match=r"of which \[7\] were not searched for"):
        plot_patches(top, [7])
    with pytest.raises(ValueError, match="given 0 units, expected 1 to 100"):
        plot_patches(top, [])
    network = nn.Sequential(nn.Conv2d(2, 2, 3))
    found = top_patches(network, "0", np.zeros((9, 2, 9, 9), np.float32), quiet=True)
    with pytest.raises(ValueError, match="patches of 2 channels, expected 1 or 3"):
        plot_patches(found)
