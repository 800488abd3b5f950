"""What the README counts is what there is, and links and paths in the documents lead somewhere."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from minidl import data
from minidl.course.sets.folder import Course

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
LESSONS = sorted(path.stem for path in (ROOT / "lessons" / "source").glob("[0-9]*.py"))
DOCUMENTS = sorted(
    {ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")}
    | {*(ROOT / "docs").glob("*.md")}
    | {*(ROOT / "minidl").glob("**/README.md")}
)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
ROW = re.compile(
    r"^\| (\d\d) \| \[[^]]+\]\(docs/lessons/(\w+)\.ipynb\) \| .* \| (\d*) ?\|$", re.MULTILINE
)
SOURCE = re.compile(r"`([\w/]+\.py)`")
UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(number):
    """A number below 100 in words."""
    if number < 20:
        return UNITS[number]
    tens, rest = divmod(number, 10)
    return TENS[tens - 2] + (f"-{UNITS[rest]}" if rest else "")


@cache
def exercises():
    """{"01": functions to write in ex01, ...}"""
    course = Course(ROOT)
    return {key.removeprefix("ex"): len(course.checks(key).functions) for key in course.stems}


def links(text):
    return [one or other for one, other in LINK.findall(text)]


@cache
def anchors(document):
    """The fragments that can be linked to: headings, as GitHub and the site name them.

    Of a notebook those of its cells; of an exercise file its functions, each a heading of its page.
    """
    text = document.read_text(encoding="utf-8")
    if document.suffix == ".py":
        return set(re.findall(r"^def (\w+)\(", text, re.MULTILINE))
    if document.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def leads_somewhere(document, link):
    """Whether a relative link of a document has a target, and its fragment a heading there."""
    path, _, fragment = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not fragment or fragment in anchors(target))


def broken(document, text):
    """The relative links in a document's text that lead nowhere."""
    # Of another address, or GitHub's own page beside the file: the badge of a workflow.
    relative = [x for x in links(text) if not re.match(r"[a-z]+:|\.\./\.\./actions/", x)]
    return [link for link in relative if not leads_somewhere(document, link)]


def test_numbers_are_spelled_as_in_english():
    assert [spelled(n) for n in (8, 11, 20, 68)] == ["eight", "eleven", "twenty", "sixty-eight"]


def test_the_readme_counts_lessons_and_functions():
    text = " ".join(README.split())
    assert f"{spelled(len(LESSONS))} lessons to read" in text
    assert f"{spelled(sum(exercises().values()))} small functions to write" in text


def test_the_readme_knows_how_long_the_exercises_take():
    course = Course(ROOT)
    sets = [course.checks(key) for key in course.stems]
    minutes = sum(f.minutes for one in sets for f in one.functions.values())
    assert f"about {spelled(round(minutes / 60))} hours in all" in " ".join(README.split())


def test_the_table_has_every_lesson_and_counts_its_exercises():
    table = {name: (number, count) for number, name, count in ROW.findall(README)}
    counts = {name: str(exercises().get(name[:2], "")) for name in LESSONS}  # some have none
    assert table == {name: (name[:2], count) for name, count in counts.items()}


def test_every_function_that_is_counted_has_a_body_to_write():
    marks = {
        path.stem[2:4]: path.read_text().count("# BEGIN SOLUTION")
        for path in (ROOT / "solutions").glob("ex*.py")
    }
    assert marks == exercises()


def test_the_readme_counts_the_digits():
    digits = data.digits()
    assert f"{len(digits.train_labels) + len(digits.test_labels):,} real ones" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    assert broken(document, document.read_text()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_to_be_filled_in(document):
    assert re.findall(r"\b(?:MEASURED|TODO|TBD|FIXME|XXX)\b", document.read_text()) == []


@pytest.mark.parametrize(
    "entry", re.findall(r"(?ms)^### .*?(?=^##|\Z)", (ROOT / "docs/decisions.md").read_text()),
    ids=lambda entry: entry.partition("\n")[0][4:],
)  # fmt: skip
def test_a_decision_says_why_or_what_was_measured(entry):
    told = re.findall(r"(?m)^- \*\*(Why|Measured|Instead of)[^*]*\*\* \S.{20,}", entry)
    assert {"Why", "Measured"} & set(told)


def test_a_link_that_leads_nowhere_is_found():
    text = '[a](docs/none.md) [b](README.md#none) [c](README.md#speed) <img src="docs/none.png">'
    assert broken(ROOT / "README.md", text) == ["docs/none.md", "README.md#none", "docs/none.png"]


@pytest.mark.parametrize("name", ["decisions.md", "glossary.md"])
def test_sources_that_are_named_exist(name):
    named = SOURCE.findall((ROOT / "docs" / name).read_text())
    there = [ROOT, ROOT / "minidl", ROOT / "minidl" / "kernels" / "machine"]
    missing = [n for n in named if "NN" not in n and not any((f / n).is_file() for f in there)]
    assert named
    assert missing == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_decisions_and_glossary_are_linked(document):
    assert {"docs/decisions.md", "docs/glossary.md"} <= set(links((ROOT / document).read_text()))
