"""Whether every page fits a telephone: a browser, where there is one, measures how wide it gets.

The pages are served to a headless browser on this machine, one after the other in a frame of 390
pixels; its script sends back how wide each became. Wide tables, figures and code scroll in a box of
their own; what makes the whole page wider than the frame is a fault.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

WIDTH = 390  # pixels: a telephone held upright
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update")  # fmt: skip
PATIENCE = 600  # seconds for all pages
MEASURE = """<!doctype html><iframe width="%d" height="800" style="border:0"></iframe><script>
(async () => {
  const frame = document.querySelector("iframe"), widths = {};
  for (const page of %s) {
    await new Promise(loaded => { frame.onload = loaded; frame.src = "/" + page; });
    const root = frame.contentDocument.documentElement, edge = frame.clientWidth;
    const wide = root.scrollWidth <= edge ? [] : [...root.querySelectorAll("body *")].filter(
      e => e.getBoundingClientRect().right > edge + 1);
    const first = wide.length ? wide[0].outerHTML.slice(0, 80) : "";
    widths[page] = [root.scrollWidth, first];
  }
  await fetch("/measured", {method: "POST", body: JSON.stringify(widths)});
})();
</script>"""


def browser() -> str | None:
    """The program of a browser that can be asked, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def too_wide(site: Path) -> Iterator[str]:
    """One line for each page of a folder that is wider than a telephone; or that no one looked."""
    program = browser()
    if program is None:
        print(f"pages: no browser here ({', '.join(BROWSERS)}): nobody saw whether they fit "
              f"{WIDTH} pixels")  # fmt: skip
        return
    for page, (width, first) in measured(site, program).items():
        if width > WIDTH:
            yield f"{page}: {width} pixels wide on a screen of {WIDTH}, by {first}"


def measured(site: Path, program: str) -> dict[str, tuple[int, str]]:
    """Of each page its width and the element that makes it too wide; fails where none comes."""
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    server = Served(site, MEASURE % (WIDTH, json.dumps(pages)))
    Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        asked = subprocess.Popen(
            [program, *QUIET, f"--user-data-dir={home}", "--remote-debugging-port=0",
             f"http://127.0.0.1:{server.server_port}/measure"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            if not server.done.wait(PATIENCE):
                raise SystemExit(f"pages: {program} measured no page within {PATIENCE} s")
        finally:
            asked.terminate()
            asked.wait()
            server.shutdown()
            server.server_close()
    return server.widths


class Served(ThreadingHTTPServer):
    """A folder of pages, the page that measures them, and what it found."""

    daemon_threads = True

    def __init__(self, site: Path, measure: str):
        super().__init__(("127.0.0.1", 0), partial(_Answers, directory=str(site)))
        self.measure, self.done = measure, Event()
        self.widths: dict[str, tuple[int, str]] = {}


class _Answers(SimpleHTTPRequestHandler):
    server: Served

    def do_GET(self) -> None:
        if self.path != "/measure":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.measure.encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.widths = json.loads(sent)
        self.send_response(204)
        self.end_headers()
        self.server.done.set()

    def log_message(self, *_: Any) -> None:
        """Says nothing of each request."""
