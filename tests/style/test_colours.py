"""A picture in the colours of others."""

import numpy as np

from minidl import data, style
from minidl.style.colours import between_colours, in_colours_of

RNG = np.random.default_rng(0)


def drawn(mean, spread):
    """A picture of normal colours, far from 0 and 1."""
    pixels = np.array(mean)[:, None] + np.array(spread) @ RNG.standard_normal((3, 900)) * 0.03
    return pixels.reshape(3, 30, 30).astype(np.float32)


ONE = drawn([0.4, 0.5, 0.6], np.eye(3))
OTHER = drawn([0.6, 0.5, 0.3], [[1, 0, 0], [0.8, 0.5, 0], [-0.3, 0.2, 1]])


def moments(picture):
    pixels = picture.reshape(3, -1)
    return pixels.mean(1), np.cov(pixels)


def test_mean_and_covariance_are_the_others():
    found, wanted = moments(in_colours_of(ONE, [OTHER], [1.0])), moments(OTHER)
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-6)  # float32 pixels
    np.testing.assert_allclose(found[1], wanted[1], atol=1e-6)


def test_several_others_count_by_their_weights():
    mean, _ = moments(in_colours_of(ONE, [ONE, OTHER], [0.25, 0.75]))
    np.testing.assert_allclose(mean, 0.25 * moments(ONE)[0] + 0.75 * moments(OTHER)[0], atol=1e-6)


def test_between_its_own_and_the_others_colours():
    mean, _ = moments(between_colours(ONE, [OTHER], [1.0]))
    np.testing.assert_allclose(mean, (moments(ONE)[0] + moments(OTHER)[0]) / 2, atol=1e-6)


def test_its_own_colours_change_nothing():
    np.testing.assert_allclose(in_colours_of(ONE, [ONE], [1.0]), ONE, atol=1e-6)


def test_a_grey_picture_and_one_colour_are_no_trouble():
    grey = np.repeat(ONE[:1], 3, axis=0)
    flat = np.full((3, 8, 8), 0.25, np.float32)
    for picture, other in ((grey, OTHER), (ONE, grey), (flat, OTHER), (ONE, flat)):
        made = in_colours_of(picture, [other], [1.0])
        assert np.isfinite(made).all()
        np.testing.assert_allclose(made.mean((1, 2)), other.mean((1, 2)), atol=1e-3)


def test_a_descent_begins_with_it():
    content, artwork = data.artwork("glass", 24), data.artwork("waves", 24)
    made = style.transfer(content, artwork, size=24, steps=0, layers=["relu1_1"],
                          content_layer="relu1_1", quiet=True).picture  # fmt: skip
    assert np.array_equal(made, in_colours_of(content, [artwork], [1.0]))
