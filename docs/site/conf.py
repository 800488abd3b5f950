"""How Sphinx makes the pages. tools/pages gathers their sources beside a copy of this file.

Everything is local: no fonts, no scripts and no mathematics from anywhere else.
"""

import inspect
import os
import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert

import minidl

project = "minidl"
author = "The minidl authors"
copyright = "the minidl authors"
version = release = minidl.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # the lessons are committed as they ran
nb_ipywidgets_js = {}  # they would come from elsewhere
nb_render_markdown_format = "myst"
nb_merge_streams = True
suppress_warnings = [
    "mystnb.unknown_mime_type",
    "ref.python",  # training and painting have a History each
]

html_theme = "furo"
html_title = "minidl"
html_static_path = ["_static"]
html_css_files = ["minidl.css", "dark.css"]
html_js_files = [("figures.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_math_renderer = "mathml"
repository = os.environ.get("GITHUB_REPOSITORY", "")
if repository:
    html_theme_options = {
        "source_repository": f"https://github.com/{repository}/",
        "footer_icons": [],
    }

autodoc_typehints = "none"  # `signature` writes them, as the source does
autodoc_member_order = "bysource"
autodoc_preserve_defaults = False  # `transfer` has options that its source does not name
autodoc_inherit_docstrings = True
python_maximum_signature_line_length = 80
add_module_names = False
toc_object_entries_show_parents = "hide"

LONG = 24  # characters of a formula in a line that a phone may have to scroll
# A prime is drawn raised; raised once more and made smaller, it could not be read.
PRIME = re.compile(r"<msup>(<mi>\w+</mi>)<m[io]>(&#x0203[2-4];)</m[io]></msup>")
SPECIAL = re.compile(r"([*_|\\])")


def mathml(display: str) -> Any:
    """Writes mathematics as MathML, which browsers draw by themselves."""

    def visit(translator: Any, node: nodes.Element) -> None:
        made = convert(node.astext(), display=display)
        text = PRIME.sub(r"\1<mo lspace='0' rspace='0'>\2</mo>", made)
        if display == "block":
            text = f'<div class="math">{text}</div>'
        elif len(node.astext()) > LONG:
            text = f'<span class="long-math">{text}</span>'
        translator.body.append(text)
        raise nodes.SkipNode

    return visit, None


def signature(
    app: Any,
    what: str,
    name: str,
    value: Any,
    options: Any,
    given: str | None,
    returned: str | None,
) -> tuple[str, str] | None:
    """Writes annotations as the source does: what checks them at run time is of no use here."""
    if what not in ("function", "method", "class"):
        return None
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    named = [p for p in found.parameters.values() if p.name not in ("self", "cls")]
    parts, keyword_only = [], False
    for p in named:
        if p.kind is p.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            parts += [] if any(q.kind is q.VAR_POSITIONAL for q in named) else ["*"]
        stars = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        default = "" if p.default is p.empty else f" = {p.default!r}"
        parts.append(f"{stars}{p.name}{_annotation(p.annotation)}{default}")
    ends = "" if what == "class" else _annotation(found.return_annotation).removeprefix(": ")
    return f"({', '.join(parts)})", ends


def _annotation(found: Any) -> str:
    if found is inspect.Signature.empty or found is None:
        return ""
    return f": {found if isinstance(found, str) else getattr(found, '__name__', found)}"


def plain(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Turns a docstring, which is plain English, into what Sphinx reads.

    Words in `backticks` are code; lines that are set in, and tables, stay as they are typed.
    """
    text = inspect.cleandoc("\n".join(lines))
    lines[:] = []
    for paragraph in re.split(r"\n\s*\n", text):
        rows = paragraph.splitlines()
        if any(row.startswith(" ") for row in rows[1:]) or paragraph.startswith(" "):
            lines += ["::", "", *(f"    {row}" for row in rows), ""]
        else:
            lines += [_marked(" ".join(row.strip() for row in rows)), ""]


def _marked(text: str) -> str:
    parts = re.split(r"(`+[^`]+`+)", text)
    return "".join(
        f"``{part.strip('`')}``" if part.startswith("`") else SPECIAL.sub(r"\\\1", part)
        for part in parts
    ).replace("````", "")


def setup(app: Any) -> None:
    """Sphinx calls this first."""
    app.add_html_math_renderer("mathml", mathml("inline"), mathml("block"))
    app.connect("autodoc-process-docstring", plain)
    app.connect("autodoc-process-signature", signature)
