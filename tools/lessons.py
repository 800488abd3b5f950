"""Builds the lesson notebooks from lessons/source and runs them, or checks that they are fresh."""

from __future__ import annotations

import argparse
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

LESSONS = Path(__file__).parent.parent / "lessons"
MAX_CELL_SECONDS = 300  # a lesson's whole budget is three minutes
MAX_NOTEBOOK_BYTES = 1_000_000


def main() -> int:
    """Builds (or with --check compares) every lesson, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="lessons, for instance 01_autograd (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where stale")
    options = parser.parse_args()
    problems: list[str] = []
    for source in sources(options.names):
        started = time.monotonic()
        print(f"{source.stem}: running", flush=True)
        problems += check(source) if options.check else build(source)
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
    """Runs a lesson and writes its notebook; an error leaves the old notebook in place."""
    try:
        notebook = executed(jupytext.read(source))
    except CellExecutionError as error:
        return [f"{source.name}: {error}"]
    target = notebook_of(source)
    with replacing(target) as temporary:
        nbformat.write(notebook, temporary)
    size = target.stat().st_size
    return (
        [f"{target.name}: {size:,} bytes, at most {MAX_NOTEBOOK_BYTES:,}"]
        if size > MAX_NOTEBOOK_BYTES
        else []
    )


def check(source: Path) -> list[str]:
    """What is wrong with a committed notebook: missing, stale, unexecuted, or no longer running."""
    target = notebook_of(source)
    if not target.exists():
        return [f"{target.name}: missing; run `make lessons`"]
    fresh, committed = jupytext.read(source), nbformat.read(target, as_version=4)
    if cells(fresh) != cells(committed):
        return [f"{target.name}: differs from source/{source.name}; run `make lessons`"]
    if any(c.cell_type == "code" and c.execution_count is None for c in committed.cells):
        return [f"{target.name}: has cells that were never run; run `make lessons`"]
    try:
        executed(fresh)
    except CellExecutionError as error:
        return [f"{source.name}: {error}"]
    return []


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with outputs, run as a learner would: a new kernel in the lessons folder."""
    notebook.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    notebook.metadata.pop("jupytext", None)
    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"] = home  # no start-up files of whoever runs this
        NotebookClient(
            notebook, timeout=MAX_CELL_SECONDS, resources={"metadata": {"path": str(LESSONS)}}
        ).execute()
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"  # stable from build to build
        cell.metadata.pop("execution", None)  # time stamps
        if cell.cell_type == "code":
            cell["outputs"] = settled(cell.outputs)
    return notebook


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


def cells(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """What the source decides of a notebook: the kind and text of each cell."""
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def notebook_of(source: Path) -> Path:
    """Where the notebook of a source file lies."""
    return LESSONS / f"{source.stem}.ipynb"


if __name__ == "__main__":
    sys.exit(main())
