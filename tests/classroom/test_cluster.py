"""The same class on a Dask cluster of two workers, one of which is killed midway."""

import os
import signal
import sys

import pytest

from minidl.course.classroom import session
from minidl.course.classroom.entries import entries
from minidl.course.classroom.ledger import Ledger
from minidl.course.classroom.roster import Roster
from minidl.course.classroom.work.desks import Desks
from minidl.course.sandbox import walls
from minidl.errors import RequestError

RIGHT = """\
import numpy as np
def double(x): return 2 * x
def total(x): return float(np.sum(x))
def total_of_double(x): return total(double(x))
"""


def graded(course, folder, ledger, open_workers, on_first=lambda: None):
    """All results, by submission, as `open_workers(task)` grades them."""
    found = entries(folder, Roster(), course.stems)
    task = session.task_of(course, ledger, ["ex01"], 5, walls.available().enough)
    todo = [name for name, still in session.open_jobs(found, ledger, task).items() if still]
    with open_workers(task) as workers:
        for number, _ in enumerate(session.run(found, ledger, task, todo, workers.graded)):
            if number == 0:
                on_first()
    return {one.entry.name: one.result for one in session.graded(found, ledger)}


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="ends a worker by its process")
def test_a_worker_that_is_killed_costs_nothing(classroom, tmp_path):
    from distributed import LocalCluster

    from minidl.course.classroom.work.cluster import Cluster

    course, folder = classroom
    for number in range(12):
        text = RIGHT if number % 2 else RIGHT.replace("2 * x", f"x * {number} + 1")
        (folder / f"s{number:02}_ex01.py").write_text(text)
    with Ledger(tmp_path / "here.sqlite") as ledger:
        here = graded(course, folder, ledger, lambda task: Desks(course, task, 1))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Ledger(tmp_path / "there.sqlite") as ledger,
    ):

        def kill() -> None:
            os.kill(next(iter(cluster.workers.values())).process.process.pid, signal.SIGKILL)

        open_workers = lambda task: Cluster(course, task, cluster.scheduler_address)  # noqa: E731
        there = graded(course, folder, ledger, open_workers, kill)
    assert there == here
    assert len(there) == 12


def test_a_cluster_that_is_not_there_is_one_line(toy_course, tmp_path):
    from minidl.course.classroom.work.cluster import Cluster

    with Ledger(tmp_path / "a.sqlite") as ledger:
        task = session.task_of(toy_course, ledger, ["ex01"], 1, False)
    with pytest.raises(RequestError, match="no Dask scheduler answers at nonsense"):
        Cluster(toy_course, task, "nonsense://x")
