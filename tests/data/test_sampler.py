"""PKSampler and prefetching: P identities, K examples; the same batches, ahead of time."""

import gc
import threading
import time

import numpy as np
import pytest

from minidl import data, nn

LABELS = np.array([3, 3, 3, 3, 7, 7, 7, 7, 5, 5, 9, 1, 1, 1, 1, 1])


def test_p_identities_with_k_different_examples_each():
    for batch in data.PKSampler(LABELS, 2, 2, seed=0, batches=50):
        groups = LABELS[batch].reshape(2, 2)
        assert (groups[:, 0] == groups[:, 1]).all()
        assert groups[0, 0] != groups[1, 0]
        assert len(set(batch)) == 4


def test_an_identity_with_fewer_examples_gives_all_of_them_again():
    for batch in data.PKSampler(LABELS, 4, 5, seed=0):
        assert sorted(set(LABELS[batch])) == [1, 3, 5, 7]  # 9 has one example, and no pair
        for label, group in zip(LABELS[batch[::5]], batch.reshape(4, 5), strict=True):
            counts = [np.sum(group == i) for i in np.flatnonzero(label == LABELS)]
            assert max(counts) - min(counts) <= 1


def test_every_identity_and_example_comes_up():
    seen = np.concatenate(list(data.PKSampler(LABELS, 2, 2, seed=0, batches=100)))
    assert set(seen) == set(range(len(LABELS))) - {10}


def test_length():
    assert len(data.PKSampler(LABELS, 2, 2)) == len(LABELS) // 4
    sampler = data.PKSampler(LABELS, 2, 2, batches=7)
    assert len(sampler) == len(list(sampler)) == 7


def test_passes_differ_and_repeat_with_the_seed():
    one, two = (data.PKSampler(LABELS, 2, 2, seed=4) for _ in range(2))
    first, second = np.array(list(one)), np.array(list(one))
    assert not np.array_equal(first, second)
    next(iter(two))
    next(iter(two))  # passes that are broken off count as passes
    assert np.array_equal(list(two), list(one))


def test_without_a_seed_manual_seed_decides():
    def batches():
        nn.manual_seed(2)
        return np.array(list(data.PKSampler(LABELS, 2, 3)))

    assert np.array_equal(batches(), batches())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LABELS, 5, 2), "given P=5, but only 4 identities"),
        ((LABELS, 0, 2), "given P=0, K=2"),
        ((LABELS.reshape(4, 4), 2, 2), r"shape \(4, 4\)"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        data.PKSampler(*arguments)


def test_a_loader_with_a_batch_sampler():
    x = np.arange(16.0)[:, None]
    sampler = data.PKSampler(LABELS, 2, 2, seed=1)
    loader = data.DataLoader(x, LABELS, batch_sampler=sampler)
    assert len(loader) == 4
    batches = list(loader)
    assert len(batches) == 4
    assert all(np.array_equal(LABELS[images[:, 0].astype(int)], y) for images, y in batches)
    in_turn = [y.tolist() for (y,) in data.DataLoader(np.arange(4), batch_sampler=[[3, 1], [0]])]
    assert in_turn == [[3, 1], [0]]


def test_a_batch_sampler_decides_alone():
    with pytest.raises(ValueError, match="leave out batch_size"):
        data.DataLoader(LABELS, batch_sampler=[[0]], shuffle=True)


def noisy(x, rng):
    return x + rng.random(x.shape)


def passes(prefetch, broken=False):
    loader = data.DataLoader(
        np.arange(20.0), batch_size=3, shuffle=True, seed=3, transform=noisy, prefetch=prefetch
    )
    if broken:
        next(iter(loader))
    return [batch.tolist() for _ in range(2) for (batch,) in loader]


def test_prefetched_batches_are_the_same():
    assert passes(1) == passes(5) == passes(0)
    assert passes(2, broken=True) == passes(0, broken=True)


def test_batches_are_prepared_ahead_but_not_further():
    prepared, enough = [], threading.Event()

    def note(x, rng):
        prepared.append(len(x))
        if len(prepared) == 3:
            enough.set()
        return x

    batches = iter(data.DataLoader(LABELS, transform=note, prefetch=2))
    next(batches)
    assert enough.wait(10)  # the first, and two ahead, although only one was asked for
    time.sleep(0.05)
    assert len(prepared) == 3


def test_an_error_comes_where_its_batch_would_have():
    def fails(x, rng):
        if x[0] == 2:
            raise KeyError("broken picture")
        return x

    batches = iter(data.DataLoader(np.arange(4), transform=fails, prefetch=3))
    assert [int(next(batches)[0][0]) for _ in range(2)] == [0, 1]
    with pytest.raises(KeyError, match="broken picture"):
        next(batches)


def test_the_thread_ends_with_the_pass_and_when_it_is_broken_off():
    before = threading.active_count()
    list(data.DataLoader(LABELS, prefetch=2))
    batches = iter(data.DataLoader(LABELS, prefetch=2))
    next(batches)
    del batches
    gc.collect()
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before  # one that another test left may end meanwhile


def test_prefetch_cannot_be_negative():
    with pytest.raises(ValueError, match="prefetch=-1"):
        data.DataLoader(LABELS, prefetch=-1)


def test_labels_may_be_names():
    names = np.array(["ada", "ben", "ada", "ben", "eve"])
    (batch,) = data.PKSampler(names, 2, 2, seed=0, batches=1)
    assert sorted(names[batch]) == ["ada", "ada", "ben", "ben"]
    assert names[batch[0]] == names[batch[1]]


@pytest.mark.parametrize(("P", "K"), [(2, 1), (2, 1.5), (2.0, 2), (0, 2)])
def test_numbers_that_never_give_a_pair_are_refused(P, K):
    with pytest.raises(ValueError, match=r"PKSampler: given .*(K at least 2|a whole number)"):
        data.PKSampler([0, 0, 1, 1], P, K)
