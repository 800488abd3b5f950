"""The threads that run kernels: their number, their errors, a fork, and BLAS beside them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from minidl.kernels import conv
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.machine import threads


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = threads.get_num_threads()
    threads.set_num_threads(3)
    yield
    threads.set_num_threads(before)


def test_every_item_is_done_once_whatever_the_number_of_threads() -> None:
    done = []

    def kernel(thread: int, counter: int, count: int, job: list) -> None:
        job.append(thread)

    with threads.exclusive:
        threads.run(kernel, 5, done, threads=1)
        assert done == [0]
        done.clear()
        threads.run(kernel, 5, done)
    assert sorted(done) == list(range(min(5, threads.get_num_threads())))


def test_an_error_in_a_helper_reaches_the_caller() -> None:
    def kernel(thread: int, counter: int, count: int) -> None:
        if thread == 1:
            raise OverflowError("from the helper")

    before = threads.get_num_threads()
    try:
        threads.set_num_threads(2)
        with threads.exclusive, pytest.raises(OverflowError, match="from the helper"):
            threads.run(kernel, 2)
        with threads.exclusive:
            threads.run(lambda *_: None, 2)  # the helper is still there
    finally:
        threads.set_num_threads(before)


@pytest.mark.fast_only
@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("pause", [0, 0.005])  # helpers still look out, or sleep already
def test_many_runs_one_after_the_other_do_all_items(
    fixed: bool, pause: float, three_threads: None
) -> None:
    from minidl.kernels.machine.sizes import PASS_ITEM_NUMBERS
    from minidl.kernels.passes.kernels import Pair, add_pairs

    a = np.arange(5 * PASS_ITEM_NUMBERS - 3, dtype=np.float32) % 97  # sums stay whole numbers
    total = np.zeros_like(a)
    job = Pair(a.ctypes.data, total.ctypes.data, total.ctypes.data, a.size, 0)
    times = 20 if pause else 1000
    with threads.exclusive:
        for _ in range(times):
            threads.run(add_pairs, 5, job, fixed=fixed)
            time.sleep(pause)
    np.testing.assert_array_equal(total, a * times)


def test_ctrl_c_reaches_the_caller_after_every_thread_is_done(three_threads: None) -> None:
    done = []

    def kernel(thread: int, counter: int, count: int) -> None:
        if thread:
            time.sleep(0.3)
            done.append(thread)

    timer = threading.Timer(0.1, signal.raise_signal, [signal.SIGINT])
    with threads.exclusive:
        threads.run(lambda *_: None, 3)  # compiles what waits; Numba would swallow the signal
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            threads.run(kernel, 3)
    assert sorted(done) == [1, 2]


@pytest.mark.parametrize(
    ("count", "error"), [(0, ValueError), (-1, ValueError), (10**5, ValueError), (1.5, ValueError)]
)
def test_a_number_of_threads_that_cannot_be_is_refused(count: float, error: type) -> None:
    before = threads.get_num_threads()
    with pytest.raises(error, match="set_num_threads"):
        threads.set_num_threads(count)
    assert threads.get_num_threads() == before


CONVOLVE = """
import numpy as np
from minidl.kernels import conv
from minidl.kernels.geometry import ConvSpec
x = np.ones((2, 8, 30, 30), np.float32)
y = lambda: conv.conv_forward(x, np.ones((8, 8, 3, 3), np.float32), None, ConvSpec.default(2))
"""


def run(code: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", CONVOLVE + code],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_can_use_the_kernels() -> None:
    code = """
import os
expected = y()
child = os.fork()
if child == 0:
    os._exit(0 if np.array_equal(y(), expected) else 1)
print(os.waitpid(child, 0)[1])
"""
    assert run(code, MINIDL_NUM_THREADS="3").strip() == "0"


@pytest.mark.fast_only
def test_blas_is_limited_when_the_first_fast_kernel_runs() -> None:
    code = """
from threadpoolctl import threadpool_info
def blas():
    ours = [p for p in threadpool_info() if p["user_api"] == "blas" and "numpy" in p["filepath"]]
    return [p["num_threads"] for p in ours]
before = blas()
y()
print(before, blas())
"""
    before, after = run(code, OPENBLAS_NUM_THREADS="2").strip().split("] ")
    if before in ("[", "[1"):
        pytest.skip("this NumPy brings no BLAS that can be limited, or there is one core")
    assert (before, after) == ("[2", "[1]")


def test_the_number_of_threads_can_come_from_the_environment() -> None:
    code = "from minidl.kernels.machine import threads; y(); print(threads.get_num_threads())"
    assert run(code, MINIDL_NUM_THREADS="3").strip() == "3"


@pytest.mark.parametrize("asked", ["abc", "0", "99999"])
def test_a_number_in_the_environment_that_cannot_be_is_ignored_aloud(monkeypatch, asked):
    monkeypatch.setenv("MINIDL_NUM_THREADS", asked)
    with pytest.warns(UserWarning, match=f"MINIDL_NUM_THREADS is {asked}, expected a whole number"):
        assert threads._default_threads() <= (os.cpu_count() or 1)


def test_the_result_does_not_depend_on_who_asks_first() -> None:
    code = "print(float(y().sum()))"
    assert run(code, MINIDL_NUM_THREADS="1") == run(code, MINIDL_KERNELS="plain")


def test_buffers_are_kept_and_grow() -> None:
    from minidl.kernels.machine import scratch
    from minidl.kernels.machine.sizes import CACHE_LINE_BYTES

    with threads.exclusive:
        first = scratch.buffer("test", 100)
        assert first % CACHE_LINE_BYTES == 0
        assert scratch.buffer("test", 50) == first
        scratch.buffer("test", 10_000)
        assert scratch._buffers["test"][1].size >= 10_000
        del scratch._buffers["test"]
    assert np.all([scratch.rounded(n, 8) == m for n, m in ((0, 0), (1, 8), (8, 8), (9, 16))])


GRADIENTS = {
    "Winograd": ((8, 16, 40, 40), (24, 16, 3, 3), ((1, 1), (1, 1)), 1),
    "gathered": ((8, 16, 40, 40), (24, 16, 5, 5), ((0, 0), (0, 0)), 1),
    "few channels": ((8, 3, 60, 60), (32, 3, 3, 3), ((1, 1), (1, 1)), 1),
    "depthwise": ((8, 64, 40, 40), (64, 1, 3, 3), ((1, 1), (1, 1)), 64),
}


@pytest.mark.parametrize("family", GRADIENTS)
def test_gradients_are_the_same_to_the_last_bit_every_time(family):
    shape, kernel, padding, groups = GRADIENTS[family]
    spec = ConvSpec((1, 1), padding, (1, 1), groups)
    rng = np.random.default_rng(0)
    x, w = (rng.standard_normal(s).astype(np.float32) for s in (shape, kernel))
    g = rng.standard_normal(conv.conv_forward(x, w, None, spec).shape).astype(np.float32)
    results = {
        (
            conv.conv_weight_grad(g, x, spec, kernel).tobytes(),
            conv.conv_input_grad(g, w, spec, shape).tobytes(),
        )
        for _ in range(20)
    }
    assert len(results) == 1
