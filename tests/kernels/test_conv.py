"""Convolution: the three rungs agree, whatever the geometry, the memory order and the threads."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from minidl.kernels import conv
from minidl.kernels.choice import compiled
from minidl.kernels.conv import depthwise, fast, im2col, loops
from minidl.kernels.conv.gemm import convolve as gemm
from minidl.kernels.conv.gemm import lines
from minidl.kernels.conv.winograd import convolve as winograd
from minidl.kernels.geometry import ConvSpec, result_shape
from minidl.kernels.machine import results as kept
from minidl.kernels.machine.sizes import WINOGRAD_PANELWISE_TILES
from minidl.kernels.machine.threads import get_num_threads, set_num_threads
from minidl.kernels.passes.channels import bias_grad
from minidl.kernels.passes.elementwise import relu_grad

REORDERED = 1e-5  # float32 sums of up to some hundred products, in another order
WINOGRAD = 1e-4  # and the transforms add and subtract numbers of different size


@dataclass(frozen=True)
class Case:
    x: np.ndarray
    w: np.ndarray
    bias: np.ndarray
    g: np.ndarray
    spec: ConvSpec


def draw(rng: np.random.Generator, rank: int, dtype: type = np.float32, most: int = 5) -> Case:
    """Any kernel, stride, padding, dilation and groups; up to `most` channels in a group."""
    ints = lambda low, high: tuple(int(v) for v in rng.integers(low, high + 1, rank))  # noqa: E731
    groups = int(rng.choice([1, 1, 2, 3]))
    inputs, outputs = (int(v) for v in rng.integers(1, most + 1, 2))
    kernel, dilation = ints(1, 4 if rank < 3 else 3), ints(1, 2)
    padding = tuple((int(a), int(b)) for a, b in rng.integers(0, 4, (rank, 2)))
    fits = [
        max(1, d * (k - 1) + 1 - sum(p)) for k, d, p in zip(kernel, dilation, padding, strict=True)
    ]
    size = tuple(int(n + rng.integers(0, 7 - 2 * rank if rank < 3 else 2)) for n in fits)
    spec = ConvSpec(ints(1, 4), padding, dilation, groups)
    x = (int(rng.integers(1, 3)), inputs * groups, *size)
    return filled(rng, x, (outputs * groups, inputs, *kernel), spec, dtype)


def filled(
    rng: np.random.Generator, x: tuple, w: tuple, spec: ConvSpec, dtype: type = np.float32
) -> Case:
    shapes = x, w, w[:1], result_shape(x, w, spec)
    return Case(*(rng.standard_normal(shape).astype(dtype) for shape in shapes), spec)


def results(rung: object, case: Case) -> Iterator[np.ndarray]:
    yield rung.conv_forward(case.x, case.w, case.bias, case.spec)
    yield rung.conv_forward(case.x, case.w, None, case.spec, "relu")
    yield rung.conv_input_grad(case.g, case.w, case.spec, case.x.shape)
    yield rung.conv_weight_grad(case.g, case.x, case.spec, case.w.shape)


def assert_same(rung: object, reference: object, case: Case, tolerance: float) -> None:
    pairs = list(zip(results(rung, case), results(reference, case), strict=True))
    if loops not in (rung, reference):  # which have no residual block
        given = case.x, case.w, case.bias, case.g, case.spec
        pairs.append((rung.residual_forward(*given), reference.residual_forward(*given)))
    for result, expected in pairs:
        assert result.shape == expected.shape
        assert result.dtype == case.x.dtype
        error = np.abs(result - expected).max(initial=0)
        assert error <= tolerance * np.abs(expected).max(initial=1), case.spec


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_im2col_equals_the_loops(rank: int) -> None:
    rng = np.random.default_rng(rank)
    for _ in range(12):
        assert_same(im2col, loops, draw(rng, rank, np.float64, most=2), 1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_fast_kernels_equal_im2col(rank: int) -> None:
    rng = np.random.default_rng(rank)
    for _ in range(60):
        assert_same(fast, im2col, draw(rng, rank, most=40), REORDERED)


def test_the_fast_kernels_equal_the_loops() -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        assert_same(fast, loops, draw(rng, 2, most=2), REORDERED)


@pytest.mark.parametrize("channels", [(8, 8), (16, 32), (33, 40), (20, 70), (130, 150)])
@pytest.mark.parametrize("size", [(1, 1), (4, 4), (5, 13), (17, 9)])
@pytest.mark.parametrize("padding", [((1, 1), (1, 1)), ((0, 3), (4, 2)), ((2, 2), (3, 3))])
def test_winograd_equals_im2col(channels: tuple, size: tuple, padding: tuple) -> None:
    spec = ConvSpec((1, 1), padding, (1, 1))
    inputs, outputs = channels
    case = filled(np.random.default_rng(0), (2, inputs, *size), (outputs, inputs, 3, 3), spec)
    assert_same(fast, im2col, case, WINOGRAD)


@pytest.mark.fast_only
def test_many_filters_in_many_tiles_equal_im2col() -> None:
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
    case = filled(np.random.default_rng(0), (1, 130, 55, 57), (150, 130, 3, 3), spec)
    assert winograd.count_tiles(np.moveaxis(case.g, 1, -1)) >= WINOGRAD_PANELWISE_TILES
    assert_same(fast, im2col, case, WINOGRAD)


@pytest.mark.fast_only
@pytest.mark.parametrize("kernel", [(3, 3), (1, 1), (2, 5)])
@pytest.mark.parametrize("size", [(8, 8), (9, 14)])
@pytest.mark.parametrize("channels", [(16, 32), (48, 16), (160, 128)])
def test_results_written_past_the_caches_equal_im2col(
    kernel: tuple, size: tuple, channels: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE_RESULT_BYTES", 1)
    assert kept.streams(kept.empty((2, *size, channels[0])))
    spec = ConvSpec((1, 1), ((1, 1), (1, 2)), (1, 1))
    inputs, outputs = channels
    case = filled(np.random.default_rng(0), (2, inputs, *size), (outputs, inputs, *kernel), spec)
    assert_same(fast, im2col, case, WINOGRAD)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("per_channel", [1, 3])
def test_depthwise_equals_im2col(rank: int, per_channel: int) -> None:
    rng = np.random.default_rng(rank)
    for channels in (2, 16, 37):
        spec = ConvSpec((2, 1, 3)[:rank], ((1, 2),) * rank, (1, 2, 1)[:rank], groups=channels)
        w = (channels * per_channel, 1, *(3, 2, 3)[:rank])
        assert depthwise.suits(w, spec)
        assert_same(fast, im2col, filled(rng, (2, channels, *(7, 8, 5)[:rank]), w, spec), REORDERED)


@pytest.mark.parametrize("outputs", [1, 16, 20, 32, 70])
@pytest.mark.parametrize(
    ("size", "stride", "dilation"),
    [((3, 8), 1, 1), ((5, 37), 1, 2), ((2, 300), 1, 1), ((9, 290), 2, 1), ((3, 60), 5, 1)],
)
def test_few_channels_in_long_lines_equal_im2col(
    outputs: int, size: tuple, stride: int, dilation: int
) -> None:
    spec = ConvSpec((stride, stride), ((1, 3), (2, 4)), (dilation, dilation))
    case = filled(np.random.default_rng(0), (2, 3, *size), (outputs, 3, 3, 4), spec)
    out = case.g.shape[2:]
    assert lines.suits(3, 1, out, spec.stride, gemm.tap_offsets(case.w, spec)) or out[1] < 8
    assert_same(fast, im2col, case, REORDERED)


@pytest.mark.parametrize("channels", [4, 16])
def test_any_memory_order_and_read_only_arrays_give_the_same(channels: int) -> None:
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
    case = filled(np.random.default_rng(0), (2, channels, 6, 7), (channels, channels, 3, 3), spec)
    expected = [r.copy() for r in results(fast, case)]
    for order in (other_orders(a) for a in (case.x, case.w, case.g)):
        for layout in order:
            layout.flags.writeable = False
    for x, w, g in zip(*(other_orders(a) for a in (case.x, case.w, case.g)), strict=True):
        for a in (x, w, g):
            a.flags.writeable = False
        same = Case(x, w, case.bias, g, spec)
        for result, value in zip(results(fast, same), expected, strict=True):
            np.testing.assert_array_equal(result, value)


def other_orders(a: np.ndarray) -> list[np.ndarray]:
    """The same values channels-last, with gaps, backwards in memory, and column by column."""
    last = np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 1, -1)), -1, 1)
    gaps = np.repeat(a, 2, axis=-1)[..., ::2]
    backwards = np.ascontiguousarray(a[:, :, ::-1])[:, :, ::-1]
    return [last, gaps, backwards, np.asfortranarray(a)]


def test_results_are_channels_last_in_memory() -> None:
    case = draw(np.random.default_rng(0), 2)
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
    wide = filled(np.random.default_rng(0), (2, 16, 6, 7), (16, 16, 3, 3), spec)
    for one in (case, wide):
        y, _, gx, _ = results(fast, one)
        for image in (y, gx):
            assert np.moveaxis(image, 1, -1).flags.c_contiguous


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_threads_gives_the_same_forward(threads: int) -> None:
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
    case = filled(np.random.default_rng(0), (3, 16, 40, 40), (32, 16, 3, 3), spec)
    before, expected = get_num_threads(), fast.conv_forward(case.x, case.w, case.bias, spec)
    try:
        set_num_threads(threads)
        np.testing.assert_array_equal(fast.conv_forward(case.x, case.w, case.bias, spec), expected)
        assert_same(fast, im2col, case, WINOGRAD)
    finally:
        set_num_threads(before)


@pytest.mark.parametrize("kernel", [(32, 16, 3, 3), (8, 3, 5, 5), (16, 1, 3, 3)])
def test_every_call_gives_the_same_bits(kernel: tuple) -> None:
    groups = kernel[0] if kernel[1] == 1 else 1
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1), groups)
    x = (4, kernel[1] * groups, 50, 50)
    case, before = filled(np.random.default_rng(0), x, kernel, spec), get_num_threads()
    try:
        set_num_threads(3)
        first = [result.copy() for result in results(fast, case)]
        for _ in range(5):
            for result, expected in zip(results(fast, case), first, strict=True):
                np.testing.assert_array_equal(result, expected)
    finally:
        set_num_threads(before)


def test_python_threads_do_not_disturb_each_other() -> None:
    rng = np.random.default_rng(0)
    cases = [draw(rng, 1 + i % 3, most=30) for i in range(12)]
    expected = [list(results(im2col, case)) for case in cases]
    wrong: list[ConvSpec] = []

    def check(case: Case, values: list[np.ndarray]) -> None:
        for _ in range(5):
            for result, value in zip(results(fast, case), values, strict=True):
                if np.abs(result - value).max(initial=0) > REORDERED * np.abs(value).max(initial=1):
                    wrong.append(case.spec)

    workers = [threading.Thread(target=check, args=pair) for pair in zip(cases, expected)]  # noqa: B905
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_no_images_give_no_images() -> None:
    for kernel in ((8, 8, 3, 3), (4, 4, 5, 5)):
        spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
        x = np.empty((0, kernel[1], 6, 6), np.float32)
        y = fast.conv_forward(x, np.ones(kernel, np.float32), None, spec)
        assert y.shape == result_shape(x.shape, kernel, spec)
        assert not fast.conv_weight_grad(y, x, spec, kernel).any()


def test_nan_stays_nan_through_the_fused_relu() -> None:
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
    for channels in (1, 8):
        x = np.full((1, channels, 4, 4), np.nan, np.float32)
        w = np.ones((channels, channels, 3, 3), np.float32)
        assert np.isnan(fast.conv_forward(x, w, None, spec, "relu")).all()


@pytest.mark.parametrize("shape", [(2, 3, 4), (3, 21, 40, 30), (1, 64, 40, 30), (2, 5, 19, 18, 20)])
def test_gradients_of_relu_and_bias(shape: tuple) -> None:
    rng = np.random.default_rng(0)
    g, y = (rng.standard_normal(shape).astype(np.float32) for _ in range(2))
    y[0, 0, 0] = 0
    np.testing.assert_array_equal(relu_grad(g, y), np.where(y > 0, g, 0))
    expected = g.astype(float).sum(axis=(0, *range(2, g.ndim)))
    np.testing.assert_allclose(bias_grad(g), expected, atol=1e-3)  # sums of up to 10^4 normals


@pytest.mark.parametrize("side", [3, 200])
def test_relu_passes_the_gradient_where_its_result_is_nan(side):
    y = np.zeros((1, 2, side, side), np.float32)
    y[0, :, -1, -1] = np.nan
    g = np.full(y.shape, np.inf, np.float32)
    np.testing.assert_array_equal(relu_grad(g, y), np.where(np.isnan(y), np.inf, 0))


def test_a_kernel_that_does_not_fit_is_refused() -> None:
    spec = ConvSpec((1,), ((0, 0),), (3,))
    with pytest.raises(ValueError, match=r"kernel of \(3,\) with dilation \(3,\) does not fit"):
        conv.conv_forward(np.ones((1, 1, 6)), np.ones((1, 1, 3)), None, spec)


def test_float64_and_the_plain_environment_go_through_im2col(
    kernels_environment: pytest.MonkeyPatch,
) -> None:
    case = draw(np.random.default_rng(1), 2)
    double = Case(*(a.astype(float) for a in (case.x, case.w, case.bias, case.g)), case.spec)
    assert_same(conv, im2col, double, 0)
    kernels_environment.setenv("MINIDL_KERNELS", "plain")
    compiled.cache_clear()
    assert_same(conv, im2col, case, 0)


def test_an_unknown_kind_of_kernels_is_refused(kernels_environment: pytest.MonkeyPatch) -> None:
    kernels_environment.setenv("MINIDL_KERNELS", "quick")
    with pytest.raises(ValueError, match="'quick': expected 'fast'"):
        compiled()


def test_every_family_of_fast_kernels_is_chosen_for_something() -> None:
    spec = ConvSpec.default(2)
    assert fast._family((1, 8, 3, 3), spec) is winograd
    assert fast._family((8, 7, 3, 3), spec) is gemm
    assert fast._family((8, 8, 5, 5), spec) is gemm
    assert fast._family((8, 1, 3, 3), ConvSpec((1, 1), spec.padding, (1, 1), 8)) is depthwise
