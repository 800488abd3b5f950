"""Which files foreign code may read: Python, the packages of this environment, system libraries."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SYSTEM = (
    "/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/lib32",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
    "/etc/alternatives", "/usr/share/zoneinfo", "/usr/share/fonts", "/etc/fonts",
    "/nix/store", "/gnu/store",
)  # fmt: skip
OURS = "minidl"


class Link(NamedTuple):
    """A symbolic link on the way to something readable."""

    path: str
    target: str


class Binding(NamedTuple):
    """A file or folder without a link on the way to it."""

    path: str


def readable(besides: Iterable[str]) -> list[str]:
    """Python's own files, system libraries, and `besides`: those of them that are there."""
    base, here = Path(sys.base_prefix), Path(sys.prefix)
    names = [sys.executable, getattr(sys, "_base_executable", ""), str(here / "pyvenv.cfg")]
    names += [str(base / "lib"), str(base / "lib64")]
    names += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    wanted = [*SYSTEM, *names, *libraries, *besides]
    there = [path for path in wanted if os.path.isabs(path) and os.path.exists(path)]
    return list(dict.fromkeys(there))


def hidden(packages: Iterable[str]) -> list[str]:
    """The library itself, where it lies among the packages: an exercise is one's own answer."""
    places = [os.path.join(folder, OURS) for folder in packages]
    return [place for place in places if os.path.isdir(place)]


def views(paths: Iterable[str]) -> Iterator[Link | Binding]:
    """What has to be there so that these paths lead where they lead, each once, outermost first."""
    links: dict[str, Link] = {}
    ends: set[str] = set()
    for path in paths:
        end = _follow(path, links)
        ends.add(end)
    bound = [end for end in sorted(ends) if not _inside(end, ends)]
    yield from map(Binding, bound)
    yield from (link for link in links.values() if not _inside(link.path, ends))


def _inside(path: str, folders: set[str]) -> bool:
    return any(str(parent) in folders for parent in Path(path).parents)


def _follow(path: str, links: dict[str, Link]) -> str:
    """Where a path leads; the links that it goes over are added to `links`."""
    done, todo = "/", [part for part in path.split("/") if part]
    for _ in range(1000):
        if not todo:
            return done
        step = os.path.normpath(os.path.join(done, todo.pop(0)))
        if os.path.islink(step):
            target = os.readlink(step)
            links[step] = Link(step, target)
            todo[:0] = [part for part in target.split("/") if part]
            done = "/" if target.startswith("/") else done
        else:
            done = step
    return os.path.realpath(path)
