"""`minidl judge`: what is in order in a report, and the exit code."""

import json
import sys

import pytest

from minidl.cli import app as cli
from minidl.metric import wilson_interval

TABLE = {
    "project": "table", "paper": "a paper", "learnt from": [1, 2], "tested on": [3],
    "rows": [
        {"name": name, "right": [count, 200], "interval": wilson_interval(count, 200)}
        for name, count in (("all", 120), ("hard", 180))
    ],
    "best": "hard", "account": "word " * 150,
}  # fmt: skip


@pytest.fixture
def judged(monkeypatch, capsys, tmp_path):
    """judged(text) -> exit code, standard output, standard error."""

    def judged(text):
        (tmp_path / "report.json").write_text(text)
        monkeypatch.setattr(sys, "argv", ["minidl", "judge", str(tmp_path / "report.json")])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return judged


def test_a_report_in_order(judged):
    code, out, err = judged(json.dumps(TABLE))
    assert (code, err) == (0, "")
    assert out.startswith("project table: 6 of 6 points are in order\n")


def test_a_report_that_is_not(judged):
    code, out, _ = judged(json.dumps(TABLE | {"best": "all"}))
    assert code == 1
    assert "another row has more right" in out


@pytest.mark.parametrize("text", ["{", "", "[]", '{"project": "boat"}', "[" * 100_000])
def test_what_is_no_report_is_one_line(judged, text):
    code, out, err = judged(text)
    assert (code, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("place", ["nowhere.json", "."])
def test_what_cannot_be_read_is_one_line(monkeypatch, capsys, tmp_path, place):
    monkeypatch.setattr(sys, "argv", ["minidl", "judge", str(tmp_path / place)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (2, 1)
    assert "cannot be read: " in said
    assert "Errno" not in said
