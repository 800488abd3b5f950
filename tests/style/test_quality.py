"""Grain and colours of a painting: numbers whose values are known for pictures made to measure."""

import numpy as np
import pytest

from minidl import data, style
from minidl.style.quality import fine_share

ROWS, COLUMNS = np.mgrid[:96, :96]


def wave(frequency, down=0.0):
    """A grey wave of so many cycles a pixel to the right and down, (3, 96, 96)."""
    light = 0.5 + 0.4 * np.sin(2 * np.pi * (frequency * COLUMNS + down * ROWS))
    return np.repeat(light[None], 3, axis=0).astype(np.float32)


@pytest.mark.parametrize(
    ("frequency", "down", "share"),
    [(0.05, 0, 0), (0.3, 0, 0), (0.37, 0, 1), (0.48, 0, 1), (0.2, 0.2, 0), (0.26, 0.26, 1)],
)
def test_the_share_above_a_third_of_a_cycle(frequency, down, share):
    # the window spreads a wave over neighbouring frequencies, by less than a thousandth this far
    assert abs(fine_share(wave(frequency, down)) - share) < 1e-3


def test_the_share_of_a_mix_is_that_of_its_power():
    mixed = (wave(0.05) - 0.5) * 0.5 + (wave(0.45) - 0.5) * 0.25 + 0.5
    assert abs(fine_share(mixed) - 0.2) < 1e-3  # 0.25^2 of 0.5^2 + 0.25^2


def test_a_picture_of_one_colour_has_no_share_and_brightness_none():
    assert fine_share(np.full((3, 20, 20), 0.3, np.float32)) == 0
    assert np.isclose(fine_share(wave(0.4) * 0.5), fine_share(wave(0.4)))


def test_grain_is_the_ratio_of_the_shares():
    artwork = (wave(0.05) - 0.5) * 0.8 + (wave(0.45) - 0.5) * 0.2 + 0.5
    specks = (wave(0.05) - 0.5) * 0.8 + (wave(0.45) - 0.5) * 0.4 + 0.5
    assert np.isclose(style.grain(artwork, artwork), 1)
    expected = (0.4**2 / (0.8**2 + 0.4**2)) / (0.2**2 / (0.8**2 + 0.2**2))
    assert abs(style.grain(specks, artwork) / expected - 1) < 0.01


def test_noise_has_grain_and_a_blurred_picture_has_none():
    art = data.artwork("waves", 96)
    noisy = (art + np.random.default_rng(0).normal(0, 0.2, art.shape)).clip(0, 1)
    blurred = data.resize_image(data.resize_image(art, 24), art.shape[1:])
    assert style.grain(noisy, art) > 1.5
    assert style.grain(blurred, art) < 0.2


def test_a_smooth_artwork_gives_nothing_to_compare_with():
    with pytest.raises(ValueError, match="an artwork of one colour"):
        style.grain(wave(0.2), np.zeros((3, 20, 20)))


def test_colours_of_the_same_and_of_other_pictures():
    red, blue = np.zeros((2, 3, 8, 8), np.float32)
    red[0], blue[2] = 1, 1
    half = np.concatenate([red, blue], axis=2)
    assert style.colour_distance(red, red) == 0
    assert style.colour_distance(red, blue) == 1
    assert style.colour_distance(half, red) == 0.5
    assert style.colour_distance(red[:, ::-1, :3], red) == 0  # where and how many does not matter


def test_fine_detail_counts_a_frequency_by_its_eighth_power():
    for frequency in (0.1, 1 / 3, 0.45):
        x = wave(frequency).astype(np.float64)
        power = 3 * 0.4**2 / 2 * (2 - 2 * np.cos(2 * np.pi * frequency)) ** 4
        # the differences end 4 pixels early, and hold no whole number of waves: a tenth at most
        assert abs(style.fine_detail(x).item() / power - 1) < 0.1
    with pytest.raises(ValueError, match="at least 5 pixels each way"):
        style.fine_detail(np.zeros((3, 4, 9)))
