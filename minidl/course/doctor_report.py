"""`minidl doctor --report`: what somebody who mends a fault needs to know of a machine.

Plain text to be copied into a report. It has no name of a user, of a host or of a file: a home
folder is shown as `~`.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from minidl.course.doctor import PACKAGES, findings

ALSO = ("llvmlite", "pillow", "safetensors", "typer", "rich", "ipykernel", "watchfiles")
VARIABLES = (
    "MINIDL_KERNELS", "MINIDL_COURSE", "MINIDL_DATA", "NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS", "LANG", "TERM", "VIRTUAL_ENV", "CONDA_PREFIX", "WSL_DISTRO_NAME",
    "COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE", "JUPYTERHUB_USER",
)  # fmt: skip
PRIVATE = {"JUPYTERHUB_USER"}  # that they are set is all that is said


def lines() -> Iterator[str]:
    """The report, line by line."""
    yield f"system      {platform.system()} {platform.release()}, {platform.machine()}"
    yield f"Python      {platform.python_version()} ({platform.python_implementation()})"
    yield f"where       {private(sys.prefix)}"
    for finding in findings():
        mark = "ok  " if finding.well else "BAD "
        yield f"{mark} {finding.what}: {private(finding.found)}"
    for name in ALSO:
        if name not in PACKAGES:
            yield f"     {name} {_version(name)}"
    for name in VARIABLES:
        if value := os.environ.get(name):
            yield f"     {name}={'(set)' if name in PRIVATE else private(value)}"


def private(text: str) -> str:
    """The text with the home folder as `~`, and no other name of a user."""
    text = text.replace(str(Path.home()), "~")
    parts = text.split("/")
    for place in (i for i, part in enumerate(parts) if part in ("home", "Users")):
        if place + 1 < len(parts):
            parts[place + 1] = "…"
    return "/".join(parts)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
