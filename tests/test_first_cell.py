"""The cell that fetches the course: once in a notebook, behind the title, and valid."""

from pathlib import Path

import nbformat
import pytest

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def first_cell(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    import first_cell

    return first_cell


def lesson(*counts):
    cells = [nbformat.v4.new_markdown_cell("# A lesson", id="cell-0")]
    cells += [
        nbformat.v4.new_code_cell("x", id=f"cell-{n}", execution_count=count)
        for n, count in enumerate(counts, 1)
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(("counts", "its_count"), [((None, None), None), ((1, 2), 0)])
def test_it_stands_behind_the_title_and_is_run_where_others_are(first_cell, counts, its_count):
    made = first_cell.with_first_cell(lesson(*counts))
    assert [cell["id"] for cell in made.cells] == ["cell-0", "first", "cell-1", "cell-2"]
    assert made.cells[1].execution_count == its_count
    nbformat.validate(made)


def test_twice_is_once_and_an_older_one_is_replaced(first_cell):
    made = first_cell.with_first_cell(lesson(1))
    made.cells[1].source = "an older one"
    again = first_cell.with_first_cell(made)
    assert [cell["id"] for cell in again.cells] == ["cell-0", "first", "cell-1"]
    assert again.cells[1].source == first_cell.FIRST


def test_notebooks_on_disk_are_changed_once(first_cell, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(first_cell, "ROOT", tmp_path)
    (tmp_path / "lessons").mkdir()
    nbformat.write(lesson(1), tmp_path / "lessons/01_a.ipynb")
    first_cell.main()
    assert capsys.readouterr().out == "lessons/01_a.ipynb: written\n"
    first_cell.main()
    assert capsys.readouterr().out == ""
