"""Links of the project's files, as they are on the pages."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
STUB = re.compile(r'(href=")((?:\.\./)*exercises/\w+)\.py(?:#[^"]*)?(")')
ANSWER = re.compile(r'<a [^>]*href="[^"]*solutions/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
HREF = re.compile(r'(href=")([^"#:]+\.ipynb)(#[^"]*)?(")')
REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "")


def relinked(text: str, file: str, page: str, pages: Mapping[str, str]) -> str:
    """The Markdown of a file with its links as a page needs them.

    file: its path in the project, which its links start from. page: where it will be. pages: where
    each file that has a page is, by path in the project. A link to a file without a page leads to
    the repository where its address is known, and is only its words where it is not.
    """

    def changed(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        path, mark, anchor = target.partition("#")
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        if f"{wanted}#{anchor}" in pages:  # a section that is a page
            wanted, mark, anchor = f"{wanted}#{anchor}", "", ""
        if wanted in pages:
            there = posixpath.relpath(pages[wanted], posixpath.dirname(page) or ".")
            return f"{picture}[{words}]({there}{mark}{anchor})"
        if REPOSITORY and not picture:
            return f"[{words}](https://github.com/{REPOSITORY}/blob/main/{wanted})"
        return words

    return LINK.sub(changed, text)


def notebook_links(html: str) -> str:
    """Links in what a cell showed: to the pages of lessons and exercises; to answers, none."""

    def changed(found: re.Match[str]) -> str:
        page = posixpath.basename(found[2]).replace(".ipynb", ".html")
        anchor = (found[3] or "").lower()
        return f"{found[1]}{page}{re.sub(r'[^#a-z0-9-]', '', anchor)}{found[4]}"

    return HREF.sub(changed, STUB.sub(r"\1\2.html\3", ANSWER.sub(r"\1", html)))
