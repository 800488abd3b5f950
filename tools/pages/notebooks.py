"""The executed lessons as pages: links, words for pictures, and how to open one elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from links import REPOSITORY, notebook_links, relinked

COLAB = "https://colab.research.google.com/github/{0}/blob/main/lessons/{1}.ipynb"
KAGGLE = "https://kaggle.com/kernels/welcome?src=https://github.com/{0}/blob/main/lessons/{1}.ipynb"
CODESPACES = "https://codespaces.new/{0}"
BINDER = "https://mybinder.org/v2/gh/{0}/main?urlpath=lab/tree/lessons/{1}.ipynb"

# A line that opens or closes a folded answer: its quotation mark, and what stands around the tags.
FOLD = re.compile(r"(?m)^((?:> ?)?)(.*?)(<details>\s*<summary>.*?</summary>|</details>)(.*)$")


def page_of(path: Path, pages: Mapping[str, str]) -> nbformat.NotebookNode:
    """The notebook as the pages have it."""
    notebook = nbformat.read(path, as_version=4)
    section = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = re.findall(r"(?m)^#+ (.+)$", cell.source)
            section = headings[-1] if headings else section
            file = f"{'docs/' * (path.parents[1].name == 'docs')}lessons/{path.name}"
            cell.source = answers(relinked(cell.source, file, f"lessons/{path.name}", pages))
            continue
        alt = f"{section}: what {described(cell.source)} draws"
        cell.metadata["mystnb"] = {"image": {"alt": alt}}
        for data in shown(cell):
            if "text/html" in data:
                html = "".join(data["text/html"])
                data["text/html"] = notebook_links(with_alt(html, alt))
    if REPOSITORY:
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(openers(path.stem)))
    return notebook


def shown(cell: Any) -> Iterator[Any]:
    """The data of each output of a cell."""
    return (output.data for output in cell.outputs if "data" in output)


def described(code: str) -> str:
    """The call in a cell that draws: its last line that is no assertion."""
    lines = [line for line in code.splitlines() if re.match(r"[a-zA-Z_][\w.]*\(", line)]
    return lines[-1].partition("(")[0] if lines else "the cell above"


def with_alt(html: str, alt: str) -> str:
    """Pictures in a cell's HTML with words, where they have none."""
    return re.sub(r"<img (?![^>]*\balt=)", lambda found: f'{found[0]}alt="{escape(alt)}" ', html)


def answers(text: str) -> str:
    """Folded answers: their words are Markdown, so empty lines must part them from the tags.

    One in a quotation stays in it: its empty lines are the quotation's.
    """

    def parted(found: re.Match[str]) -> str:
        quote, before, tag, after = found.groups()
        lines = [quote + before, quote, quote + tag, quote, quote + after]
        return "\n".join(line.rstrip() for line in lines)

    return FOLD.sub(parted, text)


def openers(stem: str) -> str:
    """Where a lesson can be opened without installing anything."""
    places = {"Colab": COLAB, "Kaggle": KAGGLE, "Binder": BINDER, "Codespaces": CODESPACES}
    links = [f"[{name}]({form.format(REPOSITORY, stem)})" for name, form in places.items()]
    return f"Open it on {', '.join(links)}, or [set the course up](../anywhere.md)."
