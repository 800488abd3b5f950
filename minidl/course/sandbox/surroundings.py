"""What a worker is given of the parent's surroundings: environment, folders of packages, NumPy.

A worker starts with `python -I`, which ignores PYTHONPATH and the packages that a user
installed for themselves; there NumPy may live (`pip install --user`, modules of a cluster, images
of a JupyterHub). So the parent says where it found packages itself.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np

KEPT = (
    "LANG", "LC_ALL", "LC_CTYPE", "TZ",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",  # of Python and of BLAS
)  # fmt: skip
ONE_THREAD = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "NUMBA")
MATPLOTLIB = ".config/matplotlib"  # in the worker's home


def environment(home: str) -> dict[str, str]:
    """What a worker sees of the environment; one thread, so that results do not vary."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = dict.fromkeys(("HOME", "TMPDIR"), home) | {"PATH": os.defpath}
    own["MPLCONFIGDIR"] = os.path.join(home, MATPLOTLIB)
    return kept | own | {f"{name}_NUM_THREADS": "1" for name in ONE_THREAD}


def links(home: str) -> dict[str, str]:
    """Links that a child's home begins with: to Matplotlib's list of fonts, if there is one here.

    Without it the first import of Matplotlib in each child looks at every font of the system.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    own = os.environ.get("MPLCONFIGDIR") or os.path.join(cache, "matplotlib")
    lists = [path for path in Path(own).glob("fontlist-*.json") if path.is_file()]
    return {os.path.join(home, MATPLOTLIB, path.name): str(path.absolute()) for path in lists}


def packages() -> str:
    """JSON for the worker: the folders with packages on this process's path, and its NumPy."""
    return json.dumps({"folders": folders(), "numpy_file": np.__file__})


def folders() -> list[str]:
    """The folders with packages on this process's path."""
    given = [os.path.abspath(entry) for entry in sys.path if entry]
    return [folder for folder in dict.fromkeys(given) if _has_packages(Path(folder))]


def _has_packages(folder: Path) -> bool:
    """Whether packages were installed there; a folder of somebody's own modules is not such."""
    if not folder.is_dir() or (folder / "solutions").is_dir():  # the course itself is none
        return False
    home_of_numpy = folder == Path(np.__file__).parents[1]
    return home_of_numpy or any(
        any(folder.glob(f"*.{kind}")) for kind in ("dist-info", "egg-info", "egg-link")
    )
