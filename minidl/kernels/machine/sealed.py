"""Files of compiled code that know when they are damaged.

Numba keeps compiled code in pickles and trusts them: a file cut short by a full disk raises from
inside pickle, and one wrong byte in the machine code is run. So each file begins with a seal, the
SHA-256 of its build, its name and its content. A file whose seal does not fit (cut, changed,
renamed, copied from another build) counts as not there.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import IndexDataCacheFile
from numba.core.serialize import dumps

SEAL = hashlib.sha256().digest_size  # bytes


class SealedCacheFile(IndexDataCacheFile):
    """Numba's index and data files of one kernel, sealed; `on_damage(path)` is told of others."""

    def __init__(self, cache_path: str, base: str, stamp: str, on_damage: Callable[[Path], object]):
        super().__init__(cache_path, base, stamp)
        self._stamp = stamp
        self._on_damage = on_damage

    def _load_index(self) -> dict[Any, str]:
        try:
            found = self._read(Path(self._index_path))
        except FileNotFoundError:
            return {}
        return {} if found is None else found

    def _load_data(self, name: str) -> Any:
        return self._read(Path(self._data_path(name)))

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(Path(self._index_path), overloads)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(Path(self._data_path(name)), data)

    def _read(self, path: Path) -> Any:
        """What was written to `path`, or None if it is not what was written."""
        found = path.read_bytes()
        seal, content = found[:SEAL], found[SEAL:]
        if seal != self._seal(path, content):
            self._on_damage(path)
            return None
        return pickle.loads(content)

    def _write(self, path: Path, value: Any) -> None:
        content = dumps(value)
        with self._open_for_write(str(path)) as file:
            file.write(self._seal(path, content))
            file.write(content)

    def _seal(self, path: Path, content: bytes) -> bytes:
        return hashlib.sha256(f"{self._stamp}/{path.name}/".encode() + content).digest()
