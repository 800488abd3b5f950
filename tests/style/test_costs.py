"""The costs: the course's formulas, zero where they should be, and what they refuse."""

import numpy as np
import pytest

from minidl import Tensor, gradcheck, style

RNG = np.random.default_rng(0)


def features(c=3, h=4, w=5, dtype=np.float64):
    return RNG.standard_normal((1, c, h, w)).astype(dtype)


def test_the_gram_matrix_by_loops():
    a = features()[0]
    expected = [[sum(a[k, i, j] * a[l, i, j] for i in range(4) for j in range(5))
                 for l in range(3)] for k in range(3)]  # fmt: skip  # noqa: E741
    assert np.allclose(style.gram_matrix(a).data, expected)
    assert np.allclose(style.gram_matrix(a[None]).data, expected)


def test_the_gram_matrix_does_not_know_positions():
    a = features(4, 6, 6)
    shuffled = a.reshape(4, 36)[:, RNG.permutation(36)].reshape(a.shape)
    assert np.allclose(style.gram_matrix(a).data, style.gram_matrix(shuffled).data)


def test_the_fast_product_is_the_same_in_both_memory_layouts():
    a = features(64, 80, 64, np.float32)
    last = np.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    expected = np.einsum("khw,lhw->kl", a[0].astype(np.float64), a[0].astype(np.float64))
    for layout in (a, last):
        assert np.allclose(style.gram_matrix(layout).data, expected, rtol=1e-4, atol=1e-2)


def test_content_cost():
    a, b = features(), features()
    assert np.isclose(style.content_cost(a, b).item(), ((a - b) ** 2).sum() / (4 * 60))
    assert style.content_cost(a, a).item() == 0


def test_style_layer_cost():
    a, b = features(), features()
    grams = [f[0].reshape(3, 20) @ f[0].reshape(3, 20).T for f in (a, b)]
    expected = ((grams[0] - grams[1]) ** 2).sum() / (2 * 4 * 5 * 3) ** 2
    assert np.isclose(style.style_layer_cost(a, b).item(), expected)


def test_a_style_of_another_size_counts_by_the_mean():
    a = features()
    tiled = np.concatenate([a, a], axis=3)
    assert style.style_layer_cost(a, tiled).item() < 1e-20


def test_style_and_total_cost_are_weighted_sums():
    s, g = ({n: features() for n in ("relu1_1", "relu2_1")} for _ in range(2))
    one, two = (style.style_layer_cost(s[n], g[n]).item() for n in s)
    assert np.isclose(style.style_cost(s, g).item(), 0.2 * (one + two))
    assert np.isclose(style.style_cost(s, g, {"relu2_1": 0.7}).item(), 0.7 * two)
    assert np.isclose(style.total_cost(2.0, 3.0).item(), 10 * 2 + 40 * 3)
    assert np.isclose(style.total_cost(2.0, 3.0, alpha=1, beta=0).item(), 2)


def test_total_variation_of_a_flat_picture_and_of_a_checkerboard():
    assert style.total_variation(np.full((3, 5, 5), 0.3)).item() == 0
    board = np.indices((4, 4)).sum(0) % 2.0
    assert np.isclose(style.total_variation(board[None]).item(), 24 / 16)


@pytest.mark.parametrize(
    "cost",
    [
        style.gram_matrix,
        style.total_variation,
        lambda x: style.content_cost(np.ones((1, 3, 4, 5)), x),
        lambda x: style.style_layer_cost(np.ones((1, 3, 2, 2)), x),
    ],
)
def test_gradients(cost):
    assert gradcheck(cost, Tensor(features(), requires_grad=True))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: style.gram_matrix(np.ones((2, 3, 4, 4))), ValueError, r"given shape \(2, 3, 4, 4"),
        (lambda: style.gram_matrix(np.ones((3, 4))), ValueError, r"given shape \(3, 4\), expected"),
        (lambda: style.gram_matrix(np.ones((3, 0, 4))), ValueError, "one picture"),
        (lambda: style.gram_matrix(np.ones((3, 4, 4), int)), TypeError, "expected floats"),
        (
            lambda: style.content_cost(features(), features(w=6)),
            ValueError,
            r"shapes \(3, 4, 5\) and \(3, 4, 6\), expected one shape",
        ),
        (
            lambda: style.style_layer_cost(features(), features(c=4)),
            ValueError,
            "3 and 4 channels.*same layer",
        ),
        (lambda: style.style_cost({}, {}), ValueError, "given features of style nothing"),
        (
            lambda: style.style_cost({"a": features()}, {"b": features()}),
            ValueError,
            "of style a and generated b, expected both for a",
        ),
        (lambda: style.total_variation(np.ones((4, 4))), ValueError, r"total_variation: given"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
