"""Looks through the built pages: links that lead nowhere, pictures without words, strangers."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}


class Page(HTMLParser):
    """What a page links to, loads and names."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.names: set[str] = set()
        self.wordless: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names.update(value for name in ("id", "name") if (value := given.get(name)))
        if tag == "a" and (href := given.get("href")):
            self.links.append(href)
        if (name := LOADS.get(tag)) and (address := given.get(name)):
            self.loads.append(address)
        if tag == "img" and not (given.get("alt") or "").strip():
            self.wordless.append((given.get("src") or "")[:80])


def problems(site: Path) -> Iterator[str]:
    """One line for each fault of the pages in a folder."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        where = path.relative_to(site)
        for picture in page.wordless:
            yield f"{where}: a picture without words (alt): {picture}"
        for address in page.loads:
            if urlsplit(address).netloc:
                yield f"{where}: loads {address} from elsewhere"
        for link in [*page.links, *page.loads]:
            if fault := _fault(site, path, link, pages):
                yield f"{where}: {fault}"


def _fault(site: Path, path: Path, link: str, pages: dict[Path, Page]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    if not target.exists() or not target.is_relative_to(site.resolve()):
        return f"the link {link} leads nowhere"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].names:
        return f"the link {link} has no such place on its page"
    return ""
