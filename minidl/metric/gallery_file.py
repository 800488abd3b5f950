"""A gallery on disk: safetensors, that is arrays and text, never code.

`encodings` (M, d) float32; `owners` (M,) int64, the number of each picture's person; and as text,
the format, the threshold, what made the encodings, and the people's names in JSON.
"""

from __future__ import annotations

import json
import math
from typing import NamedTuple

import numpy as np

from minidl.files import Name, existing, replacing, shown
from minidl.kernels.nearest import LARGEST_COORDINATE
from minidl.nn.unreadable import unreadable

FORMAT = "minidl gallery 1"


class Contents(NamedTuple):
    """What is in the file; names has each person once."""

    encodings: np.ndarray
    owners: np.ndarray
    names: tuple[str, ...]
    threshold: float
    made_by: str = ""


def write(path: Name, contents: Contents) -> None:
    """Writes the file, or leaves an older one untouched."""
    from safetensors.numpy import save

    arrays = {
        "encodings": np.ascontiguousarray(contents.encodings),
        "owners": contents.owners,
    }
    text = {
        "format": FORMAT,
        "names": json.dumps(contents.names),
        "threshold": repr(contents.threshold),
        "made by": contents.made_by,
    }
    with replacing(path) as temporary:
        temporary.write_bytes(save(arrays, metadata=text))


def read(path: Name) -> Contents:
    """Reads and checks the file. Raises FileNotFoundError, and ValueError for any other file."""
    from safetensors import safe_open

    found = existing(path)
    try:
        with safe_open(found, framework="np") as file:
            text = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (PermissionError, MemoryError):
        raise
    except Exception as error:  # the decoder raises its own type
        raise unreadable(path, error, "is not a readable gallery") from error
    _check_format(path, text.get("format"))
    try:
        return _checked(text, arrays)
    except Exception as error:  # a damaged file, any
        what = f"there is no {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(
            f"{shown(path)} is not a readable gallery ({what}); it may be damaged: enrol the "
            "people again, or restore a copy"
        ) from error


def _check_format(path: Name, found: str | None) -> None:
    """Raises ValueError for what is no gallery, and for one of a later minidl."""
    if found == FORMAT:
        return
    family = FORMAT.rpartition(" ")[0]
    if found is not None and found.startswith(family):
        raise ValueError(
            f"{shown(path)} is not a readable gallery: its format is {shown(found)!r}, this minidl "
            f"knows {FORMAT!r}; install the minidl that wrote it, or a later one"
        )
    raise ValueError(
        f"{shown(path)} is not a readable gallery: it is another safetensors file; give the one "
        "that Gallery.save wrote"
    )


def _checked(text: dict[str, str], arrays: dict[str, np.ndarray]) -> Contents:
    names, threshold = json.loads(text["names"]), float(text["threshold"])
    encodings, owners = arrays["encodings"], arrays["owners"]
    if not (isinstance(names, list) and all(isinstance(n, str) and n.strip() for n in names)):
        raise ValueError("the names are not a list of names")
    if encodings.dtype != np.float32 or owners.dtype != np.int64 or encodings.ndim != 2:
        raise ValueError(f"encodings are {encodings.dtype} {encodings.shape}")
    if owners.shape != encodings.shape[:1]:
        raise ValueError(f"encodings {encodings.shape} do not fit owners {owners.shape}")
    if len(set(names)) != len(names):
        raise ValueError(f"{next(n for n in names if names.count(n) > 1)!r} is there twice")
    if set(owners.tolist()) != set(range(len(names))):
        raise ValueError(f"the pictures' people are not the {len(names)} names")
    if not (np.abs(encodings).max(initial=0) <= LARGEST_COORDINATE and 0 <= threshold < math.inf):
        raise ValueError(
            f"threshold {threshold}, or encodings that are NaN or above {LARGEST_COORDINATE:g}"
        )
    return Contents(encodings, owners, tuple(names), threshold, text.get("made by", ""))
