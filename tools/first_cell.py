"""The first cell of every lesson: where a lesson is opened alone, it fetches the rest.

On Colab and Kaggle there is the notebook and nothing else. The lesson's figures, exercises and
checks come with the package (`minidl new`). Where the course is there, the cell does nothing.
"""

from __future__ import annotations

import nbformat

FIRST = """\
# Opened alone, as on Colab or Kaggle, a lesson fetches minidl and its course here.
import sys
from importlib.util import find_spec

if find_spec("figures") is None:
    %pip install --quiet minidl
    !{sys.executable} -m minidl.cli.app new course
    %cd course/lessons"""


def with_first_cell(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with the cell behind its title, which stays what one sees first."""
    notebook.cells.insert(1, nbformat.v4.new_code_cell(FIRST, id="first"))
    return notebook
