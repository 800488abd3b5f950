"""The style sheet of what the course shows in a notebook, for light pages and for dark ones.

Without it (a viewer that takes style sheets out), everything is in the page's own colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from minidl.course.report.palette import DARK, LIGHT

# How JupyterLab, VS Code, Colab and documentation pages say that they are dark.
ON_DARK = (
    '[data-jp-theme-light="false"] .minidl',
    "body.vscode-dark .minidl",
    'html[theme="dark"] .minidl',
    'html[data-theme="dark"] .minidl',
)
# What JupyterLab says of tables, links and code inside an output is overruled with !important.
RULES = """
.minidl { max-width: 60em; }
.minidl .right { color: var(--minidl-right); }
.minidl .wrong { color: var(--minidl-wrong); }
.minidl .note { color: var(--minidl-note); }
.minidl .quiet { color: var(--minidl-quiet); }
.minidl .named { color: var(--minidl-named); font-weight: 600; }
.minidl a, .minidl a:visited { color: var(--minidl-link) !important;
  text-decoration: underline !important; }
.minidl .lines { white-space: pre-line; }
.minidl pre.code { color: var(--minidl-quiet) !important; font-family: monospace;
  font-size: 92%; white-space: pre-wrap; margin: 2px 0;
  word-break: normal; overflow-wrap: anywhere; background: none; border: 0; padding: 0; }
.minidl table { border-collapse: collapse; margin: 4px 0 8px 0; border: 0; }
.minidl tr, .minidl tr:hover { background: none !important; }
.minidl td, .minidl th { padding: 3px 12px 3px 0; text-align: left !important; border: 0;
  vertical-align: top !important; white-space: normal; max-width: none; }
.minidl td.points { white-space: nowrap; }
.minidl .bar { display: inline-block; width: 160px; height: 8px; border-radius: 4px;
  background: rgba(138, 143, 152, .3); }
.minidl .bar > span { display: block; height: 100%; border-radius: 4px;
  background: var(--minidl-right); }
.minidl .arrays { display: flex; flex-wrap: wrap; gap: 8px 18px; margin: 6px 0; }
.minidl figure { margin: 0; }
.minidl figcaption { font-size: 88%; line-height: 1.3; }
.minidl .arrays img { outline: 1px solid var(--minidl-quiet); image-rendering: pixelated;
  margin: 1px; max-width: none; }
"""


def page(inside: str) -> str:
    """A piece of HTML with its style sheet: a lesson has dozens, so each has what it needs."""
    rules = "\n".join(rule for rule in _rules() if _needed(rule, inside))
    light, dark = (_colours(palette, rules) for palette in (LIGHT, DARK))
    colours = f".minidl {light}\n{', '.join(ON_DARK)} {dark}\n" if light else ""
    sheet = f"{colours}{rules}"
    return f'<div class="minidl"><style>{sheet}</style>{inside}</div>'


def bar(part: int, whole: int, of: str = "points") -> str:
    """A bar that is filled as far as the part goes."""
    share = part / max(whole, 1)
    label = f'role="img" aria-label="{part} of {whole} {of}"'
    return f'<span class="bar" {label}><span style="width:{share:.0%}"></span></span>'


def _rules() -> list[str]:
    """The rules of the sheet, one by one, without what only sets them out."""
    return [" ".join(rule.split()) for rule in re.findall(r"[^{}]+{[^{}]+}", RULES)]


def _needed(rule: str, inside: str) -> bool:
    """Whether a rule is of something in this piece of HTML: all tags and classes it names occur."""
    for selector in rule.partition("{")[0].split(","):
        names = re.findall(r"[.]?[a-z]+", selector.replace(".minidl", "").partition(":")[0])
        if all(
            re.search(rf'class="[^"]*\b{name[1:]}\b' if name[0] == "." else rf"<{name}\b", inside)
            for name in names
        ):
            return True
    return False


def _colours(palette: Mapping[str, str], rules: str) -> str:
    """A block that says the colours which these rules name; nothing, where they name none."""
    named = [
        f"--minidl-{n}: {colour};" for n, colour in palette.items() if f"--minidl-{n})" in rules
    ]
    return f"{{ {' '.join(named)} }}" if named else ""
