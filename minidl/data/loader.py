"""Batches: one pass over the data after another, in order or shuffled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, cast

import numpy as np

from minidl.arguments import checked, spelt
from minidl.data.collate import stacked
from minidl.data.prefetch import prefetched
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor

Batch = Any  # a tuple or a dict of arrays
Transform = Callable[[np.ndarray, np.random.Generator], np.ndarray]


class DataLoader:
    """Iterates over tuples (or dicts) of arrays with up to batch_size examples each.

    sources: arrays with one example per entry of axis 0, `DataLoader(images, labels)`, or a dict of
    them; or one dataset, anything with `len(d)` and `d[i]` giving an example: an array, a number, a
    text, or a tuple, list or dict of such, which are stacked part by part.
    shuffle: a new order for every pass. drop_last: leaves out a last batch that is not full.
    seed: for order and transform; the same seed gives the same passes. Without one they come from
    the default generator (`nn.manual_seed`).
    transform: `(first array of a batch, rng) -> array`, for augmentation (of a dict, its first).
    batch_sampler: gives each batch's indices (a `PKSampler`, a list of lists), instead of
    batch_size, shuffle and drop_last.
    prefetch: how many batches a thread prepares ahead; the batches are the same as with 0.
    """

    @checked
    def __init__(
        self, *sources: Any, batch_size: int = 1, shuffle: bool = False, drop_last: bool = False,
        seed: Seed = None, transform: Transform | None = None,
        batch_sampler: Iterable[Any] | None = None, prefetch: int = 0,
    ) -> None:  # fmt: skip
        if batch_size < 1 or prefetch < 0:
            raise ValueError(
                f"DataLoader: given batch_size={batch_size!r}, prefetch={prefetch!r}, expected "
                "whole numbers of at least 1 and at least 0"
            )
        if batch_sampler is not None and (batch_size > 1 or shuffle or drop_last):
            raise ValueError(
                "DataLoader: given batch_sampler, which decides on batches; leave out batch_size, "
                "shuffle and drop_last"
            )
        self.batch_size, self.shuffle, self.drop_last = batch_size, shuffle, drop_last
        self.transform, self.batch_sampler, self.prefetch = transform, batch_sampler, prefetch
        self._take, self.examples = _reader(sources)
        self._rng = None if seed is None else generator(seed)

    def __len__(self) -> int:
        """The number of batches in a pass. TypeError where the batch_sampler does not know it."""
        if self.batch_sampler is not None:
            return len(cast(Sized, self.batch_sampler))
        whole, rest = divmod(self.examples, self.batch_size)
        return whole if self.drop_last or not rest else whole + 1

    def __iter__(self) -> Iterator[Batch]:
        rng = generator(self._rng)
        chosen = self._chosen(rng)
        if self.transform is not None:
            # A generator of its own: a pass that is broken off does not change the next one.
            rng = np.random.default_rng(rng.integers(2**63))
        batches = (self._batch(np.asarray(indices), rng) for indices in chosen)
        return prefetched(batches, self.prefetch) if self.prefetch else batches

    def _chosen(self, rng: np.random.Generator) -> Iterator[Any]:
        """The indices of each batch; what is random about them is drawn here and now."""
        if self.batch_sampler is not None:
            return iter(self.batch_sampler)
        order = rng.permutation(self.examples) if self.shuffle else np.arange(self.examples)
        starts = range(0, len(self) * self.batch_size, self.batch_size)
        return (order[start : start + self.batch_size] for start in starts)

    def _batch(self, indices: np.ndarray, rng: np.random.Generator) -> Batch:
        batch = self._take(indices)
        if self.transform is None:
            return batch
        if isinstance(batch, dict):
            first = next(iter(batch))
            return {**batch, first: self.transform(batch[first], rng)}
        return self.transform(batch[0], rng), *batch[1:]


def _reader(sources: tuple[Any, ...]) -> tuple[Callable[[np.ndarray], Batch], int]:
    """A function from indices to a batch, and the number of examples."""
    if len(sources) == 1 and isinstance(sources[0], Mapping):
        names = list(sources[0])
        take, count = _array_reader(list(sources[0].values()))
        return (lambda indices: dict(zip(names, take(indices), strict=True))), count
    if len(sources) == 1 and not isinstance(sources[0], (np.ndarray, Tensor)):
        return _dataset_reader(sources[0])
    return _array_reader(list(sources))


def _array_reader(sources: list[Any]) -> tuple[Callable[[np.ndarray], Batch], int]:
    arrays = [np.asarray(source) for source in sources]
    shapes = [array.shape for array in arrays]
    if not arrays or not all(shapes) or len({shape[0] for shape in shapes}) > 1:
        raise ValueError(
            f"DataLoader: given arrays of shapes {shapes}, expected at least one, all of the same "
            "length along axis 0 (options by name: batch_size=64)"
        )
    return (lambda indices: tuple(array[indices] for array in arrays)), shapes[0][0]


def _dataset_reader(dataset: Any) -> tuple[Callable[[np.ndarray], Batch], int]:
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        raise TypeError(
            f"DataLoader: given {spelt(dataset)}, expected arrays, or a dataset with len() "
            "and indexing"
        )

    def take(indices: np.ndarray) -> Batch:
        batch = stacked([dataset[int(i)] for i in indices])
        return batch if isinstance(batch, (tuple, dict)) else (batch,)

    return take, len(dataset)
