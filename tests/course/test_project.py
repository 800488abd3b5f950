"""`judge`: what is in order in a project's report, and what is not."""

import numpy as np
import pytest

from minidl.course import judge
from minidl.errors import CourseError
from minidl.metric import false_match_probability, wilson_interval

WORDS = "word " * 150


def door(**changes):
    counts = {"false accepts": (24, 4000), "true accepts": (190, 240)}
    intervals = {f"{name} interval": wilson_interval(*count) for name, count in counts.items()}
    stranger = float(false_match_probability(24 / 4000, 500))
    return {
        "project": "door", "choosing": [1, 2, 3], "reported": [7, 8, 9], "far": 0.01,
        "threshold": 0.6, **counts, **intervals, "enrolled": 500, "stranger let in": stranger,
        "account": WORDS,
    } | changes  # fmt: skip


def table(**changes):
    right = {"all": (120, 200), "hard": (180, 200)}
    rows = [
        {"name": name, "right": count, "interval": wilson_interval(*count)}
        for name, count in right.items()
    ]
    return {
        "project": "table", "paper": "a paper", "learnt from": [1, 2], "tested on": [3],
        "rows": rows, "best": "hard", "account": WORDS,
    } | changes  # fmt: skip


@pytest.fixture
def painting(tmp_path):
    from PIL import Image

    def painting(size=300, **changes):
        Image.new("RGB", (size, size)).save(tmp_path / "mine.png")
        return {
            "project": "painting", "picture": str(tmp_path / "mine.png"), "content": "my cat",
            "style": "currents", "tries": [{"changed": w} for w in ("beta", "size", "layers")],
            "account": WORDS,
        } | changes  # fmt: skip

    return painting


def wrong(report):
    return [says for right, says in judge(report).findings if not right]


def test_reports_in_order_pass(painting):
    for report in (door(), table(), painting()):
        assert wrong(report) == []
        assert judge(report).passed


def test_what_is_missing_is_listed():
    assert wrong({"project": "table", "best": "a"}) == [
        "missing: paper, learnt from, tested on, rows, account"
    ]


def test_arrays_are_taken_as_lists_are():
    report = door(choosing=np.arange(4), reported=np.arange(7, 9))
    assert judge(report).passed
    assert wrong(door(choosing=np.array([]))) == ["missing: choosing"]


@pytest.mark.parametrize("value", [None, 7, "many", [[1], [2]], {}, float("nan"), object()])
@pytest.mark.parametrize("make", [door, table])
def test_whatever_stands_in_a_report_is_answered_in_sentences(make, value):
    for name in make():
        if name != "project":
            found = judge(make(**{name: value}))
            assert all(isinstance(says, str) and says for _, says in found.findings)


@pytest.mark.parametrize("report", [{"project": []}, {}, [], None])
def test_what_is_no_report_is_refused_in_one_line(report):
    with pytest.raises(CourseError):
        judge(report)


def test_there_are_three_projects():
    with pytest.raises(CourseError, match="one of door, table, painting"):
        judge({"project": "boat"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reported": [3, 8]}, "people in both groups: 1, for instance 3"),
        ({"reported": [8]}, "two people or more"),
        ({"false accepts interval": (0.0059, 0.0061)}, "narrower than independent pairs allow"),
        ({"false accepts interval": (0.01, 0.02)}, "is not inside of its interval"),
        ({"true accepts": (300, 240)}, "300 of 240 is no count"),
        ({"far": 1e-6}, "4000 pairs of two people cannot show a rate of 1e-06: 3000000 could"),
        ({"far": 0.002}, "the promise is broken"),
        ({"far": 0}, "the ordered rate is 0; it should be between 0 and 1"),
        ({"stranger let in": 0.006}, "the measured rate would give"),
        ({"account": "Fine."}, "words in the account: 1; 120 to 600 are asked for"),
        ({"false accepts": "many"}, "cannot be read"),
    ],
)
def test_a_door_is_told_what_does_not_fit(changes, words):
    assert any(words in says for says in wrong(door(**changes))), wrong(door(**changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tested on": [2, 3]}, "on both sides: 1, for instance 2"),
        ({"best": "all"}, "another row has more right"),
        ({"best": "soft"}, 'should be the name of a row, or "undecided"'),
        ({"rows": table()["rows"][:1], "best": "all"}, "two or more"),
        ({"account": "word " * 700}, "words in the account: 700"),
    ],
)
def test_a_table_is_told_what_does_not_fit(changes, words):
    assert any(words in says for says in wrong(table(**changes))), wrong(table(**changes))


def test_a_claim_needs_intervals_that_bear_it():
    rows = [
        {"name": name, "right": (n, 200), "interval": wilson_interval(n, 200)}
        for name, n in (("all", 150), ("hard", 155))
    ]
    (says,) = wrong(table(rows=rows))
    assert "overlaps another's" in says
    assert wrong(table(rows=rows, best="undecided")) == []


def test_a_painting_is_told_what_does_not_fit(painting, tmp_path):
    assert "200 by 200 pixels" in wrong(painting(200))[0]
    assert "is not there" in wrong(painting(picture=str(tmp_path / "no.png")))[0]
    (tmp_path / "text.png").write_text("no picture")
    assert "no picture" in wrong(painting(picture=str(tmp_path / "text.png")))[0]
    assert "two pictures" in wrong(painting(style="my cat"))[0]
    assert "tries: 2" in wrong(painting(tries=[{"changed": "a"}, {"changed": "b"}]))[0]
    assert "one thing" in wrong(painting(tries=[{"changed": "a"}] * 3))[0]


def test_a_judgement_shows_itself_as_text_and_as_a_page():
    found = judge(door(account="<b>"))
    assert repr(found).startswith("project door: 7 of 8 points are in order\n  ✓ 3 people choose")
    assert "words in the account: 1;" in found._repr_html_()
    assert found._repr_html_().count("<tr>") == len(found.findings)
