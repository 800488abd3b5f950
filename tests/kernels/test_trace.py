"""MINIDL_DEBUG=1 says of every kernel call what did the work; without it nothing is wrapped."""

import os
import re
import subprocess
import sys

import pytest

from minidl.kernels.choice import compiled
from minidl.kernels.conv.im2col import conv_forward

START = """
import numpy as np
from minidl.kernels import conv, matmul, pool
from minidl.kernels.conv import loops
from minidl.kernels.geometry import ConvSpec
from minidl.kernels.nearest import NearestIndex
from minidl.kernels.passes import channels, elementwise
ones = lambda *shape: np.ones(shape, np.float32)
spec, pairs = ConvSpec.default(2), ConvSpec((2, 2), ((0, 0), (0, 0)), (1, 1))
def convolve(rung, x, w, spec=spec):
    y = rung.conv_forward(ones(*x), ones(*w), None, spec)
    rung.conv_input_grad(y, ones(*w), spec, x)
    rung.conv_weight_grad(y, ones(*x), spec, w)
"""


def lines(code: str, **environment: str) -> list[str]:
    """What the code prints on stderr, apart from the announcement that kernels are compiled."""
    settings = {"MINIDL_NUM_THREADS": "2", "MINIDL_DEBUG": "1", **environment}
    result = subprocess.run(
        [sys.executable, "-c", START + code],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, **settings},
    )
    return [line for line in result.stderr.splitlines() if "compiling kernels" not in line]


def calls(code: str, **environment: str) -> list[str]:
    """The lines without their times, which have to be there."""
    said = lines(code, **environment)
    found = [re.fullmatch(r"minidl: (.*)  \d+\.\d\d ms", line) for line in said]
    assert all(found), said
    return [match[1] for match in found if match]


def three(family: str, x: str, w: str, y: str, threads: int) -> list[str]:
    return [
        f"conv_forward {family} {x} * {w} threads {threads}",
        f"conv_input_grad {family} {y} * {w} threads {threads}",
        f"conv_weight_grad {family} {y} * {x} threads {threads}",
    ]


@pytest.mark.fast_only
def test_families_of_convolution_are_named_with_shapes_and_threads() -> None:
    code = """
convolve(conv, (1, 16, 66, 66), (32, 16, 3, 3))
convolve(conv, (1, 16, 69, 69), (32, 16, 5, 5), ConvSpec((2, 2), spec.padding, (1, 1)))
convolve(conv, (1, 64, 66, 66), (64, 1, 3, 3), ConvSpec((1, 1), spec.padding, (1, 1), 64))
"""
    assert calls(code) == [
        *three("winograd", "(1, 16, 66, 66)", "(32, 16, 3, 3)", "(1, 32, 64, 64)", 2),
        *three("gemm", "(1, 16, 69, 69)", "(32, 16, 5, 5)", "(1, 32, 33, 33)", 2),
        *three("depthwise", "(1, 64, 66, 66)", "(64, 1, 3, 3)", "(1, 64, 64, 64)", 2),
    ]


def test_loops_and_im2col_are_named() -> None:
    shapes = "(1, 1, 4, 4)", "(2, 1, 3, 3)", "(1, 2, 2, 2)"
    code = "for rung in (loops, conv): convolve(rung, (1, 1, 4, 4), (2, 1, 3, 3))"
    assert calls(code, MINIDL_KERNELS="plain") == [
        *three("loops", *shapes, 1),
        *three("im2col", *shapes, 1),
    ]


def test_pooling_products_search_and_passes_are_named() -> None:
    code = """
x = ones(1, 16, 64, 64)
y, where = pool.max_pool(x, (2, 2), pairs)
pool.max_pool_grad(y, where, (2, 2), pairs, x.shape)
pool.avg_pool_grad(pool.avg_pool(x, (2, 2), pairs), (2, 2), pairs, x.shape)
matmul.matmul(ones(512, 256), ones(256, 256))
matmul.gram(ones(512, 256))
matmul.matmul(ones(2, 3), ones(3, 4))
index = NearestIndex(3)
index.add(ones(5, 3))
index.search(queries=ones(2, 3))
elementwise.add(x, x), elementwise.relu_grad(x, y=x), channels.bias_grad(x)
mean, var = channels.moments(x)
channels.sums(x, x, mean), channels.blend(x, var, x, var, mean)
"""
    whole, half = "(1, 16, 64, 64)", "(1, 16, 32, 32)"
    rung, pooling = ("compiled", "compiled") if compiled() else ("numpy", "strided")
    two, one = f"threads {2 if compiled() else 1}", "threads 1"
    assert calls(code) == [
        f"max_pool {pooling} {whole} * (2, 2) {two}",
        f"max_pool_grad {pooling} {half} * {half} {two}",
        f"avg_pool {pooling} {whole} * (2, 2) {two}",
        f"avg_pool_grad {pooling} {half} * (2, 2) {two}",
        f"matmul {rung} (512, 256) * (256, 256) {two}",
        f"gram {rung} (512, 256) {two}",
        f"matmul numpy (2, 3) * (3, 4) {one}",
        f"search {rung} (5, 3) * (2, 3) {one}",
        f"add {rung} {whole} * {whole} {two}",
        f"relu_grad {rung} {whole} * {whole} {two}",
        f"bias_grad {rung} {whole} {one}",
        f"moments {rung} {whole} {two}",
        f"sums {rung} {whole} * {whole} {two}",
        f"blend {rung} {whole} * (16,) {two}",
    ]


def test_a_call_that_fails_says_nothing_and_the_next_one_does() -> None:
    code = """
try:
    matmul.matmul(ones(2, 3), ones(2, 3))
except ValueError:
    matmul.matmul(ones(2, 3), ones(3, 2))
"""
    assert calls(code) == ["matmul numpy (2, 3) * (3, 2) threads 1"]


@pytest.mark.parametrize("word", ["", "0"])
def test_unasked_nothing_is_said(word: str) -> None:
    code = "convolve(conv, (1, 1, 4, 4), (2, 1, 3, 3)); matmul.matmul(ones(2, 3), ones(3, 4))"
    assert lines(code, MINIDL_DEBUG=word) == []


def test_another_word_is_ignored_aloud() -> None:
    said = "\n".join(lines("matmul.matmul(ones(2, 3), ones(3, 4))", MINIDL_DEBUG="yes"))
    assert "MINIDL_DEBUG is 'yes', expected 0 or 1: it is ignored" in said
    assert "minidl: matmul" not in said


@pytest.mark.skipif(os.environ.get("MINIDL_DEBUG") == "1", reason="asked for")
def test_unasked_no_function_is_wrapped() -> None:
    assert not hasattr(conv_forward, "__wrapped__")
