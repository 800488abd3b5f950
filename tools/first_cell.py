"""The first cell of every lesson: where a lesson is opened alone, it fetches the rest.

On Colab and Kaggle there is the notebook and nothing else. The lesson's figures, exercises and
checks come with the package (`minidl new`). Where the course is there, the cell does nothing, so
`python tools/first_cell.py` may put it into notebooks that were executed without it.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from minidl.files import replacing

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("lessons", "docs/lessons")
ID = "first"
FIRST = """\
# Opened alone, as on Colab or Kaggle, a lesson fetches minidl and its course here.
import sys
from importlib.util import find_spec

if find_spec("figures") is None:
    %pip install --quiet minidl
    !{sys.executable} -m minidl new course
    %cd course/lessons"""


def main() -> None:
    """Puts the cell into every notebook that lacks it, or has another of its kind."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("[0-9]*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            before = nbformat.writes(notebook)
            if nbformat.writes(with_first_cell(notebook)) != before:
                with replacing(path) as temporary:
                    nbformat.write(notebook, temporary)
                print(f"{path.relative_to(ROOT)}: written")


def with_first_cell(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook, changed: the cell stands behind its title, which stays what one sees first.

    Where the others were run it counts as run, too: as number 0, for it gave nothing.
    """
    notebook.cells[:] = [cell for cell in notebook.cells if cell.get("id") != ID]
    cell = nbformat.v4.new_code_cell(FIRST, id=ID)
    if any(other.get("execution_count") for other in notebook.cells):
        cell["execution_count"] = 0
    notebook.cells.insert(1, cell)
    return notebook


if __name__ == "__main__":
    main()
