"""A picture in the colours of others: their mean and how they vary together, by a linear map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_FLOOR = 1e-5  # the least variance to divide by: a grey picture has none in two of three directions


def in_colours_of(
    picture: np.ndarray, others: Sequence[np.ndarray], weights: Sequence[float]
) -> np.ndarray:
    """The picture (3, H, W) with the mean and covariance of the others' colours, 0 to 1.

    weights: shares of the others, which add up to 1. Of all linear maps with that result it is the
    one that moves colours least: M = C^-1/2 (C^1/2 S C^1/2)^1/2 C^-1/2, for covariances C of the
    picture and S of the others.
    Source: Gatys and others, "Controlling perceptual factors in neural style transfer", 2017,
    section 5; the map: Pitie and Kokaram, "The linear Monge-Kantorovitch colour mapping", 2007.
    """
    mean, own = _moments(picture)
    found = [_moments(other) for other in others]
    wanted = sum(w * m for w, (m, _) in zip(weights, found, strict=True))
    spread = sum(w * s for w, (_, s) in zip(weights, found, strict=True))
    root, inverse = _power(own, 0.5, _FLOOR), _power(own, -0.5, _FLOOR)
    turned = inverse @ _power(root @ spread @ root, 0.5) @ inverse
    pixels = turned @ (picture.reshape(3, -1) - mean) + wanted
    moved: np.ndarray = pixels.clip(0, 1).astype(np.float32).reshape(picture.shape)
    return moved


def between_colours(
    picture: np.ndarray, others: Sequence[np.ndarray], weights: Sequence[float]
) -> np.ndarray:
    """The picture (3, H, W) half in its own colours and half in the others': `in_colours_of`.

    Skin keeps some of its hue where the map turns it green, and takes some where all is orange.
    """
    between: np.ndarray = (picture + in_colours_of(picture, others, weights)) / 2
    return between


def _moments(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean (3, 1) and the covariance (3, 3) of a picture's colours."""
    pixels = picture.reshape(3, -1).astype(np.float64)
    return pixels.mean(axis=1, keepdims=True), np.cov(pixels)


def _power(matrix: np.ndarray, exponent: float, least: float = 0.0) -> np.ndarray:
    """A symmetric matrix to a power, its eigenvalues first made at least `least`."""
    values, vectors = np.linalg.eigh(matrix)
    powers = np.maximum(values, least) ** exponent
    found: np.ndarray = (vectors * powers) @ vectors.T
    return found
