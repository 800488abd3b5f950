"""Programs: recorded runs of kernels say, to the last bit, what the kernels say one by one."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from minidl.kernels import conv, pool
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.machine import kept, scratch, threads
from minidl.kernels.passes.joining import add_averaged, add_enlarged

pytestmark = pytest.mark.fast_only
SAME = ConvSpec((1, 1), ((1, 1), (1, 1)), (1, 1))
DOWN = ConvSpec((2, 2), ((0, 0), (0, 0)), (1, 1))


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def fixed(*shape: int) -> np.ndarray:
    return kept.immutable(drawn(*shape))


def network() -> Callable[[np.ndarray], list[np.ndarray]]:
    """Every kind of step: lines, pooling, Winograd, gathered windows, separable, joining."""
    stem, same, down = fixed(32, 3, 5, 5), fixed(32, 32, 3, 3), fixed(64, 32, 3, 3)
    bias, mix, filters = fixed(32), fixed(32, 32, 1, 1), fixed(32, 1, 3, 3)

    def forward(x: np.ndarray) -> list[np.ndarray]:
        first = pool.max_values(conv.conv_forward(x, stem, bias, DOWN, "relu"), (2, 2), DOWN)
        inner = conv.conv_forward(first, same, bias, SAME, "relu")
        second = conv.residual_forward(inner, same, bias, first, SAME)
        coarse = add_averaged(conv.conv_forward(second, down, None, DOWN), second)
        mixed = conv.separable_forward(second, mix, bias, filters, bias)
        h, w = (n // 2 * 2 for n in mixed.shape[2:])
        even = pool.max_values(mixed[:1, :, :h, :w], (2, 2), DOWN)
        larger = add_enlarged(conv.conv_forward(mixed, same, None, SAME)[:1, :, :h, :w], even)
        return [coarse, larger] if (h, w) == mixed.shape[2:] and len(x) == 1 else [coarse, mixed]

    return forward


@pytest.fixture(params=[1, 2, 3])
def team(request: pytest.FixtureRequest):
    before = threads.get_num_threads()
    threads.set_num_threads(request.param)
    yield
    threads.set_num_threads(before)


def assert_same(found: list[np.ndarray], expected: list[np.ndarray]) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("shape", [(1, 3, 43, 43), (3, 3, 35, 47), (2, 3, 120, 99)])
def test_a_program_says_what_the_function_says(shape: tuple, team: None) -> None:
    from minidl.kernels.machine.program import Program

    function = network()
    program = Program(function, drawn(*shape))
    for seed in range(1, 6):
        x = drawn(*shape, seed=seed)
        assert_same(program(x), function(x))


def test_its_results_are_new_arrays_laid_out_as_the_functions(team: None) -> None:
    from minidl.kernels.machine.program import Program

    function, x = network(), drawn(1, 3, 43, 43)
    program = Program(function, x)
    first = program(x)
    before = [y.copy() for y in first]
    program(-x)
    assert_same(first, before)
    assert [y.strides for y in first] == [y.strides for y in function(x)]
    assert all(y.flags.writeable for y in first)


def test_other_calls_and_released_buffers_leave_it_alone(team: None) -> None:
    from minidl.kernels.machine.program import Program

    function, x = network(), drawn(1, 3, 43, 43)
    program, expected = Program(function, x), function(x)
    for size in (200, 35, 90):  # buffers grow, and results take and give back memory
        function(drawn(2, 3, size, size))
        assert_same(program(x), expected)
    with threads.exclusive:
        scratch.release()
    assert_same(program(x), expected)


def test_many_runs_and_two_callers_at_a_time() -> None:
    from minidl.kernels.machine.program import Program

    function = network()
    program = Program(function, drawn(1, 3, 43, 43))
    given = [drawn(1, 3, 43, 43, seed=seed) for seed in range(4)]
    expected, wrong = [function(x) for x in given], []

    def call(number: int) -> None:
        for _ in range(100):
            found = program(given[number])
            if any(not np.array_equal(a, b) for a, b in zip(found, expected[number], strict=True)):
                wrong.append(number)

    callers = [threading.Thread(target=call, args=(i,)) for i in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def test_with_more_threads_than_cores_every_item_is_done_once() -> None:
    from minidl.kernels.machine.program import Program

    before, function, x = threads.get_num_threads(), network(), drawn(2, 3, 43, 43)
    try:
        threads.set_num_threads(7)
        program, expected = Program(function, x), function(x)
        for _ in range(30):
            assert_same(program(x), expected)
    finally:
        threads.set_num_threads(before)


W = fixed(16, 16, 3, 3)
REFUSED: dict[str, Callable[[np.ndarray], list[np.ndarray]]] = {
    "NumPy alone": lambda x: [2 * x],
    "NumPy before": lambda x: [conv.conv_forward(x + 1, W, None, SAME)],
    "NumPy between": lambda x: [
        conv.conv_forward(np.tanh(conv.conv_forward(x, W, None, SAME)), W, None, SAME)
    ],
    "NumPy after": lambda x: [conv.conv_forward(x, W, None, SAME).copy()],
    "weights that can change": lambda x: [conv.conv_forward(x, W.copy(), None, SAME)],
    "a kernel that says nothing": lambda x: [pool.avg_pool(x, (2, 2), DOWN)],
    "sums of threads": lambda x: [
        conv.conv_weight_grad(x, x, SAME, (16, 16, 3, 3))[:, :, :1, :1] + 0 * x[:, :, :1, :1]
    ],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_done_by_kernels_is_refused(kind: str) -> None:
    from minidl.kernels.machine.program import Program

    with pytest.raises(ValueError, match=r"cannot be recorded|not done by kernels"):
        Program(REFUSED[kind], drawn(1, 16, 12, 12))
    conv.conv_forward(drawn(1, 16, 12, 12), W, None, SAME)  # no recording goes on


def test_an_error_while_it_is_recorded_reaches_the_caller_and_ends_the_recording() -> None:
    from minidl.kernels.machine.program import Program
    from minidl.kernels.machine.recording import recording

    def function(x: np.ndarray) -> list[np.ndarray]:
        raise OverflowError("from inside")

    with pytest.raises(OverflowError, match="from inside"):
        Program(function, drawn(1, 16, 4, 4))
    assert recording() is None


def test_memory_of_a_result_that_is_gone_is_used_by_later_steps() -> None:
    from minidl.kernels.machine.program import Program

    def function(x: np.ndarray) -> list[np.ndarray]:
        for _ in range(10):
            x = conv.conv_forward(x, W, None, SAME)
        return [x]

    program = Program(function, drawn(1, 16, 9, 9))
    assert len(program._recording.blocks) <= 4  # the input, two in turn, and the input turned
