"""DataLoader: every example once a pass, orders that repeat with the seed, clear errors."""

import numpy as np
import pytest

from minidl import Tensor, data, nn

X, Y = np.arange(10.0).reshape(10, 1), np.arange(10)


def labels(loader):
    return [int(y) for _, batch in loader for y in batch]


def test_in_order_with_a_short_last_batch():
    loader = data.DataLoader(X, Y, batch_size=4)
    assert [len(y) for _, y in loader] == [4, 4, 2]
    assert len(loader) == 3
    assert labels(loader) == list(range(10))


def test_drop_last():
    loader = data.DataLoader(X, Y, batch_size=4, drop_last=True)
    assert [len(y) for _, y in loader] == [4, 4]
    assert len(loader) == 2
    assert len(data.DataLoader(X, batch_size=11, drop_last=True)) == 0
    assert len(data.DataLoader(X, batch_size=5, drop_last=True)) == 2


def test_shuffling_keeps_examples_together_and_changes_every_pass():
    loader = data.DataLoader(X, Y, batch_size=3, shuffle=True, seed=0)
    assert all(np.array_equal(x[:, 0], y) for x, y in loader)
    first, second = labels(loader), labels(loader)
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second


def test_the_same_seed_gives_the_same_passes():
    one, two, other = (data.DataLoader(X, Y, shuffle=True, seed=s) for s in (5, 5, 6))
    passes = [labels(one), labels(one)]
    assert [labels(two), labels(two)] == passes
    assert labels(other) != passes[0]


def test_a_pass_that_is_broken_off_does_not_change_the_next_orders():
    one, two = (data.DataLoader(X, Y, shuffle=True, seed=5) for _ in range(2))
    next(iter(one))
    labels(two)
    assert labels(one) == labels(two)


def test_without_a_seed_manual_seed_decides():
    loader = data.DataLoader(X, Y, shuffle=True)
    nn.manual_seed(1)
    first = labels(loader)
    nn.manual_seed(1)
    assert labels(loader) == first


def test_one_array_or_tensor_gives_tuples_of_one():
    assert [len(batch) for batch in data.DataLoader(X, batch_size=10)] == [1]
    (batch,) = data.DataLoader(Tensor(X), batch_size=10)
    assert isinstance(batch[0], np.ndarray)


def test_a_dataset_is_stacked():
    class Pairs:
        def __len__(self):
            return 5

        def __getitem__(self, i):
            return np.full((2, 2), i, np.float32), i

    batches = list(data.DataLoader(Pairs(), batch_size=3))
    assert [x.shape for x, _ in batches] == [(3, 2, 2), (2, 2, 2)]
    assert batches[0][0].dtype == np.float32
    assert np.array_equal(batches[1][1], [3, 4])


def test_transform_changes_the_first_array_repeatably():
    def noisy(x, rng):
        return x + rng.random(x.shape)

    loaders = [data.DataLoader(X, Y, batch_size=10, seed=0, transform=noisy) for _ in range(2)]
    (a, y), (b, _) = (next(iter(loader)) for loader in loaders)
    assert np.array_equal(a, b)
    assert not np.array_equal(a, X)
    assert np.array_equal(y, Y)
    assert X[3] == 3


def test_a_batch_is_a_copy():
    next(iter(data.DataLoader(X, batch_size=10)))[0][:] = -1
    assert X[0] == 0


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: data.DataLoader(X, Y[:5]), ValueError, r"\(10, 1\), \(5,\)"),
        (lambda: data.DataLoader(X, Y, batch_size=0), ValueError, "given batch_size=0"),
        (lambda: data.DataLoader(), ValueError, "expected at least one"),
        (lambda: data.DataLoader(X, np.array(3)), ValueError, r"\(10, 1\), \(\)"),
        (lambda: data.DataLoader(5), TypeError, "given int"),
        (
            lambda: list(data.DataLoader([np.ones(2), np.ones(3)], batch_size=2)),
            ValueError,
            r"different shapes \[\(2,\), \(3,\)\]",
        ),
    ],
)
def test_errors(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_half_a_batch_is_refused():
    with pytest.raises(ValueError, match=r"batch_size=2.5.*whole numbers"):
        data.DataLoader(X, batch_size=2.5)
