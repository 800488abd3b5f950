"""docs/lecture.md: what the lecture says, and where the course teaches, shows and checks it."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/lecture.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in TEXT.splitlines()
    if re.match(r"\| \d", line)
]
LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]+)#([^)\s]+)\)")
DRAWN = ('"image/png"', '"image/jpeg"', '"image/svg+xml"', "<img ")
CODE = {"asserted": r"(?m)^ *assert ", "predicted": r"\bpredict\("}


def links(column):
    """(words, file, anchor) of every link of a column; each of its rows has one."""
    for row in ROWS:
        found = LINK.findall(row[column])
        assert found, f"statement {row[0]}: {row[column]} in the place of a link"
        yield from found


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def read(file):
    """An executed lesson: {anchor: its cells, each as (kind, what it says, what it showed)}."""
    cells = json.loads((ROOT / "docs" / file).read_text(encoding="utf-8"))["cells"]
    marks, inside = [], []
    for cell in cells:
        source = "".join(cell["source"])
        found = re.findall(r"(?m)^(#+) (.+?) *$", source) if cell["cell_type"] == "markdown" else []
        marks += [(len(rank), anchor(name), len(inside)) for rank, name in found]
        inside.append((cell["cell_type"], source, json.dumps(cell.get("outputs", []))))
    there = {}
    for at, (rank, name, first) in enumerate(marks):
        ends = [n for other, _, n in marks[at + 1 :] if other <= rank]
        there.setdefault(name, []).append(inside[first : (ends or [len(inside)])[0]])
    return there


@pytest.fixture(scope="module")
def section():
    """section(file, anchor) -> the cells of one section of an executed lesson."""
    lessons = {}

    def section(file, name):
        if file not in lessons:
            lessons[file] = read(file)
        found = lessons[file].get(name, [])
        assert len(found) == 1, f"docs/lecture.md: {len(found)} sections #{name} in docs/{file}"
        return found[0]

    return section


def test_the_table_is_read_whole():
    assert [row[0] for row in ROWS] == [str(n) for n in range(1, len(ROWS) + 1)]
    assert {len(row) for row in ROWS} == {5}
    assert sum(len(LINK.findall(line)) for line in TEXT.splitlines()) == sum(
        len(list(links(column))) for column in (2, 3, 4)
    )


def test_every_section_named_is_in_its_lesson(section):
    for words, file, name in links(2):
        cells = section(file, name)
        number, _, heading = words.partition(" ")
        assert file.startswith(f"lessons/{number}_")
        assert anchor(heading) == name
        assert cells


def test_every_figure_is_in_its_section(section):
    for words, file, name in links(3):
        shown = "".join(out for kind, _, out in section(file, name) if kind == "code")
        assert any(mark in shown for mark in DRAWN), f"{words}: no figure in docs/{file}#{name}"


def test_every_check_is_there(section):
    for words, file, name in links(4):
        if words in CODE:
            code = "\n".join(text for kind, text, _ in section(file, name) if kind == "code")
            assert re.search(CODE[words], code), f"nothing {words} in docs/{file}#{name}"
            continue
        key, _, function = words.strip("`").partition(".")
        assert (function, True) == (name, Path(file).stem.startswith(f"{key}_"))
        stub = (ROOT / "docs" / file).resolve().read_text(encoding="utf-8")
        assert re.search(rf"(?m)^def {function}\(", stub), f"{file} has no {function}"


def test_the_page_says_how_many_statements_there_are():
    assert f"All {len(ROWS)} statements are taught, and each has a figure and a check." in TEXT


@pytest.mark.parametrize("number", ["04", "07", "08", "09"])
def test_a_lesson_that_follows_the_lecture_names_it(number):
    """Lesson 04 does so for the two after it, too."""
    assert any(file.startswith(f"lessons/{number}_") for _, file, _ in links(2))
    (source,) = (ROOT / "lessons/source").glob(f"{number}_*.py")
    assert "Ng, *Convolutional Neural Networks*" in source.read_text(encoding="utf-8")
