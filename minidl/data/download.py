"""Data that is not shipped: fetched once from its official address, checked, and kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from minidl.files import replacing
from minidl.progress import progress

_BLOCK = 1 << 16


class Source(NamedTuple):
    """A file to download. name: as it is kept here. sha256: "" where nobody stated one."""

    name: str
    address: str
    sha256: str


def data_folder() -> Path:
    """Where downloads are kept: the environment variable MINIDL_DATA, or the user's cache."""
    asked = os.environ.get("MINIDL_DATA", "")
    if asked:
        return Path(asked).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("minidl")) / "data"


def fetched(source: Source, quiet: bool = False) -> Path:
    """The file on this machine, downloaded if it is not there yet.

    Raises FileNotFoundError where it can be neither found nor downloaded, saying what to put where,
    ValueError where it is not the file that was published, and NotADirectoryError where the data
    folder is a file.
    """
    path = data_folder() / source.name
    if not path.is_file():
        _download(source, path, quiet)
    elif found := _other_digest(source, path):
        raise ValueError(
            f"{path} has SHA-256 {found}, not {source.sha256}: it is damaged or another file; "
            f"delete it, and it is downloaded again from {source.address}"
        )
    return path


def _download(source: Source, path: Path, quiet: bool) -> None:
    import http.client  # late, as it loads what a connection needs

    if in_the_way := next((folder for folder in path.parents if folder.is_file()), None):
        raise NotADirectoryError(
            f"data is to be kept in {path.parent}, but {in_the_way} is a file: set MINIDL_DATA to "
            "the name of a folder"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            _copy(source, temporary, quiet)
            if found := _other_digest(source, temporary):
                raise ValueError(
                    f"{source.address} gave a file with SHA-256 {found}, not {source.sha256}: it "
                    "was not kept; try again, or on another network"
                )
    except (OSError, http.client.HTTPException) as error:
        raise FileNotFoundError(
            f"{source.name} is not in {path.parent} and could not be downloaded ({error}): fetch "
            f"{source.address} where there is a network and save it as {path}, or set MINIDL_DATA "
            f"to the folder that holds {source.name}"
        ) from error


def _copy(source: Source, path: Path, quiet: bool) -> None:
    import urllib.request

    request = urllib.request.Request(source.address, headers={"User-Agent": "minidl"})
    with urllib.request.urlopen(request, timeout=30) as answer, open(path, "wb") as file:
        total = int(answer.headers.get("Content-Length") or 0)
        with progress(label=source.name, total=total or None, quiet=quiet) as bar:
            while block := answer.read(_BLOCK):
                file.write(block)
                bar.update(len(block))
    if total and path.stat().st_size != total:
        raise OSError(f"{path.stat().st_size} of {total} bytes arrived")


def _other_digest(source: Source, path: Path) -> str:
    """The SHA-256 of a file that is not the source's; empty where it is, or none was stated."""
    found = hashlib.sha256(path.read_bytes()).hexdigest() if source.sha256 else ""
    return "" if found == source.sha256 else found
