"""The pages: links are led to pages, and what is broken on a built page is found."""

import re
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools" / "pages"


@pytest.fixture
def tool(monkeypatch):
    """tool("links") -> the module of tools/pages."""
    monkeypatch.syspath_prepend(str(TOOLS))

    def tool(name):
        sys.modules.pop(name, None)
        module = __import__(name)
        monkeypatch.delitem(sys.modules, name)
        return module

    return tool


PAGES = {
    "docs/decisions.md": "decisions.md",
    "README.md": "index.md",
    "README.md#speed": "speed.md",
    "lessons/02_convolution.ipynb": "lessons/02_convolution.ipynb",
    "docs/hero.png": "pictures/hero.png",
}


@pytest.mark.parametrize(
    ("file", "text", "made"),
    [
        ("README.md", "[why](docs/decisions.md)", "[why](decisions.md)"),
        ("README.md", "[why](docs/decisions.md#a)", "[why](decisions.md#a)"),
        ("docs/decisions.md", "[the\ntable](../README.md#speed)", "[the\ntable](speed.md)"),
        ("docs/decisions.md", "[x](../README.md#other)", "[x](index.md#other)"),
        ("README.md", "![a](docs/hero.png)", "![a](pictures/hero.png)"),
        ("README.md", "[out](https://a.b/c)", "[out](https://a.b/c)"),
        ("README.md", "[here](#speed)", "[here](#speed)"),
        ("README.md", "[the code](minidl/tensor.py)", "the code"),
    ],
)
def test_links_lead_to_pages(tool, file, text, made):
    assert tool("links").relinked(text, file, "page.md", PAGES) == made


def test_links_from_a_folder_go_up_to_their_page(tool):
    text = "[why](../docs/decisions.md)"
    made = tool("links").relinked(text, "lessons/a.ipynb", "lessons/a.ipynb", PAGES)
    assert made == "[why](../decisions.md)"


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ('<a href="01_a.ipynb">', '<a href="01_a.html">'),
        ('<a href="../lessons/01_a.ipynb#The-Walk">', '<a href="01_a.html#the-walk">'),
        ('<a href="../exercises/ex01_a.py#line=20">', '<a href="../exercises/ex01_a.html">'),
        ('<a href="../solutions/ex01_a.py">line 3</a>', "line 3"),
        ('<a href="https://x.y/a.ipynb">', '<a href="https://x.y/a.ipynb">'),
    ],
)
def test_links_in_what_a_cell_showed(tool, html, made):
    assert tool("links").notebook_links(html) == made


def test_pictures_without_words_get_some_and_others_keep_theirs(tool):
    pytest.importorskip("nbformat")
    with_alt = tool("notebooks").with_alt
    assert with_alt('<img src="a"/>', 'say "x"') == '<img alt="say &quot;x&quot;" src="a"/>'
    assert with_alt('<img src="a" alt="b"/>', "x") == '<img src="a" alt="b"/>'


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "<details><summary>Answer</summary>\nSeven.\n</details>",
            "\n\n<details><summary>Answer</summary>\n\n\nSeven.\n\n\n</details>\n\n",
        ),
        (
            "> <details><summary>Answer</summary>\n> Seven. </details>",
            "> \n>\n> <details><summary>Answer</summary>\n>\n> \n> Seven.\n>\n> </details>\n>\n> ",
        ),
    ],
)
def test_a_folded_answer_stays_folded_and_in_its_quotation(tool, text, made):
    pytest.importorskip("nbformat")
    lines = [line.rstrip() for line in made.split("\n")]
    assert tool("notebooks").answers(text).split("\n") == lines


def test_the_course_is_readable_where_the_theme_of_the_pages_is_dark(tool):
    pytest.importorskip("nbformat")
    from minidl.course.report.palette import DARK

    sheet = tool("gather").dark()
    for place in ('body[data-theme="dark"] .minidl', 'body:not([data-theme="light"]) .minidl'):
        rule = sheet.partition(place)[2].partition("}")[0]
        assert all(f"--minidl-{name}: {colour};" in rule for name, colour in DARK.items())


def test_a_lesson_can_be_opened_elsewhere_where_the_address_is_known(tool, monkeypatch):
    notebooks = tool("notebooks")
    monkeypatch.setattr(notebooks, "REPOSITORY", "ada/minidl")
    path = TOOLS.parents[1] / "docs/lessons/00_tour.ipynb"
    cell = notebooks.page_of(path, {}).cells[1]
    found = dict(re.findall(r"\[([^]]+)\]\(([^)]+)\)", cell.source))
    assert list(found) == ["Colab", "Kaggle", "Binder", "Codespaces", "set the course up"]
    for name in ("Colab", "Kaggle", "Binder"):
        assert "ada/minidl" in found[name]
        assert found[name].endswith("lessons/00_tour.ipynb")
    assert found["Codespaces"].endswith("/ada/minidl")
    monkeypatch.setattr(notebooks, "REPOSITORY", "")
    assert notebooks.page_of(path, {}).cells[1].source != cell.source


SOUND = '<h1 id="top">x</h1><a href="b.html#there">b</a><img src="p.png" alt="a cat">'
OTHER = '<p id="there"></p><a href="index.html">back</a><a href="https://x.y">out</a>'
FAULTS = {
    '<a href="c.html">c</a>': "the link c.html leads nowhere",
    '<a href="b.html#gone">b</a>': "the link b.html#gone has no such place on its page",
    '<a href="#gone">b</a>': "the link #gone has no such place on its page",
    '<a href="../../etc/passwd">b</a>': "the link ../../etc/passwd leads nowhere",
    '<img src="p.png">': "a picture without words (alt): p.png",
    '<img src="p.png" alt=" ">': "a picture without words (alt): p.png",
    '<img src="q.png" alt="a cat">': "the link q.png leads nowhere",
    '<script src="https://cdn.x/y.js"></script>': "loads https://cdn.x/y.js from elsewhere",
    '<link rel="stylesheet" href="//cdn.x/y.css">': "loads //cdn.x/y.css from elsewhere",
}


@pytest.fixture
def site(tmp_path):
    for name, text in {"index.html": SOUND, "b.html": OTHER, "p.png": ""}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_sound_pages_have_no_problems(tool, site):
    assert list(tool("check").problems(site)) == []


@pytest.mark.parametrize(("html", "said"), FAULTS.items())
def test_what_is_broken_is_found(tool, site, html, said):
    (site / "index.html").write_text(SOUND + html)
    assert list(tool("check").problems(site)) == [f"index.html: {said}"]


def test_a_page_wider_than_a_telephone_is_found(tool, site):
    width = tool("width")
    if width.browser() is None:
        pytest.skip("no browser here")
    phone = '<meta name="viewport" content="width=device-width"><body style="margin:0">'
    wide = '<pre id="wide" style="width:700px">x</pre>'
    (site / "index.html").write_text(f'{phone}<div style="overflow:auto">{wide}</div>')
    (site / "b.html").write_text(phone + wide)
    (problem,) = width.too_wide(site)
    assert problem.startswith("b.html: 700 pixels wide on a screen of 390, by <pre id=")


def test_where_no_browser_is_that_is_said(tool, site, monkeypatch, capsys):
    width = tool("width")
    monkeypatch.setattr(width, "browser", lambda: None)
    assert list(width.too_wide(site)) == []
    assert "no browser here" in capsys.readouterr().out


def test_the_page_of_commands_has_each_with_its_options(tool):
    text = tool("commands").page()
    for name in (
        "## minidl new",
        "## minidl check",
        "### minidl faces recognise",
        "## minidl grade",
    ):
        assert name in text
    assert "| `--submission FOLDER` |" in text
    assert "[bold]" not in text


def test_the_pages_of_exercises_lead_to_where_each_is_taught(tool):
    from minidl.course.sets.folder import Course
    from tests.test_readme import anchors

    course = Course(TOOLS.parents[1])
    texts = dict(tool("stubs").pages(course))
    for key, stem in course.stems.items():
        lesson = course.checks(key).lesson
        found = re.findall(r"\]\(\.\./lessons/(\w+)\.ipynb(?:#([^)]*))?\)", texts[stem])
        assert found[0] == (lesson, "")
        assert len(found) == 1 + len(course.checks(key).functions)
        there = anchors(course.root / "docs/lessons" / f"{lesson}.ipynb")
        assert {name for name, _ in found} == {lesson}
        assert {anchor for _, anchor in found[1:]} <= there


def test_the_gallery_has_paintings_patches_and_artworks_with_words(tool):
    gather, root = tool("gather"), TOOLS.parents[1]
    pages = gather._places(root)
    text = gather._gallery(root, pages)
    shown = dict(re.findall(r"!\[([^]]+)\]\(([^)]+)\)", text)[::-1])
    there = {page for page in pages.values() if page.startswith("pictures/")}
    assert set(shown.values()) <= there
    assert {"pictures/patches.jpg", "pictures/artworks.png", "pictures/hero.png"} <= set(
        shown.values()
    )
    assert text.count("![") == len(shown) > 8


def test_the_pages_of_exercises_show_no_answer(tool):
    from minidl.course.sets.folder import Course
    from minidl.course.sets.stubs import body_of

    course = Course(TOOLS.parents[1])
    texts = dict(tool("stubs").pages(course))
    assert set(texts) == {"index", *course.stems.values()}
    for key, stem in course.stems.items():
        for name in course.checks(key).functions:
            assert f"## {name}\n" in texts[stem]
            assert body_of(course.solution(key), name) not in texts[stem]
