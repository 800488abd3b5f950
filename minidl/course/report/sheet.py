"""The style sheet of what the course shows in a notebook, for light pages and for dark ones.

Without it (a viewer that takes style sheets out), everything is in the page's own colour.
"""

from __future__ import annotations

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
.minidl .right { color: var(--minidl-right); } .minidl .wrong { color: var(--minidl-wrong); }
.minidl .note { color: var(--minidl-note); } .minidl .quiet { color: var(--minidl-quiet); }
.minidl .named { color: var(--minidl-named); font-weight: 600; }
.minidl a, .minidl a:visited { color: var(--minidl-link) !important;
  text-decoration: underline !important; }
.minidl .lines { white-space: pre-line; }
.minidl pre.code { color: var(--minidl-quiet) !important; font-family: monospace;
  font-size: 92%; white-space: pre-wrap; margin: 2px 0;
  overflow-wrap: anywhere; background: none; border: 0; padding: 0; }
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
.minidl figure { margin: 0; } .minidl figcaption { font-size: 88%; line-height: 1.3; }
.minidl .arrays img { outline: 1px solid var(--minidl-quiet); image-rendering: pixelated;
  margin: 1px; max-width: none; }
"""


def page(inside: str) -> str:
    """A piece of HTML with its style sheet."""
    sheet = f".minidl {_colours(LIGHT)}\n{', '.join(ON_DARK)} {_colours(DARK)}{RULES}"
    return f'<div class="minidl"><style>{sheet}</style>{inside}</div>'


def bar(part: int, whole: int, of: str = "points") -> str:
    """A bar that is filled as far as the part goes."""
    share = part / max(whole, 1)
    label = f'role="img" aria-label="{part} of {whole} {of}"'
    return f'<span class="bar" {label}><span style="width:{share:.0%}"></span></span>'


def _colours(palette: Mapping[str, str]) -> str:
    return "{ " + " ".join(f"--minidl-{name}: {colour};" for name, colour in palette.items()) + " }"
