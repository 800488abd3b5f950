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
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",  # of Python and of BLAS
    "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",  # where Matplotlib keeps its fonts
)  # fmt: skip
ONE_THREAD = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "NUMBA")


def environment() -> dict[str, str]:
    """What a worker sees of the environment; one thread, so that results do not vary."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {f"{name}_NUM_THREADS": "1" for name in ONE_THREAD}


def packages() -> str:
    """JSON for the worker: the folders with packages on this process's path, and its NumPy."""
    folders = [os.path.abspath(entry) for entry in sys.path if entry]
    known = [folder for folder in dict.fromkeys(folders) if _has_packages(Path(folder))]
    return json.dumps({"folders": known, "numpy_file": np.__file__})


def _has_packages(folder: Path) -> bool:
    """Whether packages were installed there; a folder of somebody's own modules is not such."""
    if not folder.is_dir():
        return False
    home_of_numpy = folder == Path(np.__file__).parents[1]
    return home_of_numpy or any(
        any(folder.glob(f"*.{kind}")) for kind in ("dist-info", "egg-info", "egg-link")
    )
