"""The same work on a Dask cluster: a job is a submission's bytes, and its result is known by a key.

A job brings the course along, sealed, so that a worker needs nothing but minidl of this version.
A job that is done twice gives the same result; what a lost worker had begun, another does again.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from minidl import __version__
from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.work import wire
from minidl.course.classroom.work.desks import Desk
from minidl.course.classroom.work.task import Task, nothing, told_task
from minidl.course.sandbox import walls
from minidl.course.sets.folder import Course
from minidl.course.sets.sealed import sealed, unsealed
from minidl.errors import RequestError

AHEAD = 3  # jobs that are given out for each thread of the cluster
_desks: dict[tuple[int, str], Desk] = {}  # of this process of a worker, by thread and task


class Cluster:
    """A Dask cluster; use it in a `with`. RequestError, in one line, where it cannot be reached."""

    def __init__(self, course: Course, task: Task, address: str):
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError:
            raise RequestError(
                "--dask needs Dask: pip install 'minidl[cluster]' here and on every worker"
            ) from None
        self.as_completed: Any = distributed.as_completed
        self.task, self.texts = task, sealed(course.gathered())
        try:
            self.client = distributed.Client(address, timeout="10s")
        except (OSError, ValueError, TimeoutError) as error:
            why = str(error).partition("\n")[0]
            raise RequestError(f"no Dask scheduler answers at {address}: {why}") from None

    def __enter__(self) -> Cluster:
        if not self._threads():
            self.client.close()
            raise RequestError("the Dask cluster has no workers; start some: dask worker ADDRESS")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def _threads(self) -> int:
        return sum(self.client.nthreads().values())

    def graded(
        self, keys: Iterable[str], parcel: Callable[[str], Parcel]
    ) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Each key with the digest of its parcel and its result, in the order they are done."""
        todo = iter(keys)
        names: dict[str, tuple[str, str]] = {}

        def given_out(key: str) -> Any:
            brought = parcel(key)
            job = f"minidl-{self.task.job(brought.digest)}-{key}"
            names[job] = key, brought.digest
            told = {"task": self.task.told, "texts": self.texts, "version": __version__}
            return self.client.submit(
                grade_here, told | {"parcel": wire.packed(brought)}, key=job, pure=True
            )

        first = [given_out(key) for key in islice(todo, AHEAD * self._threads())]
        running: Any = self.as_completed(first)
        for future in running:
            yield *names[future.key], _result(future)
            future.release()
            for key in islice(todo, 1):
                running.add(given_out(key))


def _result(future: Any) -> dict[str, Any]:
    """What a job gave. One that ended worker after worker is a line; a refusal ends it all."""
    error = future.exception()
    if error is None:
        result: dict[str, Any] = future.result()
        return result
    if isinstance(error, RequestError):
        raise error
    return nothing("crashed", f"no worker could grade it: {type(error).__name__}")


def grade_here(told: dict[str, Any]) -> dict[str, Any]:
    """One job, on a worker. RequestError where it has no walls, or another minidl."""
    if told["version"] != __version__:
        raise RequestError(f"a worker has minidl {__version__}, and {told['version']} is needed")
    task = told_task(told["task"])
    if task.walls:
        walls.require()
    return _desk(task, told["texts"]).grade(wire.unpacked(told["parcel"]))


def _desk(task: Task, texts: str) -> Desk:
    """This thread's desk for a task; the one for the task before is closed."""
    thread = threading.get_ident()
    name = thread, task.job("")
    if name not in _desks:
        for other in [key for key in _desks if key[0] == thread]:
            _desks.pop(other).close()
        desk = Desk(Course(Path("/"), texts=unsealed(texts)), task)
        desk.ready()
        _desks[name] = desk
    return _desks[name]
