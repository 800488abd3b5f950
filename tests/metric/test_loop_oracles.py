"""Every loss and miner against a loop over pairs or triplets, on 1,000 random batches.

Among them are batches with one picture of some person, with one person only, with one picture of
each, with identical pictures, and with all encodings at the origin. Where there is no triplet, the
losses must say so. Both sides compute in float64; 1e-9 leaves room for the order of a few thousand
sums.
"""

import itertools
import math

import numpy as np
import pytest

from minidl import Tensor, metric
from minidl.metric import mining
from minidl.models import Recipe

TOLERANCE = 1e-9
BATCHES = 1000


def batches():
    """(encodings, labels, margin, squared); margin is None (the soft one) now and then."""
    rng = np.random.default_rng(0)
    for _ in range(BATCHES):
        n, d = int(rng.integers(1, 9)), int(rng.integers(1, 5))
        labels = rng.integers(0, int(rng.integers(1, 6)), n)
        points = rng.standard_normal((n, d))
        if rng.random() < 0.3:
            points[rng.integers(n)] = points[rng.integers(n)]
        if rng.random() < 0.1:
            points[:] = 0
        margin = None if rng.random() < 0.2 else float(rng.uniform(0, 1))
        yield points, labels, margin, bool(rng.random() < 0.5)


def test_the_batches_hold_every_special_case():
    found = {"lone picture": 0, "one person": 0, "one picture each": 0, "identical": 0, "all 0": 0}
    for points, labels, _, _ in batches():
        counts = np.unique(labels, return_counts=True)[1]
        mineable = bool(loop_triplets(labels))
        found["lone picture"] += mineable and counts.min() == 1
        found["one person"] += len(counts) == 1 and len(labels) > 1
        found["one picture each"] += len(counts) > 1 and counts.max() == 1
        found["identical"] += mineable and len(np.unique(points, axis=0)) < len(points)
        found["all 0"] += mineable and not points.any()
    assert min(found.values()) >= 20, found


def loop_distance(a, b, squared):
    square = float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)))
    return square if squared else square**0.5


def loop_distances(points, squared):
    return np.array([[loop_distance(a, b, squared) for b in points] for a in points])


def loop_triplets(labels):
    people = range(len(labels))
    return [
        (a, p, n)
        for a, p, n in itertools.product(people, people, people)
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]
    ]


def loop_hardest(d, labels):
    found = []
    for _, triplets in itertools.groupby(loop_triplets(labels), key=lambda t: t[0]):
        mine = list(triplets)
        a, far, _ = max(mine, key=lambda t: d[t[0], t[1]])
        _, _, near = min(mine, key=lambda t: d[t[0], t[2]])
        found.append((a, far, near))
    return found


def loop_semi_hard(d, labels, margin):
    found = []
    for _, triplets in itertools.groupby(loop_triplets(labels), key=lambda t: t[:2]):
        ring = [(a, p, n) for a, p, n in triplets if d[a, p] < d[a, n] < d[a, p] + margin]
        if ring:
            found.append(min(ring, key=lambda t: d[t[0], t[2]]))
    return found


def hinge(excess, margin):
    return math.log1p(math.exp(excess)) if margin is None else max(0.0, excess + margin)


def mean_cost(d, triplets, margin):
    """The mean, and 0 where there is none."""
    costs = [hinge(d[a, p] - d[a, n], margin) for a, p, n in triplets]
    return sum(costs) / max(1, len(costs))


def loop_batch_all(d, labels, margin):
    costs = [hinge(d[a, p] - d[a, n], margin) for a, p, n in loop_triplets(labels)]
    return sum(costs) / max(1, sum(cost > 0 for cost in costs))


def loop_batch_hard(d, labels, margin):
    return mean_cost(d, loop_hardest(d, labels), margin)


def loop_semi_hard_loss(d, labels, margin):
    return mean_cost(d, loop_semi_hard(d, labels, margin), margin)


@pytest.mark.parametrize(
    ("loss", "oracle"),
    [
        (metric.batch_all_triplet_loss, loop_batch_all),
        (metric.batch_hard_triplet_loss, loop_batch_hard),
        (metric.semi_hard_triplet_loss, loop_semi_hard_loss),
    ],
)
def test_mined_losses_equal_a_loop_over_triplets(loss, oracle):
    soft = loss is not metric.semi_hard_triplet_loss  # its ring needs a width
    for points, labels, given, squared in batches():
        margin = given if soft or given is not None else 0.2
        x = Tensor(points, requires_grad=True)
        if not loop_triplets(labels):
            with pytest.raises(ValueError, match=r"a negative needs|a positive needs"):
                loss(x, labels, margin, squared)
            continue
        y = loss(x, labels, margin, squared)
        d = loop_distances(points, squared)
        assert y.item() == pytest.approx(oracle(d, labels, margin), abs=TOLERANCE)
        y.backward()
        assert np.isfinite(x.grad).all()


def listed(triplets):
    return list(zip(*map(np.ndarray.tolist, triplets), strict=True))


def test_miners_choose_what_loops_choose():
    for points, labels, margin, squared in batches():
        d = loop_distances(points, squared)
        assert listed(mining.all_triplets(labels)) == loop_triplets(labels)
        assert listed(mining.semi_hard(d, labels, margin or 0.2)) == loop_semi_hard(
            d, labels, margin or 0.2
        )
        if loop_triplets(labels):
            assert listed(mining.hardest(d, labels)) == loop_hardest(d, labels)


def pairs_of(points, seed):
    """The points beside a random order of themselves: some of them meet themselves."""
    rng = np.random.default_rng(seed)
    return points, points[rng.permutation(len(points))], rng.integers(0, 2, len(points))


def test_triplet_loss_equals_a_loop():
    for seed, (points, _, margin, squared) in enumerate(batches()):
        a = Tensor(points, requires_grad=True)
        _, p, _ = pairs_of(points, seed)
        _, n, _ = pairs_of(points, seed + BATCHES)
        loss = metric.triplet_loss(a, p, n, margin, squared)
        expected = np.mean(
            [
                hinge(loop_distance(x, y, squared) - loop_distance(x, z, squared), margin)
                for x, y, z in zip(points, p, n, strict=True)
            ]
        )
        assert loss.item() == pytest.approx(expected, abs=TOLERANCE)
        loss.backward()
        assert np.isfinite(a.grad).all()


def test_contrastive_loss_equals_a_loop():
    for seed, (points, _, margin, _) in enumerate(batches()):
        a, b, same = pairs_of(points, seed)
        x = Tensor(a, requires_grad=True)
        loss = metric.contrastive_loss(x, b, same, margin or 0.2)
        costs = []
        for u, v, s in zip(a, b, same, strict=True):
            d = loop_distance(u, v, squared=False)
            costs.append(d**2 if s else max(0.0, (margin or 0.2) - d) ** 2)
        assert loss.item() == pytest.approx(np.mean(costs), abs=TOLERANCE)
        loss.backward()
        assert np.isfinite(x.grad).all()


def test_the_logistic_unit_equals_a_loop():
    for seed, (points, _, _, _) in enumerate(batches()):
        a, b, _ = pairs_of(points.astype(np.float32), seed)
        verifier = metric.LogisticVerifier(points.shape[1], seed=seed)
        weight, bias = (p.numpy() for p in verifier.parameters())
        expected = [
            sum(w * abs(x - y) for w, x, y in zip(weight[0], u, v, strict=True)) + bias[0]
            for u, v in zip(a, b, strict=True)
        ]
        # float32: sums of at most five numbers below about 10, each rounded at 1e-7 of its size
        np.testing.assert_allclose(verifier(a, b).numpy(), expected, atol=1e-5)


def test_random_triplets_are_valid_one_for_each_anchor():
    rng = np.random.default_rng(1)
    for _, labels, _, _ in batches():
        valid = loop_triplets(labels)
        if valid:
            drawn = listed(mining.random_triplets(labels, rng))
            assert set(drawn) <= set(valid)
            assert [a for a, _, _ in drawn] == sorted({a for a, _, _ in valid})


def test_the_lot_reaches_every_triplet():
    labels, rng = np.array([0, 0, 0, 1, 2, 2]), np.random.default_rng(2)
    drawn = {t for _ in range(200) for t in listed(mining.random_triplets(labels, rng))}
    assert drawn == set(loop_triplets(labels))


def test_random_mining_says_where_there_is_no_triplet():
    for points, labels, _, _ in batches():
        if not loop_triplets(labels):
            with pytest.raises(ValueError, match=r"a negative needs|a positive needs"):
                Recipe(mining="random").loss(Tensor(points), labels, 0)
