"""What a pass over many pictures has found so far, in a file, to go on from."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minidl.files import Name, shown
from minidl.models import weights_file
from minidl.nn import Module
from minidl.vis.best import Best

SECONDS = 10.0  # between two saves


class State:
    """A file with the heaps of all layers, the names of the pictures seen, and what was asked.

    It belongs to one network, one choice of layers and units, and one list of pictures; others do
    not use it.
    """

    def __init__(self, path: Name, network: Module, best: Mapping[str, Best], **asked: Any) -> None:
        if not Path(path).parent.is_dir():  # said now and not at the end of the search
            raise FileNotFoundError(f"cannot write {path}: there is no folder {Path(path).parent}")
        self.path, self._best = path, best
        self._asked = {
            "network": _fingerprint(network),
            "layers": {
                layer: [b.units.tolist(), b.k, b.per_image] for layer, b in best.items()
            },
            **asked,
        }  # fmt: skip
        self._saved = time.monotonic()

    def restored(self, best: Mapping[str, Best]) -> tuple[list[str], dict[int, tuple[str, str]]]:
        """Fills the heaps from the file; the names seen, and those skipped. Nothing if no file.

        Raises ValueError for a damaged file, or one that belongs to something else.
        """
        try:
            arrays, about = weights_file.read(self.path)
        except FileNotFoundError:
            return [], {}
        if about.get("asked") != self._asked:
            raise self.other("another network, layer or choice was asked for")
        try:
            for layer, heaps in best.items():
                heaps.restore(*(arrays[f"{layer} {kind}"] for kind in _KINDS))
            return about["names"], {n: (name, reason) for n, name, reason in about["skipped"]}
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ValueError(f"{shown(self.path)} is damaged ({error}): remove it") from error

    def due(self) -> bool:
        """Whether the last save was a while ago."""
        return time.monotonic() - self._saved > SECONDS

    def save(self, names: Sequence[str], skipped: Mapping[int, tuple[str, str]]) -> None:
        """Writes the file, or leaves the old one."""
        arrays = {
            f"{layer} {kind}": array
            for layer, best in self._best.items()
            for kind, array in zip(_KINDS, best.arrays(), strict=True)
        }
        about = {
            "asked": self._asked,
            "names": list(names),
            "skipped": [[number, *entry] for number, entry in skipped.items()],
        }
        weights_file.write(self.path, arrays, about)
        self._saved = time.monotonic()

    def other(self, what: str) -> ValueError:
        """The error for a file that belongs to something else."""
        return ValueError(
            f"{self.path} belongs to another search ({what}): remove it, or give another file"
        )


_KINDS = ("activations", "images", "positions")


def _fingerprint(network: Module) -> str:
    """Differs for other weights."""
    digest = hashlib.sha256()
    for name, array in network.state_dict().items():
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
