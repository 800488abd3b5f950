"""Recognition, 1:K: whose picture is this, among the people enrolled, or none of them?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.files import Name
from minidl.kernels.nearest import NearestIndex
from minidl.metric import gallery_file
from minidl.metric.distances import accepted, check_threshold, measured

_ROOM = 1 << 20  # numbers that are compared at a time


class Candidate(NamedTuple):
    """A person and the Euclidean distance to the nearest of their pictures."""

    name: str
    distance: float


class Match(NamedTuple):
    """What became of one query.

    name: who it is; None for "none of them". distance: to the nearest person, whoever that is
    (infinite in an empty gallery). candidates: the nearest people, nearest first, each once; they
    are listed beyond the threshold too.
    """

    name: str | None
    distance: float
    candidates: tuple[Candidate, ...]

    def __str__(self) -> str:
        if not self.candidates:
            return "none of them (the gallery is empty)"
        if self.name is None:
            nearest = self.candidates[0].name
            return f"none of them (nearest: {nearest} at {self.distance:.3f})"
        return f"{self.name} (distance {self.distance:.3f})"


class Gallery:
    """Encodings of people's pictures, searched for the nearest; exact, at any size.

    A query is the person of the nearest picture, if that is at most `threshold` away (Euclidean, as
    in `verify`); of equally near pictures the first enrolled counts. `len` counts people.

    threshold: at least 0; see `choose_threshold`. dimensions: of an encoding; by default, those of
    the first one enrolled. made_by: words that say what made the encodings; kept in the file, for
    whoever opens it to compare.
    """

    @checked
    def __init__(
        self, threshold: float, dimensions: int | None = None, *, made_by: str = ""
    ) -> None:
        self.threshold = threshold
        self.made_by = made_by
        self._index: NearestIndex | None = None
        self._owners: list[str] = []  # whose each picture is
        self._people: dict[str, int] = {}  # how many pictures each has
        if dimensions is not None:
            if dimensions < 1:
                raise ValueError(f"Gallery: given dimensions={dimensions!r}, expected 1 or more")
            self._index = NearestIndex(int(dimensions))

    @property
    def threshold(self) -> float:
        """The largest distance at which two pictures count as one person."""
        return self._threshold

    @threshold.setter
    def threshold(self, value: float) -> None:
        check_threshold("Gallery", value)
        if not value >= 0 or math.isinf(value):
            raise ValueError(f"Gallery: given threshold={value}, expected a number of at least 0")
        self._threshold = float(value)

    @property
    def dimensions(self) -> int | None:
        """Numbers in an encoding; None until that is known."""
        return None if self._index is None else self._index.dimensions

    @property
    def names(self) -> tuple[str, ...]:
        """Everyone enrolled, in the order of their first picture."""
        return tuple(self._people)

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures each has who is enrolled."""
        return dict(self._people)

    @property
    def pictures(self) -> int:
        """How many pictures are enrolled, of all people together."""
        return len(self._owners)

    def __len__(self) -> int:
        return len(self._people)

    def __contains__(self, name: object) -> bool:
        return name in self._people

    def __repr__(self) -> str:
        people = f"{len(self)} {'person' if len(self) == 1 else 'people'}"
        pictures = f"{self.pictures} picture{'' if self.pictures == 1 else 's'}"
        return f"Gallery({people}, {pictures}, threshold={self.threshold:g})"

    @checked
    def enrol(self, name: str, encodings: Numbers) -> None:
        """Adds one encoding (d,) or several (N, d) of a person; nothing else changes.

        A known name gets more pictures. Raises TypeError or ValueError, and leaves the gallery as
        it was, for an empty name, another number of dimensions, and what is not finite.
        """
        if not isinstance(name, str):
            raise TypeError(f"enrol: given {name!r} as a name, expected a string")
        if not name.strip():
            raise ValueError("enrol: given an empty name; everyone needs one")
        added = self._encodings("enrol", encodings)
        if not added.size:
            raise ValueError(f"enrol: given no encoding of {name} (shape {added.shape})")
        self._add([name] * len(added), added)

    @checked
    def remove(self, name: str) -> None:
        """Forgets a person and all their pictures. Raises ValueError for who is not enrolled."""
        if self._index is None or name not in self._people:
            raise ValueError(f"remove: there is no {name!r} among the {len(self)} people enrolled")
        self._index.remove(np.array([i for i, who in enumerate(self._owners) if who == name]))
        self._owners = [who for who in self._owners if who != name]
        del self._people[name]

    @checked
    def part(self, numbers: slice) -> Gallery:
        """A gallery of the same people by some of the numbers of their encodings, `[:, numbers]`.

        Raises ValueError where there are none.
        """
        chosen = range(self.dimensions or 0)[numbers]
        if not chosen:
            raise ValueError(f"part: given {numbers} of {self.dimensions} numbers; none is left")
        part = Gallery(self.threshold, len(chosen), made_by=self.made_by)
        if self._index is not None and self._owners:
            part._add(self._owners, self._index.points[:, numbers])
        return part

    @checked
    def recognise(self, encodings: Numbers, top: int = 1) -> list[Match]:
        """Who each of the encodings (N, d), or the one encoding (d,), is; see `Match`.

        top: how many candidates to name (fewer where there are fewer people). In an empty gallery
        everyone is none of them.
        """
        if top < 1:
            raise ValueError(f"recognise: given top={top!r}, expected a whole number from 1")
        queries = self._encodings("recognise", encodings)
        if self._index is None or not self._people:
            return [Match(None, math.inf, ())] * len(queries)
        found = self._candidates(self._index, queries, min(int(top), len(self)))
        return [self._match(candidates) for candidates in found]

    def _candidates(
        self, index: NearestIndex, queries: np.ndarray, top: int
    ) -> list[tuple[Candidate, ...]]:
        """The `top` nearest people to each query; asks for more pictures until that many are in."""
        found: list[tuple[Candidate, ...]] = [()] * len(queries)
        open_queries, k = np.arange(len(queries)), top
        while open_queries.size:
            _, pictures = index.search(queries[open_queries], min(k, len(index)))
            distances = _distances(queries[open_queries], index.points, pictures)
            for q, row, numbers in zip(open_queries, distances, pictures, strict=True):
                nearest: dict[str, float] = {}
                for distance, picture in zip(row.tolist(), numbers.tolist(), strict=True):
                    nearest.setdefault(self._owners[picture], distance)
                found[q] = tuple(Candidate(*item) for item in list(nearest.items())[:top])
            open_queries = np.array([q for q in open_queries if len(found[q]) < top], np.int64)
            k *= 4
        return found

    def _match(self, candidates: tuple[Candidate, ...]) -> Match:
        name, distance = candidates[0]
        known = bool(accepted(distance, self.threshold))
        return Match(name if known else None, distance, candidates)

    def _encodings(self, name: str, given: Any) -> np.ndarray:
        """Encodings as float32 (N, d) of this gallery's d."""
        array = _numbers(name, given)
        rows = array[None] if array.ndim == 1 else array
        expected = self.dimensions
        if rows.ndim != 2 or not rows.shape[1] or rows.shape[1] != (expected or rows.shape[1]):
            d = "d" if expected is None else expected
            raise ValueError(f"{name}: given shape {array.shape}, expected ({d},) or (N, {d})")
        bad = int((~np.isfinite(rows)).any(axis=1).sum())
        if bad:
            raise ValueError(f"{name}: {bad} of {len(rows)} encodings contain NaN or infinity")
        return rows

    def _add(self, owners: Iterable[str], encodings: np.ndarray) -> None:
        """Adds pictures and whose they are."""
        index = self._index or NearestIndex(encodings.shape[1])
        index.add(encodings)
        self._index = index
        for owner in owners:
            self._owners.append(owner)
            self._people[owner] = self._people.get(owner, 0) + 1

    @checked
    def save(self, path: Name) -> None:
        """Writes the gallery to a safetensors file, under a temporary name that is then renamed.

        Raises FileNotFoundError for a missing folder.
        """
        points = np.empty((0, 0), np.float32) if self._index is None else self._index.points
        number = {name: i for i, name in enumerate(self._people)}
        owners = np.array([number[who] for who in self._owners], np.int64)
        contents = gallery_file.Contents(points, owners, self.names, self.threshold, self.made_by)
        gallery_file.write(path, contents)

    @classmethod
    @checked
    def load(cls, path: Name) -> Gallery:
        """The gallery in a file. Raises FileNotFoundError, and ValueError for any other file."""
        encodings, owners, names, threshold, made_by = gallery_file.read(path)
        gallery = cls(threshold, encodings.shape[1] or None, made_by=made_by)
        gallery._people = dict.fromkeys(names, 0)
        if len(encodings):
            gallery._add([names[i] for i in owners], encodings)
        return gallery


def _numbers(name: str, given: Any) -> np.ndarray:
    """Encodings as float32. Raises TypeError for what are no numbers."""
    try:
        array = np.asarray(given)
    except (TypeError, ValueError) as error:  # rows of several lengths
        raise TypeError(f"{name}: given {type(given).__name__}, no array ({error})") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: given {array.dtype} {_short(given)}, expected numbers")
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, which is refused
        return array.astype(np.float32)


def _short(given: Any, most: int = 40) -> str:
    words = repr(given)
    return words if len(words) <= most else f"{words[:most]}..."


def _distances(queries: np.ndarray, points: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """The distances (Q, k) of queries (Q, d) to the points of these numbers (Q, k), nearest first.

    They are measured again as `verify` measures them: the index looks with other sums, whose last
    digit may differ.
    """
    count, k = pictures.shape
    at_once = max(1, _ROOM // (k * queries.shape[1]))
    found = np.empty(pictures.shape)
    for start in range(0, count, at_once):
        part = slice(start, start + at_once)
        rows = np.repeat(queries[part], k, axis=0)
        found[part] = measured(rows, points[pictures[part].ravel()]).reshape(-1, k)
    return np.maximum.accumulate(found, axis=1)
