"""The desks of this machine: started once, handed one submission after the other."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.work import wire
from minidl.course.classroom.work.desk import sweep
from minidl.course.classroom.work.privileges import unprivileged
from minidl.course.classroom.work.task import Task, nothing
from minidl.course.sets.folder import Course
from minidl.errors import RequestError

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")}
TRIALS = 2  # of a submission whose desk was lost
Key = TypeVar("Key")


class Desk:
    """One desk process; RequestError, in one line, where it cannot be opened."""

    def __init__(self, course: Course, task: Task):
        self.course, self.task = course, task
        self.begin()

    def begin(self) -> None:
        self.channel, theirs = socket.socketpair()
        command = [sys.executable, "-B", "-m", "minidl.course.classroom.work.desk"]
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **ONE_THREAD},
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the one who asked
            )
        told = {"course": str(self.course.root), "texts": self.course.gathered()}
        wire.send(self.channel, told | {"task": self.task.told, "user": unprivileged()})

    def ready(self) -> None:
        """Waits until it is open."""
        try:
            answer = wire.receive(self.channel)
        except EOFError:
            answer = {"fault": "it ended without a word"}
        if "fault" in answer:
            raise RequestError(f"grading cannot begin: {answer['fault']}")

    def grade(self, parcel: Parcel) -> dict[str, Any]:
        """The result of a submission; a desk that was lost is opened again."""
        for _ in range(TRIALS):
            if (result := self._graded(parcel)) is not None:
                return result
        return nothing("crashed", f"the process that graded it was lost {TRIALS} times")

    def _graded(self, parcel: Parcel) -> dict[str, Any] | None:
        """The result, or None where the desk was lost over it."""
        try:
            wire.send(self.channel, wire.packed(parcel))
            result: dict[str, Any] = wire.receive(self.channel)["result"]
            return result
        except (EOFError, OSError):
            self.close()
            self.begin()
            self.ready()
        return None

    def close(self) -> None:
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        sweep()


class Desks:
    """Several desks; use them in a `with`."""

    def __init__(self, course: Course, task: Task, jobs: int):
        self.all = [Desk(course, task) for _ in range(jobs)]
        self.leaving = False

    def __enter__(self) -> Desks:
        try:
            for desk in self.all:
                desk.ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.leaving = True
        for desk in self.all:
            desk.close()

    def graded(
        self, keys: Iterable[Key], parcel: Callable[[Key], Parcel]
    ) -> Iterator[tuple[Key, str, dict[str, Any]]]:
        """Each key with the digest of its parcel and its result, in the order they are done."""
        todo, done = queue.SimpleQueue[Key](), queue.SimpleQueue[Any]()
        count = 0
        for key in keys:
            todo.put(key)
            count += 1

        def work(desk: Desk) -> None:
            while not self.leaving:
                try:
                    key = todo.get_nowait()
                except queue.Empty:
                    return
                try:
                    brought = parcel(key)
                    done.put((key, brought.digest, desk.grade(brought)))
                except BaseException as error:  # is raised where the results are waited for
                    done.put(error)
                    return

        for desk in self.all:
            threading.Thread(target=work, args=[desk], daemon=True).start()
        for _ in range(count):
            found = done.get()
            if isinstance(found, BaseException):
                raise found
            yield found
