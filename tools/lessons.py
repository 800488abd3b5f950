"""Builds the lesson notebooks from lessons/source, or checks that they are fresh.

Each lesson is written twice: without outputs for whoever learns (lessons/NN_name.ipynb: a
prediction is none with the answer below it), and executed for whoever reads (docs/lessons/). A
lesson that computes for longer than it may, or than it says, is a failure.
"""

from __future__ import annotations

import argparse
import copy
import os
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from minidl.files import replacing

sys.path.insert(0, str(Path(__file__).parent))
import lesson_times
from first_cell import with_first_cell

ROOT = Path(__file__).parent.parent
LESSONS = ROOT / "lessons"  # what a learner opens, and where a lesson runs
EXECUTED = ROOT / "docs" / "lessons"  # what the site and a reader show
MAX_CELL_SECONDS = 300  # a lesson's whole budget is three minutes
MAX_NOTEBOOK_BYTES = 1_000_000
# As JupyterLab writes it: a notebook that says something else is changed by being opened.
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def main() -> int:
    """Builds (or with --check compares) every lesson, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="lessons, for instance 01_autograd (default: all)")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--check", action="store_true", help="write nothing; fail where stale")
    modes.add_argument("--time", action="store_true", help="write only how long each takes")
    options = parser.parse_args()
    act = check if options.check else time_again if options.time else build
    problems: list[str] = []
    for source in sources(options.names):
        started = time.monotonic()
        print(f"{source.stem}: running", flush=True)
        problems += act(source)
        print(f"{source.stem}: {time.monotonic() - started:.0f} s", flush=True)
    print(*problems, sep="\n", file=sys.stderr)
    return bool(problems)


def sources(names: list[str]) -> list[Path]:
    """The source files of these lessons, or of all; exits where one does not exist."""
    every = sorted((LESSONS / "source").glob("[0-9]*.py"))
    known = {path.stem: path for path in every}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"no lesson {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else every


def build(source: Path) -> list[str]:
    """Runs a lesson and writes both notebooks; an error leaves the old ones in place."""
    try:
        notebook = executed(jupytext.read(source))
    except CellExecutionError as error:
        return [f"{source.name}: {error}"]
    target = EXECUTED / f"{source.stem}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    for path, content in ((target, deeper(notebook)), (opened(source), without_outputs(notebook))):
        with replacing(path) as temporary:
            nbformat.write(content, temporary)
    problems, size = timed(source, notebook), target.stat().st_size
    if size > MAX_NOTEBOOK_BYTES:
        problems.append(f"{shown(target)}: {size:,} bytes, at most {MAX_NOTEBOOK_BYTES:,}")
    return problems


def time_again(source: Path) -> list[str]:
    """Runs a fresh lesson and changes nothing in its notebooks but how long that took."""
    read = EXECUTED / f"{source.stem}.ipynb"
    problems = [line for line in stale(source) if not line.startswith(f"{source.stem}: ")]
    if problems:
        return problems
    notebook = nbformat.read(read, as_version=4)
    try:
        notebook.metadata.update(executed(jupytext.read(source)).metadata)
    except CellExecutionError as error:
        return [f"{source.name}: {error}"]
    with replacing(read) as temporary:
        nbformat.write(notebook, temporary)
    return timed(source, notebook)


def timed(source: Path, notebook: nbformat.NotebookNode) -> list[str]:
    """What is wrong with the time that a run took: over the budget, or other than is said."""
    seconds = lesson_times.recorded(notebook)
    text = source.read_text(encoding="utf-8")
    return lesson_times.too_long(source.stem, seconds or 0) or lesson_times.untrue(
        source.stem, text, seconds
    )


def check(source: Path) -> list[str]:
    """What is wrong with the committed notebooks: missing, stale, or no longer running."""
    problems = stale(source)
    if problems:
        return problems
    try:
        executed(jupytext.read(source))
    except CellExecutionError as error:
        return [f"{source.name}: {error}"]
    return []


def stale(source: Path) -> list[str]:
    """Where the committed notebooks of a lesson are not what its source would make, unrun."""
    made = settled_cells(jupytext.read(source))
    again = f"run `make lessons LESSONS={source.stem}`"
    problems = []
    read, learnt = EXECUTED / f"{source.stem}.ipynb", opened(source)
    for path, expected in ((learnt, made), (read, deeper(made))):
        if not path.exists():
            problems.append(f"{shown(path)}: missing; {again}")
        elif texts(nbformat.read(path, as_version=4)) != texts(expected):
            problems.append(f"{shown(path)}: differs from source/{source.name}; {again}")
    if problems:
        return problems
    to_read = nbformat.read(read, as_version=4)
    if any(c.execution_count is None for c in code(to_read)):
        problems.append(f"{shown(read)}: has cells that were never run; {again}")
    problems += timed(source, to_read)
    blank = nbformat.writes(without_outputs(deeper(to_read, back=True)))
    if learnt.read_text(encoding="utf-8").rstrip() != blank.rstrip():
        problems.append(f"{shown(learnt)}: is not {shown(read)} without its outputs; {again}")
    return problems


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with outputs, run as a learner would: a new kernel in the lessons folder."""
    notebook = settled_cells(notebook)
    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"] = home  # no start-up files of whoever runs this
        started = time.monotonic()
        NotebookClient(
            notebook, timeout=MAX_CELL_SECONDS, resources={"metadata": {"path": str(LESSONS)}}
        ).execute()
    notebook.metadata["kernelspec"] = dict(KERNEL)
    lesson_times.record(notebook, time.monotonic() - started)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # time stamps
        if cell.cell_type == "code":
            cell["outputs"] = settled(cell.outputs)
    return notebook


def settled_cells(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook as jupytext reads it, with what stays the same from build to build."""
    notebook.metadata.clear()
    notebook.metadata["kernelspec"] = dict(KERNEL)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return with_first_cell(notebook)


def deeper(notebook: nbformat.NotebookNode, back: bool = False) -> nbformat.NotebookNode:
    """A copy for docs/lessons, one folder further down: so its links go up once more, or back."""
    here, there = ("](../../", "](../") if back else ("](../", "](../../")
    moved = copy.deepcopy(notebook)
    for cell in moved.cells:
        if cell.cell_type == "markdown":
            cell["source"] = cell.source.replace(here, there)
    return moved


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy as a learner first opens it: nothing was run."""
    blank = copy.deepcopy(notebook)
    lesson_times.forget(blank)
    for cell in code(blank):
        cell["outputs"], cell["execution_count"] = [], None
    return blank


def settled(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """The outputs with a stream's pieces joined, and of each redrawn line only its last state."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output.output_type == "stream" and before.get("name") == output.name:
            before["text"] += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            lines = output.text.split("\n")
            output["text"] = "\n".join(line.rsplit("\r", 1)[-1] for line in lines)
    return joined


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells that are run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """What the source decides of a notebook: the kind and text of each cell."""
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def opened(source: Path) -> Path:
    """The notebook that a learner opens."""
    return LESSONS / f"{source.stem}.ipynb"


def shown(path: Path) -> str:
    """A path as it is shown: from the project's folder."""
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
