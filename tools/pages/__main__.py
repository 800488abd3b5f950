"""Builds the site: `make site`. The pages are in site/, their gathered sources in .minidl/pages."""

from __future__ import annotations

import re
import shutil
import sys
import time
from pathlib import Path

from check import problems
from gather import gather
from sphinx.cmd.build import build_main
from width import too_wide

ROOT = Path(__file__).resolve().parents[2]
SOURCES, SITE = ROOT / ".minidl" / "pages", ROOT / "site"


def main() -> int:
    """0 if the pages are built without a warning and nothing on them is broken."""
    started = time.monotonic()
    shutil.rmtree(SOURCES, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    gather(ROOT, SOURCES)
    options = ["-q", "-W", "--keep-going", "-j", "2", "-d", str(SOURCES / "doctrees")]
    code = build_main([*options, "-b", "html", str(SOURCES), str(SITE)])
    _without_back_links(SITE)
    found = [*problems(SITE), *too_wide(SITE)]
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    count = len(list(SITE.rglob("*.html")))
    print(f"{SITE / 'index.html'}: {count} pages in {time.monotonic() - started:.0f} s")
    return int(bool(code or found))


def _without_back_links(site: Path) -> None:
    """Takes the links from sources back to the reference away: Sphinx knows one per module."""
    for page in (site / "_modules").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r'<a class="viewcode-back"[^>]*>.*?</a>', "", text), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
