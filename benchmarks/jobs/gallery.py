"""Searching a gallery for the nearest faces, against faiss's flat (exhaustive) index."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

import faiss
import numpy as np
import threadpoolctl

from benchmarks.job import Contest, Job
from minidl.kernels.machine import threads
from minidl.kernels.nearest import NearestIndex
from minidl.metric import Gallery

DIMENSIONS = 128
SIZES = {"10⁴": 10**4, "10⁵": 10**5, "10⁶": 10**6}
GROUP = "gallery, against faiss"


def jobs() -> Iterator[Job]:
    """Every size, one query and many, one neighbour and several; then the public face of it."""
    for label, size in SIZES.items():
        for queries in (1, 64):
            for k in (1, 5):
                name = f"{label} entries, {queries} queries, k={k}"
                make = partial(_search, size, queries, k)
                yield Job(GROUP, name.replace("1 queries", "1 query"), 0.5, make)
    for queries in (1, 64):
        name = f"recognise, 10⁵ people, {queries} queries"
        yield Job(GROUP, name, 0.5, partial(_recognise, 10**5, queries))


def _search(size: int, count: int, k: int) -> Contest:
    """Squared distances are compared; neighbours that nearly tie may differ in faiss's float32."""
    ours, theirs = _indices(size)
    queries = _points(count, seed=1)
    search = partial(ours.search, queries, k)
    return Contest(lambda: search()[0], _faiss(theirs, queries, k), 2.0 * size * count * DIMENSIONS)


def _recognise(size: int, count: int) -> Contest:
    gallery, queries = _gallery(size), _points(count, seed=1)
    _, theirs = _indices(size)

    def ours() -> np.ndarray:
        return np.array([[match.distance**2] for match in gallery.recognise(queries)])

    return Contest(ours, _faiss(theirs, queries, 1), 2.0 * size * count * DIMENSIONS)


@lru_cache(maxsize=1)
def _indices(size: int) -> tuple[NearestIndex, faiss.IndexFlatL2]:
    points = _points(size, seed=0)
    ours, theirs = NearestIndex(DIMENSIONS), faiss.IndexFlatL2(DIMENSIONS)
    ours.add(points)
    theirs.add(points)
    return ours, theirs


@lru_cache(maxsize=1)
def _gallery(size: int) -> Gallery:
    gallery = Gallery(threshold=1.0)
    for number, encoding in enumerate(_points(size, seed=0)):
        gallery.enrol(f"person {number}", encoding)
    return gallery


def _points(count: int, seed: int) -> np.ndarray:
    """Encodings of length 1 in directions that have nothing to do with each other."""
    points = np.random.default_rng(seed).standard_normal((count, DIMENSIONS), dtype=np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points


def _faiss(index: faiss.IndexFlatL2, queries: np.ndarray, k: int) -> dict:
    """faiss on all threads and on one: on a busy machine its threads wait long for each other.

    minidl limits BLAS in this process (see `kernels.machine.threads`), so faiss's is set before
    each call.
    """
    libraries = [
        library
        for library in threadpoolctl.ThreadpoolController().lib_controllers
        if library.user_api == "blas" and "faiss" in library.filepath
    ]

    def search(count: int) -> np.ndarray:
        faiss.omp_set_num_threads(count)
        for library in libraries:
            library.set_num_threads(count)
        return index.search(queries, k)[0]

    counts = sorted({1, threads.get_num_threads()})
    return {f"{n} thread{'s' if n > 1 else ''}": partial(search, n) for n in counts}
