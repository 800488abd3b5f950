"""Losses one by one: gradients, errors, diagnostics. Their values: test_loop_oracles.py."""

import numpy as np
import pytest

from minidl import Tensor, gradcheck, metric


def test_the_soft_margin_is_a_softplus():
    a, p, n = np.random.default_rng(3).standard_normal((3, 5, 2))
    excess = ((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1)
    expected = np.log1p(np.exp(excess)).mean()
    assert metric.triplet_loss(a, p, n, margin=None).item() == pytest.approx(expected)


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize(
    "loss",
    [
        metric.batch_all_triplet_loss,
        metric.batch_hard_triplet_loss,
        metric.semi_hard_triplet_loss,
    ],
)
def test_gradients_of_mined_losses(loss, squared):
    points = np.random.default_rng(4).standard_normal((6, 3))
    labels = np.array([0, 0, 1, 1, 2, 2])
    gradcheck(lambda x: loss(x, labels, 1.0, squared), points)


def test_gradients_of_pair_losses():
    a, b, c = np.random.default_rng(5).standard_normal((3, 4, 3))
    same = np.array([1, 0, 1, 0])
    gradcheck(lambda x, y: metric.contrastive_loss(x, y, same, 2.0), a, b)
    gradcheck(metric.triplet_loss, a, b, c)


def test_identical_pictures_give_distance_zero_and_no_nan():
    x = Tensor(np.random.default_rng(6).standard_normal((1, 8)).repeat(3, 0), requires_grad=True)
    d = metric.pairwise_distances(x)
    d.sum().backward()
    assert not d.data.any()
    np.testing.assert_array_equal(x.grad, np.zeros((3, 8)))


def test_float32_distances_of_near_points_keep_their_digits():
    base = np.random.default_rng(7).standard_normal((1, 64)).astype(np.float32)
    near = base + np.float32(1e-4)
    found = metric.pairwise_distances(base, near).item()
    assert found == pytest.approx(np.linalg.norm((base - near).astype(np.float64)), rel=1e-5)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([3, 3, 3]), "given 1 identity in 3 pictures"),
        (np.array([1, 2, 3]), "one picture of each of 3 identities"),
        (np.array([1, 2]), "one picture of each"),
    ],
)
@pytest.mark.parametrize(
    "loss",
    [
        metric.batch_all_triplet_loss,
        metric.batch_hard_triplet_loss,
        metric.semi_hard_triplet_loss,
    ],
)
def test_where_nothing_can_be_mined_the_error_says_why(loss, labels, message):
    with pytest.raises(ValueError, match=message):
        loss(np.ones((len(labels), 2)), labels)


def test_labels_and_encodings_must_match():
    with pytest.raises(ValueError, match=r"encodings \(3, 2\) and labels \(4,\)"):
        metric.batch_hard_triplet_loss(np.ones((3, 2)), np.array([0, 0, 1, 1]))
    with pytest.raises(TypeError, match="float64"):
        metric.batch_hard_triplet_loss(np.ones((2, 2)), np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="margin=-1"):
        metric.triplet_loss(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2)), margin=-1)


def test_diagnostics_of_a_good_batch():
    points = np.array([[1.0, 0], [1.0, 0], [0, 1.0], [0, 1.0]])
    found = metric.diagnose(points, np.array([0, 0, 1, 1]))
    assert (found.active, found.positive) == (0, 0)
    assert found.negative == pytest.approx(np.sqrt(2))
    assert not found.collapsed


@pytest.mark.parametrize("point", [0.0, 0.5])
def test_collapse_is_said_in_words(point):
    noise = 1e-5 * np.random.default_rng(8).standard_normal((4, 3))
    found = metric.diagnose(np.full((4, 3), point) + noise * point, np.array([0, 0, 1, 1]))
    assert found.active == 1
    assert found.collapsed
    assert "COLLAPSED" in str(found)


def test_the_logistic_unit_depends_only_on_the_difference():
    verifier = metric.LogisticVerifier(3, seed=0)
    a, b = np.random.default_rng(9).standard_normal((2, 5, 3)).astype(np.float32)
    np.testing.assert_allclose(verifier(a, b).data, verifier(b, a).data)
    assert verifier(a, b).shape == (5,)


def test_constant_encodings_adopt_the_dtype_of_learned_ones():
    learned = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    same = [True, False]
    assert metric.contrastive_loss(np.zeros((2, 3)), learned, same).dtype == np.float32
    assert metric.LogisticVerifier(3)(np.zeros((2, 3)), learned).dtype == np.float32


POINTS = np.ones((6, 2), np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metric.paired_distances(POINTS, POINTS[:1]), r"shapes \(6, 2\) and \(1, 2\)"),
        (lambda: metric.paired_distances(POINTS, POINTS[:, :1]), r"expected \(N, d\)"),
        (lambda: metric.triplet_loss(POINTS, POINTS, POINTS[:1]), r"\(1, 2\)"),
        (lambda: metric.LogisticVerifier(2)(POINTS, POINTS[:1]), r"\(6, 2\) and \(1, 2\)"),
        (lambda: metric.contrastive_loss(POINTS, POINTS, [2] * 6), "expected 0 and 1"),
        (lambda: metric.diagnose(POINTS, [0, 0, 1]), r"labels \(3,\)"),
        (lambda: metric.semi_hard_triplet_loss(POINTS, [0, 0, 0, 1, 1, 1], -1), "margin=-1"),
    ],
)
def test_what_would_broadcast_to_a_wrong_number_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_distances_of_whole_numbers_are_not_cut_to_whole_numbers():
    found = metric.pairwise_distances([[0, 0]], np.array([[1, 1]])).item()
    assert found == pytest.approx(2**0.5)


def test_nan_is_seen_in_the_semi_hard_loss():
    labels = np.array([0, 0, 1, 1, 2, 2])
    assert np.isnan(metric.semi_hard_triplet_loss(POINTS * np.nan, labels).item())
