"""Grades one class four times, as instructors' machines would, and compares all that is written.

`python tests/classroom/trial.py FOLDER COUNT [SEED]` from the course folder makes COUNT submissions
of the full course and grades them once, once more, killed five times and resumed, and on a Dask
cluster one of whose two workers is killed. It prints the minutes of each, and the files that differ
from the first. 200 take some 20 minutes on two cores.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from making import make

KEPT = ("scores.csv", "canvas.csv", "moodle.csv", "report.html")
KILLS = 5


def grading(folder, out, *more):
    """The command, with numbers that repeat."""
    minidl = [sys.executable, "-m", "minidl", "grade", str(folder), "--out", str(out)]
    return [*minidl, "--seed", "11", *more]


def begun(command):
    """The command at work, in a group of processes of its own, its lines to be read."""
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def lines_of_progress(running):
    """Each line that tells of a submission that is graded."""
    return (line for line in running.stdout if " of " in line)


def whole(folder, out):
    subprocess.run(grading(folder, out), check=True, stdout=subprocess.DEVNULL)


def killed(folder, out, count, seed):
    """Ended without warning five times at moments drawn from the class, and then let through."""
    drawn = random.Random(seed)
    for _ in range(KILLS):
        running = begun(grading(folder, out))
        wanted = drawn.randint(1, max(1, count // (KILLS + 1)))
        for number, _ in enumerate(lines_of_progress(running), 1):
            if number >= wanted:
                break
        time.sleep(drawn.uniform(0, 3))
        os.killpg(running.pid, signal.SIGKILL)
        running.stdout.read()
        running.wait()
    whole(folder, out)


def clustered(folder, out, count):
    """On two Dask workers; one is killed once a fifth of the class is graded."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        running = begun(grading(folder, out, "--dask", cluster.scheduler_address))
        for number, _ in enumerate(lines_of_progress(running), 1):
            if number == max(1, count // 5):
                os.kill(next(iter(cluster.workers.values())).process.process.pid, signal.SIGKILL)
        if running.wait():
            raise SystemExit(f"grading on the cluster ended with {running.returncode}")


def main():
    """1 if anything differs."""
    if len(sys.argv) not in (3, 4) or not all(word.isdecimal() for word in sys.argv[2:]):
        raise SystemExit(__doc__)
    place, count = Path(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    folder = place / "class"
    make(folder, count, seed)
    ways = {
        "once": lambda out: whole(folder, out),
        "once more": lambda out: whole(folder, out),
        f"killed {KILLS} times": lambda out: killed(folder, out, count, seed),
        "on Dask, a worker killed": lambda out: clustered(folder, out, count),
    }
    outs, differing = [], 0
    for name, way in ways.items():
        outs.append(place / name.replace(" ", "-").replace(",", ""))
        started = time.monotonic()
        way(outs[-1])
        others = [k for k in KEPT if (outs[-1] / k).read_bytes() != (outs[0] / k).read_bytes()]
        differing += len(others)
        minutes = (time.monotonic() - started) / 60
        print(
            f"{name:26} {minutes:5.1f} min   differing: {', '.join(others) or 'none'}", flush=True
        )
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
