"""The fast convolution kernels against PyTorch: 500 random configurations per rank and kind.

PyTorch computes in float64, so the tolerances are the error of float32 alone, relative to the
largest entry: 1e-4 for sums of up to some thousand products in any order, and 5e-4 for Winograd,
whose transforms add and subtract numbers of different size before and after the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from minidl.kernels.conv import fast, im2col  # noqa: E402
from minidl.kernels.geometry import ConvSpec, result_shape  # noqa: E402

pytestmark = pytest.mark.oracle
CASES = 500
REORDERED, WINOGRAD, DOUBLE = 1e-4, 5e-4, 1e-12


@pytest.fixture(autouse=True, scope="module")
def _one_torch_thread() -> Iterator[None]:
    """These inputs are tiny: PyTorch's threads would mostly wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@dataclass(frozen=True)
class Case:
    """One convolution with a bias and a gradient to its result, half of the time with a ReLU."""

    x: np.ndarray
    w: np.ndarray
    bias: np.ndarray
    g: np.ndarray
    spec: ConvSpec
    relu: bool


Ints = Callable[[int, int], tuple[int, ...]]


def general(rng: np.random.Generator, ints: Ints, rank: int) -> tuple[tuple, tuple, ConvSpec]:
    """Any kernel, stride (also beyond the kernel), padding, dilation, and one to three groups."""
    groups = int(rng.choice([1, 1, 2, 3]))
    inputs, outputs = channels(rng, 24), channels(rng, 40)
    kernel, dilation = ints(1, 6 - rank), ints(1, 3)
    padding = tuple((int(a), int(b)) for a, b in rng.integers(0, 4, (rank, 2)))
    spec = ConvSpec(ints(1, 6), padding, dilation, groups)
    return (inputs * groups,), (outputs * groups, inputs, *kernel), spec


def depthwise(rng: np.random.Generator, ints: Ints, rank: int) -> tuple[tuple, tuple, ConvSpec]:
    """Every channel on its own, with one to three filters."""
    groups = channels(rng, 40) + 1
    padding = tuple((int(a), int(b)) for a, b in rng.integers(0, 3, (rank, 2)))
    spec = ConvSpec(ints(1, 3), padding, ints(1, 2), groups)
    return (groups,), (groups * int(rng.integers(1, 4)), 1, *ints(1, 4)), spec


def winograd(rng: np.random.Generator, ints: Ints, rank: int) -> tuple[tuple, tuple, ConvSpec]:
    """3x3 at stride 1, from the fewest channels that take this way to many."""
    inputs, outputs = channels(rng, 150, 8), channels(rng, 150)
    padding = tuple((int(a), int(b)) for a, b in rng.integers(0, 4, (2, 2)))
    return (inputs,), (outputs, inputs, 3, 3), ConvSpec((1, 1), padding, (1, 1))


def channels(rng: np.random.Generator, most: int, least: int = 1) -> int:
    """Few more often than many."""
    return int(least + (most - least) * rng.random() ** 2)


def draw(rng: np.random.Generator, rank: int, kind: Callable, dtype: type) -> Case:
    ints = lambda low, high: tuple(int(v) for v in rng.integers(low, high + 1, rank))  # noqa: E731
    count, w, spec = kind(rng, ints, rank)
    axes = zip(w[2:], spec.dilation, spec.padding, strict=True)
    least = [max(1, d * (k - 1) + 1 - sum(p)) for k, d, p in axes]
    size = [int(n + rng.integers(0, {1: 40, 2: 12, 3: 4}[rank])) for n in least]
    x = (int(rng.integers(1, 4)), *count, *size)
    shapes = x, w, w[:1], result_shape(x, w, spec)
    arrays = (any_order(rng, rng.standard_normal(shape).astype(dtype)) for shape in shapes)
    return Case(*arrays, spec, bool(rng.integers(2)))


def any_order(rng: np.random.Generator, a: np.ndarray) -> np.ndarray:
    """The same values, laid out in one of four ways, half of the time read-only."""
    match rng.integers(4) if a.ndim > 1 else None:
        case 0:
            a = np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 1, -1)), -1, 1)
        case 1:
            a = np.repeat(a, 2, axis=-1)[..., ::2]
        case 2:
            a = np.asfortranarray(a)[:, ::-1]
    a.flags.writeable = bool(rng.integers(2))
    return a


def theirs(case: Case) -> list[np.ndarray]:
    """Result and gradients to x, w and bias, by PyTorch in float64."""
    plain = (a.astype(np.float64, order="C") for a in (case.x, case.w, case.bias))
    arrays = [torch.tensor(a, requires_grad=True) for a in plain]
    x, w, bias = arrays
    sides = [n for pair in reversed(case.spec.padding) for n in pair]
    convolve = (torch.conv1d, torch.conv2d, torch.conv3d)[case.spec.rank - 1]
    y = convolve(
        torch.nn.functional.pad(x, sides),
        w,
        bias,
        case.spec.stride,
        0,
        case.spec.dilation,
        case.spec.groups,
    )
    y = torch.relu(y) if case.relu else y
    y.backward(torch.tensor(before_relu(case, y.detach().numpy())))
    return [t.detach().numpy() for t in (y, x.grad, w.grad)]


def before_relu(case: Case, y: np.ndarray) -> np.ndarray:
    """A gradient that is 0 where rounding could decide on which side of the ReLU a value falls."""
    return np.where(np.abs(y) > 1e-3 * np.abs(y).max(initial=1), case.g, 0).astype(np.float64)


def ours(rung: object, case: Case, y: np.ndarray) -> list[np.ndarray]:
    passed = y > 0 if case.relu else True
    g = np.where(passed, before_relu(case, y), 0).astype(case.g.dtype)
    return [
        rung.conv_forward(case.x, case.w, case.bias, case.spec, "relu" if case.relu else None),
        rung.conv_input_grad(g, case.w, case.spec, case.x.shape),
        rung.conv_weight_grad(g, case.x, case.spec, case.w.shape),
    ]


def assert_agreement(rung: object, rank: int, kind: Callable, dtype: type, allowed: float) -> None:
    rng = np.random.default_rng(100 + rank)
    for number in range(CASES):
        case = draw(rng, rank, kind, dtype)
        expected = theirs(case)
        for result, value in zip(ours(rung, case, expected[0]), expected, strict=True):
            assert result.dtype == dtype
            error = np.abs(result - value).max(initial=0) / np.abs(value).max(initial=1)
            assert error <= allowed, (number, case.x.shape, case.w.shape, case.spec)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", [general, depthwise])
def test_fast_kernels_agree(rank: int, kind: Callable) -> None:
    assert_agreement(fast, rank, kind, np.float32, REORDERED)


def test_winograd_agrees() -> None:
    assert_agreement(fast, 2, winograd, np.float32, WINOGRAD)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_im2col_agrees_in_float64(rank: int) -> None:
    assert_agreement(im2col, rank, general, np.float64, DOUBLE)


@pytest.mark.parametrize("size", [(64, 64, 56), (256, 128, 28), (512, 512, 14)])
def test_winograd_agrees_on_the_layers_of_a_network(size: tuple[int, int, int]) -> None:
    inputs, outputs, side = size
    rng = np.random.default_rng(0)
    spec = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
    x, w = (2, inputs, side, side), (outputs, inputs, 3, 3)
    shapes = x, w, w[:1], result_shape(x, w, spec)
    case = Case(*(rng.standard_normal(s).astype(np.float32) for s in shapes), spec, relu=True)
    expected = theirs(case)
    for result, value in zip(ours(fast, case, expected[0]), expected, strict=True):
        assert np.abs(result - value).max() <= WINOGRAD * np.abs(value).max()
