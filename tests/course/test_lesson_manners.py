"""What a lesson of the second edition keeps to: figures with words, predictions with outcomes."""

import json
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "lessons/source").glob("[0-9]*.py"))


@pytest.fixture
def showing(monkeypatch):
    """lessons/figures/showing.py, with what it displays in a list."""
    monkeypatch.syspath_prepend(str(ROOT / "lessons"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    for name in [n for n in sys.modules if n.partition(".")[0] == "figures"]:
        monkeypatch.delitem(sys.modules, name)
    from figures import showing

    pages = []
    monkeypatch.setattr(showing, "display", lambda page: pages.append(page.data))
    showing.pages = pages
    return showing


def outputs(path):
    executed = ROOT / "docs/lessons" / f"{path.stem}.ipynb"
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    return [o for cell in cells for o in cell.get("outputs", ()) if "data" in o]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_figure_has_alt_text_and_a_caption(path):
    shown = outputs(path)
    assert not [o for o in shown if any(kind.startswith("image/") for kind in o["data"])]
    pages = ["".join(o["data"].get("text/html", "")) for o in shown]
    figures = [page for page in pages if page.startswith("<figure")]
    assert figures
    for page in filter(lambda page: "<img" in page, pages):  # also what a check shows
        drawn = re.findall(r"<img [^>]*>", page)
        assert all(re.search(r'alt="[^"]{10,}"', picture) for picture in drawn)
    for page in figures:
        assert "<img " in page
        assert re.search(r"<figcaption[^>]*>[^<]{10,}<", page)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_prediction_gets_its_outcome_and_the_lesson_ends_with_the_count(path):
    text, number = path.read_text(), path.stem[:2]
    asked = re.findall(r'(\w+) = predict\(\s*"([^"]+)"', text)
    assert asked
    for variable, name in asked:
        assert name.startswith(f"{number}.")
        assert re.search(rf"\b{variable}\.outcome\(", text), f"{name} is never answered"
    assert len({name for _, name in asked}) == len(asked)
    assert f'predictions("{number}")' in text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_lesson_has_something_to_break_and_runs_the_learners_functions(path):
    text = path.read_text()
    assert "# ### Break it" in text
    assert "your_code(" in text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_stands_above_a_check_opens_the_file_to_write_in(path):
    """The words of a "your turn" link to it each time: nobody has to scroll back to the first."""
    cells = re.split(r"(?m)^# %%", path.read_text())
    files = {file.stem[:4]: file.name for file in (ROOT / "exercises").glob("ex*.py")}
    for number, cell in enumerate(cells):
        found = re.search(r'(?m)^check\("(ex\d\d)\.', cell)
        above = [c for c in cells[:number] if c.startswith(" [markdown]")]
        if found:
            assert f"](../exercises/{files[found[1]]})" in above[-1], cell


@pytest.mark.parametrize(("path", "following"), list(pairwise(SOURCES)), ids=lambda path: path.stem)
def test_a_lesson_leads_to_the_next(path, following):
    """By a link; what comes after it is an appendix."""
    assert re.search(rf"# \*\*Next:\*\*.*\]\({following.stem}\.ipynb\)", path.read_text())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_lesson_says_how_long_it_takes_to_read_and_to_compute(path):
    beginning = " ".join(re.sub(r"(?m)^# ?", "", path.read_text()[:3000]).split())
    told = re.search(r"\*\*Time:\*\* (.+?) \*\*Data:\*\*", beginning)
    assert re.search(r"\b(minutes|hour|hours)\b.*[:.] ", told[1])
    assert re.search(r"Computing: [^.]*\b(minute|minutes)\b", told[1])


def test_a_figure_is_twice_as_dense_as_it_is_shown_and_says_what_it_is(showing):
    import base64
    import io

    import matplotlib.pyplot as plt
    from PIL import Image

    axes = plt.subplots(figsize=(3, 2))[1]
    showing.show(axes, "A <line>.", alt='It "rises".')
    (page,) = showing.pages
    assert 'alt="It &quot;rises&quot;."' in page
    assert "A &lt;line&gt;.</figcaption>" in page
    data = re.search(r'width="(\d+)".*base64,([^"]+)"', page)
    picture = Image.open(io.BytesIO(base64.b64decode(data[2])))
    assert picture.width // 2 == int(data[1])
    assert not plt.fignum_exists(axes.figure.number)


def test_of_many_pictures_one_is_seen_and_each_has_its_key_and_words(showing):
    import matplotlib.pyplot as plt

    drawn = []

    def draw(stride, padding):
        drawn.append((stride, padding))
        return plt.subplots(figsize=(1, 1))[1]

    showing.movable(draw, {"stride": [1, 2], "padding": [0, 1]}, "Two sliders.", alt="At {}.")
    (page,) = showing.pages
    assert drawn == [(1, 0), (1, 1), (2, 0), (2, 1)]
    keys = re.findall(r'<img (hidden )?data-key="([^"]+)" alt="([^"]+)"', page)
    assert [key for hidden, key, _ in keys if not hidden] == ["0-0"]
    assert [(key, alt) for _, key, alt in keys][-1] == ("1-1", "At stride 2, padding 1.")
    assert page.count('type="range"') == 2


def test_the_picture_shown_first_can_be_another_than_the_first(showing):
    import matplotlib.pyplot as plt

    showing.movable(
        lambda at: plt.subplots(figsize=(1, 1))[1], {"at": [0.1, 0.2, 0.3]}, "One slider.",
        alt="With {}.", start=[0.2],
    )  # fmt: skip
    (page,) = showing.pages
    assert re.findall(r'<img data-key="([^"]+)" alt="([^"]+)"', page) == [("1", "With at 0.2.")]
    assert 'value="1"' in page
    assert "<output>0.2</output>" in page


@pytest.mark.parametrize("name", ["all_triplets", "hardest", "semi_hard", "find_beats"])
def test_a_function_that_finds_any_number_of_things_is_drawn_where_it_finds_too_many(name):
    """Else the reference would stand in for the most common mistakes."""
    text = "".join(path.read_text() for path in SOURCES)
    asked = re.findall(r"your_code\(([^)]*)\)", text)
    for words in [w for w in asked if re.match(rf'\s*"ex\d\d\.{name}"', w)]:
        assert "any_length=True" in words


def test_places_of_triplets_can_be_drawn_however_wrong_they_are(showing):
    from figures.own_triplet import places

    a, p, n = places(([0, 9, 2], [[1.0], [-3.0]], [5, 5, 5]), 4)
    assert [a.tolist(), p.tolist(), n.tolist()] == [[0, 3], [1, 0], [3, 3]]
    assert [len(index) for index in places(([], [1], [2]), 4)] == [0, 0, 0]
