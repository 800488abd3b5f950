"""The colours of a report, by what they say: at least 4.5 to 1 against every background they meet.

The ratio is that of WCAG 2.2, success criterion 1.4.3; a test computes it for each colour.
"""

LIGHT = {
    "right": "#1a7f37", "wrong": "#c5221f", "named": "#8a5300", "note": "#0b6884",
    "quiet": "#5c636d", "link": "#0b5cad",
}  # fmt: skip
DARK = {
    "right": "#57c97c", "wrong": "#ff8a80", "named": "#f2b34c", "note": "#66c7e0",
    "quiet": "#a9b0ba", "link": "#8ab8ff",
}  # fmt: skip
# A terminal does not say what it stands on: these can be read on white and on black.
TERMINAL = {
    "right": "#00892e", "wrong": "#e62019", "named": "#a96600", "note": "#007fa9",
    "quiet": "#70767e",
}  # fmt: skip

LIGHT_PAGES = ("#ffffff", "#f5f5f5")  # cells and panels of JupyterLab and VS Code
DARK_PAGES = ("#000000", "#111111", "#212121")
TERMINALS = ("#ffffff", "#000000")
