"""detect_anomaly names what was not finite first, its inputs, and the user's line."""

import numpy as np
import pytest

import minidl
import minidl.functional as F
from minidl import Tensor, nn


def anomaly(*words):
    return pytest.raises(RuntimeError, match="detect_anomaly: " + ".*".join(words))


def test_a_result_is_named_with_its_inputs_and_line():
    x = Tensor([0.0, 1.0, 4.0])
    with (
        np.errstate(all="ignore"),
        anomaly(
            r"the result of 'log', shape \(3,\), has 1 infinite of 3 values",
            r"inputs: \(3,\);",
            r"called at .*test_anomaly.py:\d+: y = x.log\(\)",
        ),
        minidl.detect_anomaly(),
    ):
        y = x.log()
        y + 1


def test_a_gradient_is_named_with_the_line_that_computed_it_forward():
    x = Tensor([0.0, 1.0], requires_grad=True)
    with (
        np.errstate(all="ignore"),
        anomaly("the gradient of 'sqrt' to its input 0", "1 infinite", "y = x.sqrt"),
        minidl.detect_anomaly(),
    ):
        y = x.sqrt()
        (y * 2).sum().backward()


def test_the_line_is_the_users_not_a_layers():
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    x = np.full((2, 3), np.nan, np.float32)
    found = anomaly(r"the result of 'matmul', shape \(2, 4\)", "inputs: .* with 6 NaN", r"net\(x")
    with found, minidl.detect_anomaly(), minidl.no_grad():
        net(x)


def test_the_first_of_several_is_named():
    x = Tensor([1e38], requires_grad=True)
    with (
        np.errstate(all="ignore"),
        anomaly("the result of 'mul'", "1 infinite"),
        minidl.detect_anomaly(),
    ):
        F.relu(x * 10 - x * 10)


def test_a_gradient_given_to_backward_is_looked_at():
    y = Tensor([1.0], requires_grad=True) * 2
    with anomaly(r"the gradient given to backward\(\)"), minidl.detect_anomaly():
        y.backward([np.nan])


def test_gradients_that_overflow_when_they_meet():
    x = Tensor([1.0], requires_grad=True)
    with np.errstate(all="ignore"), anomaly("a sum of gradients"), minidl.detect_anomaly():
        (x * 1.0 + x * 0.9).backward([3e38])


def test_what_is_finite_passes_and_outside_nothing_is_looked_at():
    x = Tensor([4.0], requires_grad=True)
    with minidl.detect_anomaly():
        (x.sqrt() * 3).backward()
    assert x.grad == 0.75
    with np.errstate(all="ignore"):
        assert np.isinf(Tensor([0.0]).log().data)


def test_it_ends_with_the_block_also_after_an_error():
    with np.errstate(all="ignore"):
        with anomaly("the result of 'log'"), minidl.detect_anomaly():
            Tensor([0.0]).log()
        Tensor([0.0]).log()


def test_integers_and_comparisons_are_no_matter():
    with minidl.detect_anomaly():
        assert (Tensor([1, 2]).sum() > 2).item()
