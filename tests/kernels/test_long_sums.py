"""Sums over positions, samples and windows: they do not drift, however many there are.

What the multipliers add up in float32 at a time is a few hundred products; of equal numbers, whose
roundings go all one way, that is off by up to 5e-6, and of others by 1e-7. Sums that drift are off
by 1e-4 and more at these lengths.
"""

from dataclasses import replace

import numpy as np
import pytest

from minidl.kernels import conv, matmul, pool
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.matmul.product import product

EQUAL = 5e-6
PADDED = replace(ConvSpec.plain(2), padding=((1, 1), (1, 1)))
CASES = {  # channels, outputs, side of the kernel
    "winograd": (16, 16, 3, PADDED),
    "any shape": (16, 16, 2, ConvSpec.plain(2)),
    "few channels": (3, 16, 5, ConvSpec.plain(2)),
    "one pixel": (16, 16, 1, ConvSpec.plain(2)),
    "depthwise": (16, 16, 3, replace(PADDED, groups=16)),
    "depthwise, odd": (5, 5, 3, replace(PADDED, groups=5)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("shape", [(1, 400, 400), (60, 50, 50)])
def test_gradients_to_the_weights_of_convolutions(name, shape):
    channels, outputs, side, spec = CASES[name]
    n, *spatial = shape
    x = np.full((n, channels, *spatial), 0.1, np.float32)
    kernel = (outputs, channels // spec.groups, side, side)
    out = spec.output_shape(tuple(spatial), kernel[2:])
    g = np.full((n, outputs, *out), 0.1, np.float32)
    found = conv.conv_weight_grad(g, x, spec, kernel)
    before = spec.padding[0][0]
    for tap in np.ndindex(side, side):
        seen = [o - abs(t - before) * bool(before) for o, t in zip(out, tap, strict=True)]
        expected = n * seen[0] * seen[1] * float(np.float32(0.1)) ** 2
        np.testing.assert_allclose(found[(..., *tap)], expected, rtol=EQUAL)


def test_of_one_very_long_line():
    x = np.full((1, 4, 10**6), 0.1, np.float32)
    spec = ConvSpec((1,), ((0, 0),), (1,), 4)
    found = conv.conv_weight_grad(x, x, spec, (4, 1, 1))
    np.testing.assert_allclose(found, 10**6 * float(np.float32(0.1)) ** 2, rtol=EQUAL)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (4, 4), (20, 3), (64, 64)])
@pytest.mark.parametrize("turned", [False, True])
def test_products_of_long_sums(rows, columns, turned):
    a, b = np.full((rows, 10**6), 0.1, np.float32), np.full((10**6, columns), 0.1, np.float32)
    a = np.asfortranarray(a) if turned else a
    expected = 10**6 * float(np.float32(0.1)) ** 2
    np.testing.assert_allclose(matmul.matmul(a, b), expected, rtol=EQUAL)
    np.testing.assert_allclose(matmul.gram(a), expected, rtol=EQUAL)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3000,), (3000,)), ((3000,), (3000, 4)), ((2, 3000), (3000,)), ((3000,), (2, 3000, 3)),
        ((5, 1, 2, 3000), (4, 3000, 2)), ((2, 3000), (7, 3000, 5)), ((0, 3000), (3000, 2)),
    ],
)  # fmt: skip
def test_long_products_of_any_shape_are_numpys(a, b):
    rng = np.random.default_rng(0)
    a, b = (rng.random(shape, dtype=np.float32) for shape in (a, b))
    expected = a.astype(np.float64) @ b.astype(np.float64)
    assert product(a, b).shape == expected.shape
    assert product(a, b).dtype == np.float32
    np.testing.assert_allclose(product(a, b), expected, rtol=1e-6)


@pytest.mark.parametrize("side", [7, 300])
def test_average_pooling_of_large_windows(side):
    x = np.full((2, 3, side, side), 1000.1, np.float32)
    spec = ConvSpec((1, 1), ((0, 0), (0, 0)), (1, 1))
    np.testing.assert_allclose(pool.avg_pool(x, (side, side), spec), x[0, 0, 0, 0], rtol=1e-6)


def test_gradients_of_windows_that_overlap_many_times():
    x = np.zeros((1, 1, 119, 119), np.float32)
    spec = ConvSpec((1, 1), ((0, 0), (0, 0)), (1, 1))
    g = np.full((1, 1, 60, 60), 0.1, np.float32)
    found = pool.avg_pool_grad(g, (60, 60), spec, x.shape)
    assert found[0, 0, 59, 59] == pytest.approx(float(g[0, 0, 0, 0]), rel=1e-6)  # all 3,600
