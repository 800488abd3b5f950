"""Omniglot: handwritten characters of fifty alphabets, each drawn once by each of twenty people.

B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, "Human-level concept learning through probabilistic
program induction", Science 350 (2015). Nothing of it is shipped with minidl.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl.arguments import checked
from minidl.data.download import Source, fetched
from minidl.seeding import Seed, generator

OMNIGLOT = "https://github.com/brendenlake/omniglot/raw/master/python/images_"
_SIDE = 105  # pixels of an original drawing
_SHA256 = {
    "background_small1": "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4",
    "background_small2": "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f",
    "background": "",
    "evaluation": "",
}


class Omniglot(NamedTuple):
    """Drawings, and what and whose they are.

    images: (N, 1, size, size) float32, 0 (paper) to 1 (ink). labels: (N,) int64, the character,
    counted over all alphabets. alphabets: (N,) int64, an index into alphabet_names. drawers: (N,)
    int64, 0 to 19.
    """

    images: np.ndarray
    labels: np.ndarray
    alphabets: np.ndarray
    drawers: np.ndarray
    alphabet_names: tuple[str, ...]


class Episode(NamedTuple):
    """support, queries: (ways,) int64, indices of images. queries[i] shows what support[i] shows,
    in another person's hand."""

    support: np.ndarray
    queries: np.ndarray


@checked
def omniglot(
    part: str = "background_small1", *, size: int = _SIDE, alphabets: str | Iterable[str] | None =
    None, quiet: bool = False,
) -> Omniglot:  # fmt: skip
    """One part of Omniglot, downloaded at its first use.

    part: "background" (30 alphabets) and "evaluation" (the other 20), or two small extracts of the
    first with five alphabets each: "background_small1" and "background_small2". Greek and Latin
    are in both of these: who trains on one and tests on the other must leave them out of one.
    size: the side of the images; smaller ones are averages over areas of the original 105x105.
    alphabets: the names of those to keep; all without it.
    The SHA-256 of the small parts is verified. Raises as `download.fetched` does, and ValueError
    for an unknown part, size or alphabet.
    """
    if part not in _SHA256:
        raise ValueError(f"omniglot: given part={part!r}, expected one of {', '.join(_SHA256)}")
    if not 1 <= size <= _SIDE:
        raise ValueError(f"omniglot: given size={size}, expected 1 to {_SIDE}")
    source = Source(f"omniglot_{part}.zip", f"{OMNIGLOT}{part}.zip", _SHA256[part])
    path = fetched(source, quiet)
    try:
        with zipfile.ZipFile(path) as packed:
            names = _kept([n for n in packed.namelist() if n.endswith(".png")], alphabets)
            images = np.stack([_drawing(packed.read(name), size) for name in names])
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path} is damaged ({error}); delete it and call again") from error
    return _labelled(names, images[:, None])


def _kept(names: list[str], alphabets: str | Iterable[str] | None) -> list[str]:
    """Sorted file names of these alphabets: part/alphabet/character/<number>_<drawer>.png."""
    there = {name.split("/")[1] for name in names}
    alphabets = [alphabets] if isinstance(alphabets, str) else alphabets
    keep = there if alphabets is None else set(alphabets)
    if not keep or keep - there:
        raise ValueError(
            f"omniglot: given alphabets={sorted(keep)}, expected some of {', '.join(sorted(there))}"
        )
    return sorted(name for name in names if name.split("/")[1] in keep)


def _labelled(names: list[str], images: np.ndarray) -> Omniglot:
    folders = [name.rpartition("/")[0] for name in names]
    _, labels = np.unique(folders, return_inverse=True)
    scripts, alphabets = np.unique([f.split("/")[1] for f in folders], return_inverse=True)
    drawers = np.array([int(Path(name).stem.split("_")[1]) - 1 for name in names])
    return Omniglot(images, labels, alphabets, drawers, tuple(str(s) for s in scripts))


def _drawing(packed: bytes, size: int) -> np.ndarray:
    """(size, size) float32, 1 where there is ink."""
    from PIL import Image

    with Image.open(io.BytesIO(packed)) as image:
        ink = 1 - np.asarray(image, np.float32)
    return ink if size == _SIDE else _averages(size) @ ink @ _averages(size).T


def _averages(size: int) -> np.ndarray:
    """(size, 105): each row averages over one of `size` equal stretches of the original."""
    edges = np.arange(size + 1) * _SIDE / size
    pixels = np.arange(_SIDE)
    shared = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (shared.clip(min=0) * size / _SIDE).astype(np.float32)


@checked
def one_shot_episodes(
    dataset: Omniglot, ways: int = 20, episodes: int = 20, seed: Seed = 0
) -> Iterator[Episode]:
    """Tasks of `ways` characters of one alphabet: two people drew each once; match the drawings.

    As in the paper, both come from one alphabet, which is harder than characters at large. The
    alphabets (those with at least `ways` characters) take turns; characters and the two people are
    random. Raises ValueError where no alphabet has enough characters.
    """
    characters = [np.unique(dataset.labels[dataset.alphabets == a]) for a in
                  range(len(dataset.alphabet_names))]  # fmt: skip
    large = [labels for labels in characters if len(labels) >= ways]
    if ways < 2 or not large:
        most = max(len(labels) for labels in characters)
        raise ValueError(f"one_shot_episodes: given ways={ways}, expected 2 to {most}")
    return _episodes(dataset, large, ways, episodes, generator(seed))


def _episodes(
    dataset: Omniglot, large: list[np.ndarray], ways: int, episodes: int, rng: np.random.Generator
) -> Iterator[Episode]:
    place = {pair: i for i, pair in enumerate(zip(dataset.labels, dataset.drawers, strict=True))}
    people = np.unique(dataset.drawers)
    for number in range(episodes):
        chosen = rng.choice(large[number % len(large)], ways, replace=False)
        one, other = rng.choice(people, 2, replace=False)
        yield Episode(*(np.array([place[c, who] for c in chosen]) for who in (one, other)))
