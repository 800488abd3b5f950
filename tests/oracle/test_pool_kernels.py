"""The pooling kernels against PyTorch: 500 random configurations per rank and kind, with gradients.

Maxima and where their gradient goes must be equal bit for bit; averages and sums of gradients are
float32, where 1e-5 of the largest entry allows another order of summation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from minidl.kernels import pool  # noqa: E402
from minidl.kernels.geometry import ConvSpec  # noqa: E402

pytestmark = pytest.mark.oracle
CASES = 500
TOLERANCE = 1e-5


@pytest.fixture(autouse=True, scope="module")
def _one_torch_thread() -> Iterator[None]:
    """These inputs are tiny: PyTorch's threads would mostly wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@dataclass(frozen=True)
class Case:
    """One pooling: an input with ties, and a geometry PyTorch accepts."""

    x: np.ndarray
    kernel: tuple[int, ...]
    spec: ConvSpec


def draw(rng: np.random.Generator, rank: int, dilated: bool) -> Case:
    """Sizes from one pixel up, strides beyond the kernel, padding different before and after."""
    ints = lambda low, high: tuple(int(v) for v in rng.integers(low, high + 1, rank))  # noqa: E731
    kernel = ints(1, 5 if rank < 3 else 3)
    dilation = ints(1, 3) if dilated else (1,) * rank
    padding = tuple(
        (int(rng.integers(0, k // 2 + 1)), int(rng.integers(0, k // 2 + 1))) for k in kernel
    )
    axes = zip(kernel, dilation, padding, strict=True)
    least = [max(1, d * (k - 1) + 1 - min(p)) for k, d, p in axes]
    size = tuple(int(n + rng.integers(0, 7 if rank < 3 else 4)) for n in least)
    spec = ConvSpec(ints(1, 6), padding, dilation)
    return Case(values(rng, (*rng.integers(1, 4, 1), *rng.integers(1, 20, 1), *size)), kernel, spec)


def values(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Small integers or normals, laid out in memory in one of four ways, half of them read-only."""
    make = rng.choice(["ties", "normal"])
    x = rng.integers(-2, 3, shape) if make == "ties" else rng.standard_normal(shape)
    x = x.astype(rng.choice([np.float32, np.float64]))
    match rng.integers(4):
        case 0:
            x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
        case 1:
            x = np.repeat(x, 2, axis=-1)[..., ::2]
        case 2:
            x = np.asfortranarray(x)[:, ::-1]
    x.flags.writeable = bool(rng.integers(2))
    return x


def pad(x: torch.Tensor, spec: ConvSpec, value: float) -> torch.Tensor:
    """PyTorch's pooling pads both sides alike; this does it as the case says."""
    sides = [side for before_after in reversed(spec.padding) for side in before_after]
    return torch.nn.functional.pad(x, sides, value=value)


def torch_max(x: torch.Tensor, case: Case) -> torch.Tensor:
    function = getattr(torch.nn.functional, f"max_pool{len(case.kernel)}d")
    padded = pad(x, case.spec, -np.inf)
    return function(padded, case.kernel, case.spec.stride, 0, case.spec.dilation)


def torch_avg(x: torch.Tensor, case: Case, count_include_pad: bool) -> torch.Tensor:
    function = getattr(torch.nn.functional, f"avg_pool{len(case.kernel)}d")
    mean = function(pad(x, case.spec, 0), case.kernel, case.spec.stride)
    if count_include_pad:
        return mean
    return mean / function(pad(torch.ones_like(x), case.spec, 0), case.kernel, case.spec.stride)


def oracle(case: Case, function: Callable) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """PyTorch's result, a gradient to it, and the gradient that gives to the input."""
    x = torch.tensor(case.x.copy("C"), requires_grad=True)
    y = function(x)
    g = np.random.default_rng(0).standard_normal(y.shape).astype(case.x.dtype)
    y.backward(torch.from_numpy(g))
    return y.detach().numpy(), g, x.grad.numpy()


def assert_close(found: np.ndarray, expected: np.ndarray, case: Case) -> None:
    scale = max(1, float(np.abs(expected).max()))
    np.testing.assert_allclose(found, expected, atol=TOLERANCE * scale, err_msg=f"{case}")
    assert found.dtype == expected.dtype


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_max_pooling_and_its_gradient(rank: int) -> None:
    rng = np.random.default_rng(rank)
    for _ in range(CASES):
        case = draw(rng, rank, dilated=True)
        expected, g, dx = oracle(case, lambda x, case=case: torch_max(x, case))
        y, where = pool.max_pool(case.x, case.kernel, case.spec)
        np.testing.assert_array_equal(y, expected, err_msg=f"{case}")
        found = pool.max_pool_grad(g, where, case.kernel, case.spec, case.x.shape)
        assert_close(found, dx, case)


@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_average_pooling_and_its_gradient(rank: int, count_include_pad: bool) -> None:
    rng = np.random.default_rng(rank)
    for _ in range(CASES):
        case = draw(rng, rank, dilated=False)
        expected, g, dx = oracle(case, lambda x, case=case: torch_avg(x, case, count_include_pad))
        assert_close(
            pool.avg_pool(case.x, case.kernel, case.spec, count_include_pad), expected, case
        )
        found = pool.avg_pool_grad(g, case.kernel, case.spec, case.x.shape, count_include_pad)
        assert_close(found, dx, case)


@pytest.mark.parametrize("count_include_pad", [True, False])
def test_symmetric_padding_and_its_count_are_pytorchs_own(count_include_pad: bool) -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 7, 6)).astype(np.float32)
    spec = ConvSpec((2, 1), ((1, 1), (1, 1)), (1, 1))
    t = torch.tensor(x)
    mean = torch.nn.functional.avg_pool2d(t, 3, (2, 1), 1, count_include_pad=count_include_pad)
    found = pool.avg_pool(x, (3, 3), spec, count_include_pad)
    np.testing.assert_allclose(found, mean, atol=1e-6)
    largest = torch.nn.functional.max_pool2d(t, 3, (2, 1), 1)
    np.testing.assert_array_equal(pool.max_pool(x, (3, 3), spec)[0], largest)


@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
def test_nan_and_infinity_take_pytorchs_gradients(layout: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.choice([np.nan, np.inf, -np.inf, 0, 1], (4, 5, 8, 8)).astype(np.float32)
    spec = ConvSpec((2, 2), ((0, 0), (0, 0)), (1, 1))
    layouts = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    t = torch.tensor(x).contiguous(memory_format=layouts[layout]).requires_grad_()
    expected = torch.nn.functional.max_pool2d(t, 3, 2)
    expected.sum().backward()
    y, where = pool.max_pool(x, (3, 3), spec)
    np.testing.assert_array_equal(y, expected.detach())
    dx = pool.max_pool_grad(np.ones_like(y), where, (3, 3), spec, x.shape)
    np.testing.assert_array_equal(dx, t.grad)
