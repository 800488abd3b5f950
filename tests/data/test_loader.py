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
        (lambda: data.DataLoader(5), TypeError, "given 5, expected arrays"),
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
    with pytest.raises(ValueError, match=r"batch_size=2.5.*whole number"):
        data.DataLoader(X, batch_size=2.5)


class Examples:
    """A dataset of five: example i is made(i)."""

    def __init__(self, made):
        self.made = made

    def __len__(self):
        return 5

    def __getitem__(self, i):
        return self.made(i)


def test_examples_that_are_dicts_give_dicts_of_arrays():
    made = Examples(
        lambda i: {"image": np.full((2, 2), i, np.float32), "label": i, "name": f"n{i}"}
    )
    first, second = data.DataLoader(made, batch_size=3)
    assert first["image"].shape == (3, 2, 2)
    assert first["image"].dtype == np.float32
    assert second["label"].tolist() == [3, 4]
    assert second["name"].tolist() == ["n3", "n4"]


def test_parts_may_have_parts():
    made = Examples(lambda i: (np.ones(2) * i, {"box": [i, 2 * i]}))
    x, target = next(iter(data.DataLoader(made, batch_size=2)))
    assert x.tolist() == [[0, 0], [1, 1]]
    assert [part.tolist() for part in target["box"]] == [[0, 1], [0, 2]]


def test_a_list_of_tuples_is_a_dataset():
    batches = list(data.DataLoader([(np.ones(2), 0), (np.zeros(2), 1)], batch_size=2))
    assert batches[0][0].tolist() == [[1, 1], [0, 0]]
    assert batches[0][1].tolist() == [0, 1]


def test_a_dict_of_arrays_gives_dicts():
    loader = data.DataLoader({"x": X, "y": Y}, batch_size=4, transform=lambda x, rng: -x)
    assert len(loader) == 3
    batch = next(iter(loader))
    assert batch["x"][:, 0].tolist() == [0, -1, -2, -3]
    assert batch["y"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (
            lambda i: {"a": 1} if i else {"b": 1},
            ValueError,
            r"names \[\['b'\], \['a'\]\]",
        ),
        (lambda i: (1,) * (i + 1), ValueError, r"different lengths \[1, 2, 3, 4, 5\]"),
        (lambda i: {"a": np.ones(i)}, ValueError, r"different shapes \[\(0,\), \(1,\)"),
        (lambda i: object(), TypeError, "given an example with <object .*>"),
        (lambda i: {"a": None}, TypeError, "given an example with None"),
    ],
)
def test_examples_that_do_not_fit_together_are_named(made, error, message):
    with pytest.raises(error, match=message):
        next(iter(data.DataLoader(Examples(made), batch_size=5)))
