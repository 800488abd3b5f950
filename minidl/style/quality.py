"""Two numbers that say what is wrong with a painting: its grain, and how far its colours are."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.data import resize_image
from minidl.style.pictures import opened

HIGH = 1 / 3  # cycles a pixel: what is above is specks and lattices of two or three pixels
BINS = 8  # of each of red, green and blue


@checked
def grain(picture: Any, artwork: Any) -> float:
    """How many times the artwork's share of fine detail a painting has; 1 is as much.

    The share is that of frequencies above a third of a cycle a pixel in the power spectrum of the
    three colours, without their means and under a Hann window, so that opposite borders, which do
    not continue each other, do not count as detail. The artwork is brought to as many pixels along
    the longer side as the picture has.
    picture, artwork: RGB (3, H, W) from 0 to 1, image files, or names.
    Raises ValueError for an artwork of one colour, which has no spectrum to compare with.
    """
    made, wanted = opened(picture, called="grain"), opened(artwork, called="grain")
    wanted = resize_image(wanted, max(made.shape[1:]))
    share = fine_share(wanted)
    if share == 0:
        raise ValueError("grain: given an artwork of one colour, expected one with some detail")
    return fine_share(made) / share


def fine_share(picture: np.ndarray) -> float:
    """The share, 0 to 1, of a picture's power (3, H, W) above a third of a cycle a pixel."""
    height, width = picture.shape[1:]
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    mean = np.average(picture.reshape(3, -1), axis=1, weights=window.ravel()).reshape(3, 1, 1)
    power = np.square(np.abs(np.fft.fft2((picture - mean) * window))).sum(0)
    down, right = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)
    total = power.sum()
    # Of a picture of one colour only rounding is left.
    if total <= 1e-12 * picture.size**2:
        return 0.0
    return float(power[np.hypot(down, right) > HIGH].sum() / total)


@checked
def colour_distance(picture: Any, artwork: Any) -> float:
    """How far the colours of a painting are from the artwork's: 0 for the same, 1 for no shared.

    Half of the sum of absolute differences of two histograms, each of 8 x 8 x 8 bins of red, green
    and blue, that add up to 1: the share of the picture that would have to change its bin.
    picture, artwork: RGB (3, H, W) from 0 to 1, image files, or names, of any sizes.
    """
    made, wanted = (_histogram(opened(p, called="colour_distance")) for p in (picture, artwork))
    return float(np.abs(made - wanted).sum() / 2)


def _histogram(picture: np.ndarray) -> np.ndarray:
    """The share of pixels in each bin, (512,)."""
    red, green, blue = np.minimum((picture * BINS).astype(int), BINS - 1).reshape(3, -1)
    found = np.bincount((red * BINS + green) * BINS + blue, minlength=BINS**3)
    power: np.ndarray = found / found.sum()
    return power
