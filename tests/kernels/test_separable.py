"""Filters of each channel by itself, alone and after a 1x1 convolution: as two plain calls."""

from dataclasses import replace

import numpy as np
import pytest

from minidl.kernels import conv
from minidl.kernels.conv import fast, im2col, separable
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.machine import results as kept
from minidl.kernels.machine.threads import get_num_threads, set_num_threads

REORDERED = 1e-5  # float32 sums of up to some hundred products, in another order
FILTERS = separable.SAME


def draw(shape: tuple, outputs: int, dtype: type = np.float32) -> list[np.ndarray]:
    """x, mix, shift, w and bias."""
    rng, shapes = np.random.default_rng(0), [(outputs, shape[1], 1, 1), (outputs,)]
    shapes = [shape, *shapes, (outputs, 1, 3, 3), (outputs,)]
    return [rng.standard_normal(s).astype(dtype) for s in shapes]


def assert_near(result: np.ndarray, expected: np.ndarray) -> None:
    assert result.shape == expected.shape
    assert result.dtype == expected.dtype
    assert np.abs(result - expected).max(initial=0) <= REORDERED * np.abs(expected).max(initial=1)


@pytest.mark.parametrize("size", [(1, 1), (2, 7), (9, 3), (13, 40), (40, 8)])
@pytest.mark.parametrize("channels", [(1, 2), (3, 16), (17, 20), (16, 33), (40, 64)])
@pytest.mark.parametrize("activation", [None, "relu"])
def test_one_pass_equals_two(size: tuple, channels: tuple, activation: str | None) -> None:
    given = draw((2, channels[0], *size), channels[1])
    expected = im2col.separable_forward(*given, activation)
    assert_near(conv.separable_forward(*given, activation), expected)


@pytest.mark.parametrize("size", [(1, 1), (2, 7), (9, 3), (13, 40)])
@pytest.mark.parametrize("channels", [2, 16, 37, 64])
def test_filters_alone_equal_im2col_forward_and_back(size: tuple, channels: int) -> None:
    x, _, _, w, bias = draw((2, channels, *size), channels)
    spec = replace(FILTERS, groups=channels)
    assert separable.suits(w.shape, spec)
    for b, activation in ((bias, "relu"), (None, None)):
        expected = im2col.conv_forward(x, w, b, spec, activation)
        assert_near(fast.conv_forward(x, w, b, spec, activation), expected)
    expected = im2col.conv_input_grad(x, w, spec, x.shape)
    assert_near(fast.conv_input_grad(x, w, spec, x.shape), expected)


@pytest.mark.parametrize(
    ("kernel", "spec"),
    [
        ((8, 1, 3, 3), ConvSpec((2, 2), FILTERS.padding, (1, 1), 8)),
        ((8, 1, 3, 3), ConvSpec((1, 1), ((0, 1), (1, 1)), (1, 1), 8)),
        ((8, 1, 3, 3), ConvSpec((1, 1), FILTERS.padding, (1, 2), 8)),
        ((16, 1, 3, 3), replace(FILTERS, groups=8)),
        ((8, 1, 5, 5), replace(FILTERS, groups=8)),
        ((8, 1, 3), ConvSpec((1,), ((1, 1),), (1,), 8)),
    ],
)
def test_other_filters_are_not_ours(kernel: tuple, spec: ConvSpec) -> None:
    assert not separable.suits(kernel, spec)


def test_float64_goes_through_im2col() -> None:
    given = draw((1, 3, 5, 6), 4, float)
    np.testing.assert_array_equal(conv.separable_forward(*given), im2col.separable_forward(*given))


@pytest.mark.fast_only
def test_results_written_past_the_caches_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    given = draw((1, 16, 9, 30), 32)
    expected = conv.separable_forward(*given).copy()
    monkeypatch.setattr(kept, "LARGE_RESULT_BYTES", 1)
    np.testing.assert_array_equal(conv.separable_forward(*given), expected)


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_threads_gives_the_same(threads: int) -> None:
    given = draw((3, 16, 41, 40), 24)
    before, expected = get_num_threads(), conv.separable_forward(*given).copy()
    try:
        set_num_threads(threads)
        np.testing.assert_array_equal(conv.separable_forward(*given), expected)
    finally:
        set_num_threads(before)


def test_nan_stays_nan_and_no_picture_gives_none() -> None:
    x, *weights = draw((1, 4, 5, 5), 4)
    x[0, :, 2, 2] = np.nan
    y = conv.separable_forward(x, *weights, "relu")
    assert np.isnan(y[0, :, 1:4, 1:4]).all()
    assert not np.isnan(y[0, :, 0]).any()
    assert conv.separable_forward(x[:0], *weights).shape == (0, 4, 5, 5)
