"""Gathers the sources of the pages: from docs/, the lessons, the exercises, and the code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import commands
import nbformat
import reference
import stubs
from links import relinked
from notebooks import page_of

from minidl.course.report.palette import DARK
from minidl.course.sets.folder import Course
from minidl.course.sets.tasks import every

# Files that are a page, and where: for those who teach and build, in this order, the first four.
MORE = {
    "docs/teaching.md": "teaching.md",
    "CONTRIBUTING.md": "contributing.md",
    "docs/decisions.md": "decisions.md",
    "CHANGELOG.md": "changes.md",
}
OTHERS = {
    "docs/glossary.md": "glossary.md",
    "docs/lecture.md": "lecture.md",
    "docs/check_json.md": "check_json.md",
    "docs/faces.md": "faces.md",
    "docs/anywhere.md": "anywhere.md",
    "docs/releasing.md": "releasing.md",
    "docs/speed.md": "speed.md",
    "minidl/kernels/README.md": "kernels.md",
}
LISTED = ("glossary.md", "lecture.md", "kernels.md", "speed.md", "anywhere.md")  # on the front page
PICTURES = ("docs/*.png", "docs/*.svg", "docs/style/*.png", "docs/patches.jpg")
PATCHES = "minidl patches --layer conv3_1 --units 0:16 --inside --per-image 2 --out patches.jpg"


def gather(root: Path, out: Path) -> None:
    """Writes all sources into a new folder."""
    shutil.copytree(root / "docs" / "site", out)
    (out / "pictures").mkdir()
    pages = _places(root)
    for file, page in pages.items():
        if page.startswith("pictures/"):
            shutil.copyfile(root / file, out / page)
    for file, page in {**MORE, **OTHERS}.items():
        if (root / file).exists():
            text = relinked((root / file).read_text(encoding="utf-8"), file, page, pages)
            listed = file in MORE or page in LISTED
            _write(out / page, text if listed else f"---\norphan: true\n---\n{text}")
    _lessons(root, out, pages)
    course = Course(root)
    for name, text in stubs.pages(course):
        _write(out / "exercises" / f"{name}.md", text)
    for name, text in reference.pages():
        _write(out / "reference" / f"{name}.md", text)
    _write(out / "commands.md", commands.page())
    _write(out / "gallery.md", _gallery(root, pages))
    _front(out, course, pages)
    _write(out / "_static" / "dark.css", dark())


def _places(root: Path) -> dict[str, str]:
    """The page, or the copy, of every file of the project that has one."""
    found = {f: p for f, p in {**MORE, **OTHERS}.items() if (root / f).exists()}
    for pattern in PICTURES:
        found |= {
            path.relative_to(root).as_posix(): f"pictures/{path.name}"
            for path in sorted(root.glob(pattern))
        }
    for path in (root / "lessons").glob("[0-9]*.ipynb"):
        for file in (f"lessons/{path.name}", f"docs/lessons/{path.name}"):
            found[file] = f"lessons/{path.name}"
    for path in (root / "exercises").glob("ex*.py"):
        found[f"exercises/{path.name}"] = f"exercises/{path.stem}.md"
    return found | {"README.md": "index.md", "README.md#speed": "speed.md"}


def _lessons(root: Path, out: Path, pages: dict[str, str]) -> None:
    executed = root / "docs" / "lessons"
    folder = executed if executed.is_dir() else root / "lessons"
    names = []
    (out / "lessons").mkdir()
    for path in sorted(folder.glob("[0-9]*.ipynb")):
        nbformat.write(page_of(path, pages), out / "lessons" / path.name)
        names.append(path.stem)
    toc = "\n".join(names)
    _write(
        out / "lessons" / "index.md",
        "# The lessons\n\nTo be read here, with every figure as it came out, and to be run on your "
        f"machine.\n\n```{{toctree}}\n:maxdepth: 1\n\n{toc}\n```\n",
    )


def _gallery(root: Path, pages: dict[str, str]) -> str:
    """The pictures of the README, with the words that they have there."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    lines = ["# Gallery", "", "All of it was made by minidl.", ""]
    for source, words in re.findall(r'<img src="([^"]+)" alt="([^"]+)"', readme):
        lines += [f"![{words}]({pages[source]})", "", f"{words[0].upper()}{words[1:]}.", ""]
    words = "sixteen units, nine patches each: edges in one direction, bars, corners, fine textures"
    told = "What excites the first sixteen units of conv3_1 in VGG-16 most, in the photographs that"
    lines += ["## Patches", "", f"![{words}]({pages['docs/patches.jpg']})", ""]
    lines += [f"{told} come with minidl: `{PATCHES}`", ""]
    words = "the artworks currents, glass, mosaic, petals and waves"
    lines += ["## Artworks", "", f"![{words}]({pages['docs/artworks.png']})", ""]
    lines += ["`minidl.data.artwork` draws them by formulas, at any size.", ""]
    lines += ["## Photographs, artworks, paintings", ""]
    for path in sorted((root / "docs" / "style").glob("*.png")):
        photo, _, artwork = path.stem.partition("-")
        words = f"the photograph {photo} in the style of the artwork {artwork}"
        lines += [f"![{words}](pictures/{path.name})", "", f"`minidl style {photo} {artwork}`", ""]
    return "\n".join(lines)


def _front(out: Path, course: Course, pages: dict[str, str]) -> None:
    functions = every(course)
    text = (out / "index.md").read_text(encoding="utf-8")
    more = [page.removesuffix(".md") for file, page in MORE.items() if file in pages]
    facts = {
        "FUNCTIONS": str(len(functions)),
        "HOURS": str(round(sum(f.minutes for f in functions) / 60)),
        "MORE": "\n".join(more),
    }
    for name, value in facts.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    _write(out / "index.md", text)


def dark() -> str:
    """The style sheet of what the course shows in a notebook, where this theme is dark."""
    colours = " ".join(f"--minidl-{name}: {colour};" for name, colour in DARK.items())
    return (
        f'body[data-theme="dark"] .minidl {{ {colours} }}\n@media (prefers-color-scheme: dark) '
        f'{{ body:not([data-theme="light"]) .minidl {{ {colours} }} }}\n'
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
