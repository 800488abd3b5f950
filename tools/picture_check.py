"""Draws docs/check.svg and docs/check_notebook.png: what a check says to a learner half-way.

The second is as a notebook shows it; it takes a Chromium on the path, and is left out without one.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from rich.console import Console

from minidl.course import check
from minidl.course.report import Report
from minidl.course.report.notebook import html
from minidl.course.report.terminal import drawn

ROOT = Path(__file__).parent.parent
WORK = {  # the right answer, a mistake with a name, and a crash
    "unbroadcast": """
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    stretched = tuple(i for i, n in enumerate(shape) if n == 1)
    return grad.sum(axis=stretched, keepdims=True)""",
    "mul_vjp": """
    return unbroadcast(grad * a, a.shape), unbroadcast(grad * b, b.shape)""",
    "matmul_vjp": """
    return grad @ b, a.T @ grad""",
}


PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 18px 24px; background: #fff; color: #111; width: 852px;
  font: 14px/1.5 system-ui, "Helvetica Neue", Arial, sans-serif; }
.cell { background: #f5f6f8; border: 1px solid #dfe2e7; border-radius: 4px; padding: 8px 12px;
  margin-bottom: 14px; font: 13px "DejaVu Sans Mono", monospace; }
</style><div class="cell">check("ex01.unbroadcast", "ex01.mul_vjp", "ex01.matmul_vjp")</div>"""
SIZE = "900,470"  # dots of the page; the picture has twice as many each way


def main() -> None:
    """Checks a half-written file for real and saves both pictures."""
    report = half_way()
    terminal(report)
    if browser := shutil.which("chromium") or shutil.which("google-chrome"):
        notebook(half_way("ex01.unbroadcast", "ex01.mul_vjp", "ex01.matmul_vjp"), browser)


def half_way(*names: str) -> Report:
    """The report of a file with one right function, one mistake, one crash."""
    text = (ROOT / "exercises" / "ex01_autograd.py").read_text(encoding="utf-8")
    for name, body in WORK.items():
        text, count = re.subn(
            rf'\n    raise NotImplementedError\(\s*"ex01\.{name}:[^"]*"\s*\)',
            lambda _, body=body: body,
            text,
        )
        assert count == 1, name
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        for part in ("solutions", "tests"):
            (course / part).symlink_to(ROOT / part)
        (course / "exercises").mkdir()
        (course / "exercises" / "ex01_autograd.py").write_text(text, encoding="utf-8")
        os.environ["MINIDL_COURSE"] = folder
        return check(*(names or ["ex01"]), seed=1)


def notebook(report: Report, browser: str) -> None:
    """Saves what a notebook shows of a report, as a browser draws it."""
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder, "page.html"), Path(folder, "page.png")
        page.write_text(PAGE + html(report), encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            "--force-device-scale-factor=2",
        ]
        target = [f"--window-size={SIZE}", f"--screenshot={picture}", page.as_uri()]
        subprocess.run([browser, *options, *target], check=True, capture_output=True)
        Image.open(picture).convert("P", palette=Image.Palette.ADAPTIVE).save(
            ROOT / "docs" / "check_notebook.png", optimize=True
        )


def terminal(report: Report) -> None:
    """Saves what a terminal shows of a report."""
    console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True)
    console.print("[bold]$ minidl check ex01[/bold]\n")
    console.print(drawn(report))
    svg = console.export_svg(title="exercises/ex01_autograd.py, half-way", unique_id="check")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # no fonts from elsewhere
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "check.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
