"""One pass of a network over pictures, keeping what excites its units most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from minidl.files import shown
from minidl.nn import Module
from minidl.progress import progress
from minidl.tensor import no_grad
from minidl.vis.best import Best
from minidl.vis.chain import features
from minidl.vis.pictures import Pictures, batches
from minidl.vis.receptive import ReceptiveField
from minidl.vis.resume import State


class Scan:
    """Fills the heaps of `best`, layer by layer, from pictures; with a state, goes on from there.

    fields: the layers where only windows inside the pictures count, with what they see. names: the
    pictures' so far. skipped: pictures' numbers, with (name, reason).
    """

    def __init__(
        self, network: Module, best: Mapping[str, Best], pictures: Pictures, state: State | None,
        fields: Mapping[str, ReceptiveField], quiet: bool,
    ) -> None:  # fmt: skip
        if state is not None and pictures.once:
            raise ValueError(
                "given a state file and pictures that come only once, expected a folder, a list of "
                "files or an array, which can be taken up again in the middle"
            )
        self.network, self.best, self.pictures = network, best, pictures
        self.state, self.fields, self.quiet = state, fields, quiet
        self.names: list[str] = []
        self.skipped: dict[int, tuple[str, str]] = {}
        self._seen = 0  # pictures that have been looked at

    def run(self) -> None:
        """Goes through the pictures. Raises ValueError where none can be used."""
        if self.state is not None:
            self.names, self.skipped = self.state.restored(self.best)
            self._seen = len(self.names)
        was_training = self.network.training
        self.network.eval()
        try:
            with no_grad():
                self._run()
        finally:  # an interruption, too, leaves a state to go on from
            self.network.train(was_training)
            self._save()
        if len(self.skipped) == len(self.names):
            raise ValueError(f"none of {len(self.names)} pictures could be used{self._reason()}")

    def _run(self) -> None:
        total = len(self.pictures) or None
        with progress(total=total, label="pictures", quiet=self.quiet) as bar:
            bar.update(self._seen)
            for numbers, stacked in batches(self._unseen(self._seen)):
                self._look(numbers, stacked)
                bar.update(numbers[-1] + 1 - self._seen)
                self._seen = numbers[-1] + 1
                if self.state is not None and self.state.due():
                    self._save()
            bar.update(len(self.names) - self._seen)
            self._seen = len(self.names)

    def _unseen(self, done: int) -> Iterator[tuple[int, np.ndarray]]:
        """The pictures from number `done` on that can be read."""
        number = -1
        for number, picture in enumerate(self.pictures):
            if number < done:
                self._expect(self.names[number], picture.name)
                continue
            self.names.append(picture.name)
            try:
                image = picture.read()
            except (OSError, ValueError) as error:
                if picture.path is None:
                    raise
                self._skip(number, str(error).removeprefix(f"{shown(picture.path)} "))
                continue
            bad = image.size - int(np.isfinite(image).sum())
            if bad:
                self._skip(number, f"has NaN or infinity in it ({bad} of {image.size} numbers)")
                continue
            yield number, image
        if number + 1 < done:
            self._expect(self.names[number + 1], "nothing")

    def _expect(self, before: str, now: str) -> None:
        if before != now and self.state is not None:
            raise self.state.other(f"where {now} is now there was {before}")

    def _look(self, numbers: list[int], stacked: np.ndarray) -> None:
        """Takes in some pictures of one shape."""
        part = {layer: field.inside(stacked.shape) for layer, field in self.fields.items()}
        if part and not any(map(_has_places, part.values())):
            for number in numbers:
                self._skip(number, self._too_small(stacked.shape))
            return
        try:
            found = features(self.network, stacked, list(self.best))
        except ValueError as error:  # they are too small, or have another number of channels
            for number in numbers:
                self._skip(number, str(error))
            return
        for i, number in enumerate(numbers):
            torn = [layer for layer in self.best if not _is_finite(found[layer].data[i])]
            if torn:
                self._skip(number, f"becomes infinite in {torn[0]}: its numbers are too large")
                continue
            kept = [
                best.add(number, found[layer].data[i], *([part[layer]] if part else []))
                for layer, best in self.best.items()
            ]
            if any(kept):
                self.pictures.keep(number, stacked[i])
        self.pictures.forget_all_but(lambda: wanted(self.best))

    def _too_small(self, shape: tuple[int, ...]) -> str:
        """Why no layer has a window inside a picture, in terms of the one that sees least."""
        layer, field = min(self.fields.items(), key=lambda entry: entry[1].size)
        pixels, sees = (" x ".join(map(str, size)) for size in (shape[2:], field.size))
        return f"holds in its {pixels} pixels no whole window of {layer}, which sees {sees}"

    def _skip(self, number: int, why: str) -> None:
        name, reason = self.names[number], shown(why.splitlines()[0])
        self.skipped[number] = name, reason
        if not self.quiet:
            from tqdm import tqdm

            tqdm.write(f"skipped {shown(name)}: {reason}")

    def _reason(self) -> str:
        """Why most pictures were skipped: the first of the reasons that differ only in numbers."""
        reasons = [reason for _, reason in self.skipped.values()]
        if not reasons:
            return ""
        kinds = [re.sub(r"\d+", "", reason) for reason in reasons]
        kind, count = Counter(kinds).most_common(1)[0]
        most = f" ({count} of them)" if count < len(reasons) else ""
        return f"{most}: {reasons[kinds.index(kind)]}"

    def _save(self) -> None:
        if self.state is not None:
            skipped = {n: entry for n, entry in self.skipped.items() if n < self._seen}
            self.state.save(self.names[: self._seen], skipped)


def _is_finite(maps: np.ndarray) -> bool:
    return bool(np.isfinite(maps.min(initial=0)) and np.isfinite(maps.max(initial=0)))


def _has_places(part: Sequence[slice]) -> bool:
    return all(axis.start < axis.stop for axis in part)


def wanted(best: Mapping[str, Best]) -> set[int]:
    """The numbers of the pictures that hold a place."""
    return set().union(*(heaps.images() for heaps in best.values()))
