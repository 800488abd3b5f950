"""Every colour of a report can be read on every background that it meets (WCAG 2.2, 1.4.3)."""

import re

import pytest

from minidl.course.report import palette, sheet

ENOUGH = 4.5  # for text of normal size, level AA


def luminance(colour):
    """Relative luminance of "#rrggbb", as WCAG 2.2 defines it."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def pairs():
    for where in ("LIGHT", "DARK", "TERMINAL"):
        pages = getattr(palette, "TERMINALS" if where == "TERMINAL" else f"{where}_PAGES")
        for name, colour in getattr(palette, where).items():
            yield from (pytest.param(colour, page, id=f"{where}-{name}-{page}") for page in pages)


def test_contrast_as_the_standard_computes_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # published rounded


@pytest.mark.parametrize(("colour", "page"), list(pairs()))
def test_a_colour_can_be_read(colour, page):
    assert contrast(colour, page) >= ENOUGH


def test_the_sheet_uses_no_colour_but_those_of_the_palette():
    everything = "".join(f'<i class="{name}"></i>' for name in palette.LIGHT) + "<a></a>"
    found = re.findall(r"#[0-9a-f]{6}", sheet.page(everything))
    assert sorted(found) == sorted([*palette.LIGHT.values(), *palette.DARK.values()])


@pytest.mark.parametrize(
    ("inside", "has", "lacks"),
    [
        ("<b>x</b>", ["max-width: 60em"], ["--minidl", "td", ".bar", "a:visited"]),
        ('<p class="note">x</p>', [".note", "--minidl-note"], ["--minidl-right", ".bar"]),
        ('<a href="x">x</a>', [".minidl a, .minidl a:visited", "--minidl-link"], [".quiet"]),
        ('<td class="points quiet">x</td>', ["td.points", ".quiet", "tr:hover"], [".arrays"]),
        (sheet.bar(1, 2), [".bar {", ".bar > span", "--minidl-right"], ["--minidl-wrong"]),
        ("<abbr>notes</abbr>", [], [".note", "a:visited"]),
    ],
)
def test_a_piece_has_the_rules_of_what_is_in_it(inside, has, lacks):
    if "<td" in inside:
        inside = f"<table><tr>{inside}</tr></table>"
    made = sheet.page(inside)
    assert all(rule in made for rule in has)
    assert not any(rule in made for rule in lacks)


def test_every_colour_that_a_rule_names_is_in_both_palettes():
    named = set(re.findall(r"var\(--minidl-(\w+)\)", sheet.RULES))
    assert named <= set(palette.LIGHT)
    assert set(palette.LIGHT) == set(palette.DARK)
